"""The Sharing page: strategies side by side, three sweeps, and a link that holds all of it."""

from __future__ import annotations

from typing import Any

import pytest

from playground.runs.precomputed import recorded
from playground.runs.results import sweeps
from playground.runs.store.store import Store
from playground.statistics.differences import signed
from playground.ui import keys
from playground.ui.sharing import state
from playground.ui.sharing.state import Study
from tests.pages.visitor import Hand, Visitor

pytestmark = pytest.mark.usefixtures("url")

TINY = {
    "suite": "related_functions",
    "suite.examples": "60",
    "backbone.width": "4",
    "steps": "20",
    "batch": "8",
    "seeds": "2",
    "beside1": "cross_stitch",
    "measure": "true",
}
"""The link of a study that trains in a moment."""


class Student(Visitor):
    """A visitor of the Sharing page; a link is followed there and not on the first page."""

    def __init__(self, link: dict[str, Any] | None = None, name: str = "ann"):
        super().__init__(name)
        self.follow(link or {}, "sharing.py")

    @property
    def study(self) -> Study:
        study: Study = self.app.session_state[keys.STUDY]
        return study

    @property
    def followed(self) -> Study:
        """What somebody would see who followed the address."""
        return state.read(self.address)


def test_the_first_sight_is_a_pair_with_a_slider_and_three_strategies(store: Store) -> None:
    ann = Student()
    assert ann.study == state.first() == ann.followed
    assert ann.widget("field:suite.p").value == 1.0
    assert {"network.0", "network.1", "network.2", "sharing.losses", "sharing.gains"} <= set(ann.charts)
    assert {"distance.1", "mix.2", "cka.0", "cka.1", "cka.2", "affinity.0", "affinity.2"} <= set(ann.charts)
    assert any("recorded run" in caption for caption in ann.captions)
    assert "cannot be told apart" in ann.headline or "gains most under" in ann.headline
    assert all(chart["alt"].strip() for chart in ann.charts.values())
    assert store.entries() == []
    assert not ann.warnings
    assert not ann.errors


def test_the_first_sight_is_recorded_whole() -> None:
    study = state.first()
    assert all(recorded.find(run) is not None for run in (*study.runs(), *study.baselines()))


def test_a_study_is_trained_and_everything_is_drawn(store: Store, hand: Hand) -> None:
    ann = Student(TINY)
    assert ann.study.names() == ["Hard sharing", "Cross-stitch"]
    assert ann.followed == ann.study
    ann.press("play")
    assert len(store.entries()) == 2 * 3, "two strategies and their common baseline"
    hand.claim(5)
    ann.look()
    assert ann.progress
    hand.finish()
    ann.look()
    assert {"sharing.losses", "sharing.gains", "mix.1", "cka.0", "cka.1", "affinity.0", "affinity.1"} <= set(ann.charts)
    assert all(chart["alt"].strip() for chart in ann.charts.values())
    for words in ("untrained: ", "two networks of one task: Function A "):
        assert words in ann.charts["cka.0"]["alt"], "a likeness stands beside what it is to be compared with"
    shown = ann.app.dataframe[0].value
    assert list(shown)[1:] == ["Hard sharing", "Cross-stitch"]
    first = dict(zip(shown["Strategy"], shown["Hard sharing"], strict=True))
    entries = store.entries()
    found = sweeps.gains(ann.study.points, range(2), store.histories([entry.id for entry in entries]))
    mean = found[(found["strategy"] == 0) & (found["task"] == "a")]["gain"].mean()
    assert first["Function A, gain %"].startswith(signed(mean))
    own = first["Own parameters"]
    assert int(own) == 2 * 5, "what is not shared are two heads of four weights and a bias"
    assert "Function A" in ann.headline


@pytest.mark.parametrize(
    ("view", "runs", "fleets"), [("depth", 2 * (3 + 1 + 1), 3), ("relatedness", 2 * 6 * 3, 3), ("size", 2 * 5 * 3, 3)]
)
def test_a_sweep_is_ordinary_runs_in_few_fleets(view: str, runs: int, fleets: int, store: Store, hand: Hand) -> None:
    ann = Student(TINY | {"view": view})
    assert ann.study.view == view
    ann.press("play")
    entries = store.entries(most=1000)
    assert len(entries) == runs
    assert len({entry.shape for entry in entries}) == fleets
    hand.finish()
    ann.look()
    chart = ann.charts[f"sweep.{view}"]
    assert chart["alt"].startswith("Gain by")
    assert "Function A, Hard sharing" in chart["alt"]
    assert not ann.errors
    again = Student(TINY | {"view": view}, name="bob")
    assert again.button("play").label == "Play again", "what ann trained is found by bob"


