"""What comes by the channel of a page as a whole is what the page itself draws, in both languages."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from playground.basics.errors import Invalid
from playground.landscape import plan
from playground.live.hub import Hub
from playground.live.limits import Limits
from playground.live.request import Topic
from playground.live.shown import Shown, keys_of
from playground.runs.read_cache import Feed
from playground.runs.store.store import Store
from playground.ui.app.live_pages import PAGES
from playground.ui.live.watch import View
from playground.ui.race import state as race_state
from playground.ui.sharing import live as sharing_live
from playground.ui.sharing import state as sharing
from playground.ui.sharing.results import Bench, lower_pictures
from playground.ui.weighting import landscape, race
from tests.pages.visitor import Hand

pytestmark = pytest.mark.usefixtures("url")

TINY = {"suite": "related_functions", "suite.examples": "60", "backbone.width": "4", "steps": "20", "batch": "8", "seeds": "1"}


@pytest.fixture
def hub(store: Store) -> Hub:
    """A hub that draws whenever it is asked."""
    feed = Feed(store, every=0.0)
    return Hub(lambda: feed, Limits(parts=0.0, work=60.0), lambda: PAGES)


def items(hub: Hub, topic: Topic) -> dict[str, Any]:
    """The parts of a page as somebody gets them who comes now."""
    shown = hub._frames(topic)
    assert isinstance(shown, Shown)
    hub._look([shown])
    frame = json.loads(shown.whole()[0])[0]
    found: dict[str, Any] = frame["items"]
    assert frame["keys"] == keys_of(found)
    return found


@pytest.mark.parametrize("view", ["side", "depth"])
def test_a_study_comes_with_the_parts_that_its_page_has_places_for(view: str, store: Store, hand: Hand, hub: Hub) -> None:
    study = sharing.read(TINY | {"beside1": "cross_stitch", "view": view})
    asked = store.submit([*study.runs(), *study.baselines()], "ann").runs
    count = len(study.runs())
    topic = Topic(tuple(asked[:count]), tuple(asked[count:]), page="sharing", about=urlencode(study.query()))
    for turn in ("waits", "trains", "is over"):
        if turn == "trains":
            hand.claim(5)
        elif turn == "is over":
            hand.finish()
        found = items(hub, topic)
        by_number = {one.id: one for one in store.histories(asked)}
        runs, baselines = ([by_number[number] for number in part] for part in (asked[:count], asked[count:]))
        bench = Bench(View(study, runs, baselines, {entry.key: entry for entry in store.entries(asked)}, False))
        lower = lower_pictures(bench) if view == "side" else ([], [])
        assert set(found) == set(sharing_live.names(bench, lower)), turn
        parts = {name: piece.plain() for name, piece in sharing_live.parts(bench, lower).items()}
        timed = {"sharing.table"}  # milliseconds a step are those of the moment
        for name in set(parts) - timed:
            assert json.loads(json.dumps(parts[name])) == found[name], (turn, name)
    assert found["headline"]["strong"]


def test_a_race_of_methods_comes_as_it_is(store: Store, hand: Hand, hub: Hub) -> None:
    contest = race_state.read(TINY | {"methods": "pcgrad", "rates": "0.01", "weights": "0"})
    topic = Topic((), page="race", about=urlencode({"race": json.dumps(contest.race.to_dict()), "pair": "no|pair"}))
    assert items(hub, topic)["headline"]["text"].startswith("Press Play")
    race_state.course(contest).begin("ann")
    items(hub, topic)  # who looks drives it
    assert {entry.visitor for entry in store.entries()} == {"ann"}
    hand.finish()
    found = items(hub, topic)
    assert {"race.front", "race.board", "race.table", "race.ranks", "race.chances", "race.cost"} <= set(found)
    assert found["race.table"]["rows"][0][-1]["link"].startswith("/?")


class Ring:
    """A stadium with one race, as far as it has come."""

    def __init__(self, one: race.Race):
        self.one = one

    def look(self, asked: plan.Plan) -> race.Race | None:
        return self.one if asked == self.one.plan else None

    def ask(self, asked: plan.Plan) -> race.Race | None:
        return None


def test_a_race_in_the_plane_comes_as_far_as_it_is(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = plan.read({"world": "valleys", "methods": "equal,nash", "starts": "9,9", "steps": "20"})
    made = race.Race(asked)
    made.status = "running"
    monkeypatch.setattr(race, "stadium", lambda: Ring(made))
    topic = Topic((), page="weighting", about=urlencode({"plan": json.dumps(asked.to_dict()), "ground": "nothing"}))
    assert items(hub, topic) == {}, "what stood there before stays"
    made.parts.append({"steps": [0, 10], "points": [[[9.0, 9.0], [9.0, 9.0]], [[8.0, 8.0], [8.5, 8.5]]]})
    found = items(hub, topic)
    assert set(found) == set(landscape.names(race.look_at(asked))) == {"headline", "race", "race.table"}
    assert found["race"]["steps"] == [0, 10]
    assert "After 10 steps" in found["headline"]["strong"]


@pytest.mark.parametrize(
    ("page", "about"),
    [
        ("sharing", urlencode({"suite": "nowhere"})),
        ("race", ""),
        ("race", urlencode({"race": "[]"})),
        ("race", urlencode({"race": json.dumps({"methods": "nowhere"})})),
        ("race", urlencode({"race": json.dumps({"seeds": {"a": []}, "rates": 1})})),
        ("weighting", urlencode({"plan": "{"})),
        ("weighting", urlencode({"plan": json.dumps({"world": "nowhere"})})),
        ("weighting", urlencode({"plan": json.dumps({"world": [], "starts": 5, "methods": {}})})),
    ],
)
def test_what_no_page_would_show_is_refused(page: str, about: str, hub: Hub) -> None:
    with pytest.raises(Invalid) as caught:
        hub.experiments(Topic((), page=page, about=about))
    assert ("nowhere" in about) == ("nowhere" in str(caught.value))
