"""Each file with a fault is read rightly or with a question, and what was done stands in words."""

from __future__ import annotations

import pytest

from playground.basics.errors import Invalid
from playground.uploads.brought import Brought, bring, report
from playground.uploads.columns.choices import NOTHING
from playground.uploads.reading.reader import Sheet, read_bytes
from tests.uploads.faults import FAULTS, Fault


def sheet_of(fault: Fault) -> Sheet:
    return read_bytes(fault.data.encode() if isinstance(fault.data, str) else fault.data, "a.csv")


def topics(brought: Brought) -> dict[str, set[str]]:
    """Topics of questions by title, without those about leaks."""
    titles = {column.name: column.title for column in brought.table.columns} | {"": ""}
    found: dict[str, set[str]] = {}
    for question in brought.questions:
        if question.topic not in ("leak", "group", "time"):
            found.setdefault(titles[question.column], set()).add(question.topic)
    return found


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_is_read_rightly_or_asked_about(case: str) -> None:
    fault = FAULTS[case]()
    if fault.refused:
        with pytest.raises(Invalid, match=fault.refused):
            sheet_of(fault)
        return
    brought = bring(sheet_of(fault))
    kinds = {column.title: column.kind for column in brought.table.columns}
    assert kinds == kinds | (fault.kinds or {})
    assert topics(brought) == {title: {topic} for title, topic in (fault.asked or {}).items()}
    words = report(brought, NOTHING)
    assert all(part in words for part in fault.says), words
    if fault.value is not None:
        title, row, number = fault.value
        (column,) = [one for one in brought.table.columns if one.title == title]
        assert column.numbers[row] == pytest.approx(number, nan_ok=True)
