"""A chart in a real browser, drawn by plotly itself: what it shows, what it keeps, when it waits, and how it goes."""

from __future__ import annotations

from typing import Any

import pytest
from plotly.offline import get_plotlyjs

from playground.ui.charts.chart import LOOKS
from tests.ui.scripts.scripts import Scripts

pytestmark = pytest.mark.browser

NAMES = ("live.js", "series.js", "curves.js", "words.js", "plotly.js", "axes.js", "low.js", "chart.js")

HELP = """
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
    const rest = async (time = 60) => { // some frames, too: what is in sight is known with them only
        await new Promise((done) => setTimeout(done, time));
        for (let count = 0; count < 5; count += 1) await frame();
    };
    const made = (figure, more = {}) => ({
        figure: JSON.stringify(figure), alt: "a", height: 400, source: "p", partners: {}, failure: "It failed.", ...more,
    });
    const plain = { type: "scatter", mode: "lines", name: "loss", uid: "one" };
    const line = (y, more = {}) => ({ ...plain, x: y.map((_one, x) => x), y, ...more });
    const long = (place) => ({ name: `a long name ${place}`, uid: `u${place}` });
    const many = (count) => Array.from({ length: count }, (_one, place) => line([place], long(place)));
    const parentElement = document.body.appendChild(document.createElement("div"));
    const show = async (data) => (await rest(0), component({ data, parentElement }));
    const at = (path) => parentElement.querySelector(path);
"""
"""What every call below begins with: a place for a chart and short names."""


def chart(page: Any, width: int = 900) -> Scripts:
    """The scripts of a chart in a page that has plotly.js already."""
    page.set_viewport_size({"width": width, "height": 700})
    scripts = Scripts(page, *NAMES)
    page.add_script_tag(content=get_plotlyjs())
    page.add_style_tag(content=LOOKS.read_text(encoding="utf-8"))
    page.evaluate(
        """() => {
            document.body.innerHTML = "";
            document.body.style.cssText = "margin: 0; font-size: 20px; font-family: serif; --st-background-color: #ffffff";
            window.playgroundPlotly = Promise.resolve(Plotly);
            window.playgroundLive = window.playgroundDark = undefined;
        }"""
    )
    return scripts


def told(scripts: Scripts, body: str, *values: Any) -> Any:
    """What the body of an async function gives, with the short names of `HELP`."""
    return scripts.call(f"async (...given) => {{ {HELP} {body} }}", *values)


def test_a_figure_is_shown_with_its_words(page: Any) -> None:
    body = """
        const figure = {
            data: [line([3, 2, 1.23456], { name: "<b>a</b> &lt;b&gt;" }),
                line([5], { name: "hidden", showlegend: false, uid: "two" }),
                line([7, null], { name: "none", uid: "three" }), line([8], { name: "", uid: "four" })],
            layout: { title: { text: "Loss of <i>a &amp; b</i>", subtitle: { text: "lower <b>is</b> better" } },
                xaxis: { title: { text: "Step" } }, yaxis: { title: { text: "Loss" } }, margin: { l: 50 }, showlegend: false },
        };
        await show(made(figure));
        await rest();
        const node = at(".plot"), full = node._fullLayout;
        return {
            title: at(".title").textContent, subtitle: [at(".subtitle").textContent, at(".subtitle").title],
            rows: [...at(".hidden-text").querySelectorAll("tr")].map((row) => [...row.cells].map((one) => one.textContent)),
            buttons: [...parentElement.querySelectorAll(".saving button")].map((one) =>
                [one.type, one.textContent, one.getAttribute("aria-label")]),
            alt: node.getAttribute("aria-label"), role: node.getAttribute("role"), least: node.style.minHeight,
            size: [full.width, full.height, full.margin.t, full.margin.l], fonts: [full.font.size, full.font.family],
            axes: [full.xaxis.title.font.size, full.xaxis.title.text], plain: node.layout.title ?? null,
            config: ["displayModeBar", "displaylogo", "showTips", "responsive", "doubleClick"].map((one) => node._context[one]),
            mode: full.dragmode, draws: node.dataset.draws, failure: at(".failure"),
        };
    """
    seen = told(chart(page), body)
    assert seen.pop("rows") == [["a <b>", "1.235"]]
    assert seen.pop("buttons") == [["button", kind, f"{kind}: Loss of a & b"] for kind in ("PNG", "SVG", "CSV")]
    assert seen == {
        "title": "Loss of a & b",
        "subtitle": ["lower is better"] * 2,
        "alt": "a",
        "role": "img",
        "least": "400px",
        "size": [900, 400, 12, 50],
        "fonts": [18, "serif"],
        "axes": [18, "Step"],
        "plain": None,
        "config": [False] * 5,
        "mode": "zoom",
        "draws": "1",
        "failure": None,
    }


