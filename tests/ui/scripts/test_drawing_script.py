"""A drawing in a real browser: what moves and what is drawn anew, which form fits, how large its words are, and what it follows."""

from __future__ import annotations

import math
from typing import Any

import pytest

from playground.ui.charts.chart import LOOKS
from tests.ui.scripts.scripts import Scripts

pytestmark = pytest.mark.browser

NAMES = ("live.js", "series.js", "curves.js", "words.js", "uses.js", "drawing.js")

HELP = """
    const frames = [], later = [];
    window.requestAnimationFrame = (f) => frames.push(f);
    window.setTimeout = (f, time) => later.push([f, time]);
    const run = (queue) => queue.splice(0).forEach((one) => (Array.isArray(one) ? one[0]() : one()));
    const light = (color) => (window.playgroundDark = undefined, document.body.style.setProperty("--st-background-color", color));
    light("#ffffff");
    document.documentElement.style.overflow = "hidden"; // no scrollbar takes of its width
    const parentElement = document.body.appendChild(document.createElement("div"));
    const made = (markup, more = {}) => ({ markup, alt: "as drawn", partners: {}, ...more });
    const show = (data) => component({ data, parentElement });
    const at = (path) => parentElement.querySelector(path);
    const root = () => at("figure");
    const now = live();
    now.key = "k";
    const news = (number, more) => now.take([{ name: "a", number, ...(number === 1 && { whole: true }), ...more }]);
"""
"""What every call below begins with: a place for a drawing, frames and timers that come when they are asked for, and short names."""


def drawing(page: Any, width: int = 900) -> Scripts:
    """The scripts of a drawing with its style sheet, in a window of 600 pixels' height."""
    page.set_viewport_size({"width": width, "height": 600})
    scripts = Scripts(page, *NAMES)
    page.evaluate("() => { document.body.innerHTML = ''; document.body.style.margin = 0; window.playgroundLive = undefined; }")
    page.add_style_tag(content=LOOKS.read_text(encoding="utf-8"))
    return scripts


def told(scripts: Scripts, body: str, *values: Any) -> Any:
    """What the body of an async function gives, with the short names of `HELP`."""
    return scripts.call(f"async (...given) => {{ {HELP} {body} }}", *values)


# --- what moves --------------------------------------------------------------------------------------------------------


BARS = '<svg class="drawing" viewBox="0 0 90 90"><title>t</title><rect width="{}" height="9"/><text font-size="14">{}</text></svg>'


def test_a_drawing_of_the_same_shape_is_moved(page: Any) -> None:
    body = """
        const [first, second] = given;
        show(made(first));
        const [svg, bar, words] = ["svg", "rect", "text"].map(at);
        const letters = words.firstChild;
        const before = [bar.getAttribute("width"), letters.data];
        show(made(second));
        return [before, [bar.getAttribute("width"), letters.data], [at("svg"), at("rect"), at("text")].map((one, place) => one === [svg, bar, words][place]),
            root().className, root().parentElement === parentElement, parentElement.querySelectorAll("figure, .playground-saving").length];
    """
    before, after, kept, name, placed, parts = told(drawing(page), body, BARS.format(3, "a"), BARS.format(8, "b"))
    assert (before, after) == (["3", "a"], ["8", "b"])
    assert kept == [True] * 3, "so that its bars can glide"
    assert (name, placed, parts) == ("playground-chart playground-drawing", True, 2)


@pytest.mark.parametrize(
    "other",
    [
        '<svg class="drawing"><circle r="3"/><text>b</text></svg>',
        '<svg class="drawing"><rect width="8"/><text>b</text><text>c</text></svg>',
        '<svg class="drawing"><rect width="8"/></svg>',
        '<svg class="drawing"><rect width="8"/><text><tspan>b</tspan></text></svg>',
        '<svg class="drawing"><rect width="8"/><text>b</text></svg><p>more</p>',
        "<p>none</p>",
    ],
)
def test_a_drawing_of_another_shape_takes_its_place(page: Any, other: str) -> None:
    body = """
        show(made('<svg class="drawing"><rect width="3"/><text>a</text></svg>'));
        const svg = at("svg");
        show(made(given[0]));
        return [svg.isConnected, root().innerHTML === Object.assign(document.createElement("div"), { innerHTML: given[0] }).innerHTML];
    """
    assert told(drawing(page), body, other) == [False, True]


