"""The code explained in a real browser: what marks what, what is brought into sight, and what is left to the visitor."""

from __future__ import annotations

from typing import Any

import pytest

from playground.ui.take_home.export_code import HERE
from tests.ui.scripts.scripts import Scripts

pytestmark = pytest.mark.browser

DATA: dict[str, Any] = {
    "text": "\n".join(f"line {number}" if number != 4 else "" for number in range(1, 21)),
    "titles": {"loss": "The loss", "step": "The step", "data": "The data", "task0": "A task", "never": "Nowhere"},
    "regions": [
        {"first": first, "last": last, "topics": topics.split()}
        for first, last, topics in ((7, 7, "loss"), (2, 9, "step hidden"), (4, 5, "loss task0"), (12, 13, "data"))
    ],
    "boxes": [["loss"], ["step", "task0"], ["never"]],
    "charts": {"losses": "loss", "scores": "never"},
    "words": {
        **{word: word for word in ("topics", "beside", "back", "copy", "done", "code", "start")},
        "marked": "{names}: lines {lines}",
        "none": "{names}: none",
        "lines": "{first} to {last}: {names}",
    },
}

HELP = """
    const [data, ...given] = all;
    const later = [];
    window.setTimeout = (f, time) => later.push([f, time]);
    const run = () => later.splice(0).forEach(([f]) => f());
    const group = (name) => `<g class="${name}"><title>t</title><rect width="9" height="9"/></g>`;
    const three = (prefix) => ["one", "two", "three"].map((one) => group(`${prefix}-${one}`)).join("");
    const form = (prefix, more = "") =>
        `<svg class="drawing" width="90" height="20"><g><rect/></g><rect/>${three(prefix)}${more}</svg>`;
    const figure = (key, more = "") =>
        `<div class="st-key-${key}"><figure class="playground-chart"><p class="${key}">a</p>${more}</figure></div>`;
    const network = `<p class="beside-it">a</p>${form("wide")}${form("narrow")}${form("odd", group("more"))}`;
    const more = '<div class="saving"><i></i></div><div class="legend"><i></i></div><a><i></i></a>';
    const body = document.body;
    body.style.margin = 0;
    body.replaceChildren(markupOf(`<div class="st-key-network">${network}</div>` +
        figure("losses", more) + figure("scores") + figure("others")));
    const parentElement = body.appendChild(document.createElement("div"));
    const show = (more = {}) => component({ data: { ...data, ...more }, parentElement });
    const root = () => parentElement.querySelector(".playground-explained");
    const at = (path) => document.querySelector(path);
    const every = (path, scope = document) => [...scope.querySelectorAll(path)];
    const click = () => new MouseEvent("click", { bubbles: true });
    const press = (element) => (typeof element === "string" ? at(element) : element).dispatchEvent(click());
    const topic = (name) => press(`[data-topic="${name}"]`);
    const line = (number) => at(`.line[data-number="${number}"]`);
    const said = () => at(".said").textContent;
    const named = (one) => (one.localName === "g" ? one.getAttribute("class").split(" ")[0] : one.firstChild.className);
    const marked = () => every(".playground-marked").map(named);
    const lines = () => every(".line.marked").map((one) => Number(one.dataset.number));
    const pushed = () => every('.topic[aria-pressed="true"]').map((one) => one.dataset.topic);
    const docked = () => root().classList.contains("beside");
    /** Puts an element where its upper and lower end are at these heights of the window. */
    const place = (element, top, bottom) => (element.getBoundingClientRect = () => ({ top, bottom }));
    place(Element.prototype, 100, 200);
    const scrolled = [];
    Element.prototype.scrollIntoView = function (how) { scrolled.push([named(this), how]); };
    Element.prototype.getClientRects = function () { return { length: this.closest(".away") ? 0 : 1 }; };
"""
"""What every call below begins with: a network in two forms beside one that is another, three charts, and the code."""


def told(page: Any, body: str, *values: Any) -> Any:
    """What the body of an async function gives, with the short names of `HELP`."""
    page.set_viewport_size({"width": 900, "height": 600})
    scripts = Scripts(page, "words.js", "explained.js")
    page.add_style_tag(content=(HERE / "explained.css").read_text(encoding="utf-8"))
    return scripts.call(f"async (...all) => {{ {HELP} {body} }}", DATA, *values)


LOSS = ["wide-one", "narrow-one", "losses"]
STEP = ["wide-two", "narrow-two"]
NOTHING: list[Any] = ["start", [], [], []]
SEE = "[said(), lines(), marked(), pushed()]"


# --- the code and its buttons ------------------------------------------------------------------------------------------