@pytest.mark.parametrize(("width", "size"), [(479, 16), (480, 18)])
def test_type_is_a_little_smaller_where_there_is_little_room(page: Any, width: int, size: int) -> None:
    body = """
        const root = document.body;
        await show(made({ data: [line([1, 2])], layout: { annotations: [{ text: "a", x: 0, y: 1 }] } }));
        await rest();
        const { font, margin, width } = at(".plot")._fullLayout;
        return [width, font.size, margin.t];
    """
    assert told(chart(page, width=width), body) == [width, size, 30], "words in the picture have room above it"


def test_a_low_chart_leaves_out_what_is_said_elsewhere(page: Any) -> None:
    body = """
        const figure = { data: [line([1, 2])], layout: { yaxis: { title: { text: "Loss" } } } };
        const found = [];
        for (const height of [299, 300]) {
            await show(made(figure, { height }));
            await rest();
            const { layout, _fullLayout } = at(".plot");
            found.push([_fullLayout.height, layout.yaxis.title?.standoff === 2, layout.legend?.itemwidth ?? 0]);
        }
        return found;
    """
    assert told(chart(page), body) == [[299, True, 30], [300, False, 0]]


def test_a_fitting_chart_is_as_high_as_its_place(page: Any) -> None:
    body = """
        document.head.appendChild(document.createElement("style")).textContent = ".plot { height: 333px }";
        const figure = { data: many(40), layout: { legend: { orientation: "h" } } };
        await show(made(figure, { fits: true }));
        await rest(300);
        return [at(".plot")._fullLayout.height, at(".plot").style.minHeight, at("figure").dataset.fits];
    """
    assert told(chart(page), body) == [333, "", "true"]


def test_a_long_legend_takes_height_of_its_own(page: Any) -> None:
    body = """
        const layout = { legend: { orientation: "h", y: -0.2 }, margin: { b: 20 } };
        const heights = [];
        for (const count of [1, 20, 1]) {
            await show(made({ data: many(count), layout }));
            await rest(300);
            heights.push(at(".plot")._fullLayout.height, Math.ceil(at(".plot")._fullLayout.legend?._height ?? 0));
        }
        await show(made({ data: many(2), layout }));
        return [heights, at(".plot").style.minHeight];
    """
    (one, _none, twenty, legend, after, _least), least = told(chart(page), body)
    assert one == 400
    assert twenty == 400 + legend - 36
    assert legend > 60
    assert (after, least) == (twenty, f"{twenty}px"), "it keeps what it has, so that nothing below it moves back"


