"""A race in a real browser: how it is played, stepped through and dragged, what it follows, and where a click asks for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ui.scripts.scripts import Scripts

pytestmark = pytest.mark.browser

HELP = """
    let clock = 1000;
    performance.now = () => clock;
    const frames = [], later = [], asked = [];
    let asks = 0;
    window.requestAnimationFrame = (f) => (frames.push(Object.assign((time) => f(time), { number: (asks += 1) })), asks);
    window.cancelAnimationFrame = (number) => frames.splice(0, frames.length, ...frames.filter((one) => one.number !== number));
    window.setTimeout = (f, time) => later.push(f);
    const run = (queue) => queue.splice(0).forEach((one) => one(clock));
    const wait = (seconds) => (clock += 1000 * seconds, run(frames));
    const parentElement = document.body.appendChild(document.createElement("div"));
    const svg = (paths) => '<svg data-name="numbers" data-window="-2,2,5,15" data-field="10,20,50,40" viewBox="0 0 100 80" ' +
        'style="width: 200px; height: 160px; position: fixed; left: 40px; top: 30px">' +
        paths.map((path) => `<g class="run" data-path="${path}"><polyline/><g class="head"/></g>`).join("") +
        '</svg><svg data-name="losses"></svg>';
    const controls = { play: "Play", pause: "Pause", back: "One back", on: "One on", moment: "Moment" };
    const say = { ...controls, step: "Step {step}", language: "en" };
    const each = (count, one) => Array.from({ length: count }, (_one, place) => one(place));
    const path = (count) => each(count, (place) => `${place},${10 * place}`).join(" ");
    const steps = (count) => each(count, (place) => 500 * place);
    const part = (count, more = []) => ({ markup: svg([path(count), ...more]), words: `${count} points`, steps: steps(count) });
    const made = (count, more = {}) => ({ ...part(count), partners: {}, going: false, subject: "s", say, live: null, ...more });
    const show = (data, tell = (...all) => asked.push(all)) => component({ data, parentElement, setTriggerValue: tell });
    const at = (path) => parentElement.querySelector(path);
    const all = (path) => [...parentElement.querySelectorAll(path)];
    const rounded = (text) => text.replace(/\\d+\\.\\d+/g, (one) => Math.round(1000 * one) / 1000);
    const tips = () => all(".head").map((one) => rounded(one.getAttribute("transform")));
    const lines = () => all("polyline").map((one) => rounded(one.getAttribute("points")));
    const press = (does) => at(`[data-does=${does}]`).click();
    const drag = (place) => (at("input").value = place, at("input").dispatchEvent(new Event("input")));
    /** Where on its way the first run is, and what the controls say. */
    const now = () => Number(tips()[0].match(/\\((\\S+)/)[1]);
    const see = () => [now(), at("output").textContent, at("[data-does=play]").textContent];
"""
"""What every call below begins with: a place for a race, a clock that stands until a test moves it, and short names."""


def told(page: Any, body: str, *values: Any) -> Any:
    """What the body of an async function gives, with the short names of `HELP`."""
    scripts = Scripts(page, "live.js", "weighting/race.js")
    page.evaluate("() => { document.body.innerHTML = ''; window.playgroundLive = window.playgroundDark = undefined; }")
    return scripts.call(f"async (...given) => {{ {HELP} {body} }}", *values)


# --- the controls ------------------------------------------------------------------------------------------------------


def test_a_race_is_shown_at_its_end_in_the_language_of_the_page(page: Any) -> None:
    body = """
        show(made(3, { words: "Both planes." }));
        const english = at("output").textContent;
        show(made(3, { words: "Both planes.", say: { ...say, step: "Schritt {step}", language: "de" } }));
        const said = (path, ...names) => names.map((name) => at(path).getAttribute(name));
        return {
            names: ["back", "on"].map((one) => said(`[data-does=${one}]`, "aria-label", "title")),
            slider: [...said("input", "aria-label", "aria-valuetext", "max"), at("input").value],
            said: [english, ...see()], picture: said(".pictures", "role", "aria-label"),
            parts: [...parentElement.children].map((one) => one.className), lines: lines(),
        };
    """
    assert told(page, body) == {
        "names": [["One back"] * 2, ["One on"] * 2],
        "slider": ["Moment", "Schritt 1.000", "2", "2"],
        "said": ["Step 1,000", 2, "Schritt 1.000", "Play"],
        "picture": ["img", "Both planes."],
        "parts": ["playground-planes", "playground-saving"],
        "lines": ["0,0 1,10 2,20"],
    }


@pytest.mark.parametrize(("count", "closed"), [(0, True), (1, True), (2, False)])
def test_a_race_without_a_way_cannot_be_played(page: Any, count: int, closed: bool) -> None:
    body = """
        const [count] = given;
        show(made(count, count ? {} : { markup: "" }));
        const closed = all("figure > .controls :is(button, input)").map((one) => one.disabled);
        return [closed, at("output").textContent, at("input").value];
    """
    assert told(page, body, count) == [[closed] * 4, "Step 500" if count == 2 else "Step 0", "1" if count == 2 else "0"]


def test_a_race_is_stepped_through_and_dragged(page: Any) -> None:
    body = """
        show(made(5, part(5, ["7,7 8,8"])));
        const seen = [];
        for (const does of ["on", "back", "back", "on", 0, "back", "on", 4, 1]) {
            typeof does === "string" ? press(does) : drag(does);
            seen.push([now(), at("input").value, at("output").textContent]);
        }
        const early = [lines(), tips()];
        drag(3);
        return [seen, ...early, lines(), tips()];
    """
    seen, lines, tips, *later = told(page, body)
    moments = [4, 3, 2, 3, 0, 0, 1, 4, 1]
    assert seen == [[one, str(one), f"Step {500 * one:,}"] for one in moments]
    assert lines == ["0,0 1,10", "7,7 8,8"]
    assert tips == ["translate(1 10)", "translate(8 8)"]
    # A run that has ended stays where it is.
    assert later == [["0,0 1,10 2,20 3,30", "7,7 8,8"], ["translate(3 30)", "translate(8 8)"]]


# --- playing -----------------------------------------------------------------------------------------------------------


def test_between_two_points_a_path_is_straight(page: Any) -> None:
    body = """
        show(made(41, part(41, ["7,4 8,2", "5,5"])));
        press("play");
        wait(0.0875);
        return [lines(), tips(), at("input").value];
    """
    lines, tips, place = told(page, body)  # half of the way to the second of forty points
    assert lines == ["0,0 0.5,5", "7,4 7.5,3", "5,5"]
    assert tips == ["translate(0.5 5)", "translate(7.5 3)", "translate(5 5)"]
    assert place == "0"


def test_a_race_is_played_in_seven_seconds_and_rests_at_its_end(page: Any) -> None:
    body = """
        show(made(71));
        press("play");
        const seen = [see()], places = [];
        for (let count = 0; count < 80 && at("[data-does=play]").textContent === "Pause"; count += 1) {
            wait(0.1);
            places.push(now());
        }
        const counts = [places.findIndex((one) => one >= 35) + 1, places.findIndex((one) => one >= 70) + 1];
        seen.push(see());
        wait(0.1);
        seen.push(frames.length);
        press("play");
        wait(0.05);
        return [...seen, see(), counts];
    """
    first, last, frames, again, (half, whole) = told(page, body)
    assert first == [0, "Step 0", "Pause"], "who plays it at its end sees it from its start"
    assert last == [70, "Step 35,000", "Play"]
    assert frames == 0
    assert again == [0.5, "Step 0", "Pause"]
    assert (half, whole) == (pytest.approx(35, abs=1), pytest.approx(70, abs=1)), "tenths of a second"


def test_a_short_race_is_as_fast_as_one_of_twenty_points(page: Any) -> None:
    body = """
        return [3, 20, 22].map((count) => {
            show(made(count, { subject: `${count}` }));
            press("play");
            wait(0.07);
            press("play");
            return now();
        });
    """
    assert told(page, body) == [0.2, 0.2, 0.21]


def test_a_tab_that_was_hidden_goes_on_where_it_was(page: Any) -> None:
    body = """
        show(made(71)), press("play"), wait(60);
        return now();
    """
    assert told(page, body) == 1


def test_a_race_is_as_fast_as_ever_for_whoever_presses_thrice_at_once(page: Any) -> None:
    body = """
        show(made(71));
        ["play", "play", "play"].forEach(press);
        [0.05, 0.05].forEach(wait);
        return see();
    """
    assert told(page, body) == [1, "Step 500", "Pause"]


@pytest.mark.parametrize("what", ["play", "back", "on", "drag"])
def test_whoever_takes_hold_of_it_stops_it(page: Any, what: str) -> None:
    body = """
        show(made(71));
        press("play");
        drag(20);
        press("play");
        wait(0.05);
        const before = see();
        given[0] === "drag" ? drag(9) : press(given[0]);
        const after = see();
        wait(0.1);
        return [before, after, see(), frames.length];
    """
    before, after, later, frames = told(page, body, what)
    place = {"play": 20.5, "back": 20, "on": 21, "drag": 9}[what]
    assert before == [20.5, "Step 10,000", "Pause"]
    assert after == later == [place, f"Step {500 * int(place):,}", "Play"]
    assert frames == 0


def test_a_race_that_goes_on_is_waited_for_at_its_end(page: Any) -> None:
    body = """
        const seen = [];
        show(made(2, { going: true }));
        press("play");
        for (let count = 0; count < 5; count += 1) wait(0.1);
        seen.push(see(), frames.length);
        show(made(4, { going: true }));
        seen.push(see());
        wait(0.07);
        seen.push(see());
        show(made(2, { going: false }));
        wait(0.07);
        wait(0.07);
        return [...seen, see(), frames.length];
    """
    end, waiting, longer, moved, over, left = told(page, body)
    assert (end, waiting) == ([1, "Step 500", "Pause"], 1)
    assert longer == end, "what is played does not jump to what is new"
    assert moved == [1.2, "Step 500", "Pause"]
    assert (over, left) == ([1, "Step 500", "Play"], 0)


# --- what it follows ---------------------------------------------------------------------------------------------------


def test_who_looks_at_the_end_sees_what_is_new_and_who_looks_back_stays(page: Any) -> None:
    body = """
        const seen = [];
        const come = (count, more) => (show(made(count, more)), seen.push(now()));
        come(3);
        come(5);
        press("back");
        come(7);
        come(2);
        drag(0);
        come(4);
        come(6, { subject: "another" });
        return seen;
    """
    assert told(page, body) == [2, 4, 3, 1, 0, 5], "another race is shown at its end"


def test_what_is_drawn_already_is_not_drawn_anew(page: Any) -> None:
    body = """
        const seen = [];
        const partners = { "#111111": "#eeeeee" };
        const color = (count, more) => (show(made(count, { ...part(count, ["3,3"]), partners, ...more })), at("svg"));
        const first = color(3);
        seen.push(color(3, { words: "other words" }) === first, at(".pictures").getAttribute("aria-label"));
        seen.push(color(4) === first, all("svg").length);
        const markup = svg(["1,1 2,2"]) + '<p style="color: #111111">a</p>';
        for (const ground of ["#ffffff", "#101010"]) {
            window.playgroundDark = undefined;
            document.body.style.setProperty("--st-background-color", ground);
            color(2, { markup });
            seen.push(at("p").style.color);
        }
        return seen;
    """
    assert told(page, body) == [True, "other words", False, 2, "rgb(17, 17, 17)", "rgb(238, 238, 238)"]


def test_a_live_race_grows_with_what_comes(page: Any) -> None:
    body = """
        const one = live();
        one.key = "k";
        const news = (number, items, active) =>
            one.take([{ name: "a", number, ...(number === 1 && { whole: true }), status: { active }, items }]);
        const seen = [];
        const look = () => seen.push([now(), at(".pictures").getAttribute("aria-label")]);
        show(made(2, { live: { key: "k" } }));
        look();
        news(1, { race: part(3) }, true);
        look(); // not before the screen is painted
        run(frames);
        look();
        press("play");
        for (let count = 0; count < 12; count += 1) wait(0.1);
        seen.push(see()); // it goes on
        news(2, {}, false);
        wait(0.1);
        wait(0.1);
        seen.push(see());
        run(later);
        look();
        show(made(4));
        run(frames);
        one.tell();
        return [...seen, now(), frames.length];
    """
    first, second, third, played, over, last, drawn, asked = told(page, body)
    assert first == second == [1, "2 points"]
    assert third == [2, "2 points"], "its words follow at most once a second"
    assert (played, over) == ([2, "Step 1,000", "Pause"], [2, "Step 1,000", "Play"])
    assert last == [2, "3 points"]
    assert (drawn, asked) == (3, 0), "what is not live hears nothing"


def test_a_race_that_left_the_page_ends(page: Any) -> None:
    body = """
        const data = made(71, { live: { key: "k" } });
        const leave = show(data), first = at("figure");
        leave();
        run(later);
        show(data);
        const seen = [live().listeners.size, at("figure") === first]; // only hurried on
        press("play");
        wait(0.05);
        const tip = at(".head");
        first.remove();
        wait(0.1);
        seen.push(rounded(tip.getAttribute("transform")), frames.length); // it is not played on
        leave();
        run(later);
        seen.push(live().listeners.size);
        show(data);
        return [...seen, live().listeners.size, at("figure") !== first];
    """
    assert told(page, body) == [1, True, "translate(0.5 5)", 0, 0, 1, True]


# --- asking for another start ------------------------------------------------------------------------------------------


def test_a_click_in_the_plane_asks_for_a_start_there(page: Any) -> None:
    body = """
        const older = [];
        show(made(2), (...all) => older.push(all));
        show(made(2)); // the page has another ear each time
        // Each unit of the drawing is two pixels; the plane begins 20 and 40 of them from its corner, and is 100 and 80 large.
        const where = (x, y) => ({ bubbles: true, clientX: 40 + x, clientY: 30 + y });
        const click = (x, y, path = "svg") => at(path).dispatchEvent(new MouseEvent("click", where(x, y)));
        for (const point of [[20, 40], [120, 120], [70, 80], [45, 100]]) click(...point);
        click(70, 80, "polyline");
        for (const point of [[18, 80], [122, 80], [70, 38], [70, 122]]) click(...point); // outside
        click(70, 80, '[data-name="losses"]');
        click(70, 80, ".pictures");
        return [asked, older.length];
    """
    asked, older = told(page, body)
    assert asked == [["start", one] for one in ([-2, 15], [2, 5], [0, 10], [-1, 7.5], [0, 10])]
    assert older == 0
