"""The state of a page and its socket in a real browser, with sockets, a clock and a screen that a test moves by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ui.scripts.scripts import Scripts

pytestmark = pytest.mark.browser

HELP = """
    const sockets = [], waits = [], frames = [];
    window.WebSocket = class {
        static OPEN = 1;
        constructor(address) { sockets.push(Object.assign(this, { address, readyState: 0, sent: [] })); }
        send(text) { this.sent.push(JSON.parse(text)); }
    };
    const last = () => sockets.at(-1);
    const open = (socket = last()) => ((socket.readyState = 1), socket.onopen());
    const close = (socket = last()) => ((socket.readyState = 3), socket.onclose());
    const say = (...all) => last().onmessage({ data: JSON.stringify(all) });
    const sent = () => sockets.flatMap((one) => one.sent);
    window.setTimeout = (call, time) => waits.push({ call, time });
    window.clearTimeout = (place) => place && (waits[place - 1].gone = true);
    window.requestAnimationFrame = (call) => frames.push(call);
    const paint = () => frames.splice(0).forEach((call) => call());
    let hidden = false;
    Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true });
    const hide = (now) => ((hidden = now), document.dispatchEvent(new Event("visibilitychange")));
    const script = document.head.appendChild(document.createElement("script"));
    Object.assign(script, { type: "text/plain", src: "https://a.example/below/static/js/main.js" });
    const one = live(), topic = (...runs) => ({ runs, before: [] });
    let told = 0;
    const unheard = one.listen(() => (told += 1));
    const run = (place, ...steps) => ({ run: place, seed: 7, rows: { step: steps }, scored: [], changed: [], kept: null });
    const news = (name, number, more = {}) => ({ name, number, ...(number === 1 && { whole: true }), ...more });
