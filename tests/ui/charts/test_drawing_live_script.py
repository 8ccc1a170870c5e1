"""What a drawing follows in a real browser: weights, what the model says, other parts of a page, and what lines carry."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.ui.charts.test_drawing_script import drawing, told
from tests.ui.scripts.scripts import Scripts

pytestmark = pytest.mark.browser

NAMES = ("live.js", "series.js", "curves.js", "words.js", "uses.js", "drawing.js")

LIVE = """
    const part = (run, weights, learned = []) => ({ run, seed: 1, scored: [], changed: [], kept: null, learned,
        rows: { step: weights.map(([step]) => step), weight: weights.map(([_step, ...weight]) => weight) } });
    const bar = (task, room) => `<rect data-weight="${task}" data-room="${room}" width="7"/>`;
    const markup = `<svg class="drawing">${bar("a", 100)}${bar("b", 33.3)}<text data-said="a">?</text>` +
        '<text data-said="b" data-short="true">?</text><path data-use="u" data-low="1" data-high="3" stroke-width="9"/></svg>';
    const sentences = { start: "The network.", now: "Weights: {weights}." };
    const say = { weight: "weight {weight}", item: "{task} {weight}", join: ", ", ...sentences };
    const uses = { u: ["gate", "gates", [0]] };
    const told = { key: "k", part: "network", tasks: ["a", "b"], titles: { a: "A", b: "B" }, say, uses };
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


def test_a_weight_that_is_not_known_has_no_bar(page: Any) -> None:
    body = (
        LIVE
        + """
        show(made(markup));
        weigh(root(), { a: NaN }, "weight {weight}");
        see();
        return seen[0].slice(0, 2);
    """
    )
    assert told(drawing(page), body) == [["0.0", "0.0"], ["weight –", "–"]]


def test_lines_keep_their_thickness_where_nothing_is_known_of_them(page: Any) -> None:
    body = (
        LIVE
        + """
        const learned = [[1, { gates: [0.25] }]];
        for (const [known, uses] of [[[], told.uses], [learned, undefined], [learned, told.uses]]) {
            news(1, { runs: [part(0, [[1, 1, 1]], known)] });
            show(made(markup, { live: { ...told, uses } }));
            see();
        }
        return seen.map(([_bars, words, line]) => [words[0], line]);
    """
    )
    assert told(drawing(page), body) == [["weight 1", "9"], ["weight 1", "9"], ["weight 1", "1.50"]]


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
        const item = (text) => (text ? { i: { markup: drawn(text), words: `alt ${text}` } } : { j: {} });
        const frame = (text, number) => part === "model" ? { pictures: [picture(number, text)] } : { items: item(text) };
        const seen = [];
        const see = () => {
            run(frames);
            seen.push([at("b")?.textContent ?? null, at("b")?.style.color ?? null, root().getAttribute("aria-label")]);
        };
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
    one = ["one", bright, "alt one"]
    assert seen[:4] == [none, none, one, ["kept", *one[1:]]], "nothing that is new to it"
    assert seen[4:] == [["one", dark, "alt one"], ["two", dark, "alt two"]]
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
            const say = { item: "", start: "", now: "" };
            show(made(markup, { live: { key: "k", part, item: "i", tasks: ["a"], titles: {}, say } }));
            seen.push(at("b").textContent);
            above.style.height = "800px";
            above.dispatchEvent(new Event("scroll")); // what scrolls may be any part of the page
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
        const scroll = (name) => name === "scroll";
        window.addEventListener = (name, ...more) => ((scrolls += scroll(name)), add(name, ...more));
        window.removeEventListener = (name, f, all) => ((scrolls -= scroll(name) && all === true), remove(name, f, all));
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
    learned = {
        "gates": [[0.1, -0.25], [7, 0.5]],
        "stitch": [[], [[0.9] * 4] * 2 + [[0.9, 0.9, 0.1, -0.2], [0.9, 0.9, 0.3, 0.6]]],
    }

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
        const line = (name) => `<path data-use="${name}" data-low="0.5" data-high="2.5" stroke-width="9"/>`;
        root.append(markupOf('<svg>' + ["thin", "tie", "odd", "none"].map(line).join("") +
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
