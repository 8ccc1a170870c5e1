"""Public tables are read as people who know them expect, and what is honest raises no alarm."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from playground.uploads.brought import Brought, bring, report
from playground.uploads.columns.choices import NOTHING
from playground.uploads.leaks import leaks
from playground.uploads.reading.reader import read_bytes
from tests.uploads.corpus import CORPUS

EXPECTED: dict[str, dict[str, str]] = json.loads(Path(__file__).with_name("corpus.json").read_text(encoding="utf-8"))
"""For each table, by title, the kind of each column and why it is that; a star stands for all that are not named."""

ASKED = {"airports": {"none"}}
"""Topics of questions about how cells are read; no other table raises one."""

HONEST = {
    "iris": "target",
    "wine": "target",
    "breast_cancer": "target",
    "diabetes": "target",
    "linnerud": "Weight",
    "anes96/anes96": "vote",
    "ccard/ccard": "AVGEXP",
    "committee/committee": "BILLS104",
    "copper/copper": "COPPERPRICE",
    "engel/engel": "foodexp",
    "fair/fair": "affairs",
    "fair/fair_pt": "naffairs",
    "heart/heart": "survival",
    "scotland/scotvote": "YES",
    "spector/spector": "GRADE",
    "stackloss/stackloss": "STACKLOSS",
    "statecrime/statecrime": "murder",
    "strikes/strikes": "duration",
    "macrodata/macrodata": "infl",
    "airports": "state",
    "seattle-weather": "weather",
    "cars": "Miles_per_Gallon",
    "barley": "yield",
}
"""Tables without a leak, and what is learned from them."""


@pytest.fixture(scope="module")
def brought() -> dict[str, Brought]:
    return {name: bring(read_bytes(make(), name)) for name, make in CORPUS.items()}


def test_the_corpus_is_large(brought: dict[str, Brought]) -> None:
    assert len(CORPUS) >= 30
    assert set(EXPECTED) == set(CORPUS)


@pytest.mark.parametrize("name", CORPUS)
def test_a_public_table_is_read_as_expected(name: str, brought: dict[str, Brought]) -> None:
    found, expected = brought[name], EXPECTED[name]
    for column in found.table.columns:
        assert f"{column.kind} {column.why}" == expected.get(column.title, expected.get("*")), column.title
        assert not column.strange
    assert set(expected) - {"*"} <= {column.title for column in found.table.columns}
    topics = {question.topic for question in found.questions} - {"group", "time"}
    assert topics == ASKED.get(name, set())
    words = report(found, NOTHING)
    assert all(one.title in words for one in found.columns)


def test_honest_tables_raise_hardly_an_alarm(brought: dict[str, Brought]) -> None:
    assert len(HONEST) >= 20
    alarms = {}
    for name, target in HONEST.items():
        table = brought[name].table
        (column,) = [column.name for column in table.columns if column.title == target]
        if raised := [one.text for one in leaks(table.learning([column])) if one.topic != "time"]:
            alarms[name] = raised
    assert len(alarms) <= 1, alarms
