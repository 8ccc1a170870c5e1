"""The small scripts of the page, each alone in the real browser: colours and markup, copying, saving, the code explained."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path
from typing import Any

import pytest

from playground import ui
from playground.ui.scripts.component import SOURCES
from tests.ui.scripts.scripts import FOLDER, Scripts

FILES = sorted(FOLDER.glob("**/*.js"))


# --- the sources -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_nothing_from_outside_is_read_as_markup(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    # What is assigned is written out in the script itself, in one piece or several.
    for found in re.finditer(r"\.(?:inner|outer)HTML\s*\+?=(?!=)\s*([^;]*);", source):
        assert re.fullmatch(r"""\s*(?:'[^']*'|"[^"]*")(?:\s*\+\s*(?:'[^']*'|"[^"]*"))*\s*""", found.group(1)), found.group(0)
    assert not re.search(r"insertAdjacentHTML|document\.write|createContextualFragment|srcdoc|setHTMLUnsafe|\beval\(", source)
    readers = re.findall(r"DOMParser", source)
    assert len(readers) == {"theme.js": 1, "chart.js": 1}.get(path.name, 0), "see markupOf in theme.js"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_every_script_is_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 350


@pytest.mark.browser
def test_every_component_is_a_module_that_a_browser_can_read(page: Any) -> None:
    for module in pkgutil.walk_packages(ui.__path__, "playground.ui."):
        importlib.import_module(module.name)
    assert {"chart", "drawing", "told", "channel", "slider", "race", "arrows", "before"} <= set(SOURCES)
    page.goto("about:blank")
    read = """async (source) => {
        const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
        return import(address).then((module) => typeof module.default, (error) => String(error));
    }"""
    assert {name: page.evaluate(read, code) for name, code in SOURCES.items()} == dict.fromkeys(SOURCES, "function")


# --- theme.js ----------------------------------------------------------------------------------------------------------


MARKUP = (
    '<div class="a" style="color:red" onclick="hurt()"><svg viewBox="0 0 1 1"><title>t</title><script>window.hurt = 1</script>'
    '<foreignObject><p>x</p></foreignObject><a href="javascript:hurt()">l</a><use href="#there"/>'
    '<image href="https://evil.example/x.png"/><image href="data:image/png;base64,AA=="/></svg>'
    '<iframe src="/"></iframe><img src="x" onerror="window.hurt = 1"><object data="x"></object></div>'
)


@pytest.mark.browser
def test_markup_is_read_without_what_runs_or_leads_away(page: Any) -> None:
    scripts = Scripts(page)
    call = """(text, put) => {
        const root = document.createElement("div");
        root.append(markupOf(text));
        document.body.append(root);
        return [root.innerHTML, [...root.querySelectorAll("*")].map((one) => one.namespaceURI.split("/").pop())];
    }"""
    found, kinds = scripts.call(call, MARKUP)
    assert found == (
        '<div class="a" style="color:red"><svg viewBox="0 0 1 1"><title>t</title><a>l</a><use href="#there"></use>'
        '<image></image><image href="data:image/png;base64,AA=="></image></svg><img></div>'
    )
    assert "svg" in kinds
    page.wait_for_timeout(50)
    assert page.evaluate("window.hurt ?? 0") == 0


@pytest.mark.browser
def test_colours_follow_the_page(page: Any) -> None:
    scripts = Scripts(page)
    partners = {"#ffffff": "#000000"}
    assert scripts.call("themed", "#ffffff #123456", True, partners) == "#000000 #123456"
    assert scripts.call("themed", "#ffffff", False, partners) == "#ffffff"
    dark = """(color) => {
        const root = document.body.appendChild(document.createElement("div"));
        root.style.setProperty("--st-background-color", color);
        window.playgroundDark = undefined; // it is looked up once a moment
        return [isDark(root), root.childNodes.length];
    }"""
    assert [scripts.call(dark, color) for color in ("#ffffff", "#0e1117", "#818181", "#7f7f7f")] == [
        [False, 0],
        [True, 0],
        [False, 0],
        [True, 0],
    ]


