"""The study: what is raced is kept, what is kept is not raced again, and the document says what is kept and no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.experiment import Experiment
from playground.race import study


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tiny = {"steps": 10, "batch": 8, "backbone": {"name": "mlp", "width": 4}}
    monkeypatch.setattr(study, "SUITES", {"related_functions": tiny, "linnerud": tiny})
    monkeypatch.setattr(study, "WEIGHTS", 2)
    monkeypatch.setattr(study, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(study, "DOCUMENT", tmp_path / "which.md")
    plain = study.race_of
    monkeypatch.setattr(study, "race_of", lambda suite, seeds: plain(suite, seeds, "dwa"))
    return tmp_path


def test_every_suite_of_the_list_can_be_raced() -> None:
    assert len(study.SUITES) >= 8
    for suite, values in study.SUITES.items():
        assert len(Experiment.from_dict({"suite": suite, **values}).tasks) > 1


def test_a_study_goes_on_where_it_was_and_is_written(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert study.main(["--write"]) == 2, "nothing is kept yet"
    assert study.main(["--run", "related_functions", "--seeds", "2"]) == 0
    assert study.main(["--run", "--seeds", "2", "--write"]) == 0
    assert "related_functions: kept" in capsys.readouterr().out
    text = (home / "which.md").read_text(encoding="utf-8")
    for words in (
        "of 2 suites",
        "| related_functions | 2 |",
        "| linnerud | 2 |",
        "2201.04122",
        "2209.11379",
        "| Liu, Johns, Davison, CVPR 2019 |",
    ):
        assert words in text
    assert study.main(["nothing"]) == 2


def test_a_method_is_told_beside_equal_weights_by_what_differs_in_each_seed() -> None:
    def row(entrant: str, seed: int, delta: float | None) -> dict[str, object]:
        return {"entrant": entrant, "seed": seed, "delta_m": delta}

    names = {"better": 2.0, "same": 0.0, "broken": None}
    rows = [row("equal", seed, 10.0 * seed) for seed in range(6)]
    for name, more in names.items():
        rows += [row(name, seed, None if more is None else 10.0 * seed + more + 0.1 * (-1) ** seed) for seed in range(6)]
    told = {"rows": rows, "resampling": 0.0, "entrants": [{"name": name, "kind": "asked"} for name in names]}
    found = study.against_equal(told)
    assert {name: one.verdict for name, one in found.items()} == {"better": "gains", "same": "close", "broken": "untold"}
    assert found["better"].mean == pytest.approx(2.0)