def test_what_can_be_pressed_is_a_group(page: Any) -> None:
    body = """
        const found = [];
        for (const more of ["", 'tabindex="0"', ""]) {
            show(made(`<p>a</p><svg class="drawing" ${more}></svg>`));
            found.push(root().getAttribute("role"));
            root().replaceChildren();
        }
        return found;
    """
    assert told(drawing(page), body) == ["img", "group", "img"]


def test_its_words_are_those_of_the_page_until_something_live_comes(page: Any) -> None:
    body = """
        const found = [];
        const see = (data) => (show(data), found.push([root().getAttribute("aria-label"), at("svg") !== null]));
        see(made("", { alt: "one" }));
        see(made("<svg></svg>", { alt: "two" }));
        see(made("<svg></svg>", { alt: "three", live: { key: "none" } }));
        see(made("<svg></svg>", { alt: "four" }));
        return found;
    """
    assert told(drawing(page), body) == [["one", False], ["two", True], ["two", True], ["four", True]]


def test_a_drawing_is_dark_where_the_page_is(page: Any) -> None:
    body = """
        const found = [];
        for (const color of ["#ffffff", "#101010"]) {
            light(color);
            show(made('<svg class="drawing"><rect fill="#111111"/></svg>', { partners: { "#111111": "#eeeeee" } }));
            found.push(at("rect").getAttribute("fill"));
        }
        return found;
    """
    assert told(drawing(page), body) == ["#111111", "#eeeeee"]


# --- its form and its words -------------------------------------------------------------------------------------------


FORMS = (
    '<div class="wide"><svg class="drawing" viewBox="0 0 500 100"><text font-size="20">a</text></svg></div>'
    '<div class="narrow"><svg class="drawing" viewBox="0 0 200 100"><text font-size="20">a</text></svg></div>'
)


@pytest.mark.parametrize(
    ("width", "fits", "form"), [(400, False, "wide"), (399, False, "narrow"), (275, True, "wide"), (274, True, "narrow")]
)
def test_the_narrow_form_is_shown_where_the_wide_one_is_hard_to_read(page: Any, width: int, fits: bool, form: str) -> None:
    body = """
        show(made(given[0], { fits: given[1] }));
        return [root().dataset.form, ["wide", "narrow"].filter((one) => at(`.${one}`).getClientRects().length)];
    """
    assert told(drawing(page, width), body, FORMS, fits) == [form, [form]]


def test_its_form_follows_its_place(page: Any) -> None:
    body = """
        const found = [];
        const rest = () => new Promise((done) => new ResizeObserver((_all, one) => (one.disconnect(), done())).observe(root()));
        show(made(given[0]));
        for (const [width, display] of [["800px", ""], ["300px", ""], ["800px", "none"], ["600px", ""]]) {
            parentElement.style.width = width;
            parentElement.style.display = display;
            await rest();
            found.push(root().dataset.form);
        }
        return found;
    """
    assert told(drawing(page), body, FORMS) == ["wide", "narrow", "narrow", "wide"], "what is not shown has no room to judge"
    assert told(drawing(page), 'show(made("<p>a</p>")); return root().dataset.form;') == "wide", "there is one form only"


SIZES = "[...root().querySelectorAll('text')].map((one) => one.style.fontSize)"
WORDS = "".join(f'<text font-size="{size}">a</text>' for size in (20, 23, 24, 30, 8)) + "<text>a</text>"


def test_words_of_a_smaller_drawing_stay_large_enough(page: Any) -> None:
    body = f"""
        const svg = (width, height) => `<svg class="drawing" viewBox="0 0 200 100" style="width: ${{width}}px; height: ${{height}}px">${{given[0]}}</svg>`;
        const found = [];
        for (const [width, height] of [[100, 50], [100, 100], [200, 50], [140, 70], [400, 200], [0, 0]]) {{
            show(made(svg(width, height)));
            found.push({SIZES});
        }}
        return found;
    """
    half, tall, flat, larger, twice, none = told(drawing(page), body, WORDS)
    # Twelve pixels on the screen are 24 of a drawing of half its size; no word grows to more than its double.
    assert half == tall == flat == ["24px", "24px", "", "", "16px", ""]
    assert larger == ["", "", "", "", "16px", ""]
    assert twice == ["", "", "", "", "", ""], "eight pixels are sixteen there"
    assert none == twice, "what is not shown is left as it was"


def test_words_are_as_large_as_a_tenth_of_a_pixel_tells(page: Any) -> None:
    body = f"""
        show(made('<svg class="drawing" viewBox="0 0 200 100" style="width: 140px; height: 70px"><text font-size="13">a</text></svg>'));
        return {SIZES};
    """
    assert told(drawing(page), body) == ["17.1px"]


