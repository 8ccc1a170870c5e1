"""Every bound on the tables that people bring, in one place; the page states them, and the reader holds them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds, with defaults for a class of thirty on a small machine.

    size: bytes of a file; `server.maxUploadSize` in ``.streamlit/config.toml`` says the same in megabytes.
    rows, columns, cells: of one table, and characters of one cell (`letters`).
    fewest: rows that a table needs, and labels that a target needs.
    targets: columns that may be learned at a time. labels: words of a column that holds several in a cell.
    files: tables that may be joined to one.
    classes: different values of a target that is a category.
    steps: different values of a target whose classes are ordered.
    numbers: rows times the numbers that the inputs of one row become.
    unpacked: bytes of a workbook without its packing; ratio: how many times smaller a part of it may be packed.
    memory, seconds: what unpacking a workbook or a Parquet file may take, in bytes and seconds of one core.
    tables, bytes: tables of one visitor, and their size together.
    everybody: bytes of all tables together; beyond it those that were unused longest are forgotten.
    age: seconds after which a table that nobody used is forgotten.
    """

    size: int = 10 * 2**20
    rows: int = 50_000
    columns: int = 200
    cells: int = 1_000_000
    letters: int = 10_000
    fewest: int = 20
    targets: int = 64
    labels: int = 40
    files: int = 4
    classes: int = 100
    steps: int = 20
    numbers: int = 4_000_000
    unpacked: int = 200 * 2**20
    ratio: int = 200
    memory: int = 2**30
    seconds: int = 60
    tables: int = 10
    bytes: int = 30 * 2**20
    everybody: int = 500 * 2**20
    age: float = 14 * 24 * 3600.0


LIMITS = Limits()