def test_strategies_are_added_changed_and_taken_away() -> None:
    ann = Student(TINY)
    ann.press("add")
    ann.press("add")
    assert len(ann.study.experiments) == 4
    assert len({one.sharing.name for one in ann.study.experiments}) == 4
    assert not [one for one in ann.app.button if one.key == "add"], "four are enough"
    ann.set("beside1", "hard")
    ann.set("beside1.depth", 1)
    assert ann.study.beside[0].knobs == {"depth": 1}
    assert ann.study.names()[:2] == ["Hard sharing (depth 2)", "Hard sharing (depth 1)"]
    assert ann.followed == ann.study
    ann.press("away.1")
    assert len(ann.study.experiments) == 3


def test_the_slider_moves_the_data_of_all_strategies() -> None:
    ann = Student(TINY)
    ann.set("suite.p", 0.25)
    assert [one.suite.knobs["p"] for one in ann.study.experiments] == [0.25] * 2
    assert ann.address["suite.p"] == "0.25"


def test_a_shorter_network_shares_what_it_has() -> None:
    ann = Student(TINY | {"beside1": "hard", "beside1.depth": "2"})
    ann.set("backbone.depth", 1)
    assert [one.sharing.knobs["depth"] for one in ann.study.experiments] == [1, 1]


def test_other_tasks_have_labels_and_no_slider() -> None:
    ann = Student(TINY)
    ann.set("suite", "digits")
    assert not [one for one in ann.app.slider if one.key == "field:suite.p"]
    views = next(one for one in ann.app.button_group if one.key == "field:view")
    assert "By relatedness ✗ tasks as they are" in views.options
    ann.set("view", "relatedness")
    assert ann.study.view == "side"
    assert "should" in ann.warnings, "the whole sentence why"
    ann.set("labels.parity", 40)
    assert all(one.labels == {"parity": 40} for one in ann.study.experiments)
    assert ann.study.task == "parity", "the task with the fewest labels is the one that gets fewer"


def test_the_playground_keeps_its_own_scene() -> None:
    ann = Student(TINY)
    ann.set("steps", 30)
    ann.turn_to("play.py")
    assert ann.scene.experiment.suite.name == "digits"
    ann.set("steps", 40)
    assert ann.study.experiment.steps == 30
    assert ann.scene.experiment.steps == 40
    ann.turn_to("sharing.py")
    assert ann.address["steps"] == "30"


BAD = {
    "no such strategy": ({"beside1": "hrad"}, ["`beside1`", "Did you mean `hard`?"]),
    "no such view": ({"view": "<b>side</b>"}, ["`view`"]),
    "no such task": ({"fewer": "c"}, ["`fewer`"]),
    "no such knob": ({"beside1.colour": "1"}, ["`beside1.colour`"]),
    "out of bounds": ({"steps": "1"}, ["`steps`"]),
    "twice": ({"beside1": ["hard", "mmoe"]}, ["`beside1`", "once"]),
    "too many": ({"beside4": "hard"}, ["`beside4`"]),
    "a method that does not go with it": ({"weighting": "pcgrad", "beside1": "separate"}, ["`weighting`"]),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_link_is_said_and_the_first_study_shown(case: str) -> None:
    link, words = BAD[case]
    ann = Student(TINY | link)
    assert "This link was followed without what is wrong in it" in ann.warnings
    assert ann.study.experiment.suite.name == "related_functions"
    assert ann.study.experiment.backbone.knobs["width"] == int(TINY["backbone.width"]), "what is right in it is followed"
    assert all(word in ann.warnings for word in words), ann.warnings


def test_what_does_not_go_together_is_said_and_nothing_changes() -> None:
    ann = Student(TINY | {"beside1": "separate"})
    before = ann.study
    ann.set("weighting", "pcgrad")
    assert "`weighting`" in ann.warnings
    assert ann.study == before