def test_what_is_as_high_as_its_place_keeps_a_least_height(page: Any) -> None:
    body = """
        return [true, false].map((fits) => {
            show(made('<svg class="drawing" viewBox="0 0 200 102"></svg>', { fits }));
            const found = [root().dataset.fits, at("svg").style.minHeight];
            root().replaceChildren();
            return found;
        });
    """
    assert told(drawing(page), body) == [["true", "56px"], ["false", ""]]


# --- what it follows ---------------------------------------------------------------------------------------------------


LIVE = """
    const part = (run, weights, learned = []) => ({ run, seed: 1, scored: [], changed: [], kept: null, learned,
        rows: { step: weights.map(([step]) => step), weight: weights.map(([_step, ...weight]) => weight) } });
    const markup = '<svg class="drawing"><rect data-weight="a" data-room="100" width="7"/><rect data-weight="b" data-room="33.3" width="7"/>' +
        '<text data-said="a">?</text><text data-said="b" data-short="true">?</text><path data-use="u" data-low="1" data-high="3" stroke-width="9"/></svg>';
    const say = { weight: "weight {weight}", item: "{task} {weight}", join: ", ", start: "The network.", now: "Weights: {weights}." };
    const told = { key: "k", part: "network", tasks: ["a", "b"], titles: { a: "A", b: "B" }, say, uses: { u: ["gate", "gates", [0]] } };
    const seen = [];
    const see = () => seen.push([[...root().querySelectorAll("rect")].map((one) => one.getAttribute("width")),
        [...root().querySelectorAll("text")].map((one) => one.textContent), at("path").getAttribute("stroke-width"),
        root().getAttribute("aria-label"), root().dataset.draws ?? null]);
"""
"""A network's picture with two tasks, and what can be seen of it."""

UNKNOWN = [["7", "7"], ["?", "?"], "9", "as drawn", None]


def test_the_network_follows_the_weights(page: Any) -> None:
    body = (
        LIVE
        + """
        news(1, { runs: [part(0, [])] });
        show(made(markup, { live: told }));
        see();
        news(2, { runs: [part(0, [[1, 1.234, -0.5]], [[1, { gates: [0.25] }]])] });
        see(); // not before the screen is painted
        run(frames);
        see();
        news(3, { runs: [part(0, [[2, 4, 1]], [[2, { gates: [0.5] }]])] });
        run(frames);
        see();
        run(later); // its words follow at most once a second
        now.look(1);
        run(frames);
        see();
        at("text").textContent = "kept";
        news(4, { items: {} }); // nothing that is new to it
        run(frames);
        return [...seen, at("text").textContent, later.length];
    """
    )
    *seen, kept, left = told(drawing(page), body)
    # A bar is full at a weight of two, or at the largest one; less than nothing has no bar.
    first = [["61.7", "0.0"], ["weight 1.2", "−0.5"], "1.50", "The network. Weights: A 1.2, B −0.5.", "1"]
    second = [["100.0", "8.3"], ["weight 4", "1"], "2.00", first[3], "2"]
    assert seen[:4] == [UNKNOWN, UNKNOWN, first, second]
    assert seen[4] == [*first[:3], "The network. Weights: A 4, B 1.", "3"]
    assert kept == "kept"
    assert left == 1


def test_the_network_is_drawn_of_what_the_runs_have_in_common(page: Any) -> None:
    body = """
        const part = (run, ...weights) => ({ run, seed: 1, scored: [], changed: [], kept: null,
            rows: { step: weights.map(([step]) => step), weight: weights.map(([_step, ...weight]) => weight) } });
        news(1, { runs: [part(0, [2, 1, 5], [4, 3, 7]), part(1, [2, 2, 6], [6, 9, 8])] });
        return [null, 6, 5, 4, 3, 2, 1].map((step) => weightsAt(now.state("k"), ["a", "b", "c"], step));
    """
    six, four, two = {"a": 9, "b": 8, "c": None}, {"a": 3, "b": 7, "c": None}, {"a": 1.5, "b": 5.5, "c": None}
    assert told(drawing(page), body) == [six, six, four, four, two, two, None]


