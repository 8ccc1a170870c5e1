"""Presets are read with every problem named, and each of those that ship trains."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground import presets as module
from playground import public_names
from playground.basics.errors import Invalid
from playground.experiment import Experiment
from playground.presets import FOLDER, Preset, presets, read

WORDS = 'title = "A"\nwatch = "B."\nwhy = "C."\n'


def write(folder: Path, text: str, name: str = "one.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_every_file_is_a_preset() -> None:
    assert set(presets()) == {path.stem for path in FOLDER.glob("*.toml")}
    assert len(presets()) >= 1
    assert len({preset.title for preset in presets().values()}) == len(presets())


@pytest.mark.parametrize("key", presets())
def test_a_preset_speaks_in_sentences(key: str) -> None:
    preset = presets()[key]
    assert preset.title
    assert not preset.title.endswith(".")
    assert preset.watch.endswith(".")
    assert preset.why.endswith(".")
    assert 1 <= preset.seeds <= 20
    for task in preset.claim:
        assert isinstance(task, str)


@pytest.mark.parametrize("key", presets())
def test_a_preset_trains(key: str) -> None:
    from playground.experiment import Run
    from playground.training.loop import Training
    from playground.training.observing.events import Failed, Finished, Scored, Stepped

    training = Training([Run(presets()[key].experiment, 0)], device="cpu")
    seen = []
    for event in training.events():
        seen.append(event)
        if isinstance(event, Stepped) and event.step == 20:
            training.stop()
    assert isinstance(seen[-1], Finished)
    assert seen[-1].step == min(20, training.steps)
    assert not any(isinstance(event, Failed) for event in seen)
    scores = [event for event in seen if isinstance(event, Scored)]
    assert all(score == score for row in scores[-1].scores for score in row)


def test_a_preset_is_read(tmp_path: Path) -> None:
    experiment = Experiment.from_flat({"suite": "wine", "weighting": "dwa"})
    text = WORDS + "seeds = 3\n" + public_names.to_toml(experiment) + '\n[claim]\nalcohol = "helps"\n'
    assert read(write(tmp_path, text)) == Preset("one", "A", "B.", "C.", experiment, 3, {"alcohol": "helps"})
    assert read(write(tmp_path, WORDS)).experiment == Experiment.from_dict({})


def test_everything_wrong_with_a_preset_is_said_at_once(tmp_path: Path) -> None:
    text = 'title = 3\nwatch = "B."\ntitel = "A"\nseeds = 99\n[experiment]\nsuite = "wyne"\n'
    with pytest.raises(Invalid) as caught:
        read(write(tmp_path, text))
    wheres = {problem.where for problem in caught.value.problems}
    assert {"title", "why", "titel", "suite", "seeds"} <= wheres
    assert next(problem.nearest for problem in caught.value.problems if problem.where == "titel") == "title"


@pytest.mark.parametrize(
    "text",
    [
        "=",
        "[experiment]\n[experiment]",
        "x = " + "9" * 5000,
        "x = " + "[" * 10_000,
        WORDS + "experiment = 3",
        WORDS + "seeds = 'x'",
    ],
    ids=["no name", "twice", "long number", "deep", "no table", "no seeds"],
)
def test_hostile_files_raise_nothing_but_invalid(text: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid) as caught:
        read(write(tmp_path, text))
    assert len(str(caught.value)) < 5000


def test_files_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "one.toml"
    path.write_bytes(b"\xff\xfe\x00")
    for one in (path, tmp_path / "none.toml"):
        with pytest.raises(Invalid) as caught:
            read(one)
        assert caught.value.problems[0].where == "preset"


def test_a_bad_preset_among_them_is_left_out_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, WORDS, "good.toml")
    write(tmp_path, "title = 3", "bad.toml")
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    monkeypatch.setattr(module, "_left_out", [])
    assert list(presets.__wrapped__()) == ["good"]
    assert [fault.file for fault in module.faults()] == ["presets/bad.toml"]
