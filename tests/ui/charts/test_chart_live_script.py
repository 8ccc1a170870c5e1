"""A chart that follows runs, drawn by plotly itself: what it shows at each step, and what is new in little time."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ui.charts.test_chart_script import NAMES, chart, told
from tests.ui.scripts.scripts import Scripts

pytestmark = pytest.mark.browser

LIVE = """
    const now = live();
    now.key = "k";
    const part = (...steps) => ({ run: 0, seed: 1, scored: [], changed: [], kept: null, learned: [],
        rows: { step: steps, loss: steps.map((step) => [10 - step]) } });
    const news = (number, runs, more = {}) => now.take([{ name: "a", number, whole: number === 1, runs, ...more }]);
    const item = "{task} from {first} to {last}";
    const say = { start: "Losses.", nothing: "None yet.", sentence: "{sentence}.", join: ", ", item };
    const marks = { step: { type: "line", yref: "paper", y0: 0, y1: 1 }, change: {}, word: {} };
    const about = { key: "k", part: "losses", subject: "s", tasks: ["a"], titles: { a: "A" } };
    const told = { ...about, smooth: 0, marks, say, nothing: "Nothing yet." };
    const layout = { shapes: [], annotations: [], xaxis: {}, yaxis: {}, font: { color: "#111111" } };
    const blank = { data: [{ type: "scatter", name: "A", uid: "a-mean", x: [0], y: [0] }], layout };
