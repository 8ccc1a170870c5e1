"""A drawing in a real browser: what moves and what is drawn anew, which form fits, and how large its words are."""

from __future__ import annotations

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
    const ground = (color) => document.body.style.setProperty("--st-background-color", color);
    const light = (color) => (window.playgroundDark = undefined, ground(color));
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
"""What every call below begins with: a place for a drawing, frames and timers that come when they are asked for."""


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


BARS = '<svg class="drawing" viewBox="0 0 9 9"><title>t</title><rect width="{}" height="9"/><text>{}</text></svg>'


def test_a_drawing_of_the_same_shape_is_moved(page: Any) -> None:
    body = """
        const [first, second] = given;
        show(made(first));
        const [svg, bar, words] = ["svg", "rect", "text"].map(at);
        const letters = words.firstChild;
        const before = [bar.getAttribute("width"), letters.data];
        show(made(second));
        const kept = [at("svg") === svg, at("rect") === bar, at("text") === words];
        const parts = [...parentElement.children].map((one) => one.className);
        return [before, [bar.getAttribute("width"), letters.data], kept, parts];
    """
    before, after, kept, parts = told(drawing(page), body, BARS.format(3, "a"), BARS.format(8, "b"))
    assert (before, after) == (["3", "a"], ["8", "b"])
    assert kept == [True] * 3, "so that its bars can glide"
    assert parts == ["playground-chart playground-drawing", "playground-saving"]


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
        const whole = Object.assign(document.createElement("div"), { innerHTML: given[0] });
        return [svg.isConnected, root().innerHTML === whole.innerHTML];
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
        for (const [width, display] of [["800px", ""], ["700px", "none"], ["300px", ""], ["800px", "none"], ["600px", ""]]) {
            parentElement.style.width = width;
            parentElement.style.display = display;
            await rest();
            found.push(root().dataset.form);
        }
        return found;
    """
    forms = told(drawing(page), body, FORMS)
    assert forms == ["wide", "wide", "narrow", "narrow", "wide"], "what is not shown has no room to judge"
    assert told(drawing(page), 'show(made("<p>a</p>")); return root().dataset.form;') == "wide", "there is one form only"


SIZES = "[...root().querySelectorAll('text')].map((one) => one.style.fontSize)"
WORDS = "".join(f'<text font-size="{size}">a</text>' for size in (20, 23, 24, 30, 8)) + "<text>a</text>"


def test_words_of_a_smaller_drawing_stay_large_enough(page: Any) -> None:
    body = f"""
        const svg = (width, height) => '<svg class="drawing" viewBox="0 0 200 100" ' +
            `style="width: ${{width}}px; height: ${{height}}px">${{given[0]}}</svg>`;
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
        const size = 'viewBox="0 0 200 100" style="width: 140px; height: 70px"';
        show(made(`<svg class="drawing" ${{size}}><text font-size="13">a</text></svg>`));
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