def test_a_zoom_is_kept_until_it_is_let_go(page: Any) -> None:
    body = """
        const data = (count, subject) => made({
            data: [line(Array.from({ length: count }, (_one, x) => x))],
            layout: { uirevision: subject, xaxis: {}, yaxis: {} },
        }, { steady: true });
        const ranges = [];
        const see = async () => {
            await rest();
            ranges.push(at(".plot")._fullLayout.xaxis.range.map((one) => Math.round(10 * one) / 10));
        };
        await show(data(10, "s"));
        await see();
        await Plotly.relayout(at(".plot"), { "xaxis.range": [2, 4], bargap: 0.5 });
        await show(data(30, "s"));
        await see();
        await show(data(31, "other"));
        await see();
        await Plotly.relayout(at(".plot"), { "xaxis.range": [2, 4] });
        await show(data(32, "other"));
        await see();
        at(".plot").emit("plotly_doubleclick");
        await see();
        await show(data(33, "other"));
        await see();
        return ranges;
    """
    assert told(chart(page), body) == [[0, 10], [2, 4], [0, 30], [2, 4], [0, 40], [0, 40]]


def test_nothing_is_drawn_under_a_pressed_pointer(page: Any) -> None:
    body = """
        const seen = [];
        const see = async () => (await rest(), seen.push(Number(at(".plot").dataset.draws)));
        await show(made({ data: [line([1])], layout: {} }));
        await see();
        for (const [number, name] of ["pointerup", "pointercancel"].entries()) {
            at(".plot").dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
            await show(made({ data: [line([1, 2, number])], layout: {} }));
            await see();
            window.dispatchEvent(new PointerEvent(name));
            await see();
        }
        at(".plot").dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
        window.dispatchEvent(new PointerEvent("pointerup"));
        await see();
        await show(made({ data: [line([1, 2, 1])], layout: {} })); // the same once more
        await see();
        return seen;
    """
    assert told(chart(page), body) == [1, 1, 2, 2, 3, 3, 3]


def test_what_is_far_below_the_screen_waits(page: Any) -> None:
    body = """
        const above = document.createElement("div");
        above.style.height = "3000px";
        document.body.prepend(above);
        await show(made({ data: [line([1])], layout: {} }));
        await rest();
        const before = at(".plot").dataset.draws ?? 0;
        above.style.height = "900px"; // less than half a screen below its end
        await rest();
        return [before, at(".plot").dataset.draws];
    """
    assert told(chart(page), body) == [0, "1"]


def test_what_is_in_a_closed_tab_waits(page: Any) -> None:
    body = """
        parentElement.style.display = "none";
        await show(made({ data: [line([1])], layout: {} }));
        await rest();
        const before = at(".plot").dataset.draws ?? 0;
        parentElement.style.display = "";
        await rest();
        parentElement.style.width = "500px";
        await rest();
        return [before, at(".plot").dataset.draws, at(".plot")._fullLayout.width];
    """
    assert told(chart(page), body) == [0, "2", 500]


def test_a_chart_that_fails_says_so_and_tries_again(page: Any) -> None:
    body = """
        window.playgroundPlotly = undefined;
        window.fetch = async () => ({ ok: false, status: 503 });
        const own = document.head.appendChild(document.createElement("script"));
        Object.assign(own, { type: "text/plain", src: "http://a.example/static/js/main.js" });
        const warned = [];
        console.warn = (error) => warned.push(String(error));
        const data = (y) => made({ data: [line([y])], layout: {} });
        const seen = [];
        const said = (one) => [one.localName, one.getAttribute("role"), one.textContent];
        const see = async () => (await rest(), seen.push([...parentElement.querySelectorAll(".failure")].map(said)));
        await show(data(1));
        await see();
        await show(data(1));
        await see();
        window.playgroundPlotly = Promise.resolve(Plotly);
        await show(data(1));
        await see();
        return [seen, warned[0], at(".plot").dataset.draws];
    """
    line = ["p", "alert", "It failed."]
    assert told(chart(page), body) == [[[line], [line], []], "Error: plotly.js: HTTP 503", "1"]


