"""Recordings: small, of what pages show first, and made by this very code."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.basics.errors import Invalid
from playground.code_version import fingerprint
from playground.experiment import Experiment, Run
from playground.runs.precomputed import recorded, recording
from playground.runs.precomputed.recording import names, plan
from playground.runs.results.comparison import compare
from playground.runs.results.headless import train_all

TINY = Experiment.from_flat(
    {"suite": "toy_plane", "tasks": "circle,xor", "steps": "40", "backbone.width": "8", "measure": "true"}
)
MOST = 400_000
"""Bytes of one recording."""


@pytest.mark.parametrize("name", names())
def test_every_first_sight_is_recorded_by_this_code(name: str) -> None:
    path = recorded.place(name)
    assert path.exists(), "python -m playground record --all"
    assert recorded.header(path).code == fingerprint(), f"{name} is of older code: python -m playground record --all"
    assert plan(name).current, f"{name} holds other runs than are shown: python -m playground record --all"
    assert path.stat().st_size <= MOST


def test_no_recording_belongs_to_nothing() -> None:
    assert {path.name for path in recorded.RECORDED.glob("*.json.gz")} <= {recorded.place(name).name for name in names()}


def test_what_is_kept_tells_the_same_as_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorded, "RECORDED", tmp_path)
    runs = [Run(TINY, seed) for seed in (0, 1)]
    against = [Run(one, seed) for one in TINY.baselines() for seed in (0, 1)]
    found = train_all([*runs, *against])
    for keep in (lambda one: recorded.whole(one, True), recorded.baseline, recorded.result):
        recorded.write(list(found.values()), recorded.place("tiny"), keep)
        recorded._places.cache_clear()
        recorded._records.cache_clear()
        again = {run: recorded.find(run) for run in found}
        whole, thin = (
            compare([of[run] for run in runs], [of[run] for run in against])  # type: ignore[misc]
            for of in (found, again)
        )
        assert whole.table.equals(thin.table)
        assert [one.kept for one in again.values() if one] == [one.kept for one in found.values()]
    recorded._places.cache_clear()


def test_a_thinned_run_keeps_both_ends_and_the_pictures_of_what_it_kept() -> None:
    (history,) = train_all([Run(TINY.set(steps=400), 0)]).values()
    thin = recorded.whole(history, pictured=True)
    steps = [one["step"] for one in thin if one["kind"] == "measured"]
    every = [one["step"] for one in history.of_kind("measured")]
    assert len(steps) <= recorded.MOST_STEPS < len(every)
    assert (steps[0], steps[-1]) == (every[0], every[-1])
    assert [one for one in thin if one["kind"] == "pictured" and one.get("kept")]
    assert not [one for one in recorded.whole(history, pictured=False) if one["kind"] == "pictured" and not one.get("kept")]


def test_a_file_of_an_older_program_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "old.json.gz"
    path.write_bytes(b"no gzip")
    assert recorded.header(path).keys == ()


def test_an_unknown_name_is_said() -> None:
    with pytest.raises(Invalid, match="sharing_depth"):
        recording.plan("sharing_dept")