"""
"""What a test of the socket begins with: faked sockets, times and frames of the screen, and short names."""


def told(page: Any, body: str, *values: Any) -> Any:
    """What the body of a function gives, with the short names of `HELP`, in a page of its own."""
    return Scripts(page, "live.js").call(f"async (...given) => {{ {HELP} {body} }}", *values)


def merged(page: Any, *frames: dict[str, Any]) -> Any:
    """The state after some frames."""
    return Scripts(page, "live.js").call(
        "(frames) => frames.reduce((state, frame) => merge(state, frame), emptyState())", frames
    )


def part(place: int, *steps: int, **more: Any) -> dict[str, Any]:
    """What a frame says of one run."""
    return {"run": place, "seed": place, "rows": {"step": steps}, "scored": [], "changed": [], "kept": None, **more}


def test_what_a_frame_says_of_a_run_is_added_to_it(page: Any) -> None:
    first = part(1, 1, 2, scored=[[1, 5]], changed=[1], learned=["a"], kept=[1])
    second = part(1, 3, seed=8, scored=[[3, 6]], changed=[3], kept=[3])
    second["rows"]["loss"] = [4]
    state = merged(
        page, {"whole": True, "name": "a", "number": 1, "runs": [first]}, {"name": "a", "number": 2, "runs": [second]}
    )
    assert state["runs"][0] is None, "a run has its place whatever is known of those before it"
    assert state["runs"][1] == {
        "seed": 1,
        "rows": {"step": [1, 2, 3], "loss": [4]},
        "scored": [[1, 5], [3, 6]],
        "changed": [1, 3],
        "learned": ["a"],
        "kept": [3],
    }


def test_what_a_frame_does_not_say_stays(page: Any) -> None:
    said = {"status": {"status": "running"}, "now": {"step": 3}, "levels": {"a": 1}, "ghost": [{"rows": {}}], "keys": "k"}
    first = {"whole": True, "name": "a", "number": 1, **said, "images": ["one"]}
    state = merged(page, first, {"name": "a", "number": 2})
    assert {name: state[name] for name in said} == said
    assert (state["number"], state["images"]) == (2, ["one"])
    state = merged(page, first, {"name": "a", "number": 2, "now": {}, "levels": {}, "ghost": [], "keys": ""})
    assert [state[name] for name in ("now", "levels", "ghost", "keys")] == [None, {}, [], ""], "it says that there is none"
    assert state["versions"] == {
        **dict.fromkeys(("name", "number", "now", "levels", "ghost", "keys"), 2),
        **dict.fromkeys(("whole", "status", "images"), 1),
    }


def test_a_frame_with_everything_replaces_what_was_known(page: Any) -> None:
    lists = {name: [{"step": 1}] for name in ("past", "pictures", "images")}
    first = {"whole": True, "name": "a", "number": 1, "now": {"step": 1}, "runs": [part(0, 1, 2)], **lists}
    state = merged(page, first, {"whole": True, "name": "b", "number": 5, "runs": [part(0, 1)]})
    assert [state[name] for name in ("name", "number", "now", *lists)] == ["b", 5, None, [], [], []]
    assert state["runs"][0]["rows"]["step"] == [1]
    assert (state["versions"]["whole"], state["versions"]["past"]) == (2, 1), "a picture sees that something is new"


def test_moments_and_pictures_are_in_order_and_the_newest_counts(page: Any) -> None:
    def pictured(step: int, kept: bool, words: str, run: int = 0) -> dict[str, Any]:
        return {"run": run, "step": step, "kept": kept, "words": words}

    first = [pictured(9, True, "old"), pictured(4, True, "a"), pictured(4, False, "b"), pictured(2, False, "c")]
    second = [pictured(9, False, "d"), pictured(9, True, "new"), pictured(11, False, "e", run=1), pictured(11, False, "f")]
    moments = [{"step": step, "words": "old"} for step in (10, 2, 30)]
    state = merged(
        page,
        {"whole": True, "name": "a", "number": 1, "pictures": first, "past": moments},
        {"name": "a", "number": 2, "pictures": second, "past": [{"step": 10, "words": "new"}, {"step": 4, "words": "new"}]},
    )
    # What is kept stands behind what was said at its step.
    assert [one["words"] for one in state["pictures"]] == ["c", "b", "a", "d", "new", "e", "f"]
    assert [(one["step"], one["words"]) for one in state["past"]] == [(2, "old"), (4, "new"), (10, "new"), (30, "old")]


def test_a_picture_is_that_of_the_first_run_that_counts(page: Any) -> None:
    scripts = Scripts(page, "live.js")
    pictures = [
        {"run": run, "step": step, "kept": kept}
        for run, step, kept in ((0, 2, False), (1, 3, False), (1, 3, True), (1, 5, False), (0, 9, False), (2, 9, True))
    ]

    def at(now: Any, step: int | None) -> Any:
        found = scripts.call("pictureAt", {"now": now, "pictures": pictures}, step)
        return found and (found["step"], found["kept"])

    assert [at(now, None) for now in (None, {}, {"shown": [1, 2]}, {"shown": [3]})] == [(9, False), (9, False), (3, True), None]
    assert [at({"shown": [1]}, step) for step in (2, 3, 4, 5)] == [None, (3, False), (3, False), (5, False)]
    assert [at(None, step) for step in (1, 2, 8)] == [None, (2, False), (2, False)]


def test_the_channel_lies_below_the_app_itself(page: Any) -> None:
    # What is in "root.js" stands before each script.
    body = """
        const found = [appRoot(), channelAddress("live/channel")];
        script.src = "http://b.example:8501/static/js/main.js";
        found.push(appRoot(), channelAddress("c"));
        script.remove();
        const location = { href: "https://c.example/chapter?step=3#here" }; // what the function below is made with
        return [...found, eval(`(${appRoot})`)()];
    """
    root, channel, other, plain, without = told(page, body)
    assert (root, channel) == ("https://a.example/below/", "wss://a.example/below/live/channel")
    assert (other, plain) == ("http://b.example:8501/", "ws://b.example:8501/c")
    assert without == "https://c.example/", "a page without such a script lies at the top"


def test_a_topic_is_asked_for_as_soon_as_the_socket_is_open(page: Any) -> None:
    body = """
        const seen = [one.touch, one.tries, one.reached, one.step];
        one.watch("p", "k", topic(1));
        one.watch("p", "k", topic(1)); // the same: nothing to do
        seen.push(told, sockets.length, last().address, sent().length, one.touch, one.state("k").number);
        open();
        seen.push(told, one.touch, one.reached);
        return [seen, sent()];
    """
    seen, sent = told(page, body)
    assert seen[:4] == ["new", 0, False, None]
    assert seen[4:10] == [1, 1, "wss://a.example/below/p", 0, "new", 0]
    assert seen[10:] == [2, "open", False]
    assert sent == [{"watch": {"runs": [1], "before": []}, "since": ["", 0]}]


def test_another_topic_is_asked_for_by_the_same_socket(page: Any) -> None:
    body = """
        one.watch("p", "k", topic(1));
        open();
        say(news("a", 1, { runs: [run(0, 1)] }), news("a", 2, { runs: [run(0, 2)] }));
        one.look(1);
        one.watch("q", "l", topic(2));
        const seen = [one.step, one.state("l").name, one.state("l").runs.length];
        one.look(3);
        one.watch("p", "k", topic(1));
        return [[...seen, one.step, one.state("k").runs[0].rows.step, sockets.length, told], sent().map(({ since }) => since)];
    """
    seen, since = told(page, body)
    assert seen == [None, "", 0, None, [1, 2], 1, 7], "each picture goes to the newest, and all hear of it"
    assert since == [["", 0], ["", 0], ["a", 2]], "what is known already is not sent again"


def test_a_topic_begins_with_what_it_shares_with_the_last(page: Any) -> None:
    call = """(pairs) => pairs.map(([before, topic]) => {
        const state = { ...emptyState(), name: "a", number: 4, ghost: [0, 0], runs: [{ rows: { step: [1] } }] };
        const { runs, ghost, number } = carried(state, { runs: [1], ...before }, { runs: [1], ...topic });
        return [runs.length, ghost.length, number];
    })"""
    behind = [({}, {}), ({}, {"before": [3]}), ({}, {"runs": [2], "before": [1]}), ({}, {"runs": [2], "before": [3]})]
    found = Scripts(page, "live.js").call(call, [*behind, ({}, {"page": "race"}), ({"page": "race"}, {})])
    assert found == [[1, 2, 0], [1, 0, 0], [0, 1, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]]


def test_four_topics_are_remembered(page: Any) -> None:
    body = """
        const keys = ["a", "b", "c", "d", "e"], seen = [];
        for (const key of keys) {
            one.watch("p", key, topic(key));
            seen.push(keys.filter((key) => one.state(key)).join(""));
        }
        return seen;
    """
    assert told(page, body) == ["a", "ab", "abc", "abcd", "bcde"]


def test_who_shows_nothing_hears_nothing_by_an_open_socket(page: Any) -> None:
    body = """
        one.rest();
        const seen = [sockets.length];
        one.rest("p");
        open();
        one.rest();
        seen.push(sockets.length, last().address);
        one.watch("p", "k", topic(1));
        one.rest();
        say(news("a", 1, { runs: [run(0, 1)] }));
        return [seen, sent().map(({ watch }) => watch?.runs ?? null), one.state("k").number, one.states.size];
    """
    seen, watched, number, known = told(page, body)
    assert seen == [0, 1, "wss://a.example/below/p"]
    assert watched == [None, [1], None]
    assert (number, known) == (0, 1), "what was still under way is let go"


@pytest.mark.parametrize("page_", ["", "race"])
def test_a_hidden_tab_asks_for_no_news(page: Any, page_: str) -> None:
    body = """
        one.watch("p", "k", { ...topic(1), page: given[0] });
        hide(true);
        open();
        say(news("a", 1));
        hide(true);
        hide(false);
        hide(false);
        return sent().map(({ watch, since, ...more }) => [Boolean(watch), since ?? null, more]);
    """
    # A race goes on only as long as somebody looks: it is watched, but not sent.
    hidden = [True, ["", 0], {"quiet": True}] if page_ else [False, None, {}]
    assert told(page, body, page_) == [hidden, [True, ["a", 1], {}]]


def test_a_lost_server_is_tried_again_after_growing_pauses(page: Any) -> None:
    body = """
        one.watch("p", "k", topic(1));
        open();
        say(news("a", 1));
        const seen = [];
        for (let tries = 0; tries < 3; tries += 1) {
            close();
            seen.push([one.touch, waits.at(-1).time, sockets.length]);
            waits.at(-1).call();
        }
        one.connect(); // on its way already
        seen.push([told, sockets.length]);
        open();
        one.connect();
        seen.push([one.touch, one.tries, sockets.length]);
        say(news("a", 2));
        close();
        return [seen, waits.at(-1).time, sent().map(({ since }) => since), one.reached];
    """
    seen, pause, since, reached = told(page, body)
    assert seen == [["lost", 250, 1], ["lost", 500, 2], ["lost", 1000, 3], [6, 4], ["open", 3, 4]]
    assert pause == 250, "a server that speaks is there again"
    assert since == [["", 0], ["a", 1]]
    assert reached


def test_another_topic_does_not_wait_for_the_next_try(page: Any) -> None:
    body = """
        one.watch("p", "k", topic(1));
        close();
        one.watch("p", "l", topic(2));
        const seen = [sockets.length, waits[0].gone];
        const [first, second] = sockets;
        second.readyState = 2; // it is closing
        one.connect();
        close(second);
        return [...seen, sockets.length, waits.length, one.tries];
    """
    assert told(page, body) == [2, True, 3, 1, 1], "nobody misses a socket that was left already"


def test_a_refusal_is_told_until_the_socket_is_open_again(page: Any) -> None:
    body = """
        one.watch("p", "k", topic(1));
        open();
        const before = told;
        say({ refused: "Too many." });
        const seen = [one.touch, one.sentence, one.state("k").number, told - before];
        close();
        seen.push(one.touch, waits.at(-1).time);
        waits.at(-1).call();
        open();
        return [...seen, one.touch];
    """
    assert told(page, body) == ["refused", "Too many.", 0, 1, "refused", 5000, "open"]


def test_frames_of_another_time_are_let_go_and_all_of_a_message_is_told_once(page: Any) -> None:
    body = """
        one.watch("p", "k", topic(1));
        open();
        const seen = [], see = () => seen.push([one.state("k").name, one.state("k").number]);
        say(news("a", 2), news("", 1));
        see();
        const before = told;
        say(news("a", 1), news("a", 2), news("a", 2), news("a", 4), news("b", 3), news("a", 3));
        see();
        const after = told - before;
        unheard();
        say(news("b", 1));
        see();
        return [seen, after, told - before, window.playgroundLive === one && live() === one];
    """
    assert told(page, body) == [[["", 0], ["a", 3], ["b", 1]], 1, 1, True]


def test_a_picture_is_drawn_once_before_the_screen_is_painted(page: Any) -> None:
    body = """
        const holder = {}, drawn = [];
        for (const name of ["a", "b"]) soon(holder, () => drawn.push(name));
        const seen = [frames.length, drawn.length];
        paint();
        soon(holder, () => drawn.push("c"));
        paint();
        paint();
        return [seen, drawn];
    """
    assert told(page, body) == [[1, 0], ["a", "c"]]


def test_words_for_those_who_do_not_see_come_at_most_once_a_second(page: Any) -> None:
    body = """
        const holder = {}, element = document.createElement("p");
        let made = 0, set = 0;
        element.setAttribute = (...all) => ((set += 1), Element.prototype.setAttribute.apply(element, all));
        const seen = [["a"], ["b", "c"], [], [], ["c"], ["d"]].map((texts) => {
            for (const text of texts) describe(holder, element, () => ((made += 1), text));
            if (!texts.length) waits.at(-1).call(); // a second later
            return [element.getAttribute("aria-label"), made, set, waits.length];
        });
        return [seen, waits.map(({ time }) => time)];
    """
    seen, times = told(page, body)
    # Words, how often they were worked out and said, and how many times were waited for.
    assert seen == [["a", 1, 1, 1], ["a", 1, 1, 1], ["c", 2, 2, 2], ["c", 3, 2, 2], ["c", 4, 2, 2], ["d", 5, 3, 3]]
    assert times == [1000] * 3
