"""Parquet files: their columns as text. pyarrow reads them, batch by batch, in a process of its own; see `apart`."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np

from playground.basics.errors import Invalid, Problem
from playground.basics.words import _
from playground.uploads.reading import workbook
from playground.uploads.reading.limits import LIMITS

BATCH = 4096
"""Rows that are unpacked at a time."""

INDEX = "__index_level_"
"""How pandas names a column of row names that have no name; it is none here either."""


def opened(data: bytes) -> Any:
    """The file of these bytes. Raises Invalid where pyarrow cannot read it, or where it holds what is no plain column."""
    import pyarrow as arrow
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(io.BytesIO(data))
        schema = file.schema_arrow
    except MemoryError:
        raise
    except (arrow.ArrowException, OSError, ValueError) as error:
        raise _broken(error) from None
    if len(schema) > LIMITS.columns:
        should = _("should be at most {count}; write fewer").format(count=LIMITS.columns)
        raise Invalid([Problem("columns", should, f"{len(schema):,}")])
    for field in schema:
        if not _plain(field.type):
            should = _("should hold numbers, words, times, or lists of words; write the file without it")
            raise Invalid([Problem(field.name, should, field.type)])
    return file


def titles(file: Any) -> list[str]:
    """What its columns are called."""
    return ["" if name.startswith(INDEX) else name for name in file.schema_arrow.names]


def rows(file: Any) -> Iterator[tuple[int, list[Any]]]:
    """Rows, each with its number; cells as Python's own values. Raises Invalid where the file is broken."""
    import pyarrow as arrow

    number = 0
    try:
        for batch in file.iter_batches(BATCH, use_threads=False):
            columns = [_values(column) for column in batch.columns]
            for cells in zip(*columns, strict=True):
                number += 1
                yield number, list(cells)
    except (Invalid, MemoryError):
        raise
    except (arrow.ArrowException, OSError, ValueError) as error:
        raise _broken(error) from None


def _plain(kind: Any) -> bool:
    """Whether values of a type can be written as one cell."""
    from pyarrow import types

    if types.is_dictionary(kind):
        return _plain(kind.value_type)
    if types.is_list(kind) or types.is_large_list(kind):
        return bool(types.is_string(kind.value_type) or types.is_large_string(kind.value_type))
    checks = (
        types.is_boolean,
        types.is_integer,
        types.is_floating,
        types.is_decimal,
        types.is_temporal,
        types.is_string,
        types.is_large_string,
        types.is_null,
    )
    return any(check(kind) for check in checks) and not types.is_interval(kind)


def _values(column: Any) -> list[Any]:
    """The values of a column of one batch; floats of fewer digits as text, which has as many digits as they hold."""
    import pyarrow as arrow
    from pyarrow import types

    kind = column.type
    if types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if types.is_timestamp(kind):
        column = column.cast(arrow.timestamp("us", tz=kind.tz), safe=False)
    elif types.is_duration(kind):
        column = column.cast(arrow.duration("us"), safe=False)
    elif types.is_time(kind):
        column = column.cast(arrow.time64("us"), safe=False)
    values = column.to_pylist()
    if types.is_floating(kind):
        short = np.float32 if types.is_float32(kind) else np.float16 if types.is_float16(kind) else None
        return [None if one is None or one != one else str(short(one)) if short else one for one in values]
    if types.is_list(kind) or types.is_large_list(kind):
        return [None if one is None else ";".join(part or "" for part in one) for one in values]
    return values


texts = workbook.texts


def _broken(error: Exception) -> Invalid:
    return Invalid([Problem("file", _("should be a Parquet file that can be read"), error)])