@pytest.mark.parametrize("part", ["model", "item"])
def test_what_comes_ready_is_shown(page: Any, part: str) -> None:
    body = """
        const [part] = given;
        const drawn = (text) => `<p>page</p><img alt="${text}" src="image:0:"><b style="color: #111111">${text}</b>`;
        const picture = (step, text) => ({ run: 0, step, kept: false, markup: text && drawn(text), alt: `alt ${text}` });
        const frame = (text, number) => part === "model" ? { pictures: [picture(number, text)] } : { items: text ? { i: { markup: drawn(text), words: `alt ${text}` } } : { j: {} } };
        const seen = [];
        const see = () => (run(frames), seen.push([at("b")?.textContent ?? null, at("b")?.style.color ?? null, root().getAttribute("aria-label")]));
        show(made("<p>page</p>", { live: { key: "k", part, item: "i" }, partners: { "#111111": "#eeeeee" } }));
        see();
        news(1, { ...frame("", 1), images: ["data:image/png;base64,AAAA"] });
        see();
        news(2, frame("one", 2));
        see();
        const images = at("img").getAttribute("src");
        at("b").textContent = "kept";
        news(3, { status: {} });
        see();
        light("#101010");
        now.tell();
        see();
        run(later);
        news(4, frame("two", 4));
        see();
        return [seen, images, root().dataset.draws ?? null];
    """
    dark, bright = "rgb(238, 238, 238)", "rgb(17, 17, 17)"
    none = [None, None, "as drawn"]
    seen, images, draws = told(drawing(page), body, part)
    assert seen == [none, none, ["one", bright, "alt one"], ["kept", bright, "alt one"], ["one", dark, "alt one"], ["two", dark, "alt two"]]
    assert (images, draws) == ("data:image/png;base64,AAAA" if part == "model" else None, None)


def test_the_model_is_shown_at_the_step_that_is_looked_at(page: Any) -> None:
    body = """
        const picture = (step) => ({ run: 0, step, kept: false, markup: `<b>${step}</b>`, alt: `at ${step}` });
        news(1, { pictures: [picture(1), picture(4)] });
        show(made("", { live: { key: "k", part: "model" } }));
        const seen = [at("b").textContent];
        for (const step of [1, 0, null]) {
            now.look(step);
            run(frames);
            seen.push(at("b").textContent);
        }
        return seen;
    """
    assert told(drawing(page), body) == ["4", "1", "1", "4"], "before the first picture there is none to show instead"


def test_what_lies_far_from_the_screen_waits_for_a_scroll(page: Any) -> None:
    body = """
        const above = document.createElement("div");
        document.body.prepend(above);
        const weights = { weight: [[1]], step: [1] };
        const parts = { model: '<b>page</b>', item: '<b>page</b>', network: '<b data-said="a" data-short="true">page</b>' };
        news(1, { runs: [{ run: 0, rows: weights, scored: [], changed: [] }], items: { i: { markup: "<b>1</b>", words: "w" } },
            pictures: [{ run: 0, step: 1, markup: "<b>1</b>", alt: "w" }] });
        const seen = [];
        for (const [part, markup] of Object.entries(parts)) {
            above.style.height = "3000px";
            show(made(markup, { live: { key: "k", part, item: "i", tasks: ["a"], titles: {}, say: { item: "", start: "", now: "" } } }));
            seen.push(at("b").textContent);
            above.style.height = "800px";
            window.dispatchEvent(new Event("scroll"));
            run(frames);
            seen.push(at("b").textContent);
        }
        return seen;
    """
    assert told(drawing(page), body) == ["page", "1"] * 3


def test_half_a_screen_above_and_below_is_near(page: Any) -> None:
    call = "(all) => all.map(([top, bottom]) => near({ getBoundingClientRect: () => ({ top, bottom }) }))"
    ends = [[-900, -300], [-900, -299], [899, 1000], [900, 1000]]
    assert drawing(page).call(call, ends) == [False, True, True, False]


def test_a_drawing_that_left_the_page_ends(page: Any) -> None:
    body = """
        let scrolls = 0;
        const add = window.addEventListener, remove = window.removeEventListener;
        window.addEventListener = (name, ...more) => ((scrolls += name === "scroll"), add(name, ...more));
        window.removeEventListener = (name, f, ...more) => ((scrolls -= name === "scroll" && more[0] === true), remove(name, f, ...more));
        const data = made("<b>page</b>", { live: { key: "k", part: "item", item: "i" } });
        const leave = show(data), first = root();
        leave();
        run(later);
        const seen = [[now.listeners.size, scrolls, show(data) && root() === first]]; // only hurried on
        first.remove();
        news(1, { items: { i: { markup: "<b>new</b>", words: "w" } } });
        run(frames);
        seen.push([first.textContent]);
        leave();
        run(later);
        seen.push([now.listeners.size, scrolls]);
        show(data);
        seen.push([root() !== first, at("b").textContent, now.listeners.size, scrolls]);
        return seen;
    """
    assert told(drawing(page), body) == [[1, 1, True], ["page"], [0, 0], [True, "new", 1, 1]]


