"""Numbers over steps: their arithmetic against that of Python and NumPy, and the figures that they fill."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from tests.ui.scripts.scripts import Scripts

pytestmark = pytest.mark.browser

NONE = None
"""What stands for NaN in what comes back, as it does not travel as JSON."""

READ = "const read = (line) => Float64Array.from(line, (value) => value ?? NaN);"


@pytest.fixture
def series(page: Any) -> Scripts:
    return Scripts(page, "series.js")


@pytest.fixture
def scripts(page: Any) -> Scripts:
    return Scripts(page, "live.js", "series.js", "curves.js")


# --- series.js ---------------------------------------------------------------------------------------------------------


def test_runs_lie_over_all_their_steps(series: Scripts) -> None:
    call = "(runs) => matrix(runs, (run) => run.steps, (run, row) => run.values[row])"
    runs = [
        {"steps": [10, 2], "values": [4, 3]},
        {"steps": [2, 30, 5], "values": [6, 7, None]},
        {"steps": [5], "values": [None]},
    ]
    # Nobody has a number at step 5, and the last run none at all.
    assert series.call(call, runs) == {"steps": [2, 10, 30], "lines": [[3, 4, NONE], [6, NONE, 7]]}
    assert series.call(call, runs[2:]) == {"steps": [], "lines": []}
    full = {"steps": [1, 2], "values": [0, 5]}
    assert series.call(call, [full, full]) == {"steps": [1, 2], "lines": [[0, 5]] * 2}


@pytest.mark.parametrize("strength", [0.5, 0.9])
def test_a_smoothed_line_forgets_with_the_distance_of_steps(series: Scripts, strength: float) -> None:
    steps, line = [0, 1, 2, 4, 5, 7, 8, 20], [3.0, 7.0, -1.0, None, 4.0, 4.0, 10.0, 0.0]
    there = [place for place, value in enumerate(line) if value is not None]
    usual = np.median(np.diff([steps[place] for place in there]))
    want: list[Any] = [NONE] * len(line)
    for place in there:
        before = [one for one in there if one <= place]
        weights = [strength ** ((steps[place] - steps[one]) / usual) for one in before]
        want[place] = pytest.approx(np.average([line[one] for one in before], weights=weights))
    call = f"(steps, line, strength) => {{ {READ} return smoothed(steps, read(line), strength); }}"
    assert series.call(call, steps, line, strength) == want
    assert series.call(call, steps, line, 0) == line
    assert series.call(call, [1, 2], [1, 5], 0.5) == [1, pytest.approx((0.5 * 1 + 5) / 1.5)]
    assert series.call(call, [1, 2], [5, None], 0.5) == [5, NONE], "a value alone stays"


def test_the_middle_of_numbers_is_that_of_numpy(series: Scripts) -> None:
    for values in ([4], [10, 9], [9, 10, 100], [100, 9, 2, 10], [3, 1, 2, 5, 4]):
        assert series.call("median", values) == np.median(values)


def test_lines_are_joined_where_they_have_numbers(series: Scripts) -> None:
    call = f"(lines) => {{ {READ} return [mean, least, most].map((join) => across(lines.map(read), join)); }}"
    assert series.call(call, [[1, None, 4], [3, 6, -6]]) == [[2, 6, -1], [1, 6, -6], [3, 6, 4]]
    assert series.call(call, []) == [[]] * 3


@pytest.mark.parametrize(("length", "count"), [(0, 5), (1, 5), (5, 5), (6, 5), (8, 5), (9, 5), (1000, 7), (10, 9), (19, 10)])
def test_points_are_thinned_evenly(series: Scripts, length: int, count: int) -> None:
    want = np.arange(length) if length <= count else np.unique(np.round(np.linspace(0, length - 1, count)))
    assert series.call("thinned", length, count) == want.tolist()


def test_a_line_keeps_two_hundred_points(series: Scripts) -> None:
    assert [len(series.call("thinned", length)) for length in (199, 200, 201, 999)] == [199, 200, 200, 200]
    assert series.call("(length) => thinned(length).at(-1)", 999) == 998


def test_halves_are_rounded_as_python_rounds_them(series: Scripts) -> None:
    values = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 2.49, 2.51, 3, 0]
    assert series.call("(values) => values.map(halfEven)", values) == [round(value) for value in values]


def test_a_line_is_told_relative_to_its_first_number(series: Scripts) -> None:
    call = f"(line) => {{ {READ} return relative(read(line)); }}"
    assert series.call(call, [None, 4, 2, None, 0, -1]) == [NONE, 1, 0.5, NONE, 0, -0.25]
    assert series.call(call, [-2, 1]) == [1, -0.5]
    assert series.call(call, [0, 3]) == [NONE, NONE], "nothing can be told by nothing"


def test_between_points_a_curve_is_straight(series: Scripts) -> None:
    steps, values, at = [10, 20, 50, 60], [3, 5, -1, 7], [0, 10, 14, 20, 35, 41, 50, 55, 60, 99]
    call = "(steps, values, at) => at.map((step) => between(steps, values, step))"
    assert series.call(call, steps, values, at) == pytest.approx(np.interp(at, steps, values))


def test_the_update_is_shared_out_by_length(series: Scripts) -> None:
    assert series.call("shares", [2, -1, 0.5], [1, 3, 10]) == [0.2, -0.3, 0.5]
    assert series.call("shares", [0.5, 0], [1, 3]) == [1, 0]
    assert series.call("shares", [0, 1], [2, 0]) == [0, 0], "where nothing moves, no task has a part"
    assert series.call("(weights) => shares(weights, [1, NaN])", [1, 2]) == [NONE, NONE]
    assert series.call("shares", [1, 2], None) is None


def test_pairs_come_in_order(series: Scripts) -> None:
    for count in range(5):
        assert series.call("pairsOf", count) == [list(pair) for pair in combinations(range(count), 2)]


# --- curves.js ---------------------------------------------------------------------------------------------------------


def run(steps: list[int], more: dict[str, Any] | None = None, **rows: list[Any]) -> dict[str, Any]:
    """A run as a page knows it: its columns, a row a step."""
    return {"rows": {"step": steps, **rows}, "scored": [], "changed": [], "kept": None, **(more or {})}


MARKS = {"change": {"kind": "change"}, "step": {"kind": "step"}, "word": {"kind": "word"}}
LIVE = {"tasks": ["a", "b"], "titles": {"a": "A", "b": "B"}, "smooth": 0, "marks": MARKS}
FILL = "(data, layout, state, live, step) => fill({ data, layout }, { ...emptyState(), ...state }, live, step)"


def traces(*names: str, **more: Any) -> list[dict[str, Any]]:
    return [{"uid": name, "look": f"that of {name}", **more} for name in names]


def filled(
    scripts: Scripts, part: str, state: dict[str, Any], uids: list[str], step: int | None = None, **more: Any
) -> dict[str, Any] | None:
    """By trace its numbers as [x, y], and the layout."""
    layout = more.pop("layout", {})
    figure = scripts.call(FILL, traces(*uids), layout, state, {**LIVE, "part": part, **more}, step)
    if figure is None:
        return None
    assert all(trace["look"] == f"that of {trace['uid']}" for trace in figure["data"])
    return {trace["uid"]: [trace["x"], trace["y"]] for trace in figure["data"]} | {"layout": figure["layout"]}


def drawn(scripts: Scripts, part: str, state: dict[str, Any], uids: list[str], **more: Any) -> dict[str, Any]:
    """By trace its numbers alone."""
    found = filled(scripts, part, state, uids, **more) or {}
    return {uid: numbers for uid, numbers in found.items() if uid != "layout"}


ROLES = [f"{task}-{role}" for task in "ab" for role in ("low", "high", "raw", "mean", "kept", "ghost")]


def test_two_runs_are_a_mean_within_a_band(scripts: Scripts) -> None:
    runs = [run([1, 2], loss=[[4, 1], [2, None]]), run([1, 2], loss=[[8, 3], [6, None]])]
    assert drawn(scripts, "losses", {"runs": runs}, ROLES) == {
        "a-low": [[1, 2], [4, 2]],
        "a-high": [[1, 2], [8, 6]],
        "a-raw": [[1, 2], [6, 4]],
        "a-mean": [[1, 2], [6, 4]],
        "b-low": [[1], [1]],
        "b-high": [[1], [3]],
        "b-raw": [[1], [2]],
        "b-mean": [[1], [2]],
    }
    assert set(drawn(scripts, "losses", {"runs": runs[:1]}, ROLES)) == {"a-raw", "a-mean", "b-raw", "b-mean"}
    # Of the runs at the learning rate that counts, and relative to how each began.
    found = drawn(scripts, "losses", {"runs": runs, "now": {"shown": [1]}}, ["a-mean"], relative=True)
    assert found == {"a-mean": [[1, 2], [1, 0.75]]}
    assert filled(scripts, "losses", {"runs": []}, ROLES) is None
    assert filled(scripts, "losses", {"runs": [run([])]}, ROLES) is None


def test_a_smoothed_mean_lies_in_the_band_of_what_was_measured(scripts: Scripts) -> None:
    runs = [run([1, 2], loss=[[4], [2]]), run([1, 2], loss=[[8], [6]])]
    mean = (0.5 * 6 + 4) / 1.5
    found = drawn(scripts, "losses", {"runs": runs}, ROLES, smooth=0.5)
    assert found["a-raw"] == [[1, 2], [6, 4]]
    assert found["a-mean"] == [[1, 2], [6, pytest.approx(mean)]]
    assert (found["a-low"][1], found["a-high"][1]) == ([4, 2], [8, 6])


def test_a_single_point_can_be_seen(scripts: Scripts) -> None:
    state = {"runs": [run([5], loss=[[4, None]])]}
    live = {**LIVE, "part": "losses", "smooth": 0.5}
    raw, mean = scripts.call(FILL, traces("a-raw", "a-mean", "b-mean", mode="lines"), {}, state, live, None)["data"]
    assert (mean["mode"], raw["mode"], "marker" in raw) == ("lines+markers", "lines", False)
    assert mean["marker"]["size"] > 4
    state = {"runs": [run([5, 6], loss=[[4], [3]])]}
    (mean,) = scripts.call(FILL, traces("a-mean", mode="lines"), {}, state, live, None)["data"]
    assert mean["mode"] == "lines"


def test_long_curves_are_thinned_together(scripts: Scripts) -> None:
    steps = list(range(1, 1000))
    runs = [run(steps, loss=[[step] for step in steps]), run(steps, loss=[[-step] for step in steps])]
    found = drawn(scripts, "losses", {"runs": runs}, ["a-mean", "a-low", "a-high"])
    (x, mean), (_x, low), (_same, high) = found.values()
    assert (len(x), x[0], x[-1]) == (200, 1, 999)
    assert mean == [0] * 200
    assert high == x == [-value for value in low]


@pytest.mark.parametrize(
    ("part", "want"),
    [
        ("weights", {"a-mean": [[1, 2], [0.5, 1]], "b-mean": [[1, 2], [2, 3]]}),
        ("norms", {"a-mean": [[2], [4]], "b-mean": [[2], [2]]}),
        ("shares", {"a-mean": [[2], [40]], "b-mean": [[2], [60]]}),  # of 1 × 4 and 3 × 2, in percent
        ("conflict", {"all-mean": [[2], [25]]}),
        ("condition", {"all-mean": [[1, 2], [pytest.approx(10), pytest.approx(1000)]]}),
        ("cosines", {"a·b-mean": [[1, 2], [0.5, -0.1]], "a·b-second": [[1, 2], [0.5, -0.1]]}),
        ("scores", {"a-mean": [[2, 7], [80, 90]], "b-mean": [[2], [1]]}),
    ],
)
def test_every_part_has_its_column(scripts: Scripts, part: str, want: dict[str, Any]) -> None:
    rows = {"weight": [[0.5, 2], [1, 3]], "norm": [None, [4, 2]], "conflict": [None, 0.25], "condition": [10, 1000]}
    more = {"scored": [[2, [80, 1]], [7, [90, None]]]}
    uids = ["a-mean", "b-mean", "all-mean", "a·b-mean", "a·b-second"]
    assert drawn(scripts, part, {"runs": [run([1, 2], more, cosine=[[0.5], [-0.1]], **rows)]}, uids) == want


def test_condition_numbers_are_smoothed_as_powers_of_ten(scripts: Scripts) -> None:
    runs = [run([1, 2], condition=[10, 10_000], conflict=[1, 0])]
    found = drawn(scripts, "condition", {"runs": runs}, ["all-mean", "all-raw"], smooth=0.5)
    power = (0.5 * 1 + 4) / 1.5
    assert found == {uid: [[1, 2], [pytest.approx(10), pytest.approx(10**power)]] for uid in ("all-mean", "all-raw")}
    # What is smoothed already, or a sum, is drawn as it is; so are scores.
    assert drawn(scripts, "conflict", {"runs": runs}, ["all-mean"], smooth=0.5) == {"all-mean": [[1, 2], [100, 0]]}
    scored = [run([1], {"scored": [[2, [80]], [7, [90]]]})]
    assert drawn(scripts, "scores", {"runs": scored}, ["a-mean"], smooth=0.5) == {"a-mean": [[2, 7], [80, 90]]}


def test_the_run_before_stands_behind_where_it_can_be_compared(scripts: Scripts) -> None:
    now, before = run([1, 2], loss=[[4, 3], [2, 2]], conflict=[0, 0]), run([1, 3], loss=[[8], [6]], conflict=[1, 1])
    state = {"runs": [now, now], "ghost": [before], "now": {"shown": [1]}}
    found = drawn(scripts, "losses", state, ["a-ghost", "a-mean", "b-ghost"], smooth=0.5)
    assert found["a-ghost"] == [[1, 3], [8, pytest.approx((0.5 * 8 + 6) / 1.5)]]
    assert "b-ghost" not in found, "it had no such task"
    assert set(drawn(scripts, "conflict", state, ["all-ghost", "all-mean"])) == {"all-mean"}


def test_steps_that_count_lie_on_their_curves(scripts: Scripts) -> None:
    rows = [[4, 1], [2, 1], [0, 1]]
    more = [{"kept": [20, 30]}, {"kept": [15, 30]}, {"kept": [20]}, {}]
    state = {"runs": [run([10, 20, 30], one, loss=rows) for one in more]}
    found = drawn(scripts, "losses", state, ["a-kept", "b-kept"], kept=True)
    assert found == {"a-kept": [[15, 20], [3, 2]], "b-kept": [[30], [1]]}
    assert drawn(scripts, "losses", state, ["a-kept", "b-kept"]) == {}, "where the page marks none"
    assert drawn(scripts, "losses", {"runs": state["runs"][3:]}, ["a-kept"], kept=True) == {}, "where none is chosen yet"


def test_shapes_and_words_mark_what_was_turned_and_where_one_looks(scripts: Scripts) -> None:
    runs = [
        run([1, 2], {"changed": [[1, "rate > 0.1 & \"a\" < 'b'"], [2, "x"]]}, loss=[[4], [2]]),
        run([1], {"changed": [[1, "no"]]}, loss=[[4]]),
    ]
    level = {"legendgroup": "a", "line": {"dash": "dot"}, "y0": 1, "y1": 1}
    other = {"legendgroup": "a", "line": {"dash": "dash"}, "y0": 2}
    frame = {"line": {"dash": "dot"}, "y0": 3}
    layout = {"shapes": [level, {**level, "legendgroup": "b"}, other, frame], "annotations": [{"text": "first"}]}
    found = filled(scripts, "losses", {"runs": runs, "levels": {"a": 90}}, [], step=0, layout=layout)
    assert found is not None
    turned = [{"kind": "change", "x0": at, "x1": at} for at in (1, 2)]
    line = {"kind": "step", "x0": 0, "x1": 0}
    assert found["layout"]["shapes"] == [{**level, "y0": 90, "y1": 90}, other, frame, *turned, line]
    words = ["rate &gt; 0.1 &amp; &quot;a&quot; &lt; &#x27;b&#x27;", "x"]
    said = [{"kind": "word", "x": at, "text": text} for at, text in zip((1, 2), words, strict=True)]
    assert found["layout"]["annotations"] == [{"text": "first"}, *said]
    found = filled(scripts, "losses", {"runs": runs}, [])
    assert found is not None
    assert found["layout"]["shapes"] == turned, "at the newest step there is no line"


@pytest.mark.parametrize(
    ("values", "end"), [([0.1, -0.19], 0.25), ([0.2, 0.1], 0.5), ([0.1, -0.39], 0.5), ([0.4, 0.1], 1.05), ([-1, 0], 1.05)]
)
def test_cosines_have_few_ranges(scripts: Scripts, values: list[float], end: float) -> None:
    words = [{"text": "up", "y": 1}, {"text": "down", "y": -1}, {"text": "on the paper", "y": 1, "yref": "paper"}]
    layout = {"yaxis": {"title": "t"}, "annotations": words}
    state = {"runs": [run([1, 2], cosine=[[one] for one in values])]}
    found = filled(scripts, "cosines", state, ["a·b-mean"], layout=layout)
    assert found is not None
    assert found["layout"]["yaxis"] == {"title": "t", "range": [-end, end]}
    assert [one["y"] for one in found["layout"]["annotations"]] == [end, -end, 1]


def test_cosines_have_room_for_those_of_the_run_before(scripts: Scripts) -> None:
    state = {"runs": [run([1], cosine=[[0.1]])], "ghost": [run([1], cosine=[[-0.3]])]}
    for uids, end in ((["a·b-mean", "a·b-ghost"], 0.5), (["a·b-mean"], 0.25)):
        found = filled(scripts, "cosines", state, uids)
        assert found is not None
        assert found["layout"]["yaxis"] == {"range": [-end, end]}


@pytest.mark.parametrize(("lowest", "kind"), [(0.1, "log"), (0, "linear"), (-1, "linear"), (None, "log")])
def test_a_logarithmic_axis_becomes_plain_where_zero_is_reached(scripts: Scripts, lowest: float | None, kind: str) -> None:
    axis = {"type": "log", "uirevision": "s log"}
    state = {"runs": [run([1, 2], loss=[[4, 3], [2, 2]]), run([1, 2], loss=[[4, 3], [2, lowest]])]}
    for log in (True, False):
        found = filled(scripts, "losses", state, [], log=log, layout={"yaxis": axis})
        assert found is not None
        assert found["layout"]["yaxis"] == ({"type": kind, "uirevision": f"s {kind}"} if log else axis)
    found = filled(scripts, "losses", {"runs": [run([1], loss=[[0]])]}, [], log=True, layout={"yaxis": {"type": "log"}})
    assert found is not None
    assert found["layout"]["yaxis"] == {"type": "linear"}


@pytest.mark.parametrize(
    ("rows", "same"), [([[1, 1], [1, None]], True), ([[1, 1], [1, 2]], False), ([[2, 1], [2, 1]], False), ([[1], [1]], False)]
)
def test_curves_that_are_one_say_so(scripts: Scripts, rows: list[list[float]], same: bool) -> None:
    layout = {"title": {"text": "t", "subtitle": {"text": "s", "font": 1}}}
    state = {"runs": [run([1, 2], weight=rows)]}
    told = {"text": "t", "subtitle": {"text": "all alike", "font": 1}}
    found = filled(scripts, "weights", state, [], alike="all alike", layout=layout)
    assert found is not None
    assert found["layout"]["title"] == (told if same else layout["title"])
    found = filled(scripts, "weights", state, [], layout=layout)
    assert found is not None
    assert found["layout"]["title"] == layout["title"]
