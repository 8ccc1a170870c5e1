"""The Race page: what is told before, while and after a race, and that its link and its file hold all of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from playground.runs.store.store import Store
from playground.ui import keys
from playground.ui.race import state
from playground.ui.race.state import Contest
from tests.pages.visitor import Hand, Visitor

pytestmark = pytest.mark.usefixtures("url")

TINY = {
    "suite": "related_functions",
    "suite.examples": "60",
    "backbone.width": "4",
    "steps": "20",
    "batch": "8",
    "methods": "pcgrad,dwa",
    "rates": "0.01",
    "weights": "2",
    "seeds": "2",
}
"""The link of a race of a moment: one network a task, equal weights, two methods and two fixed weightings, two seeds."""


class Guest(Visitor):
    """A visitor of the Race page."""

    def __init__(self, link: dict[str, Any] | None = None, name: str = "ann"):
        super().__init__(name)
        self.follow(link or {}, "race.py")

    @property
    def contest(self) -> Contest:
        contest: Contest = self.app.session_state[keys.CONTEST]
        return contest


def test_the_first_sight_says_how_much_it_is_and_trains_nothing(store: Store) -> None:
    ann = Guest()
    assert ann.contest == state.first() == state.read(ann.address)
    assert any("162 runs" in caption for caption in ann.captions)
    assert "Press **Play**" in ann.headline
    assert store.entries() == []
    assert not ann.errors
    ann.set("race.rates", "0.01, ten")
    assert "number" in ann.warnings
    ann.press("race.all")
    assert set(ann.contest.methods) >= {"upgrad", "nash", "gls"}
    assert state.read(ann.address) == ann.contest


def test_a_race_is_watched_stopped_taken_up_and_told(store: Store, hand: Hand) -> None:
    ann = Guest(TINY)
    ann.press("race.play")
    assert len(store.entries()) == ann.contest.race.size == 12
    assert "Waiting for a free worker." in ann.progress
    hand.claim(5)
    ann.look()
    assert "race.front" in ann.charts, "there are points before anybody has come to an end"
    bob = Guest(TINY, "bob")
    assert any("Somebody else" in caption for caption in bob.captions)
    assert {"race.pause", "race.stop", "race.play"} <= bob.grey
    ann.press("race.pause")
    assert ann.progress[0].startswith("Paused")
    ann.press("race.play")
    hand.finish()
    ann.look()
    hand.finish()
    ann.look()
    assert "cannot be told from the best" in ann.headline or "is best" in ann.headline
    assert {"race.front", "race.board", "race.ranks", "race.chances", "race.cost"} <= set(ann.charts)
    assert all(chart["alt"].strip() for chart in ann.charts.values())
    table = ann.app.dataframe[0].value
    assert len(table) == len(ann.contest.race.entrants)
    address = dict(parse_qsl(urlsplit(table["On the Playground"].iloc[0]).query))
    assert address["suite"] == "related_functions"
    kept = store.race(ann.contest.race.key)
    assert kept is not None
    assert kept.result
    ann.unfold("export")
    (entrants,) = (one for one in ann.app.selectbox if one.key == "export.entrant")
    assert "single" not in entrants.options
    assert {"Code and data (ZIP)", "All tables (CSV)"} <= {one.proto.label for one in ann.app.get("download_button")}
    assert any("export race.json --entrant" in one.value for one in ann.app.code)
    late = Guest(TINY, "late")
    assert late.headline == ann.headline
    assert len(store.entries()) == 12


def test_pairs_are_drawn_as_a_map(hand: Hand) -> None:
    ann = Guest(TINY | {"methods": "dwa", "strategies": "hard,lora", "weights": "0"})
    ann.press("race.play")
    hand.finish()
    ann.look()
    assert "race.heat" in ann.charts
    assert "Low-rank changes, Dynamic weight average" in ann.charts["race.heat"]["alt"]