# --- saving.js ---------------------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_a_drawing_is_saved_as_it_is_seen(page: Any) -> None:
    scripts = Scripts(page)
    call = """(markup) => {
        const root = document.body.appendChild(document.createElement("figure"));
        root.append(markupOf(markup));
        const bar = savingDrawing(root);
        root.style.setProperty("--st-background-color", "#abcdef");
        const svg = root.querySelector("svg");
        return [saidBy([svg]), standing(svg), [...bar.children].map((one) => one.textContent), bar.hidden];
    }"""
    drawing = '<svg class="drawing" viewBox="0 0 100 50" width="100" height="50">{}</svg>'
    told, svg, kinds, hidden = scripts.call(call, drawing.format('<g><title>=1+1 "a"</title></g><g><title>b</title></g>'))
    assert told.split("\r\n") == ["drawing,part,x,y", '1,"\'=1+1 ""a""",,', '1,"b",,']
    assert svg.startswith("<svg")
    assert 'xmlns="http://www.w3.org/2000/svg"' in svg
    assert 'fill="#abcdef"' in svg.replace("rgb(171, 205, 239)", "#abcdef")
    assert (kinds, hidden) == (["PNG", "SVG", "CSV"], False)
    told, *_rest = scripts.call(call, drawing.format('<g data-path="1,2 3,4"><title>p</title></g><g data-path="5,6"/>'))
    assert told.split("\r\n") == ["drawing,part,x,y", '1,"p",1,2', '1,"p",3,4', '1,"2",5,6']
    assert scripts.call(call, '<svg class="drawing" viewBox="0 0 9 9"/>')[3] is True, "a sign is no drawing"


# --- the smallest ------------------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_a_button_copies_its_text(page: Any) -> None:
    scripts = Scripts(page, "copy.js")
    call = """(way) => {
        const kept = [];
        const clipboard = { writeText: async (text) => (way === "none" ? Promise.reject(new Error()) : kept.push(text)) };
        Object.defineProperty(navigator, "clipboard", { value: clipboard, configurable: true });
        document.execCommand = () => kept.push(document.querySelector("textarea").value);
        const parentElement = document.body.appendChild(document.createElement("div"));
        component({ data: { label: "Copy", done: "Copied", text: "t" }, parentElement });
        component({ data: { label: "Copy", done: "Copied", text: "t<b>" }, parentElement });
        const button = parentElement.querySelector("button");
        window.copied = [kept, button];
        button.click();
        return [parentElement.querySelectorAll("button").length, button.textContent];
    }"""
    for way in ("some", "none"):
        assert scripts.call(call, way) == [1, "Copy"]
        page.wait_for_function("window.copied[0].length")
        page.wait_for_function("window.copied[1].textContent === 'Copied'")
        assert page.evaluate("[window.copied[0][0], document.querySelectorAll('textarea').length]") == ["t<b>", 0]


@pytest.mark.browser
@pytest.mark.parametrize(("ground", "scheme"), [("#101419", "dark"), ("#ffffff", "light")])
def test_the_document_says_its_language_and_whether_it_is_dark(page: Any, ground: str, scheme: str) -> None:
    call = """(data, ground) => {
        document.body.style.setProperty("--st-background-color", ground);
        component({ data, parentElement: document.body });
        return [document.documentElement.lang, document.documentElement.style.colorScheme];
    }"""
    assert Scripts(page, "shell.js").call(call, {"language": "zh"}, ground) == ["zh", scheme]


@pytest.mark.browser
def test_plotly_is_fetched_once_and_early(page: Any) -> None:
    early = Scripts(page, "plotly.js", "early.js")
    call = """async (loaded) => {
        const asked = [];
        window.playgroundPlotly = loaded ? Promise.resolve({}) : undefined;
        window.playgroundPlotlySource = undefined;
        const own = document.head.appendChild(document.createElement("script"));
        Object.assign(own, { type: "text/plain", src: "http://school.example/app/static/js/main.js" });
        window.fetch = async (address, { cache }) => {
            asked.push([address, cache]);
            return { ok: false, status: 404 };
        };
        component({ data: { source: "p.js?1" } });
        component({ data: { source: "p.js?1" } });
        await window.playgroundPlotlySource;
        window.seen = asked;
    }"""
    for loaded, fetches in ((False, [["http://school.example/app/p.js?1", "force-cache"]]), (True, [])):
        page.evaluate("delete window.seen")
        early.call(call, loaded)
        page.wait_for_function("window.seen")
        assert page.evaluate("window.seen") == fetches


# --- explained.js ------------------------------------------------------------------------------------------------------


EXPLAINED = {
    "text": "first\n<b>second</b>\nthird\nfourth",
    "titles": {"loss": "The loss", "step": "The step", "task.a": "a"},
    "regions": [
        {"first": 1, "last": 4, "topics": ["step"]},
        {"first": 2, "last": 3, "topics": ["loss"]},
    ],
    "boxes": [["loss"], ["step"]],
    "charts": {"losses": "loss"},
    "words": {
        **{word: word for word in ("topics", "beside", "back", "copy", "done", "code", "start")},
        "marked": "{names}: {lines}",
        "none": "{names}: none",
        "lines": "{first}–{last} {names}",
    },
}