def test_the_code_is_shown_with_a_button_for_each_topic_in_it(page: Any) -> None:
    body = """
        show();
        const attributes = (one, ...names) => names.map((name) => one.getAttribute(name));
        return {
            parts: [...root().children].map((one) => one.localName + " " + one.className),
            bar: attributes(at(".bar"), "role", "aria-label"),
            buttons: every(".bar button").map((one) =>
                [one.className, one.textContent, ...attributes(one, "type", "data-topic", "aria-pressed")]),
            said: attributes(at(".said"), "role"),
            code: attributes(at("pre"), "tabindex", "role", "aria-label"),
            lines: every(".line").length,
            numbers: [1, 2, 4, 7, 20].map((number) => line(number).firstChild).map((one) =>
                [one.localName, one.textContent, ...attributes(one, "class", "aria-label", "aria-hidden")]),
            texts: [1, 4, 20].map((one) => line(one).lastChild.textContent), words: line(1).children.length,
            body: [...body.classList], all: parentElement.children.length,
        };
    """
    topics = [["topic", title, "button", key, "false"] for key, title in list(DATA["titles"].items())[:3]]
    assert told(page, body) == {
        "parts": ["div bar", "p said", "pre "],
        "bar": ["group", "topics"],
        "buttons": [*topics, ["turn", "beside", "button", None, "false"], ["copied", "copy", "button", None, None]],
        "said": ["status"],
        "code": ["0", "region", "code"],
        "lines": 20,
        "numbers": [
            ["span", "1", "number", None, "true"],
            ["button", "2", "number", "2 to 9: The step", None],
            ["button", "4", "number", "4 to 5: The loss, A task", None],
            ["button", "7", "number", "7 to 7: The loss", None],
            ["span", "20", "number", None, "true"],
        ],
        "texts": ["line 1", " ", "line 20"],
        "words": 2,
        "body": ["playground-explains"],
        "all": 1,
    }


def test_a_topic_marks_its_lines_and_pictures_until_it_is_pressed_again(page: Any) -> None:
    body = f"""
        const seen = [];
        const see = () => seen.push({SEE});
        show();
        see();
        for (const one of ["loss", "step", "step", "data"]) (topic(one), see());
        return seen;
    """
    assert told(page, body) == [
        NOTHING,
        ["The loss: lines 4–5, 7", [4, 5, 7], LOSS, ["loss"]],
        ["The step: lines 2–9", list(range(2, 10)), STEP, ["step"]],
        NOTHING,
        ["The data: lines 12–13", [12, 13], [], ["data"]],
    ]


def test_a_line_marks_what_the_innermost_lines_around_it_are_about(page: Any) -> None:
    body = """
        show();
        return [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, null].map((number) => {
            press(number ? line(number).lastChild : "pre");
            return [said(), pushed(), marked()];
        });
    """
    none, step = ["start", [], []], ["The step: lines 2–9", ["step"], STEP]
    inner = ["The loss, A task: lines 4–5, 7", ["loss"], ["wide-one", "wide-two", "narrow-one", "narrow-two", LOSS[2]]]
    seven = ["The loss: lines 4–5, 7", ["loss"], LOSS]
    data = ["The data: lines 12–13", ["data"], []]
    assert told(page, body) == [none, step, step, inner, inner, step, seven, step, step, none, data, none]


def test_a_block_or_a_chart_marks_its_lines(page: Any) -> None:
    body = f"""
        show();
        return [".wide-one rect", ".narrow-two rect", ".losses", ".scores", ".wide-three"].map((one) => (press(one), {SEE}));
    """
    nowhere = ["wide-three", "narrow-three", "scores"]
    assert told(page, body) == [
        ["The loss: lines 4–5, 7", [4, 5, 7], LOSS, ["loss"]],
        # A block may be about several things, and so may lines.
        ["The step, A task: lines 2–9", list(range(2, 10)), STEP, ["step"]],
        ["The loss: lines 4–5, 7", [4, 5, 7], LOSS, ["loss"]],
        ["Nowhere: none", [], nowhere, []],
        ["Nowhere: none", [], nowhere, []],
    ]


def test_other_places_of_the_page_mark_nothing(page: Any) -> None:
    body = f"""
        show();
        topic("data");
        const free = body.appendChild(document.createElement("p"));
        const within = at(".losses").appendChild(document.createElement("button"));
        const inside = [".saving i", ".legend i", "a i", within];
        for (const one of [".beside-it", ".odd-one", ".more", ".others", ...inside, free, ".said"]) press(one);
        document.dispatchEvent(new MouseEvent("click"));
        return {SEE};
    """
    assert told(page, body) == ["The data: lines 12–13", [12, 13], [], ["data"]]


# --- what is brought into sight ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("top", "bottom", "beside"), [(-500, 79, True), (-500, 80, False), (440, 900, False), (441, 900, True), (100, 200, False)]
)
def test_code_that_is_out_of_sight_comes_beside_the_network(page: Any, top: int, bottom: int, beside: bool) -> None:
    body = """
        show();
        place(root(), ...given);
        press(".wide-three"); // of which there is no line to show
        const before = docked();
        press(".wide-one");
        return [before, docked(), at(".turn").textContent, at(".turn").getAttribute("aria-pressed")];
    """
    words = ["back", "true"] if beside else ["beside", "false"]
    assert told(page, body, top, bottom) == [False, beside, *words]


def test_the_first_marked_line_is_near_the_upper_edge_of_the_code(page: Any) -> None:
    body = """
        show();
        const code = at("pre");
        code.style.cssText = "height: 100px; margin-top: 30px; border: 0";
        const found = [];
        for (const one of ["data", "loss"]) {
            topic(one);
            const first = every(".line.marked")[0];
            found.push(first.offsetTop - code.scrollTop, code.scrollTop > 0);
        }
        return found;
    """
    assert told(page, body) == [24, True, 24, True]


