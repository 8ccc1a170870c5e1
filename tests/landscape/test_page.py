"""The Weighting page, driven without a browser."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from playground.landscape import process
from playground.landscape.race import race
from playground.ui.weighting import form, state
from playground.ui.weighting import race as racing
from playground.ui.weighting.arrows import SKETCH
from playground.ui.weighting.state import PLAN

ROOT = Path(__file__).parents[2]


class Arena:
    """A stadium without processes: every race is over as soon as it is asked for."""

    def __init__(self) -> None:
        self.races: dict[object, process.Race] = {}

    def look(self, plan):
        return self.races.get(plan)

    def ask(self, plan):
        made = process.Race(plan)
        made.parts.append(race(plan).to_dict())
        made.status = "finished"
        self.races[plan] = made
        return made


@pytest.fixture
def arena(monkeypatch: pytest.MonkeyPatch) -> Arena:
    made = Arena()
    for module in (form, racing):
        monkeypatch.setattr(module, "stadium", lambda: made)
    return made


def opened(**query: str) -> AppTest:
    """The page, opened by a link, without an exception."""
    page = AppTest.from_file(str(ROOT / "pages" / "weighting.py"), default_timeout=60)
    page.session_state["framed"] = True
    for name, value in query.items():
        page.query_params[name] = value
    return calm(page.run())


def calm(page: AppTest) -> AppTest:
    assert not page.exception, page.exception
    return page


def warnings(page: AppTest) -> str:
    return "\n".join(one.value for one in page.warning)


def test_the_first_sight_is_a_recorded_race_of_the_paper(arena: Arena) -> None:
    page = opened()
    assert page.session_state[PLAN].steps == 50_000
    assert any(
        "After 50,000 steps the front is reached by MGDA, Nash-MTL from 5 of 5 starts" in one.value for one in page.markdown
    )
    assert arena.races == {}
    frame = page.dataframe[0].value
    assert list(frame[frame["Method"] == "Equal weights"]["Outcome"]).count("stuck") == 1


def test_the_sentence_where_some_or_all_methods_reach_nothing(arena: Arena) -> None:
    """From (9, 9) with few steps nobody is there; in the paper's setting the plain sum is stuck and Nash-MTL is not."""
    short = opened(world="valleys", methods="equal,nash", starts="9,9", steps="20")
    assert "**After 20 steps no method has reached the front.**" in [one.value for one in short.markdown]
    paper = {"scale": "0.1", "rate": "0.001", "memory": "0.999", "steps": "50000"}
    page = opened(world="valleys", methods="equal,nash", starts="9,9", **paper)
    said = "**After 50,000 steps the front is reached by Nash-MTL from 1 of 1 starts. Not from any start: Equal weights.**"
    assert said in [one.value.replace("\\", "") for one in page.markdown]


def test_a_link_is_followed_and_written_again(arena: Arena) -> None:
    query = {"world": "bowls", "methods": "equal,pcgrad", "starts": "2,1", "learning_rate": "0.05", "steps": "40"}
    page = opened(**query)
    assert page.session_state[PLAN].methods == ("equal", "pcgrad")
    for name, value in query.items():
        assert page.query_params[name] == value
    assert page.session_state[PLAN] in arena.races


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"methods": "nashh"}, "Did you mean nash"),
        ({"tab": "lap"}, "race, arrows"),
        ({"starts": "99,99"}, "between -11 and 11"),
        ({"methods": "aligned,cagrad,config,db_mtl,dualproj,equal,mgda,nash,pcgrad"}, "at most 8"),
        ({"tab": "arrows", "arrows": "1,2"}, "two or three pairs"),
        ({"speed": "x" * 5000}, "at most 4000 characters"),
    ],
)
def test_a_bad_link_is_said_and_not_followed(arena: Arena, query: dict[str, str], sentence: str) -> None:
    page = opened(**query)
    assert sentence in warnings(page).replace("`", "")


def test_a_start_that_was_typed_and_one_that_cannot_be(arena: Arena) -> None:
    page = opened(world="bowls", methods="equal", starts="2,1", steps="40")
    calm(page.text_input(key="race.typed").set_value("1.5, -2").run())
    assert page.session_state[PLAN].starts == ((2.0, 1.0), (1.5, -2.0))
    calm(page.text_input(key="race.typed").set_value("7, 7").run())
    assert "between -3 and 3" in warnings(page)
    assert page.session_state[PLAN].starts == ((2.0, 1.0), (1.5, -2.0))


