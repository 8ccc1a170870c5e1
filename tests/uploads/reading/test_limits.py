"""The bounds that people read are the bounds that hold."""

from __future__ import annotations

from pathlib import Path

from playground.uploads.reading.limits import LIMITS


def test_the_document_states_the_limits() -> None:
    text = (Path(__file__).parents[3] / "docs" / "your-own-table.md").read_text(encoding="utf-8")
    limits = " ".join(text.split("## Limits")[1].split())
    for words in (
        f"{LIMITS.size // 2**20} MB, {LIMITS.rows:,} rows, {LIMITS.columns} columns, {LIMITS.cells:,} cells",
        f"{LIMITS.letters:,} characters",
        f"at least {LIMITS.fewest} rows, and {LIMITS.fewest} labels",
        f"{LIMITS.targets} targets; {LIMITS.classes} classes, {LIMITS.steps} in an order",
        f"unpack to {LIMITS.unpacked // 2**20} MB, and no part of it to more than {LIMITS.ratio} times",
        f"{LIMITS.numbers:,} numbers",
        f"{LIMITS.age / 86400:g} days, at most {LIMITS.tables} of a browser",
    ):
        assert words in limits, words
