"""What every page has: plotly.js when it is needed, pictures light or dark as the page is, drawings that can be saved."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from tests.ui.scripts.scripts import Scripts

pytestmark = pytest.mark.browser

CLOCK = """
    const later = [], regularly = [];
    window.setTimeout = (call, time = 0) => later.push({ call, time });
    window.setInterval = (call, time) => regularly.push({ call, time });
    window.clearInterval = (number) => regularly.splice(number - 1, 1);
    const pass = () => later.splice(0).map(({ call, time }) => (call(), time));
"""
"""A clock of the test's own: `pass` calls what waits, and gives how long it was to wait."""


def told(scripts: Scripts, body: str, *values: Any) -> Any:
    """What the body of an async function gives."""
    end = "new Promise((_done, fail) => setTimeout(() => fail(new Error('It took too long.')), 5000))"
    return scripts.call(f"(...given) => Promise.race([{end}, (async () => {{ {body} }})()])", *values)


# --- "plotly.js" -------------------------------------------------------------------------------------------------------


SERVER = """
    const [source, status] = given, asked = [], gone = [];
    const script = (type, src) => Object.assign(document.head.appendChild(document.createElement("script")), { type, src });
    script("text/plain", "http://school.example/app/static/js/main.js");
    const bytes = await new Response(new Response(source).body.pipeThrough(new CompressionStream("gzip"))).arrayBuffer();
    window.fetch = async (address) => (asked.push(address), new Response(status === 200 ? bytes : "", { status }));
    URL.revokeObjectURL = (address) => gone.push(address);
    const failure = (promise) => promise.then(() => "none", (error) => error.message);
    window.playgroundPlotly = window.playgroundPlotlySource = window.Plotly = undefined;
"""
"""A server that has plotly.js, packed, below the address of the app."""

SOURCE = "window.Plotly = { made: (window.made = (window.made ?? 0) + 1) };"


def test_plotly_is_fetched_and_run_once_for_all_charts(page: Any) -> None:
    body = """
        const all = await Promise.all([plotly("p.js"), plotly("p.js"), plotly("p.js")]);
        const { src } = document.scripts[1];
        return [all.map((one) => one.made), all[2] === window.Plotly, asked, gone.length, gone[0] === src, src.slice(0, 5)];
    """
    found = told(Scripts(page, "plotly.js"), SERVER + body, SOURCE, 200)
    assert found == [[1, 1, 1], True, ["http://school.example/app/p.js"], 1, True, "blob:"]


def test_what_was_fetched_early_is_run_once(page: Any) -> None:
    body = """
        window.playgroundPlotlySource = fetched("early.js");
        const seen = [(await plotly("p.js")).made, asked.length];
        // Its text is let go once it has run, so that whoever comes next fetches it anew; also where it did not come early.
        window.playgroundPlotly = undefined;
        seen.push((await plotly("p.js")).made, asked.length);
        window.playgroundPlotly = undefined;
        window.playgroundPlotlySource = Promise.resolve(undefined);
        return [...seen, (await plotly("p.js")).made, asked.length];
    """
    assert told(Scripts(page, "plotly.js"), SERVER + body, SOURCE, 200) == [1, 1, 2, 2, 3, 3]


def test_the_next_chart_tries_again_where_plotly_did_not_come(page: Any) -> None:
    body = """
        const seen = [await failure(plotly("p.js")), window.playgroundPlotly === undefined];
        seen.push(await failure(plotly("p.js")), asked.length);
        fetched = async () => "blob:null/nothing";
        seen.push(await failure(plotly("p.js")));
        fetched = async () => URL.createObjectURL(new Blob(["window.Plotly = {}"], { type: "text/javascript" }));
        return [...seen, await failure(plotly("p.js"))];
    """
    gone = "plotly.js: HTTP 503"
    found = told(Scripts(page, "plotly.js"), SERVER + body, "", 503)
    assert found == [gone, True, gone, 2, "plotly.js could not be run", "none"]


