"""What a page shows at a step, in a real browser: the slider and playing back, words that follow it, and the ghost's place."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ui.scripts.scripts import Scripts

pytestmark = pytest.mark.browser

HELP = """
    const frames = [], looks = [];
    let clock = 1000;
    performance.now = () => clock;
    window.requestAnimationFrame = (call) => frames.push(call);
    const one = live();
    one.key = "k";
    one.listen(() => looks.push(one.step));
    const parentElement = document.body.appendChild(document.createElement("div"));
    const at = (path) => parentElement.querySelector(path), all = (path) => [...parentElement.querySelectorAll(path)];
    const paint = (time = 0) => ((clock += time), frames.splice(0).forEach((call) => call(clock)));
    const run = (place, ...steps) => ({ run: place, seed: 7, rows: { step: steps }, scored: [], changed: [], kept: null });
    let number = 0;
    const news = (more) => one.take([{ name: "a", number: (number += 1), whole: number === 1, ...more }]);
    const base = { key: "k", name: "Look at step", play: "Play", stop: "Hold", help: "Moves all pictures." };
    const show = (more = {}) => component({ data: { ...base, ...more }, parentElement });
    const slider = () => [at("output").textContent, at("input").value, at("input").max, at("button").textContent];
    const move = (place) => ((at("input").value = place), at("input").dispatchEvent(new Event("input")));
"""
"""What every call below begins with: a faked clock and screen, a page that knows one run, and short names."""


def told(page: Any, body: str, *values: Any, name: str = "slider.js") -> Any:
    """What the body of a function gives, with the short names of `HELP`, next to one script."""
    names = {"slider.js": [], "told.js": [], "before.js": ["words.js"]}
    return Scripts(page, "live.js", *names[name], name).call(f"(...given) => {{ {HELP} {body} }}", *values)


def test_there_is_no_slider_where_there_is_nothing_to_look_back_at(page: Any) -> None:
    body = """
        const seen = [];
        const see = () => seen.push(at(".playground-slider").hidden);
        show();
        see();
        for (const steps of [[], [1], [2]]) {
            news({ runs: [run(0, ...steps)] });
            paint();
            see();
        }
        show({ key: "l" });
        see();
        return [seen, parentElement.children.length];
    """
    assert told(page, body) == [[True, True, True, False, True], 1]


def test_the_slider_is_named_and_stands_at_the_newest_step(page: Any) -> None:
    body = """
        news({ runs: [run(0, 1, 20), run(1, 3)] });
        show();
        const input = at("input");
        const seen = [slider()];
        news({ runs: [run(0, 30)] });
        paint();
        seen.push(slider());
        one.look(3);
        news({ runs: [run(0, 40)] });
        paint();
        seen.push(slider());
        news({ whole: true, runs: [run(0, 1, 2, 3, 4)] });
        paint();
        seen.push(slider());
        one.look(null);
        news({ runs: [run(1, 9)] });
        news({ now: { shown: [1] }, runs: [run(1, 11)] });
        paint();
        seen.push(slider());
        const name = input.labels[0].querySelector(".name").textContent;
        return [seen, name, input.title, input.getAttribute("aria-valuetext"), input.min, input.step];
    """
    seen, *names = told(page, body)
    assert seen[:2] == [["20", "2", "2", "Play"], ["30", "3", "3", "Play"]], "it moves along with a run"
    assert seen[2:4] == [["3", "1", "4", "Play"], ["3", "2", "3", "Play"]], "who looks at a step stays there"
    assert seen[4] == ["11", "1", "1", "Play"], "of the runs that count only"
    assert names == ["Look at step", "Moves all pictures.", "11", "0", "1"]


def test_a_step_between_two_is_that_before_it(page: Any) -> None:
    body = """
        news({ runs: [run(0, 10, 20, 30)] });
        show();
        return [10, 19, 20, 29, 30, 31].map((step) => {
            one.look(step);
            paint();
            return slider()[0];
        });
    """
    assert told(page, body) == ["10", "10", "20", "20", "30", "30"]


def test_moving_the_slider_shows_every_picture_that_step(page: Any) -> None:
    body = """
        news({ runs: [run(0, 10, 20, 30)] });
        show();
        looks.length = 0;
        [0, 1, 2].forEach(move);
        const other = document.body.appendChild(document.createElement("div"));
        component({ data: base, parentElement: other });
        return [looks, at("input").id !== other.querySelector("input").id, /^steps-\\w{6,}$/.test(at("input").id)];
    """
    assert told(page, body) == [[10, 20, None], True, True], "the last is the newest, whatever comes"


def test_a_run_is_played_back_at_one_pace_from_its_beginning_to_its_end(page: Any) -> None:
    body = """
        news({ runs: [run(0, 10, 20, 30, 40, 50)] });
        show();
        const seen = [], see = () => seen.push(slider()[3]);
        looks.length = 0;
        at("button").click();
        see();
        for (const time of [0, 900, 200, 1000, 3900, 900, 50, 1000, 100]) paint(time);
        see();
        paint(100);
        return [looks, seen, slider(), frames.length, one.step];
    """
    looks, seen, at_end, waiting, step = told(page, body)
    # After 0, 0.9, 1.1, 2.1, 6, 6.9, 6.95 and 7.95 seconds of eight: the nearest of the five steps.
    assert looks == [10, 10, 20, 20, 40, 40, 40, None, None]
    assert seen == ["Hold", "Play"]
    assert (at_end, waiting, step) == (["50", "4", "4", "Play"], 0, None)


@pytest.mark.parametrize("by", ["button", "slider"])
def test_playing_is_held_by_a_hand(page: Any, by: str) -> None:
    body = """
        news({ runs: [run(0, 10, 20, 30)] });
        show();
        const seen = [];
        at("button").click();
        paint();
        paint(4000);
        seen.push(one.step, at("button").textContent);
        if (given[0] === "button") at("button").click();
        else move(0);
        seen.push(at("button").textContent);
        paint(2000);
        paint(2000);
        seen.push(one.step, frames.length);
        at("button").click(); // it begins anew
        paint();
        return [...seen, one.step, slider()[3]];
    """
    stays = 20 if by == "button" else 10
    assert told(page, body, by) == [20, "Hold", "Play", stays, 0, 10, "Hold"]


def test_a_slider_that_left_the_page_plays_and_follows_no_more(page: Any) -> None:
    body = """
        const waits = [], seen = [];
        window.setTimeout = (call, time) => waits.push([call, time]);
        const see = () => seen.push([looks.length, frames.length, one.listeners.size, at("button")?.textContent ?? ""]);
        news({ runs: [run(0, 10, 20, 30)] });
        const end = show();
        at("button").click();
        paint();
        end();
        waits[0][0](); // it was only drawn again
        looks.length = 0;
        paint(4000);
        see();
        parentElement.remove();
        paint(1000);
        see();
        end();
        waits[1][0]();
        see();
        document.body.append(parentElement);
        show(); // its place came back
        see();
        return [seen, waits.map(([_call, time]) => time)];
    """
    seen, times = told(page, body)
    # How often a step was shown, what waits for the screen, and who listens.
    assert seen == [[1, 2, 2, "Hold"], [1, 0, 2, "Hold"], [1, 0, 1, ""], [1, 0, 2, "Play"]]
    assert times == [0, 0]


WORDS = """
    const seen = [], inside = () => [...at(".playground-told > div > div").children];
    const parts = () => inside().map((one) => [one.localName, one.className, one.textContent]);
    const see = (step = null) => (one.look(step), paint(), seen.push(parts()));