def test_what_comes_while_plotly_loads_is_drawn_alone(page: Any) -> None:
    body = """
        let ready;
        window.playgroundPlotly = new Promise((done) => (ready = () => done(Plotly)));
        await show(made({ data: [line([1])], layout: { title: { text: "old" } } }));
        await rest();
        await show(made({ data: [line([2])], layout: { title: { text: "new" } } }));
        ready();
        await rest();
        const first = [at(".title").textContent, at(".plot").dataset.draws];
        // One that left the page meanwhile is drawn when it is back.
        window.playgroundPlotly = new Promise((done) => (ready = () => done(Plotly)));
        await show(made({ data: [line([3])], layout: { title: { text: "third" } } }));
        parentElement.remove();
        ready();
        await rest();
        const away = at(".title").textContent;
        document.body.append(parentElement);
        await show(made({ data: [line([3])], layout: { title: { text: "third" } } }));
        await rest();
        return [first, away, at(".title").textContent];
    """
    assert told(chart(page), body) == [["new", "1"], "new", "third"]


def test_a_chart_that_left_the_page_ends(page: Any) -> None:
    body = """
        const purged = [];
        const purge = Plotly.purge;
        Plotly.purge = (node) => (purged.push(node), purge(node));
        const data = made({ data: [line([1])], layout: {} });
        const leave = component({ data, parentElement });
        await rest();
        const node = at(".plot"), seen = [live().listeners.size];
        leave();
        await rest();
        seen.push(purged.length, node.isConnected); // only hurried on
        const figure = at("figure");
        parentElement.remove();
        leave();
        await rest();
        seen.push(purged.length, purged[0] === node, live().listeners.size, figure.parentElement === null);
        document.body.append(parentElement);
        component({ data, parentElement });
        await rest();
        seen.push(parentElement.querySelectorAll("figure").length, at(".plot") !== node, at(".plot").dataset.draws);
        return seen;
    """
    assert told(chart(page), body) == [1, 0, True, 1, True, 0, True, 1, True, "1"]


def test_a_finger_scrolls_the_page(page: Any) -> None:
    body = """
        window.matchMedia = (query) => ({ matches: query === "(pointer: coarse)" });
        await show(made({ data: [line([1, 2])], layout: {} }));
        await rest();
        return at(".plot")._fullLayout.dragmode;
    """
    assert told(chart(page), body) is False


def test_a_chart_is_saved_as_it_is_seen(page: Any) -> None:
    body = """
        const kept = [], images = [];
        keepFile = (name, blob) => kept.push([name, blob.text()]);
        Plotly.downloadImage = (node, { format, filename, scale }) =>
            images.push([format, filename, scale, node === at(".plot")]);
        const bytes = (Kind, values) => btoa(String.fromCharCode(...new Uint8Array(new Kind(values).buffer)));
        const figure = {
            data: [line([3, 0.5], { name: '=1+"1"' }), { type: "bar", name: "b", uid: "b", y: [4] },
                { type: "heatmap", name: "h", uid: "h", x: ["u", "v"], y: ["w"], z: [[1, null]] },
                line([0, 0], { name: "bytes", uid: "f", y: { dtype: "f4", bdata: bytes(Float32Array, [1.5, 2.5]) } })],
            layout: { title: { text: "A title: 1/2 — “of” 体重" } },
        };
        component({ data: made(figure), parentElement });
        const press = (kind) => at(`[data-kind=${kind}]`).click();
        ["PNG", "CSV"].forEach(press); // before anything is drawn, there is nothing to save
        await rest();
        ["PNG", "SVG", "CSV"].forEach(press);
        const rows = (await kept[0][1]).split("\\r\\n");
        return [images, kept.map(([name]) => name), rows];
    """
    images, names, rows = told(chart(page), body)
    name = "A_title_1_2_of_体重"
    assert images == [["png", name, 2, True], ["svg", name, 1, True]]
    assert names == [f"{name}.csv"]
    assert rows == [
        '"trace","x","y","z"',
        '"\'=1+""1""",0,3,""',
        '"\'=1+""1""",1,0.5,""',
        '"b",0,4,""',
        '"h","u","w",1',
        '"h","v","w",""',
        '"bytes",0,1.5,""',
        '"bytes",1,2.5,""',
    ]