def test_the_code_is_moved_beside_the_network_and_back(page: Any) -> None:
    body = """
        const seen = [];
        const see = () => seen.push([docked(), at(".turn").textContent, at(".turn").getAttribute("aria-pressed")]);
        const key = (key) => document.dispatchEvent(new KeyboardEvent("keydown", { key }));
        show();
        see();
        for (const act of ["turn", "turn", "Escape", "turn", "a", "Escape"]) {
            act === "turn" ? press(".turn") : key(act);
            see();
        }
        return seen;
    """
    place, beside = [False, "beside", "false"], [True, "back", "true"]
    assert told(page, body) == [place, beside, place, place, beside, beside, place]


@pytest.mark.parametrize(
    ("block", "losses", "scrolls"),
    [((0, 60), (600, 700), True), ((0, 61), (600, 700), False), ((0, 60), (599, 700), False), ((-90, -1), (-9, -2), True)],
)
def test_what_a_line_marks_comes_into_sight(page: Any, block: tuple[int, int], losses: tuple[int, int], scrolls: bool) -> None:
    body = """
        const [block, losses] = given;
        show();
        at(".narrow-one").closest("svg").classList.add("away"); // the form that is not shown
        place(at(".wide-one"), ...block);
        place(at(".playground-chart"), ...losses);
        press(line(10)); // about nothing
        const before = docked();
        press(line(7));
        return [before, docked(), scrolled];
    """
    assert told(page, body, block, losses) == [False, scrolls, [["wide-one", {"block": "center"}]] if scrolls else []]


def test_only_what_is_shown_is_brought_into_sight(page: Any) -> None:
    body = """
        show();
        place(Element.prototype, -90, -10);
        at(".wide-two").closest("svg").classList.add("away");
        press(line(12)); // marks no picture
        const before = docked();
        press(line(2));
        return [before, docked(), scrolled.map(([one]) => one)];
    """
    assert told(page, body) == [False, True, ["narrow-two"]]


# --- what is left to the visitor ---------------------------------------------------------------------------------------


def test_who_selects_text_marks_nothing(page: Any) -> None:
    body = """
        show();
        topic("loss");
        getSelection().selectAllChildren(line(12).lastChild);
        const during = (press(line(12)), said());
        getSelection().removeAllRanges();
        return [during, (press(line(12)), said())];
    """
    assert told(page, body) == ["The loss: lines 4–5, 7", "The data: lines 12–13"]


def test_the_whole_code_is_copied(page: Any) -> None:
    body = """
        const copied = [], seen = [];
        show();
        for (const writeText of [async (text) => copied.push(text), async () => { throw new DOMException("no"); }]) {
            Object.defineProperty(navigator, "clipboard", { configurable: true, value: { writeText } });
            press(".copied");
            await new Promise(requestAnimationFrame);
            seen.push(at(".copied").textContent);
            run(); // a while later
            seen.push(at(".copied").textContent);
        }
        return [seen, copied];
    """
    # What could not be copied is not said to be.
    assert told(page, body) == [["done", "copy", "copy", "copy"], [DATA["text"]]]


def test_what_is_chosen_and_where_it_stands_outlives_another_code(page: Any) -> None:
    body = f"""
        show();
        topic("loss");
        press(".turn");
        const first = root(), code = at("pre");
        show();
        const same = at("pre") === code;
        show({{ text: "another\\nb\\nc\\nd", regions: [{{ first: 2, last: 3, topics: ["loss"] }}] }});
        return [same, root() === first, at("pre") === code, docked(), at(".turn").textContent, {SEE}, line(1).textContent];
    """
    seen = ["The loss: lines 2–3", [2, 3], LOSS, ["loss"]]
    assert told(page, body) == [True, True, False, True, "back", seen, "1another"]


def test_code_that_left_the_page_leaves_nothing_marked(page: Any) -> None:
    body = """
        const leave = show(), first = root();
        topic("loss");
        leave();
        run();
        const seen = [[marked().length, body.className]]; // only hurried on
        first.classList.add("beside");
        first.remove();
        leave();
        run();
        document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
        press(".wide-one");
        const beside = first.classList.contains("beside");
        seen.push([marked().length, body.className, beside, every(".marked", first).length]);
        show();
        return [...seen, [root() !== first, body.className, said()]];
    """
    assert told(page, body) == [[3, "playground-explains"], [0, "", True, 3], [True, "playground-explains", "start"]]


def test_numbers_in_a_row_are_one_span(page: Any) -> None:
    scripts = Scripts(page, "words.js", "explained.js")
    for numbers, spans in (([], []), ([3], ["3"]), ([1, 2], ["1–2"]), ([1, 3, 4, 5, 9], ["1", "3–5", "9"])):
        assert scripts.call("together", numbers) == spans
    assert [scripts.call("range", *ends) for ends in ((2, 4), (3, 3))] == [[2, 3, 4], [3]]
