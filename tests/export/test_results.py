"""Reports and tables of a run: complete, self-contained, and made of text where visitors brought it."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from playground import public_names
from playground.basics.errors import Invalid
from playground.experiment import Experiment
from playground.export import numbers
from playground.export.archive import archive
from playground.export.report import Part, report
from playground.runs.results.headless import Result, train_with_baselines
from playground.statistics.differences import MEAN
from tests.experiments import small
from tests.export.test_names import HOSTILE, table


@pytest.fixture(scope="module")
def result() -> Result:
    return train_with_baselines(small(steps=120, weighting="pcgrad", backbone__width=32), [0, 1])


def test_the_headline_can_be_made_again_from_the_tables(result: Result) -> None:
    found = numbers.tables(result.runs, result.baselines)
    gains = found["gains.csv"]
    for task, told in result.comparison.differences.items():
        if task != MEAN:
            own = gains[gains["task"] == task]
            signs = 100 * (own["score"] - own["baseline"]) / own["baseline"]
            assert signs.mean() == pytest.approx(told.mean)
    row = found["differences.csv"].set_index("task").loc[MEAN]
    assert row["low"] <= row["gain"] <= row["high"]
    assert {"score", "split"} <= set(found["scores.csv"])
    assert not found["cosines.csv"].empty


def test_files_open_the_very_experiment_again(result: Result, tmp_path: Path) -> None:
    content = numbers.files(result.experiment, [0, 1], result.runs, result.baselines)
    assert numbers.opened("experiment.toml", content["experiment.toml"]) == (result.experiment, [0, 1])
    path = tmp_path / "experiment.toml"
    path.write_bytes(content["experiment.toml"])
    assert public_names.read_file(path) == result.experiment
    assert "[versions]" in path.read_text()
    assert numbers.opened("settings.json", content["settings.json"]) == (result.experiment, [0, 1])
    assert json.loads(content["settings.json"])["versions"]["python"]
    assert pd.read_csv(io.BytesIO(content["steps.csv"]))["step"].max() == 120
    with zipfile.ZipFile(io.BytesIO(archive(content))) as packed:
        assert packed.testzip() is None
        assert set(packed.namelist()) == set(content)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"[" * 10_000, b'{"experiment": 3}', b"[1]", b'{"steps": 1e999}', b"x" * 300_000]
)
@pytest.mark.parametrize("name", ["a.json", "a.toml"])
def test_what_is_no_experiment_is_one_sentence(name: str, content: bytes) -> None:
    if (name, content) == ("a.toml", b""):
        assert numbers.opened(name, content)[0] == Experiment.from_dict({})
        return
    with pytest.raises(Invalid):
        numbers.opened(name, content)


@pytest.mark.parametrize("seeds", [None, "1", [True, -1, 2**40, "x"], {"a": 1}])
def test_strange_seeds_are_no_seeds(seeds: object) -> None:
    assert numbers.opened("a.json", json.dumps({"experiment": {}, "seeds": seeds}).encode())[1] == []


def test_a_report_stands_alone(result: Result) -> None:
    other = Part(small(steps=30), result.runs, result.baselines, "Another one")
    text = report([Part(result.experiment, result.runs, result.baselines), other])
    without_code = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert not re.search(r"(?:src|href)=\"(?!https://(?:doi|arxiv|proceedings))", without_code)
    assert text.count("Plotly.newPlot") >= 8
    for words in ("95 % interval", "python -m playground train", "References", "PCGrad", "torch", "Another one"):
        assert words in without_code


class Tags(HTMLParser):
    """The elements of a page in order, each with the names of what is said of it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _value in attrs)))


def reported(words: Sequence[str]) -> str:
    """The report of a run on a table whose columns and classes are the first six of these words; the first is its name, too."""
    experiment = table(tuple(words[:3]), tuple(words[3:6])).set(steps=10)  # type: ignore[arg-type]
    result = train_with_baselines(experiment, [0])
    return report([Part(experiment, result.runs, result.baselines, name=words[0])])


def test_hostile_names_make_the_report_of_harmless_ones() -> None:
    """All that they could be is tried once as a name of something, and the page has the same elements."""
    plain = Tags(reported(["kind", "price", "weight", "a", "b", "c"])).found
    words = [
        word for word in HOSTILE if "\x00" not in word and word != "None"
    ]  # which a table does not hold, or takes for a gap
    first, second = words.index(HOSTILE[5]), words.index(HOSTILE[5]) + 6
    for start in (first, second):
        text = reported([*words, *words][start : start + 6])
        assert Tags(text).found == plain
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert ("&lt;script&gt;alert" in text) == (start == first)


def test_what_was_turned_in_flight_stands_in_everything_that_is_taken_along(result: Result) -> None:
    changed = {"kind": "changed", "step": 60, "what": {"rate": 0.1}}
    first, *rest = result.runs
    runs = [replace(first, records=[*first.records, changed]), *rest]
    content = numbers.files(result.experiment, [0, 1], runs, result.baselines)
    for name in ("steps.csv", "scores.csv", "gains.csv", "differences.csv"):
        assert set(pd.read_csv(io.BytesIO(content[name]))["turned_in_flight"]) == {"learning rate 0.1 at step 60"}
    told = json.loads(content["settings.json"])["turned_in_flight"]
    assert told == [{"seed": 0, "step": 60, "what": {"rate": 0.1}}]
    said = report([Part(result.experiment, runs, result.baselines)])
    assert "Turned in flight: learning rate 0.1 at step 60." in said
    assert "turned" not in numbers.files(result.experiment, [0, 1], result.runs, result.baselines)["settings.json"].decode()
