"""The arrow lab in a real browser: where arrows are drawn, how keys and pointers move them, and when the page is told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ui.scripts.scripts import Scripts

pytestmark = pytest.mark.browser

HELP = """
    let clock = 5000, timer = 0;
    const timers = new Map(), sent = [];
    performance.now = () => clock;
    window.setTimeout = (f, time) => (timers.set((timer += 1), { f, due: clock + time }), timer);
    window.clearTimeout = (one) => timers.delete(one);
    /** Lets time pass, and what was to happen meanwhile. */
    const wait = (time) => {
        const end = clock + time;
        for (const [one, { f, due }] of [...timers]) if (due <= end && timers.delete(one)) (clock = Math.max(clock, due)), f();
        clock = end;
    };
    document.body.innerHTML = "";
    window.playgroundDark = false;
    const parentElement = document.body.appendChild(document.createElement("div"));
    const grabbed = '<g class="handle" tabindex="0"><circle r="9"/></g>';
    const gradient = (task) => `<g data-task="${task}"><line x1="50" y1="80"/>${grabbed}</g>`;
    // A unit of the plane is twenty of the drawing, and forty pixels.
    const lies = "width: 280px; height: 240px; position: fixed; left: 30px; top: 50px";
    const lab = (count, more = "") => '<svg class="drawing" data-name="lab" data-window="-2,4,-1,3" ' +
        `data-field="10,20,120,80" viewBox="0 0 140 120" style="${lies}">` +
        `<polygon class="hull"/>${Array.from({ length: count }, (_one, task) => gradient(task)).join("")}${more}</svg>`;
    const told = { alt: "Arrows.", partners: {}, moved: 0 };
    const made = (arrows, more = {}) => ({ ...told, markup: lab(arrows.length), arrows, ...more });
    const show = (data, tell = (...all) => sent.push(all)) => component({ data, parentElement, setTriggerValue: tell });
    const at = (path) => parentElement.querySelector(path);
    const root = () => at("figure");
    const handle = (task) => at(`[data-task="${task}"] .handle`);
    const round = (text) => text?.replace(/-?\\\\d+\\\\.\\\\d+/g, (one) => String(Math.round(100 * one) / 100)) ?? null;
    const tip = (task) => ["x2", "y2"].map((name) => round(at(`[data-task="${task}"] line`).getAttribute(name)));
    const hull = () => round(at(".hull").getAttribute("points"));
    const press = (task, key) => {
        const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
        (task === null ? root() : handle(task).firstChild).dispatchEvent(event);
        return event.defaultPrevented;
    };
    const point = (kind, path, x = 0, y = 0) => {
        // Where in the plane the pointer is.
        const where = { clientX: 30 + 2 * (10 + 20 * (x + 2)), clientY: 50 + 2 * (20 + 20 * (3 - y)), pointerId: 7 };
        const event = new PointerEvent(kind, { ...where, bubbles: true, cancelable: true });
        at(path).dispatchEvent(event);
        return event.defaultPrevented;
    };
    const held = [];
    const hold = () => (root().setPointerCapture = (pointer) => held.push(pointer));
    const grip = '[data-task="1"] circle';
    /** Where the arrows are, as the page would be told now. */
    const arrows = () => (wait(1000), sent.at(-1)[1].arrows);