def test_plotly_is_not_run_before_what_is_there_is_painted(page: Any) -> None:
    body = """
        const frames = [];
        window.requestAnimationFrame = (call) => frames.push(call);
        fetched = async () => "data:text/javascript,window.Plotly={}";
        const settled = async () => { for (let turn = 0; turn < 20; turn += 1) await null; };
        const first = plotly("p.js");
        await settled();
        const seen = [later.map(({ time }) => time > 99), frames.length, document.scripts.length];
        frames.forEach((call) => call());
        seen.push(later.map(({ time }) => time).slice(1));
        later.at(-1).call();
        await first;
        // Nobody looks, so that nothing is painted: it is run all the same.
        window.playgroundPlotly = undefined;
        const other = plotly("p.js");
        await settled();
        later.at(-1).call();
        await other;
        return [...seen, document.scripts.length];
    """
    assert told(Scripts(page, "plotly.js"), SERVER + CLOCK + body, "", 200) == [[True], 1, 1, [0], 3]


# --- "theme.js", in front of every script ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ground", "dark"),
    [
        *((color, False) for color in ("#ffffff", "#808180", "#00ff00", "#ffff00", "#00ffff")),
        *((color, True) for color in ("#000000", "#807f7f", "#ff0000", "#0000ff", "#ff00ff")),
    ],
)
def test_a_page_is_dark_where_its_ground_looks_so(page: Any, ground: str, dark: bool) -> None:
    body = """
        const root = document.body.appendChild(document.createElement("div"));
        root.style.setProperty("--st-background-color", given[0]);
        window.playgroundDark = undefined;
        return [isDark(root), root.childNodes.length];
    """
    assert told(Scripts(page), body, ground) == [dark, 0]


def test_the_ground_is_looked_at_once_a_moment(page: Any) -> None:
    body = """
        const root = document.body.appendChild(document.createElement("div"));
        window.playgroundDark = undefined;
        const look = (color) => (root.style.setProperty("--st-background-color", color), isDark(root));
        const seen = [look("#000000"), look("#ffffff")];
        return [...seen, pass(), look("#ffffff"), look("#000000"), pass(), look("#000000")];
    """
    assert told(Scripts(page), CLOCK + body) == [True, True, [0], False, False, [0], True]


@pytest.mark.parametrize(
    ("markup", "left"),
    [
        ('<p onclick="x()" title="t">a<script>x()</script><b>b</b></p>c', '<p title="t">a<b>b</b></p>c'),
        ('<form><p>a</p></form><input><p class="online">b</p>', '<p class="online">b</p>'),
        ('<a href="https://a.example">a</a><a href="#there">b</a>', '<a>a</a><a href="#there">b</a>'),
        ('<img src="x.png"><img src="data:image/webp;base64,AA==">', '<img><img src="data:image/webp;base64,AA==">'),
        ('<img src="data:image/svg+xml;base64,AA==" alt="#x">', '<img alt="#x">'),
        ('<p xlink:href="x" data-href="x">a</p>', '<p data-href="x">a</p>'),
        ('<svg><use xlink:href="https://a.example/x"></use></svg>', "<svg><use></use></svg>"),
    ],
)
def test_markup_keeps_what_is_only_seen(page: Any, markup: str, left: str) -> None:
    body = "const root = document.createElement('div'); root.append(markupOf(given[0])); return root.innerHTML;"
    assert told(Scripts(page), body, markup) == left


def test_only_colours_that_have_a_partner_change(page: Any) -> None:
    scripts = Scripts(page)
    call = ("themed", "a #111111 #222222 #111111")
    assert scripts.call(*call, True, {"#111111": "#eeeeee"}) == "a #eeeeee #222222 #eeeeee"
    assert scripts.call(*call, False, {"#111111": "#eeeeee"}) == call[1]