@pytest.mark.browser
def test_lines_and_pictures_mark_each_other(page: Any) -> None:
    scripts = Scripts(page, "words.js", "explained.js")
    call = """(data) => {
        document.body.replaceChildren(markupOf(
            '<div class="st-key-network"><svg class="drawing" width="90" height="90"><g><title>x</title>' +
            '<rect width="9" height="9"/></g><g><title>y</title></g></svg></div>' +
            '<div class="st-key-losses"><figure class="playground-chart"><p>chart</p></figure></div>'));
        const parentElement = document.body.appendChild(document.createElement("div"));
        component({ data, parentElement });
        const root = parentElement.querySelector(".playground-explained");
        const seen = [];
        const see = () => seen.push([
            root.querySelector(".said").textContent,
            [...root.querySelectorAll(".line.marked")].map((one) => Number(one.dataset.number)),
            [...document.querySelectorAll(".playground-marked")].map((one) => one.localName),
            [...root.querySelectorAll(".topic")].map((one) => one.getAttribute("aria-pressed")),
        ]);
        const press = (element) => (element.dispatchEvent(new MouseEvent("click", { bubbles: true })), see());
        see();
        press(root.querySelector('[data-topic="loss"]'));
        press(root.querySelector('[data-topic="loss"]'));
        press(root.querySelector('[data-number="4"]'));
        press(document.querySelector("figure p"));
        press(document.querySelector("svg rect"));
        return [seen, root.querySelectorAll("b").length, root.querySelector('[data-number="2"]').lastChild.textContent];
    }"""
    seen, bold, second = scripts.call(call, EXPLAINED)
    nothing = ["start", [], [], ["false", "false"]]
    loss = ["The loss: 2–3", [2, 3], ["g", "figure"], ["true", "false"]]
    step = ["The step: 1–4", [1, 2, 3, 4], ["g"], ["false", "true"]]
    assert seen == [nothing, loss, nothing, step, loss, loss]
    assert (bold, second) == (0, "<b>second</b>")
    assert scripts.call("together", [1, 2, 4, 7, 8]) == ["1–2", "4", "7–8"]


# --- axes.js -----------------------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_axes_end_at_round_numbers_and_move_seldom(page: Any) -> None:
    scripts = Scripts(page, "axes.js")
    steady = "(found, log, tight) => steady(found, log, tight)"
    assert scripts.call(steady, [0, 180], False, True) == [0, 200]
    assert scripts.call(steady, [0, 199], False, True) == [0, 200]
    assert scripts.call(steady, [0.4, 0.9], False, False) == pytest.approx([0.39, 0.91])
    assert scripts.call(steady, [0.02, 30], True, False) == [-2, 1.5]
    assert scripts.call(steady, [10, 10], True, False) == [0.5, 1.5]
    assert scripts.call(steady, [0, 5], True, False) is None, "there is no logarithm of zero"
    assert scripts.call(steady, None, False, False) is None
    ranges = [scripts.call(steady, [0, top], False, False)[1] for top in range(20, 100)]
    assert ranges == sorted(ranges)
    assert len(set(ranges)) < 8
    assert all(top <= end for top, end in zip(range(20, 100), ranges, strict=True))
    reach = "(ends) => { const state = {}; return ends.map((end) => reached(end, state)[1]); }"
    assert scripts.call(reach, [3, 4, 4.9, 6, 2, 1.4]) == [3, 5, 5, 7.5, 7.5, 1.5]
    found = "(data, layout, name) => ends(data, layout, name)"
    data = [{"x": [1, 2], "y": [3, None]}, {"yaxis": "y2", "y": [100]}]
    assert scripts.call(found, data, {}, "yaxis") == [3, 3]
    assert scripts.call(found, data, {}, "yaxis2") == [100, 100]
    level = {"shapes": [{"legendgroup": "a", "y0": 9}, {"y0": 50}]}
    assert scripts.call(found, data, level, "yaxis") == [3, 9], "the line of a baseline is in sight too"


