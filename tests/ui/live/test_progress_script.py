"""The line that says how far a run is: what it shows, what it says aloud, and when it asks the page for other buttons."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ui.scripts.scripts import Scripts

pytestmark = pytest.mark.browser

HELP = """
    const asked = [], waits = [];
    let clock = 5000;
    performance.now = () => clock;
    window.setTimeout = (call, time) => waits.push({ call, time });
    const one = live();
    one.connect = () => {};
    const parentElement = document.body.appendChild(document.createElement("div"));
    const at = (path) => parentElement.querySelector(path);
    const line = () => at("p").textContent, heard = () => at(".heard").textContent;
    const going = (status) => ["queued", "running", "paused"].includes(status);
    const state = (status, done = 0, more = {}) =>
        ({ status, active: going(status), done, total: 100, text: `${status} ${done}`, ...more });
    const say = { label: "How far it is", begun: "Begun.", on: "Goes on.", part: "{percent} %.", over: "Over." };
    const words = { words: "", mine: true, others: "By another.", lost: "Lost.", beside: "", say };
    const base = { key: "k", topic: { runs: [1] }, path: "p", drawn: "", status: state("queued"), ...words };
    const ask = (...all) => asked.push(all.join(" "));
    const give = { parentElement, setTriggerValue: ask, setStateValue: ask };
    const show = (more = {}) => component({ data: { ...base, ...more }, ...give });
    let number = 0;
    const news = (...all) => one.take([{ name: "a", number: (number += 1), whole: number === 1, status: state(...all) }]);
    const touch = (now, more) => (Object.assign(one, { touch: now, ...more }), one.tell());