# --- "saving.js", in front of every script -----------------------------------------------------------------------------


FILES = """
    const files = [];
    let made;
    const address = URL.createObjectURL;
    URL.createObjectURL = (blob) => ((made = blob), address.call(URL, blob));
    HTMLAnchorElement.prototype.click = function () { files.push({ name: this.download, blob: made, from: this.href }); };
    const arrived = async (count) => { while (files.length < count) await new Promise(requestAnimationFrame); };
    const root = document.body.appendChild(document.createElement("figure"));
    root.append(markupOf(given[0]));
    const bar = root.appendChild(savingDrawing(root));
    const press = (kind) => bar.querySelector(`[data-kind=${kind}]`).click();
    const seen = (one) => getComputedStyle(one).display !== "none";
    const shown = () => [seen(bar), ...[...bar.children].map(seen)];
"""
"""A drawing with its buttons: what they save comes to `files`."""


def drawing(inside: str = "", width: int = 100, more: str = "") -> str:
    return f'<svg class="drawing" viewBox="-10 -5 {width} 50" width="{width}" height="50" {more}>{inside}</svg>'


def test_each_drawing_is_saved_as_a_picture_of_its_own(page: Any) -> None:
    body = """
        root.style.setProperty("--st-background-color", "#ff0000");
        press("PNG");
        await arrived(2);
        const kept = [];
        for (const { name, blob } of files) {
            const image = await createImageBitmap(blob);
            const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
            const pen = canvas.getContext("2d");
            pen.drawImage(image, 0, 0);
            const at = (x, y) => [...pen.getImageData(x, y, 1, 1).data];
            const { width, height } = image;
            kept.push([name, blob.type, width, height, at(0, 0), at(width - 1, height - 1), at(width / 2, height / 2)]);
        }
        return kept.sort();
    """
    blue = '<rect x="10" y="0" width="60" height="40" fill="#0000ff"/>'
    markup = '<p class="title">Two networks: “α”</p>' + drawing(blue, 100) + drawing(blue, 80) + drawing(blue, 60)
    red, inner = [255, 0, 0, 255], [0, 0, 255, 255]
    found = told(Scripts(page), FILES + body, markup)
    names = ["Two_networks_α_1.png", "Two_networks_α_2.png"]
    assert found == [[name, "image/png", 2 * width, 100, red, red, inner] for name, width in zip(names, (100, 80), strict=True)]


def test_a_drawing_is_saved_so_that_it_stands_by_itself(page: Any) -> None:
    body = """
        root.style.cssText = "font-family: serif; color: rgb(1, 2, 3)";
        press("SVG");
        const svg = new DOMParser().parseFromString(await files[0].blob.text(), "image/svg+xml").documentElement;
        const [{ name, blob }] = files, [ground, circle] = svg.children;
        const said = (one) => Object.fromEntries([...one.attributes].map(({ name, value }) => [name, value]));
        return [name, blob.type, said(svg), said(ground), circle.localName, root.querySelector("svg").style.width];
    """
    name, kind, svg, ground, inside, width = told(
        Scripts(page), FILES + body, drawing("<circle r='3'/>", more='style="width:77px"')
    )
    assert (name, kind, inside, width) == ("drawing_1.svg", "image/svg+xml", "circle", "77px")
    assert svg == {
        "class": "drawing",
        "viewBox": "-10 -5 100 50",
        "width": "100",
        "height": "50",
        "xmlns": "http://www.w3.org/2000/svg",
        "font-family": "serif",
        "color": "rgb(1, 2, 3)",
    }
    assert ground == {"x": "-10", "y": "-5", "width": "100", "height": "50", "fill": "#ffffff"}


TABLE = """
    press("CSV");
    const [{ name, blob }] = files;
    return [name, blob.type, new TextDecoder("utf-8", { ignoreBOM: true }).decode(await blob.arrayBuffer())];
"""