# --- low.js ------------------------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_no_words_beside_a_low_axis_lie_on_those_of_the_next_one(page: Any) -> None:
    scripts = Scripts(page, "low.js")
    inside = "(axes, height) => { const layout = { ...axes, height }; wordsInside(layout, 12); return layout; }"
    one = {"yaxis": {"title": {"text": "Loss, each in its own unit"}}}
    assert scripts.call(inside, one, 400) == one | {"height": 400}
    assert "title" not in scripts.call(inside, one, 200)["yaxis"]
    two = {
        "yaxis": {"title": {"text": "实体 F1 (%)"}, "domain": [0.55, 1]},
        "yaxis2": {"title": {"text": "译文完全<br>正确率 (%)"}, "domain": [0, 0.45]},
    }
    assert scripts.call(inside, two, 600) == two | {"height": 600}
    low = scripts.call(inside, two, 200)
    assert [low[name].get("title") for name in two] == [None, None]
    assert [(one["text"], one["y"]) for one in low["annotations"]] == [("实体 F1 (%)", 1), ("译文完全 正确率 (%)", 0.45)]


# --- arrows.js ---------------------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_arrows_are_turned_by_keys_and_dragged(page: Any) -> None:
    scripts = Scripts(page, "weighting/arrows.js")
    markup = (
        '<svg class="drawing" data-name="lab" data-window="-4,4,-4,4" data-field="0,0,80,80" viewBox="0 0 80 80" '
        'width="80" height="80">'
        '<polygon class="hull"/><g data-task="0"><line/><circle class="handle" tabindex="0" r="9"/></g>'
        '<g data-task="1"><line/><circle class="handle" tabindex="0" r="9"/></g></svg>'
    )
    call = """(markup) => {
        const told = [], seen = [];
        const parentElement = document.body.appendChild(document.createElement("div"));
        const data = { markup, alt: "a", partners: {}, arrows: [[175, 1], [-90, 2.95]], moved: 7 };
        component({ data, parentElement, setTriggerValue: (...all) => told.push(all) });
        Object.assign(window, { told, component });
        const svg = parentElement.querySelector("svg"), box = svg.getBoundingClientRect();
        const handle = (task) => svg.querySelector(`[data-task="${task}"] .handle`);
        const press = (task, key) => {
            handle(task).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
            const line = svg.querySelector(`[data-task="${task}"] line`);
            seen.push([line.getAttribute("x2"), line.getAttribute("y2")].map(Number).map(Math.round));
        };
        press(1, "ArrowUp");
        press(1, "ArrowUp");
        press(0, "ArrowLeft");
        press(0, "ArrowLeft");
        press(0, "Enter");
        svg.parentElement.setPointerCapture = () => {};
        const at = (x, y) => ({ bubbles: true, pointerId: 1, clientX: box.left + x, clientY: box.top + y });
        handle(0).dispatchEvent(new PointerEvent("pointerdown", at(0, 0)));
        handle(0).dispatchEvent(new PointerEvent("pointermove", at(40, 20)));
        seen.push(svg.querySelector(".hull").getAttribute("points").split(" ")[0].split(",").map(Number).map(Math.round));
        handle(0).dispatchEvent(new PointerEvent("pointerup", at(40, 20)));
        handle(0).dispatchEvent(new PointerEvent("pointermove", at(60, 40)));
        return seen;
    }"""
    # Ten pixels are one; the longest is three. 175° and two times 5° to the left are −175°.
    assert scripts.call(call, markup) == [[40, 70], [40, 70], [30, 40], [30, 41], [30, 41], [40, 20]]
    page.wait_for_function("window.told.length")
    name, told = page.evaluate("window.told.at(-1)")
    assert name == "moved"
    assert told == {"count": 12, "arrows": [[90, 2], [-90, 3]]}, "what is let go is not dragged on"
    answer = """([markup, moved, arrows]) => {
        const parentElement = document.querySelector(".playground-planes").parentElement;
        const data = { markup: markup + "<!-- anew -->".repeat(moved), alt: "a", partners: {}, arrows, moved };
        component({ data, parentElement, setTriggerValue: (...all) => window.told.push(all) });
        const line = parentElement.querySelector('[data-task="1"] line');
        const lies = [line.getAttribute("x2"), line.getAttribute("y2")];
        const handle = parentElement.querySelector('[data-task="1"] .handle');
        handle.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
        return [...lies.map((place) => place && Math.round(Number(place))), Number(line.getAttribute("y2"))];
    }"""
    # The page's answer to an earlier move leaves the arrows where they are now; the answer to the last one is taken.
    assert page.evaluate(answer, [markup, 9, [[0, 1], [0, 1]]]) == [40, 70, 69]
    assert page.evaluate(answer, [markup, 13, [[0, 1], [-90, 2]]]) == [None, None, 59]