"""
"""What is live of a chart: one run with one task, and the blank that it fills."""


def test_a_live_chart_follows_the_runs(page: Any) -> None:
    body = (
        LIVE
        + """
        const seen = [];
        const see = async (time) => {
            await rest(time);
            const { data, layout } = at(".plot");
            const notes = layout.annotations.map(({ text }) => text);
            seen.push([data.map(({ y }) => y), notes, layout.xaxis.visible ?? true, at(".plot").getAttribute("aria-label")]);
        };
        await show(made(blank, { live: told, alt: "as drawn" }));
        await see();
        news(1, [part(1, 2)]);
        await see();
        news(2, [part(3)]);
        await see();
        await see(1100);
        return seen;
    """
    )
    nothing, two, three, later = told(chart(page), body)
    assert nothing == [[[]], ["Nothing yet."], False, "as drawn"]
    assert two == [[[9, 8]], [], True, "Losses. A from 9 to 8."]
    assert three == [[[9, 8, 7]], [], True, "Losses. A from 9 to 8."], "its words follow at most once a second"
    assert later == [[[9, 8, 7]], [], True, "Losses. A from 9 to 7."]


def test_a_chart_that_follows_no_more_says_what_the_page_says(page: Any) -> None:
    """Also where words about the run were still to come, as they come once a second."""
    body = (
        LIVE
        + """
        const waits = [], later = window.setTimeout;
        await show(made(blank, { live: told }));
        news(1, [part(1, 2)]);
        await rest();
        window.setTimeout = (call, time) => (time === 1000 ? waits.push(call) : later(call, time));
        news(2, [part(3)]);
        await rest(1200);
        news(3, [part(4)]);
        await rest();
        await show(made(blank, { alt: "as it ended" }));
        const seen = [waits.length > 0];
        waits.forEach((call) => call());
        await rest();
        return [...seen, at(".plot").getAttribute("aria-label")];
    """
    )
    assert told(chart(page), body) == [True, "as it ended"]


def test_a_look_back_moves_one_line(page: Any) -> None:
    body = (
        LIVE
        + """
        await show(made(blank, { live: told }));
        news(1, [part(1, 2, 3)]);
        await rest();
        let drawn = 0;
        const react = Plotly.react;
        Plotly.react = (...all) => ((drawn += 1), react(...all));
        const seen = [];
        for (const step of [2, 1, null]) {
            now.look(step);
            await rest();
            seen.push([at(".plot").layout.shapes.map(({ x0, x1 }) => [x0, x1]), drawn]);
        }
        const draws = Number(at(".plot").dataset.draws);
        now.look(2);
        news(2, [part(4)]);
        await rest();
        return [seen, draws, drawn, at(".plot").data[0].y.length, at(".plot").layout.shapes.length];
    """
    )
    assert told(chart(page), body) == [[[[[2, 2]], 0], [[[1, 1]], 0], [[], 0]], 4, 1, 4, 1]


@pytest.mark.parametrize("part", ["gains", "cosines", "model"])
def test_a_figure_that_comes_ready_is_that_of_the_step(page: Any, part: str) -> None:
    body = (
        LIVE
        + """
        const [part_] = given;
        const own = { uirevision: "its own", annotations: [], font: { color: "#111111" } };
        const ready = (y) => ({ data: [line([y])], layout: own });
        const gains = (y) => ({ gains: ready(y), gainsText: `${y}` });
        const moment = (step, y) => ({ step, shown: [0], ...gains(y), cosines: { figure: ready(y), words: `${y}` } });
        const picture = (step, y) => ({ run: 0, step, kept: false, figure: ready(y), alt: `${y}` });
        const one = { ...told, part: part_, given: true };
        await show(made({ data: [], layout }, { live: one, alt: "as drawn", partners: { "#111111": "#eeeeee" } }));
        await rest();
        const seen = [];
        const see = async () => {
            await rest();
            const { data, layout } = at(".plot");
            const words = at(".plot").getAttribute("aria-label");
            seen.push([data.map(({ y }) => y[0]), layout.uirevision ?? "", layout.font.color, words]);
        };
        await see();
        const past = [moment(1, 3), moment(2, 4)];
        news(1, [part(1, 2)], { now: moment(null, 5), past, pictures: [picture(1, 3), picture(2, 5)] });
        await see();
        now.look(1);
        await see();
        now.look(0);
        await see();
        now.look(null);
        news(2, [part(3)], { now: moment(null, 7), pictures: [picture(3, 7)] });
        await see();
        return seen;
    """
    )
    nothing, five, three, none, seven = told(chart(page), body, part)
    color = "#111111"
    assert nothing == [[], "", color, "as drawn"]
    assert five == [[5], "s", color, "5"]
    assert three[:3] == [[3], "s", color]
    assert none[:3] == [[], "", color]
    assert seven[:3] == [[7], "s", color]


def test_a_live_chart_is_dark_where_the_page_is(page: Any) -> None:
    body = (
        LIVE
        + """
        const found = [];
        const data = made(blank, { live: told, partners: { "#111111": "#eeeeee" } });
        news(1, [part(1, 2)]);
        for (const ground of ["#101010", "#ffffff"]) {
            document.body.style.setProperty("--st-background-color", ground);
            await show(data);
            await rest();
            found.push(at(".plot").layout.font.color);
        }
        return found;
    """
    )
    assert told(chart(page), body) == ["#eeeeee", "#111111"]


def test_an_empty_chart_says_why_in_its_middle(page: Any) -> None:
    scripts = Scripts(page, *NAMES)
    template = {"data": [{"uid": "a", "x": [1], "y": [2], "name": "A"}], "layout": {"font": {"size": 3}, "shapes": [1]}}
    data, layout = scripts.call("(...all) => Object.values(emptied(...all))", template, {"nothing": "None."})
    assert data == [{"uid": "a", "x": [], "y": [], "name": "A"}], "its legend is that of what is to come"
    hidden = {"visible": False, "fixedrange": True}
    note = {"text": "None.", "x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper", "showarrow": False, "font": {"size": 3}}
    assert layout == {"font": {"size": 3}, "xaxis": hidden, "yaxis": hidden, "shapes": [], "annotations": [note]}
    assert scripts.call("(...all) => emptied(...all).data", template, {"nothing": "None.", "given": True}) == []


def test_the_newest_values_are_a_table(page: Any) -> None:
    scripts = Scripts(page, *NAMES)
    call = "(data) => [...table({ data }).rows].map((row) => [...row.cells].map((cell) => cell.textContent))"
    data = [{"name": "a", "y": [1, 0.000123456]}, {"name": "b", "y": ["x"]}, {"name": "c"}, {"name": "d", "y": []}]
    assert scripts.call(call, data) == [["a", "0.0001235"]]
