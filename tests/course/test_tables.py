"""Tables of the course: recorded by this code, told in both languages, and noticed where they are old."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.__main__ import main
from playground.basics.words import LANGUAGES, use
from playground.course import command
from playground.course.measured import recording, told
from playground.course.measured.table import Column, Row, Table, tables
from playground.course.text.reading import chapters
from playground.statistics.differences import GAINS, LOSES

SMALL = {"tasks": "circle,xor", "steps": 200, "batch": 32, "backbone.width": 16, "rate": 0.01}
TINY = Table(
    number=99,
    title="Tiny",
    rows=(
        Row("hard", "Hard", preset="toy_plane_crowded", set={"sharing": "hard", **SMALL}, task="xor"),
        Row("words", "Words", notes={"xor": "none"}),
    ),
    columns=(Column("xor", "Gain"), Column("it", "Score", "score"), Column("shared", "Shared", "count")),
    seeds=2,
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Recordings in a folder of their own."""
    monkeypatch.setattr(recording, "FOLDER", tmp_path)
    recording.read.cache_clear()
    yield tmp_path
    recording.read.cache_clear()


@pytest.mark.parametrize("number", tables())
def test_a_table_is_recorded_by_this_code(number: int) -> None:
    table = tables()[number]
    assert recording.current(table), f"run: {table.command}"
    assert len({row.key for row in table.rows}) == len(table.rows)


@pytest.mark.parametrize("number", tables())
def test_a_table_is_told_in_every_language(number: int) -> None:
    table = tables()[number]
    for language in LANGUAGES:
        use(language)
        body = told.body(table)
        assert all(len(row) == len(told.head(table)) for row in body)
        assert any(cell != "–" for row in body for cell in row[1:])
        if table.trains and table.seeds:
            assert table.command in told.below(table)
            assert any(str(len(table.seeds_of(row))) in told.below(table) for row in table.rows)
    use("en")


@pytest.mark.parametrize("number", tables())
def test_bold_is_what_is_told(number: int) -> None:
    """A cell is bold if and only if its interval leaves zero out."""
    for row in recording.cells(number).values():
        for cell in row.values():
            if isinstance(cell, dict) and cell.get("low") is not None:
                outside = cell["low"] > 0 or cell["high"] < 0
                assert (cell["verdict"] in (GAINS, LOSES)) == outside


def test_a_recording_is_kept_found_and_repeated(here: Path) -> None:
    first = recording.record(TINY)
    assert recording.current(TINY)
    found = recording.cells(99)["hard"]
    assert {"circle", "xor", "delta_m", "it", "shared", "parameters"} <= found.keys()
    assert found["it"] == found["xor"]
    assert found["xor"]["count"] == 2
    assert command.alike(json.loads(json.dumps(recording.measured_cells(TINY))), recording.cells(99))
    assert first.seconds > 0
    assert told.body(TINY)[1][1] == "none"


def test_an_old_recording_is_noticed(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recording.record(TINY)
    changed = Table(99, "Tiny", TINY.rows, TINY.columns, seeds=3)
    assert not recording.current(changed), "other seeds are other runs"
    monkeypatch.setattr(recording, "fingerprint", lambda: "another")
    assert not recording.current(TINY)
    assert "changed" in told.below(TINY)


def test_a_number_that_was_changed_by_hand_is_noticed(here: Path) -> None:
    recording.record(TINY)
    found = json.loads(json.dumps(recording.cells(99)))
    found["hard"]["xor"]["score"] += 1.0
    assert not command.alike(found, recording.cells(99))


def test_a_file_that_is_none_is_nothing_recorded(here: Path) -> None:
    recording.place(99).write_text("[]")
    assert recording.read(99) == recording.Recorded()
    assert not recording.current(TINY)


def test_the_list_names_all_and_says_what_is_stale(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["course", "--list", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    counts = [sum(one["kind"] == kind for one in found) for kind in ("figure", "table")]
    assert counts == [17, 15]
    assert all(set(one) == {"kind", "number", "chapter", "title", "current", "command"} for one in found)
    assert all(one["current"] and one["command"].startswith("python -m playground") for one in found)
    assert {one["chapter"] for one in found} <= {one.key for one in chapters()}
    monkeypatch.setattr(recording, "fingerprint", lambda: "another")
    assert main(["course", "--list"]) == 1
    assert "stale" in capsys.readouterr().out


def test_a_table_that_is_none_cannot_be_recorded(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["course", "--record", "99"]) == 2
    assert "--record" in capsys.readouterr().err