def test_what_drawings_and_cards_say_is_saved_as_a_table(page: Any) -> None:
    inside = '<g data-path="1,2 3,4"><title>a "path"</title></g><g data-path="5,6"></g><g><title>other</title></g>'
    markup = '<p class="title">T</p>' + drawing(inside) + drawing("<g><title>=1+1</title></g><g><title>b</title></g>")
    name, kind, text = told(Scripts(page), FILES + TABLE, markup + '<div class="card"></div>')
    assert (name, kind) == ("T_1.csv", "text/csv;charset=utf-8")
    table = [
        ["1", 'a "path"', "1", "2"],
        ["1", 'a "path"', "3", "4"],
        ["1", "2", "5", "6"],
        ["2", "'=1+1", "", ""],
        ["2", "b", "", ""],
    ]
    assert text[0] == "\ufeff", "by which spreadsheets know the letters"
    assert list(csv.reader(io.StringIO(text[1:]))) == [["drawing", "part", "x", "y"], *table]
    cards = """<div class="entries"><p class="entry" title="more">  an
        entry</p></div><div class="card"><b data-part="p">said</b><i data-part="q" title="of it">@x</i></div>
        <div class="card"><span data-rows='[["r", "s"], ["t", 5]]'></span><b data-part="p">last</b></div>"""
    _name, _kind, text = told(Scripts(page), FILES + TABLE, cards)
    table = [
        ["", "", "an entry more"],
        ["1", "p", "said"],
        ["1", "q", "'@x of it"],
        ["2", "r", "s"],
        ["2", "t", "5"],
        ["2", "p", "last"],
    ]
    assert list(csv.reader(io.StringIO(text[1:]))) == [["card", "part", "said"], *table]


def test_buttons_are_there_for_what_can_be_saved(page: Any) -> None:
    body = """
        const soon = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        const steps = [shown()];
        const put = async (markup) => (root.prepend(markupOf(markup)), await soon(), steps.push(shown()));
        await put('<svg class="drawing" viewBox="0 0 60 9" width="60" height="9"></svg>'); // a sign beside words
        await put('<div class="card"></div>');
        await put('<svg class="drawing" viewBox="0 0 61 9" width="61" height="9"></svg>');
        root.style.display = "none";
        await soon();
        steps.push(shown());
        return [steps, [...bar.children].map((one) => [one.type, one.textContent, one.dataset.kind]), bar.className];
    """
    seen, buttons, name = told(Scripts(page), FILES + body, "<p>soon</p>")
    assert seen == [[False, False, False, True]] * 2 + [[True, False, False, True], [True] * 4, [True, False, False, True]]
    assert buttons == [["button", kind, kind] for kind in ("PNG", "SVG", "CSV")]
    assert name == "playground-saving"


def test_a_file_is_let_go_once_it_is_saved(page: Any) -> None:
    body = """
        const gone = [];
        URL.revokeObjectURL = (address) => gone.push(address);
        keepFile("a.txt", new Blob(["b"]));
        const saved = [files[0].name, await files[0].blob.text(), gone.length];
        return [...saved, pass().every((time) => time >= 500), gone[0] === files[0].from];
    """
    assert told(Scripts(page), FILES + CLOCK + body, "") == ["a.txt", "b", 0, True, True]


def test_names_of_files_and_cells_of_tables_hurt_nobody(page: Any) -> None:
    scripts = Scripts(page)
    names = "(all) => all.map(fileName)"
    assert scripts.call(names, ["../a: “b”/c", "梯度 1.5", "x" * 99]) == ["_a_b_c", "梯度_1_5", "x" * 60]
    written = scripts.call("(all) => all.map(cell)", ["=a", "+1", "@b", "\tc", "\rd", "e=1", -1, 0, None, 'f"g', ""])
    assert written == [f'"{one}"' for one in ("'=a", "'+1", "'@b", "'\tc", "'\rd", "e=1", "-1", "0", "", 'f""g', "")]