def test_what_is_not_live_hears_nothing(page: Any) -> None:
    body = """
        show(made("<b>page</b>"));
        now.tell();
        window.dispatchEvent(new Event("scroll"));
        return frames.length;
    """
    assert told(drawing(page), body) == 0


# --- uses.js -----------------------------------------------------------------------------------------------------------


def test_the_distance_of_two_towers_is_told_by_what_is_known_of_them(page: Any) -> None:
    scripts = Scripts(page, *NAMES)
    tie = ["tie", "", [1, 0, 2]]
    call = "(use, learned) => usedBy(use, learned)"
    far = scripts.call(call, tie, {"distance": [[9, 9, 9], [3, 8, 4]], "singular": [[1], [1, 1]]})
    assert far == pytest.approx({"far": 5 / math.sqrt(2), "part": 1 / (1 + 5 / math.sqrt(2))})
    assert scripts.call(call, tie, {"singular": [[9, 9], [0.5, 0.3, 0.4]]}) == pytest.approx({"far": 1, "part": 0.5})
    assert scripts.call(call, tie, {"singular": [[9, 9], [0.0]]}) == {"far": None, "part": None}, "there is nothing in common"
    assert scripts.call(call, tie, {"singular": [[9, 9], [2.0]]}) == {"far": 0, "part": 1}, "they are the same"
    assert scripts.call(call, tie, {}) == {"part": None}
    assert scripts.call(call, tie, {"distance": []}) == {"far": None, "part": None}


def test_a_line_carries_what_stands_at_its_place_and_no_more_than_all(page: Any) -> None:
    scripts = Scripts(page, *NAMES)
    learned = {"gates": [[0.1, -0.25], [7, 0.5]], "stitch": [[], [[0.9] * 4] * 2 + [[0.9, 0.9, 0.1, -0.2], [0.9, 0.9, 0.3, 0.6]]]}

    def part(*use: Any) -> float | None:
        found: float | None = scripts.call("(use, learned) => usedBy(use, learned).part", list(use), learned)
        return found

    assert [part("gate", "gates", at) for at in ([0, 0], [0, 1], [1, 0], [1, 1])] == [0.1, 0.25, 1, 0.5]
    assert part("gate", "gates", [5, 0]) is None, "there is no such place"
    assert part("gate", "others", [0, 0]) is None, "nothing of it was measured"
    # A unit with two parts has four numbers for a line: what goes through on average, of two that meet.
    assert part("halves", "stitch", [1, 1, 1]) == pytest.approx(0.6)
    assert part("halves", "stitch", [1, 0, 0]) == 1


def test_only_lines_of_which_something_is_known_change(page: Any) -> None:
    call = """(uses, learned) => {
        const root = document.createElement("div");
        root.append(markupOf('<svg>' + ["thin", "tie", "odd", "none"].map((name) => `<path data-use="${name}" data-low="0.5" data-high="2.5" stroke-width="9"/>`).join("") +
            '<text data-use="tie">?</text><text data-use="none">?</text><path stroke-width="9"/></svg>'));
        carry(root, uses, learned);
        return [...root.querySelectorAll("path, text")].map((one) => one.getAttribute("stroke-width") ?? one.textContent);
    }"""
    uses = {"thin": ["gate", "gates", [0]], "tie": ["tie", "", [0]], "odd": ["gate", "gates", [1]]}
    found = Scripts(page, *NAMES).call(call, uses, {"gates": [0.123], "singular": [[7, 1]]})
    assert found == ["0.75", "2.25", "9", "9", "0.14", "?", "9"]


def test_what_was_learned_is_that_of_the_first_run_that_counts(page: Any) -> None:
    call = """(step, shown) => {
        const runs = [{ rows: { step: [1] }, learned: [[1, "a"]] }, { rows: { step: [1] }, learned: [[2, "b"], [4, "c"]] }];
        return learnedAt({ ...emptyState(), runs, now: { shown } }, step) ?? null;
    }"""
    scripts = Scripts(page, *NAMES)
    assert [scripts.call(call, step, [1, 0]) for step in (1, 2, 3, 4, None)] == [None, "b", "b", "c", "c"]
    assert scripts.call(call, 9, []) is None
