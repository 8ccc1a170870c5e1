"""Records as text, and back."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from playground.training.observing.events import Record


def write_records(records: Sequence[Record]) -> str:
    """Records as a JSON list. JSON knows no NaN and no infinity: they become null."""
    try:
        return json.dumps(records, allow_nan=False, separators=(",", ":"))
    except ValueError:
        return json.dumps(_finite(records), allow_nan=False, separators=(",", ":"))


def read_records(text: str) -> list[Record]:
    """The records of a JSON list; a null within a list of numbers is NaN again. Raises ValueError for any other text."""
    records: list[Record] = json.loads(text)
    if not isinstance(records, list) or not all(isinstance(one, dict) and {"kind", "step"} <= one.keys() for one in records):
        raise ValueError("a list of records is expected")
    if "[null" in text or ",null" in text:
        return [{name: _numbers(value) for name, value in record.items()} for record in records]
    return records


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: _finite(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(inner) for inner in value]
    return value


def _numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _numbers(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [math.nan if inner is None else _numbers(inner) for inner in value]
    return value
