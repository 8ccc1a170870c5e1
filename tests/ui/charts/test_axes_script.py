"""Axes of charts: their round ends, how seldom they move, and what low charts leave out."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest

from tests.ui.scripts.scripts import Scripts

pytestmark = pytest.mark.browser

STAND = "(layout, data, state) => { stand(layout, data, state); return [layout, state]; }"


def steady(page: Any, found: list[list[float]], log: bool = False, tight: bool = False) -> list[list[float]]:
    """The ranges around some values, each pair by itself."""
    call = "(all, log, tight) => all.map((found) => steady(found, log, tight))"
    ranges: list[list[float]] = Scripts(page, "axes.js").call(call, found, log, tight)
    return ranges


def stood(page: Any, axes: dict[str, Any], data: list[dict[str, Any]], state: dict[str, Any]) -> tuple[Any, Any]:
    layout, after = Scripts(page, "axes.js").call(STAND, axes, data, state)
    return layout, after


# --- axes.js: the ends of one axis -------------------------------------------------------------------------------------


def ends(low: float, high: float) -> list[Any]:
    """Round ends, with so much beside them that a line along the very edge is not cut in half."""
    edge = (high - low) / 50
    return [pytest.approx(low - edge), pytest.approx(high + edge)]


@pytest.mark.parametrize(
    ("found", "want"),
    [
        ((2, 4), (2, 4)),  # round already
        ((0.3, 0.5), (0.3, 0.5)),  # also where the machine has a little less than 3 × 0.1
        ((0, 2.2), (0, 3)),
        ((0, 4.5), (0, 5)),
        ((0, 5), (0, 5)),  # five steps at most
        ((0, 5.1), (0, 6)),
        ((0, 9.1), (0, 10)),
        ((0, 10.5), (0, 15)),
        ((0, 12), (0, 15)),
        ((0, 19), (0, 20)),
        ((0, 0.019), (0, 0.02)),
        ((-3, 4), (-4, 4)),
        ((-4.2, -2.1), (-5, -2)),
        ((1, 3), (1, 3)),
        ((1, 3.1), (0, 4)),  # zero is near, so it is in sight
        ((1.2, 3), (1, 3)),
        ((0.6, 2.5), (0, 3)),
        ((-0.5, 4), (-1, 4)),
    ],
)
def test_an_axis_ends_at_the_next_round_numbers(page: Any, found: tuple[float, float], want: tuple[float, float]) -> None:
    assert steady(page, [list(found)]) == [ends(*want)]


def test_one_value_alone_stands_in_the_middle_between_zero_and_twice_itself(page: Any) -> None:
    assert steady(page, [[5, 5], [-5, -5], [0, 0]]) == [ends(0, 10), ends(-10, 0), ends(0, 1)]
    assert steady(page, [[0.5, 0.5], [-0.5, -0.5]]) == [ends(0, 1), ends(-1, 0)]
    assert steady(page, [[7, 7], [0, 0]], tight=True) == [[0, 15], [0, 1]]


def test_steps_begin_at_the_first_one_or_shortly_before(page: Any) -> None:
    # Ends are multiples of 20 here: what starts within the first quarter of one stands at the very edge.
    found = steady(page, [[1, 100], [5, 100], [10, 100], [21, 100], [35, 100]], tight=True)
    assert found == [[1, 100], [5, 100], [5, 100], [21, 100], [25, 100]]


def test_a_logarithmic_axis_ends_at_half_decades(page: Any) -> None:
    found = [[0.02, 30], [10, 10], [0.1, 1000], [2, 9], [4, 5], [400, 4000]]
    assert steady(page, found, log=True) == [[-2, 1.5], [0.5, 1.5], [-1, 3], [0, 1], [0.5, 1], [2.5, 4]]
    assert steady(page, [[0, 5], [-1, 5]], log=True) == [None, None], "there is no logarithm of these"


def test_a_range_around_zero_is_round_and_as_wide_as_it_has_to_be(page: Any) -> None:
    fresh = "(all) => all.map((end) => reached(end, {}))"
    round_ones = {
        1: 1,
        1.2: 1.5,
        1.5: 1.5,
        1.7: 2,
        2: 2,
        2.5: 3,
        3: 3,
        4: 5,
        5: 5,
        6: 7.5,
        7.5: 7.5,
        9.5: 10,
        40: 50,
        0.07: 0.075,
    }
    found = Scripts(page, "axes.js").call(fresh, list(round_ones))
    assert found == [[pytest.approx(-end), pytest.approx(end)] for end in round_ones.values()]


def test_a_range_around_zero_stays_until_it_is_passed_or_four_times_too_wide(page: Any) -> None:
    call = "(all) => { const state = {}; return all.map((end) => reached(end, state)[1]); }"
    assert Scripts(page, "axes.js").call(call, [2, 0.6, 0.5, 0.45, 0.5, 0.51]) == [2, 2, 2, 0.5, 0.5, 0.75]


# --- axes.js: what a chart's axes hold -----------------------------------------------------------------------------------


def test_an_axis_holds_what_is_drawn_along_it(page: Any) -> None:
    def sent(values: list[float], kind: str) -> dict[str, str]:
        return {"dtype": kind, "bdata": base64.b64encode(np.array(values, f"<{kind}").tobytes()).decode()}

    data = [
        {"x": [3, 1, 2], "y": [5, None, 7]},
        {"x": [8], "y": sent([4.5, 6], "f4"), "xaxis": "x", "yaxis": "y"},
        {"x": [9], "y": sent([-2.5, np.nan, np.inf, 1], "f8"), "yaxis": "y2"},
        {"x": [100], "y": sent([50], "i4"), "xaxis": "x2"},  # other numbers are left to plotly
        {"y": ["c", "d"], "xaxis": "x3", "yaxis": "y3"},
    ]
    shapes = [
        {"legendgroup": "a", "y0": 10},
        {"legendgroup": "b", "y0": -9, "yref": "y2"},
        {"legendgroup": "c", "y0": 3, "yref": "y"},
        {"y0": 99},
    ]
    call = "(data, layout, names) => names.map((name) => ends(data, layout, name))"
    names = ["xaxis", "xaxis2", "xaxis3", "yaxis", "yaxis2", "yaxis3"]
    found = Scripts(page, "axes.js").call(call, data, {"shapes": shapes}, names)
    assert found == [[1, 9], [100, 100], None, [3, 10], [-9, 1], None], "lines of baselines are in sight too"
    assert Scripts(page, "axes.js").call(call, data, {}, ["yaxis"]) == [[4.5, 7]]


DATA = [{"x": [10, 100], "y": [2, 4]}, {"x": [10, 100], "y": [20, 2000], "yaxis": "y2"}]


def test_every_axis_without_ends_of_its_own_gets_round_ones(page: Any) -> None:
    axes = {"xaxis": {"title": "Step"}, "yaxis": {}, "yaxis2": {"type": "log"}, "yaxis3": {}, "margin": {}}
    layout, _state = stood(page, axes, DATA, {"steady": True})
    assert layout == {
        "xaxis": {"title": "Step", "range": [5, 100]},
        "yaxis": {"range": ends(2, 4)},
        "yaxis2": {"type": "log", "range": [1, 3.5]},
        "yaxis3": {},  # nothing is drawn along it
        "margin": {},
    }
    assert stood(page, axes, DATA, {"steady": False})[0] == axes, "a figure that stands still looks as it was drawn"


@pytest.mark.parametrize(
    "own",
    [{"range": [0, 1]}, {"visible": False}, {"tickvals": [1, 2]}, {"autorange": "reversed"}],
    ids=lambda own: next(iter(own)),
)
def test_an_axis_that_says_how_it_looks_is_left_alone(page: Any, own: dict[str, Any]) -> None:
    layout, _state = stood(page, {"xaxis": own, "yaxis": {"visible": True}}, DATA, {"steady": True})
    assert layout == {"xaxis": own, "yaxis": {"visible": True, "range": ends(2, 4)}}


def test_a_zoom_stays_as_long_as_the_subject(page: Any) -> None:
    axes = {"uirevision": "s", "xaxis": {}, "yaxis": {"uirevision": "log"}, "yaxis2": {"uirevision": "log"}}
    zooms = {
        "xaxis": {"range": [3, 4], "revision": "s "},
        "yaxis": {"range": [5, 6], "revision": "s log"},
        "yaxis2": {"range": [7, 8], "revision": "s linear"},
    }
    layout, state = stood(page, axes, DATA, {"steady": True, "zooms": zooms})
    kept = {"autorange": False}
    assert layout["xaxis"] == {"range": [3, 4], **kept}
    assert layout["yaxis"] == {"uirevision": "log", "range": [5, 6], **kept}
    assert layout["yaxis2"] == {"uirevision": "log", "range": ends(0, 2000)}
    assert list(state["zooms"]) == ["xaxis", "yaxis"], "what was zoomed before is forgotten"
    layout, state = stood(page, axes | {"uirevision": "t"}, DATA, {"steady": False, "zooms": zooms})
    assert "range" not in layout["xaxis"]
    assert state["zooms"] == {}


def test_the_axis_of_gains_reaches_as_far_to_both_sides(page: Any) -> None:
    gains = {"part": "gains"}
    axes = {"xaxis": {"range": [-4, 4.2]}, "yaxis": {}}
    layout, state = stood(page, axes, DATA, {"steady": True, "live": gains})
    assert layout == {"xaxis": {"range": [-5, 5]}, "yaxis": {"range": ends(2, 4)}}
    assert state["reach"] == 5
    # Of another part, and in a figure that stands still, its range is its own.
    for other in ({"steady": True, "live": {"part": "losses"}}, {"steady": True}, {"steady": False, "live": gains}):
        assert stood(page, axes, DATA, other)[0]["xaxis"] == {"range": [-4, 4.2]}


# --- low.js ------------------------------------------------------------------------------------------------------------


SHORTEN = """(layout, size, data) => {
    const root = document.body.appendChild(document.createElement("div"));
    root.style.fontSize = `${size}px`;
    shorten(layout, root, data);
    return layout;
}"""


def low(page: Any, layout: dict[str, Any], size: int = 20, traces: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """A layout as a low chart has it, below words of so many pixels."""
    found: dict[str, Any] = Scripts(page, "low.js").call(SHORTEN, {"width": 400, "height": 240, **layout}, size, traces or [])
    return found


@pytest.mark.parametrize(("around", "size"), [(20, 16), (16, 12), (10, 12), (30, 23)])
def test_words_of_a_low_chart_are_small_but_can_be_read(page: Any, around: int, size: int) -> None:
    axis = {"title": {"text": "a", "font": {"size": 50}}, "ticktext": ["u<br>v", "w"]}
    layout = low(page, {"font": {"color": "red"}, "legend": {"font": {"color": "blue"}}, "xaxis": axis}, around)
    title = {"text": "a", "standoff": 2, "font": {"size": size}}
    assert layout == {
        "width": 400,
        "height": 240,
        "font": {"color": "red", "size": size},
        "legend": {"itemwidth": 30, "tracegroupgap": 0, "font": {"color": "blue", "size": size}},
        "xaxis": {"title": title, "ticktext": ["u v", "w"]},
    }


def test_a_long_legend_stands_beside_a_low_chart_that_is_wide(page: Any) -> None:
    def beside(count: int, width: int = 400) -> bool:
        traces = [{"name": f"trace {place}"} for place in range(count)]
        unnamed: list[dict[str, Any]] = [{"name": "hidden", "showlegend": False}, {"name": ""}, {}]
        layout = low(page, {"width": width, "legend": {"orientation": "h"}}, traces=[*traces, *unnamed])
        legend = layout["legend"]
        place = {"xref": "paper", "x": 1.01, "xanchor": "left", "yref": "paper", "y": 1, "yanchor": "top", "orientation": "v"}
        assert legend.items() >= place.items() or legend.keys().isdisjoint(place.keys() - {"orientation"})
        return bool(legend["orientation"] == "v")

    assert [beside(3), beside(4), beside(4, width=399)] == [False, True, False]


def test_a_low_axis_has_a_mark_for_every_few_lines_of_words(page: Any) -> None:
    axes = {
        "yaxis": {"domain": [0.5, 1]},
        "yaxis2": {"domain": [0.05, 0.1], "ticks": ""},
        "yaxis3": {},
        "xaxis": {"domain": [0, 1]},
    }
    layout = low(page, axes)  # 240 pixels, of which a mark takes three times 16
    assert [layout[name].get("nticks") for name in axes] == [3, 2, 5, None], "240 / 48 of the whole; two at least"
    assert layout["yaxis2"]["ticks"] == ""


INSIDE = "(axes, more) => { const layout = { ...axes, ...more }; wordsInside(layout, 10); return layout; }"


def test_words_stand_beside_a_panel_as_long_as_they_fit_half_of_it(page: Any) -> None:
    def fits(text: str, height: int, domain: tuple[float, float] | None = None) -> bool:
        axis = {"title": {"text": text}} | ({"domain": domain} if domain else {})
        return "title" in Scripts(page, "low.js").call(INSIDE, {"yaxis": axis}, {"height": height})["yaxis"]

    # Twenty letters of 5.5 pixels each; Chinese signs take the whole ten.
    letters, signs = "l" * 20, "体" * 11
    assert [fits(letters, 221), fits(letters, 219), fits(signs, 220), fits(signs, 219)] == [True, False] * 2
    assert [fits(letters, 441, (0.5, 1)), fits(letters, 438, (0.5, 1))] == [True, False]
    assert fits("l" * 9 + "<br>" + "l" * 10, 221), "a new line is as wide as a space"
    layout = Scripts(page, "low.js").call(INSIDE, {"yaxis": {}, "xaxis": {"title": {"text": letters}}}, {"height": 100})
    assert layout == {"yaxis": {}, "xaxis": {"title": {"text": letters}}, "height": 100}, "an axis without words has none"


def test_a_low_chart_leaves_out_words_that_are_longer_than_it(page: Any) -> None:
    layout = low(page, {"yaxis": {"title": {"text": "l" * 14}}, "yaxis2": {"title": {"text": "l" * 13}, "domain": [0, 1]}})
    assert ["title" in layout[name] for name in ("yaxis", "yaxis2")] == [False, True], "120 pixels of 8.8 each"
    assert [one["text"] for one in layout["annotations"]] == ["l" * 14]


def test_the_words_of_one_panel_go_and_those_of_several_stand_in_them(page: Any) -> None:
    long, more = "a long title<br>of an axis", {"height": 200, "font": {"color": "red"}, "annotations": [{"text": "first"}]}
    axis = {"title": {"text": long}, "ticks": "outside"}
    one = Scripts(page, "low.js").call(INSIDE, {"yaxis": axis}, more)
    assert one == more | {"yaxis": {"ticks": "outside"}}
    two = Scripts(page, "low.js").call(
        INSIDE, {"yaxis": axis | {"domain": [0.6, 1]}, "yaxis2": axis | {"domain": [0, 0.4]}}, more
    )
    place = {"xref": "paper", "yref": "paper", "x": 0, "xanchor": "left", "yanchor": "top", "xshift": 4, "showarrow": False}
    words = place | {"text": "a long title of an axis", "font": {"color": "red", "size": 10}}
    assert two["annotations"] == [{"text": "first"}, words | {"y": 1}, words | {"y": 0.4}]
    assert "title" not in two["yaxis"]
    assert two["yaxis2"] == {"ticks": "outside", "domain": [0, 0.4]}
    two = Scripts(page, "low.js").call(INSIDE, {"yaxis": axis, "yaxis2": {}}, {"height": 100})
    assert [one["y"] for one in two["annotations"]] == [1], "the whole height where nothing else is said"