def test_without_methods_nothing_changes(arena: Arena) -> None:
    page = opened(world="bowls", methods="equal", starts="2,1", steps="40")
    calm(page.multiselect(key="race.methods").set_value([]).run())
    assert "At least one method" in warnings(page)
    assert page.session_state[PLAN].methods == ("equal",)


def test_without_bounds_methods_stand_last_with_the_reason_and_cannot_be_taken(arena: Arena) -> None:
    page = opened(methods="equal", steps="20", bounded="false")
    chosen = page.multiselect(key="race.methods")
    barred = [one for one in chosen.options if "✗" in one]
    assert "FAMO ✗ a loss can be negative" in barred
    assert chosen.options[-len(barred) :] == barred
    calm(chosen.set_value(["equal", "famo"]).run())
    assert page.session_state[PLAN].methods == ("equal",)
    assert "needs losses above zero" in warnings(page)


def test_another_world_and_another_setting(arena: Arena) -> None:
    page = opened(methods="equal,mgda")
    calm(page.selectbox(key="race.world").set_value("squares").run())
    assert (page.session_state[PLAN].world, page.session_state[PLAN].methods) == ("squares", ("equal", "mgda"))
    calm(page.selectbox(key="race.world").set_value("valleys").run())
    calm(page.selectbox(key="race.setting").set_value("cagrad").run())
    assert page.session_state[PLAN].steps == 100_000
    assert any("After 100,000 steps" in one.value for one in page.markdown)


def test_a_long_race_begins_only_when_asked(arena: Arena) -> None:
    page = opened(methods="equal", starts="1,1", steps="9000")
    assert arena.races == {}
    page.session_state[PLAN] = state.checked({"methods": "equal", "starts": "1,1", "steps": "8100"})
    calm(page.run())
    calm(page.button(key="race.begin").click().run())
    assert list(arena.races) == [page.session_state[PLAN]]


def test_what_a_click_sends_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    session: dict[str, object] = {}
    monkeypatch.setattr(state.st, "session_state", session)
    before = state.current()
    for sent in (None, "x", [1], [1, 2, 3], [float("nan"), 0.0], [1e9, 0], [{}, []]):
        session["race"] = SimpleNamespace(start=sent)
        form.clicked()
        assert state.current() == before
    session["race"] = SimpleNamespace(start=[1.26, -3.0])
    form.clicked()
    assert state.current().starts == (*before.starts, (1.3, -3.0))


def test_the_arrow_lab_shows_every_method_and_follows_its_sliders(arena: Arena) -> None:
    page = opened(tab="arrows", arrows="0,3;135,1.4", losses="1,2")
    assert page.session_state[SKETCH].arrows == ((0.0, 3.0), (135.0, 1.4))
    frame = page.dataframe[-1].value.set_index("Method")
    assert frame.loc["Equal weights", "Who is hurt"] == "hurts Task 2"
    assert frame.loc["MGDA", "Who is hurt"] == "hurts nobody"
    calm(page.slider(key="arrows.angle.1").set_value(90.0).run())
    assert page.session_state[SKETCH].arrows[1] == (90.0, 1.4)
    assert page.query_params["arrows"] == "0,3;90,1.4"
    frame = page.dataframe[-1].value.set_index("Method")
    assert frame.loc["Equal weights", "Who is hurt"] == "hurts nobody"


def test_three_tasks(arena: Arena) -> None:
    page = opened(tab="arrows", arrows="0,1;120,1;-120,1.5")
    assert len(page.session_state[SKETCH].losses) == 3
    assert "weight 3" in page.dataframe[-1].value.columns


def test_slopes_that_count_as_none_are_told_as_none(arena: Arena) -> None:
    """Three arrows around the origin: the shortest mean is no step at all, but for rounding."""
    page = opened(tab="arrows", arrows="20,2.6;130,1.1;-110,1.6")
    frame = page.dataframe[0].value
    row = frame[frame["Method"] == "MGDA"].iloc[0]
    assert [row[f"d · g{place}"] for place in (1, 2, 3)] == ["● 0"] * 3