"""
"""What every call below begins with: a place for the lab, time that stands until a test moves it, and short names."""
HELP = HELP.replace("\\\\", "\\")


def told(page: Any, body: str, *values: Any) -> Any:
    """What the body of an async function gives, with the short names of `HELP`."""
    return Scripts(page, "weighting/arrows.js").call(f"async (...given) => {{ {HELP} {body} }}", *values)


# --- keys --------------------------------------------------------------------------------------------------------------


def test_the_lab_is_a_group_with_words_and_a_way_to_save_it(page: Any) -> None:
    body = """
        show(made([[0, 1], [90, 2]]));
        const first = root();
        show(made([[0, 1], [90, 2]], { alt: "Other arrows." }));
        return [root().className, root().getAttribute("role"), root().getAttribute("aria-label"), root() === first,
            parentElement.querySelectorAll("figure, .playground-saving").length, tip(0), timers.size];
    """
    found = told(page, body)
    assert found == ["playground-planes", "group", "Other arrows.", True, 2, [None, None], 0]


@pytest.mark.parametrize(
    ("key", "after", "place"),
    [
        ("ArrowLeft", [5, 2], ["89.85", "76.51"]),
        ("ArrowRight", [-5, 2], ["89.85", "83.49"]),
        ("ArrowUp", [0, 2.1], ["92", "80"]),
        ("ArrowDown", [0, 1.9], ["88", "80"]),
    ],
)
def test_keys_turn_and_stretch_an_arrow(page: Any, key: str, after: list[float], place: list[str]) -> None:
    body = """
        show(made([[90, 1], [0, 2], [180, 1]]));
        const stopped = press(1, given[0]);
        const place = (task) => [tip(task), round(handle(task).getAttribute("transform"))];
        return [stopped, ...place(1), hull(), ...place(0), arrows()];
    """
    stopped, tip, handle, hull, other, another, told_of = told(page, body, key)
    assert stopped, "the page does not scroll"
    assert tip == place
    assert handle == f"translate({' '.join(place)})"
    assert hull == f"50,60 {','.join(place)} 30,80"
    assert (other, another) == ([None, None], None), "no other arrow is touched"
    assert told_of == [[90, 1], after, [180, 1]]


def test_an_arrow_is_no_longer_than_three_and_no_shorter_than_nothing(page: Any) -> None:
    body = """
        show(made([[0, 2.85], [0, 0.15]]));
        const found = [];
        for (let count = 0; count < 3; count += 1) {
            press(0, "ArrowUp");
            press(1, "ArrowDown");
            found.push(arrows().map(([_angle, length]) => length));
        }
        return found;
    """
    assert told(page, body) == [[2.95, 0.05], [3, 0], [3, 0]]


def test_an_arrow_turns_all_around(page: Any) -> None:
    body = """
        const [left, right] = ["ArrowLeft", "ArrowRight"];
        return [[177, left], [175, left], [-3, left], [-178, right], [-175, right]].map(([angle, key]) => {
            parentElement.replaceChildren();
            shown.delete(parentElement);
            show(made([[angle, 1]]));
            press(0, key);
            return arrows()[0][0];
        });
    """
    assert told(page, body) == [-178, -180, 2, 177, -180]


def test_other_keys_and_other_places_are_left_to_the_page(page: Any) -> None:
    body = """
        show(made([[0, 1], [90, 1]]));
        return [press(0, "Enter"), press(0, "Tab"), press(null, "ArrowUp"), press(null, "a"), timers.size, hull()];
    """
    assert told(page, body) == [False, False, False, False, 0, None]


# --- the pointer -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "y", "arrow"),
    [(2, 0, [0, 2]), (0, 2, [90, 2]), (-1.5, 0, [180, 1.5]), (0, -0.5, [-90, 0.5]), (1, 1, [45, 1.4]), (4, 3, [37, 3])],
)
def test_an_arrow_follows_the_pointer(page: Any, x: float, y: float, arrow: list[float]) -> None:
    body = """
        show(made([[0, 1], [90, 1]]));
        hold();
        const stopped = point("pointerdown", grip);
        const focused = document.activeElement === handle(1);
        point("pointermove", "figure", ...given);
        return [stopped, focused, held, arrows()];
    """
    angle, length = arrow
    assert told(page, body, x, y) == [True, True, [7], [[0, 1], [angle if angle != 180 else -180, length]]]


def test_the_tip_lies_under_the_pointer(page: Any) -> None:
    body = """
        show(made([[0, 1], [90, 1]]));
        hold();
        SVGElement.prototype.focus = (how) => held.push(how); // the page does not scroll meanwhile
        point("pointerdown", grip);
        point("pointermove", "figure", 0, 2);
        return [tip(1), hull(), held];
    """
    assert told(page, body) == [["50", "40"], "70,80 50,40", [7, {"preventScroll": True}]]


@pytest.mark.parametrize("end", ["pointerup", "pointercancel"])
def test_what_is_let_go_stays(page: Any, end: str) -> None:
    body = """
        show(made([[0, 1], [90, 1]]));
        hold();
        point(given[0], "figure");
        const before = timers.size; // nothing was held
        point("pointerdown", grip);
        point("pointermove", "figure", 2, 0);
        point(given[0], "figure", 2, 0);
        point("pointermove", "figure", 0, 2);
        wait(0);
        const count = sent.length;
        point(given[0], "figure");
        wait(0);
        return [before, sent, count];
    """
    assert told(page, body, end) == [0, [["moved", {"count": 1, "arrows": [[0, 1], [0, 2]]}]], 1]


def test_a_pointer_beside_the_handles_moves_nothing(page: Any) -> None:
    body = """
        show(made([[0, 1], [90, 1]]));
        hold();
        const stopped = point("pointerdown", ".hull");
        point("pointermove", "figure", 2, 0);
        point("pointerup", "figure", 2, 0);
        return [stopped, held, hull(), timers.size];
    """
    assert told(page, body) == [False, [], None, 0]


# --- what the page is told ---------------------------------------------------------------------------------------------


def test_the_page_is_told_at_most_every_sixth_of_a_second(page: Any) -> None:
    body = """
        show(made([[0, 1], [90, 1]]));
        const times = [];
        const note = ({ count, arrows }) => times.push([clock - 5000, sent.length, count, arrows[0][0]]);
        for (const time of [0, 100, 50, 5, 10, 1000, 0]) {
            press(0, "ArrowLeft");
            wait(time);
            note(sent.at(-1)[1]);
        }
        return times;
    """
    # Told at once for the first time; then not before 160 ms have passed, of where the arrows are by then.
    assert told(page, body) == [
        [0, 1, 1, 5],
        [100, 1, 1, 5],
        [150, 1, 1, 5],
        [155, 1, 1, 5],
        [165, 2, 5, 25],
        [1165, 3, 6, 30],
        [1165, 4, 7, 35],
    ]


def test_what_is_let_go_is_told_at_once_and_once_only(page: Any) -> None:
    body = """
        show(made([[0, 1], [90, 1]]));
        hold();
        point("pointerdown", grip);
        point("pointermove", "figure", 2, 0);
        wait(0);
        point("pointermove", "figure", 0, 2);
        wait(20);
        const before = sent.length;
        point("pointerup", "figure", 0, 2);
        wait(0);
        const after = sent.length;
        wait(1000);
        return [before, after, sent.length, sent.at(-1)];
    """
    assert told(page, body) == [1, 2, 2, ["moved", {"count": 2, "arrows": [[0, 1], [90, 2]]}]]


def test_the_page_is_told_by_its_newest_ear(page: Any) -> None:
    body = """
        const older = [];
        show(made([[0, 1]], { moved: 3 }), (...all) => older.push(all));
        press(0, "ArrowLeft");
        show(made([[0, 1]], { moved: 3 }));
        wait(0);
        const first = sent.at(-1)[1];
        press(0, "ArrowLeft");
        wait(200);
        return [older.length, first, sent.at(-1)[1]];
    """
    moves = [{"count": 4, "arrows": [[5, 1]]}, {"count": 5, "arrows": [[10, 1]]}]
    assert told(page, body) == [0, *moves], "moves are counted on from those that the page knows"


# --- what the page answers ---------------------------------------------------------------------------------------------


def test_an_answer_to_an_earlier_move_leaves_the_arrows_where_they_are(page: Any) -> None:
    body = """
        show(made([[0, 1], [90, 1]]));
        ["ArrowLeft", "ArrowLeft"].forEach((key) => press(0, key));
        const answer = (moved, arrows = [[5, 1], [90, 1]]) => {
            show(made(arrows, { moved, markup: lab(arrows.length, `<text>${moved} ${arrows.length}</text>`) }));
            const drawn = [tip(0), tip(1), hull()];
            press(1, "Enter");
            return [at("text").textContent, ...drawn];
        };
        const found = [answer(1)];
        press(0, "ArrowLeft");
        found.push(arrows());
        found.push(answer(3, [[40, 2], [80, 1]])); // to the last one
        press(0, "ArrowLeft");
        found.push(arrows());
        found.push(answer(1, [[0, 1], [1, 1], [2, 1]])); // of other tasks
        press(2, "ArrowLeft");
        found.push(arrows());
        return found;
    """
    earlier, after, last, turned, others, third = told(page, body)
    assert earlier == ["1 2", ["69.7", "76.53"], ["50", "60"], "69.7,76.53 50,60"]
    assert after == [[15, 1], [90, 1]]
    nothing = [[None, None]] * 2 + [None]
    assert last == ["3 2", *nothing], "it is as the page drew it"
    assert turned == [[45, 2], [80, 1]]
    assert others == ["1 3", *nothing]
    assert third == [[0, 1], [1, 1], [7, 1]]


def test_arrows_of_the_page_are_its_own(page: Any) -> None:
    body = """
        const data = made([[0, 1], [90, 1]]);
        show(data);
        press(0, "ArrowLeft");
        return data.arrows;
    """
    assert told(page, body) == [[0, 1], [90, 1]]


def test_what_has_focus_keeps_it(page: Any) -> None:
    body = """
        const found = [];
        const more = (words) => ({ markup: lab(3, `<a tabindex="0">${words}</a>`) });
        const spot = () => document.activeElement.parentElement?.dataset.task ?? document.activeElement.localName;
        const other = document.body.appendChild(document.createElement("button"));
        const three = [[0, 1], [1, 1], [2, 1]];
        show(made(three, more("a")));
        for (const focused of [() => handle(1), () => other, () => at("a"), () => handle(2)]) {
            focused().focus();
            show(made(three, more(`after ${found.length}`)));
            found.push(spot());
        }
        show(made([[0, 1], [1, 1]])); // the task is gone
        return [...found, spot()];
    """
    assert told(page, body) == ["1", "button", "body", "2", "body"]


def test_what_is_drawn_already_is_not_drawn_anew(page: Any) -> None:
    body = """
        const data = made([[0, 1]], { partners: { "#111111": "#eeeeee" }, markup: lab(1, '<text fill="#111111">a</text>') });
        show(data);
        const first = at("svg");
        show({ ...data, alt: "b" });
        const seen = [at("svg") === first, at("text").getAttribute("fill")];
        document.body.style.setProperty("--st-background-color", "#101010");
        window.playgroundDark = undefined;
        show(data);
        return [...seen, at("svg") === first, at("text").getAttribute("fill")];
    """
    assert told(page, body) == [True, "#111111", False, "#eeeeee"]