"""
"""What every call below begins with: a faked clock, a page without a socket, and short names."""


def told(page: Any, body: str, *values: Any) -> Any:
    """What the body of a function gives, with the short names of `HELP`."""
    return Scripts(page, "live.js", "words.js", "channel.js").call(f"(...given) => {{ {HELP} {body} }}", *values)


def test_buttons_are_the_same_for_what_waits_and_what_goes_on(page: Any) -> None:
    scripts = Scripts(page, "live.js")
    found = [
        scripts.call("turnOf", {"status": {"status": status, "active": active}, "keys": keys})
        for status, active, keys in (("queued", True, ""), ("running", True, ""), ("failed", False, "a b"))
    ]
    assert found == ["running true", "running true", "failed false a b"]


def test_the_bar_is_as_long_as_the_run_is_far(page: Any) -> None:
    body = """
        const seen = [];
        for (const [done, total] of [[0, 0], [0, 100], [1, 3], [299, 300], [300, 300], [400, 300]]) {
            show({ status: state("running", done, { total }) });
            seen.push([parseFloat(at(".track > div").style.width).toFixed(2), at(".track").getAttribute("aria-valuenow")]);
        }
        return [seen, ...["role", "aria-label"].map((one) => at(".track").getAttribute(one)), at(".heard").role];
    """
    seen, *labels = told(page, body)
    assert seen == [["0.00", "0"]] * 2 + [["33.33", "33"], ["99.67", "100"]] + [["100.00", "100"]] * 2
    assert labels == ["progressbar", "How far it is", "status"]


def test_the_newest_status_counts(page: Any) -> None:
    body = """
        const seen = [], see = () => seen.push([line(), at("div").dataset.status, at("div").dataset.active]);
        show();
        see();
        news("running", 7);
        see();
        news("finished", 100);
        see();
        show({ key: "l", topic: { runs: [2] } }); // of another run nothing is known yet
        see();
        return [seen, parentElement.children.length, [...at("div").children].map(({ className }) => className)];
    """
    seen, count, parts = told(page, body)
    assert seen == [
        ["queued 0", "queued", "true"],
        ["running 7", "running", "true"],
        ["finished 100", "finished", "false"],
        ["queued 0", "queued", "true"],
    ]
    assert count == 1, "one line, however often it is drawn"
    assert parts == ["", "track", "heard"], "style sheets know them by these"


def test_one_line_says_what_has_to_be_known(page: Any) -> None:
    body = """
        const seen = [];
        const see = (more) => (show(more), seen.push(line()));
        see({ beside: "And more." });
        see({ beside: "And more.", status: state("finished") });
        see({ status: state("running", 0, { text: "" }), beside: "Only this." });
        see({ status: state("paused"), mine: true });
        see({ status: state("paused"), mine: false });
        see({ status: state("running"), mine: false });
        see({ words: "Of the page.", status: state("paused"), mine: false });
        const node = at("p").firstChild;
        show({ words: "Of the page." });
        return [seen, node === at("p").firstChild];
    """
    seen, same = told(page, body)
    assert seen == [
        "queued 0 And more.",
        "finished 0",
        "Only this.",
        "paused 0",
        "By another. paused 0",
        "running 0",
        "Of the page.",
    ]
    assert same, "what says the same is left alone"


def test_a_lost_server_is_said_where_it_ever_spoke(page: Any) -> None:
    body = """
        const seen = [], see = () => seen.push([line(), heard(), at("div").dataset.touch]);
        show({ words: "Of the page." });
        see();
        touch("lost", { tries: 3 });
        see();
        touch("lost", { reached: true });
        see();
        news("running", 30); // it is not what those who do not see the page hear next
        touch("refused", { sentence: "Too many." });
        see();
        touch("open");
        see();
        touch("lost");
        see();
        return seen;
    """
    assert told(page, body) == [
        ["Of the page.", "Begun.", "new"],
        ["Of the page.", "Begun.", "lost"],
        ["Lost.", "Lost.", "lost"],
        ["Too many.", "Too many.", "refused"],
        ["Of the page.", "Too many.", "open"],
        ["Lost.", "Lost.", "lost"],
    ]


def listened(page: Any, *steps: list[Any]) -> list[str]:
    """What is said aloud at each of some states, "" where nothing is: status, how far, and what else is known."""
    body = """
        return given.map(([status, done, more], place) => {
            if (at(".heard")) at(".heard").textContent = "";
            if (place) news(status, done, more);
            else show({ status: state(status, done, more) });
            return heard();
        });
    """
    return list(told(page, body, *steps))


def test_each_quarter_is_said_once(page: Any) -> None:
    shares = [0, 24, 25, 26, 49, 50, 74, 75, 99]
    said = listened(page, *(["running", share] for share in shares))
    assert said == ["Begun.", "", "25 %.", "", "", "50 %.", "", "75 %.", ""]
    assert listened(page, *(["running", share] for share in (0, 60, 30, 40, 80))) == ["Begun.", "50 %.", "", "", "75 %."]


def test_pauses_and_the_end_are_said_as_they_come(page: Any) -> None:
    steps: list[list[Any]] = [
        ["queued", 0],
        ["running", 10],
        ["paused", 10],
        ["paused", 10],
        ["running", 10],
        ["finished", 100],
        ["finished", 100],
    ]
    assert listened(page, *steps) == ["Begun.", "", "paused 10", "", "Goes on.", "finished 100 Over.", ""]
    steps = [["running", 50], ["paused", 50], ["queued", 50], ["failed", 60, {"text": ""}], ["running", 0], ["failed", 30]]
    assert listened(page, *steps) == ["Begun.", "paused 50", "", "Over.", "Begun.", "failed 30 Over."]
    assert listened(page, ["paused", 30], ["running", 30]) == ["Begun.", "Goes on."]
    assert listened(page, ["finished", 100], ["finished", 100]) == ["", ""], "what was over before is no news"
    assert listened(page, ["running", 30, {"total": 0}], ["running", 60, {"total": 0}]) == ["Begun.", ""]


def test_another_run_begins_anew(page: Any) -> None:
    body = """
        const seen = [];
        const see = (key, ...all) => {
            if (at(".heard")) at(".heard").textContent = "";
            show({ key, topic: { runs: [key] }, status: state(...all) });
            seen.push(heard());
        };
        see("a", "running", 10);
        see("b", "running", 80);
        see("c", "finished", 100);
        see("d", "paused", 10);
        see("e", "finished", 100);
        return seen;
    """
    assert told(page, body) == ["Begun.", "Begun.", "", "Begun.", ""]


@pytest.mark.parametrize(
    ("more", "end"),
    [
        ({"now": {"headline": "A wins."}}, "finished 100 A wins."),
        ({"items": {"headline": {"strong": "B wins."}}}, "finished 100 B wins."),
        ({"now": {"headline": "A wins."}, "items": {"headline": {"strong": "B wins."}}}, "finished 100 A wins."),
        ({"items": {"table": {"strong": "C wins."}}}, "finished 100 Over."),
    ],
)
def test_the_end_is_said_with_what_came_out(page: Any, more: dict[str, Any], end: str) -> None:
    body = """
        show();
        news("running", 50);
        one.take([{ name: "a", number: (number += 1), status: state("finished", 100), ...given[0] }]);
        return heard();
    """
    assert told(page, body, more) == end


def test_the_same_words_are_said_once(page: Any) -> None:
    body = """
        show();
        const node = at(".heard").firstChild;
        show({ key: "l", topic: { runs: [2] } });
        return [heard(), node === at(".heard").firstChild];
    """
    assert told(page, body) == ["Begun.", True]


def test_a_browser_that_never_reaches_the_channel_gives_up(page: Any) -> None:
    body = """
        const seen = [], see = () => seen.push(asked.splice(0));
        show();
        for (const tries of [3, 4]) {
            touch("lost", { tries });
            see();
        }
        touch("lost", { reached: true, tries: 9 });
        see();
        show({ path: "" }); // a page that asks for news itself
        touch("lost", { reached: false, tries: 9 });
        see();
        return seen;
    """
    assert told(page, body) == [[], ["blocked true"], [], []]


def test_other_buttons_are_asked_for_where_another_status_has_others(page: Any) -> None:
    body = """
        const seen = [], see = () => ((clock += 1000), seen.push(asked.splice(0)));
        show({ drawn: "running true" });
        see();
        touch("open", { reached: true });
        see(); // nothing is known of it but what the page has drawn
        news("queued");
        see();
        news("running", 1);
        see();
        news("paused", 2);
        see();
        show({ drawn: "paused true" });
        see();
        show({ drawn: "" }); // without buttons
        news("finished", 100);
        see();
        show({ drawn: "paused true", path: "" });
        see();
        return seen;
    """
    assert told(page, body) == [[], [], [], [], ["turned paused true"], [], [], []]


def test_buttons_are_asked_for_at_most_once_in_a_while(page: Any) -> None:
    body = """
        const seen = [], see = () => seen.push([asked.splice(0), waits.map(({ time }) => time)]);
        clock = 0; // even right after the page was opened
        show({ drawn: "running true" });
        touch("open", { reached: true });
        news("paused", 1);
        see();
        clock = 300;
        news("paused", 2);
        news("paused", 3);
        see();
        clock = 700;
        waits[0].call();
        see();
        clock = 1000;
        news("finished", 100);
        see();
        show({ drawn: "finished false" }); // as it is meanwhile
        clock = 1400;
        waits[1].call();
        see();
        show({ drawn: "running true" });
        clock = 1500;
        show({ drawn: "paused true" });
        parentElement.remove();
        clock = 2200;
        waits.at(-1).call();
        see();
        return seen;
    """
    *seen, (later, times) = told(page, body)
    assert seen == [
        [["turned paused true"], []],
        [[], [400]],
        [["turned paused true"], [400]],
        [[], [400, 400]],
        [[], [400, 400]],
    ]
    assert later == ["turned finished false"], "at once, as nothing was asked for in a while; then not by a line that has gone"
    assert times == [400, 400, 600]


def test_the_line_names_what_the_page_shows(page: Any) -> None:
    body = """
        const seen = [];
        one.watch = (...all) => seen.push(["watch", ...all]);
        one.rest = (...all) => seen.push(["rest", ...all]);
        show();
        show({ topic: null });
        show({ topic: null, path: "" });
        return [seen, one.listeners.size];
    """
    seen, listeners = told(page, body)
    assert seen == [["watch", "p", "k", {"runs": [1]}], ["rest", "p"], ["rest", ""]]
    assert listeners == 1


def test_a_line_that_left_the_page_lets_go_of_what_it_showed(page: Any) -> None:
    body = """
        const seen = [], see = () => seen.push([waits.length, one.key ?? "", one.listeners.size, line()]);
        const again = show();
        again();
        see();
        waits[0].call(); // it was only drawn again
        see();
        const end = show();
        parentElement.remove();
        end();
        waits[1].call();
        news("running", 5);
        see();
        return [seen, waits.map(({ time }) => time)];
    """
    assert told(page, body) == [[[1, "k", 1, "queued 0"], [1, "k", 1, "queued 0"], [2, "", 0, "queued 0"]], [0, 0]]