"""


def test_headlines_captions_and_tables_are_those_of_the_step(page: Any) -> None:
    moment = {"headline": "Now.", "standing": "Of two.", "table": {"heads": ["a"], "rows": [["1"]], "notes": ["n", "m"]}}
    past = [{**moment, "step": 4, "headline": "At 4."}, {"step": 2, "headline": "At 2.", "standing": ""}]
    pictures = [{"run": 0, "step": step, "kept": False, "caption": f"c{step}"} for step in (2, 4)]
    body = (
        WORDS
        + """
        const [kind, frame] = given;
        show({ kind, live: { key: "k" } });
        seen.push(parts());
        news(frame);
        for (const step of [null, 1, 3, 4]) see(step);
        return seen;
    """
    )

    def shown(kind: str) -> Any:
        return told(page, body, kind, {"now": moment, "past": past, "pictures": pictures}, name="told.js")

    def said(text: str) -> list[list[str]]:
        return [["p", "", text]]

    quiet = [[["p", "quiet", text]] for text in ("c4", "c2", "c4")]
    assert shown("headline") == [[], said("Now. Of two."), [], said("At 2. "), said("At 4. Of two.")]
    assert shown("caption") == [[], quiet[0], [], quiet[1], quiet[2]]
    table = [["div", "scrolls", "a1"], ["p", "quiet", "n"], ["p", "quiet", "m"]]
    assert shown("table") == [[], table, [], [], table]


def test_a_table_has_a_head_and_links_of_this_app(page: Any) -> None:
    links = ["/a", "?a=1", "/", "//evil.example", "https://evil.example", "/?a"]
    rows = [["1", {"text": link, "link": link}] for link in links]
    body = (
        WORDS
        + """
        show({ kind: "item", live: { key: "k", item: "t" }, item: given[0] });
        const cells = (path) => all(path).map((one) => [one.localName, one.textContent]);
        const links = all("td > a").map((one) => one.getAttribute("href"));
        return [cells("thead > tr > *"), cells("tbody > tr:first-child > *"), links, at(".scrolls").tabIndex];
    """
    )
    heads, first, found, reached = told(page, body, {"heads": ["n", "l"], "rows": rows, "notes": []}, name="told.js")
    assert heads == [["th", "n"], ["th", "l"]]
    assert first == [["td", "1"], ["td", "/a"]]
    assert found == ["/a", "?a=1", None, None, None, "/?a"]
    assert reached == 0, "keys can move what is wider than the page"


def test_a_part_of_a_page_is_as_drawn_until_there_is_news(page: Any) -> None:
    body = (
        WORDS
        + """
        const data = { kind: "item", live: { key: "k", item: "t" }, item: { strong: "Drawn.", text: "by the page" } };
        show(data);
        see();
        news({ items: { other: { text: "o" } } });
        see();
        news({ items: { t: { text: "plain" } } });
        see();
        news({ items: { t: { heads: ["a"], rows: [], notes: ["none yet"] } } });
        see();
        show({ ...data, live: { key: "l", item: "t" } });
        seen.push(parts());
        show({ ...data, live: { key: "l", item: "t" }, item: null });
        seen.push(parts());
        show({ ...data, live: { key: "k", item: "never" }, item: null });
        seen.push(parts());
        return seen;
    """
    )
    drawn = [["p", "", "Drawn. by the page"]]
    plain, empty = [["p", "", "plain"]], [["p", "quiet", "none yet"]]
    assert told(page, body, name="told.js") == [drawn, drawn, plain, empty, drawn, [], []]


def test_what_the_page_said_stands_where_nothing_else_is_known(page: Any) -> None:
    body = (
        WORDS
        + """
        const plain = { kind: "headline", live: { key: "k" } };
        const table = { heads: ["a"], rows: [["1"]] };
        for (const more of [{ said: ["Bold.", "rest", "more"] }, { said: ["", ""] }, { ...table, said: ["Bold."] }]) {
            show({ ...plain, ...more });
            seen.push(parts());
        }
        show({ ...plain, said: ["Bold.", "rest"] });
        const bold = at("strong").textContent;
        news({ runs: [run(0, 1)] });
        see();
        news({ now: { headline: "News.", standing: "" } });
        see();
        return [seen, bold];
    """
    )
    said = [["p", "", "Bold. rest"]]
    seen, bold = told(page, body, name="told.js")
    assert seen[:3] == [[["p", "", "Bold. rest more"]], [], [["div", "scrolls", "a1"]]]
    assert seen[3:] == [said, [["p", "", "News. "]]]
    assert bold == "Bold."


def test_what_says_the_same_is_left_alone(page: Any) -> None:
    body = (
        WORDS
        + """
        const [same, other] = given;
        show({ kind: "headline", live: { key: "k" } });
        news({ now: same });
        paint();
        const first = at("p");
        news({ now: { ...same, table: 1 } });
        paint();
        const kept = at("p") === first;
        news({ now: other });
        paint();
        return [kept, at("p") === first, all("p").length, parentElement.children.length];
    """
    )
    same, other = {"headline": "a", "standing": "b"}, {"headline": "a", "standing": "c"}
    assert told(page, body, same, other, name="told.js") == [True, False, 1, 1]


def test_the_ghost_is_told_with_what_the_change_did_up_to_the_step(page: Any) -> None:
    body = """
        const data = { start: "A run before.", change: "It did {change}.", text: "No ghost.", dimmed: false };
        const seen = [], see = (more = {}) => (show({ ...data, ...more }), paint(), seen.push(at("div").textContent));
        see();
        news({ past: [{ step: 2, against: "−2 %" }, { step: 4 }], now: { step: 9, against: "−9 %" } });
        for (const step of [null, 1, 3, 4]) {
            one.look(step);
            see();
        }
        one.look(null);
        see({ change: "" });
        see({ key: "" });
        see({ key: "l" });
        const before = at("div").dataset.dimmed;
        see({ dimmed: true });
        const node = at("p").firstChild;
        one.tell();
        paint();
        const { className, dataset, tabIndex } = at("div");
        return [seen, before, dataset.dimmed, node === at("p").firstChild, tabIndex, className, all("div").length];
    """
    seen, *others = told(page, body, name="before.js")
    start = "A run before."
    assert seen[:5] == [start, f"{start} It did −9 %.", start, f"{start} It did −2 %.", start]
    assert seen[5:] == ["No ghost.", "No ghost.", start, f"{start} It did −9 %."]
    assert others == ["false", "true", True, 0, "playground-before", 1], "keys can scroll it; what says the same is left alone"
