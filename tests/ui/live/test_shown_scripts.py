"""Parts of a page that come as a whole: each picture, sentence and table shows the newest that is known, as data alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ui.scripts.scripts import Scripts

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror=window.hurt=1>"


def frame(number: int, whole: bool = False, **items: Any) -> dict[str, Any]:
    """A frame of a page."""
    status = {"status": "running", "active": True, "done": number, "total": 9, "text": f"{number} of 9"}
    return {"name": "a", "number": number, "status": status, "keys": "k", "items": items} | ({"whole": True} if whole else {})


def test_parts_are_merged_by_name(page: Any) -> None:
    scripts = Scripts(page, "live.js")
    call = "(frames) => frames.reduce((state, frame) => merge(state, frame), emptyState())"
    state = scripts.call(call, [frame(1, True, a={"text": "1"}, b={"text": "1"}), frame(2, b={"text": "2"})])
    assert {name: (one["text"], one["came"]) for name, one in state["items"].items()} == {"a": ("1", "a 1"), "b": ("2", "a 2")}
    assert (state["keys"], state["versions"]["items"]) == ("k", 2)
    assert list(scripts.call(call, [frame(1, True, a={}), frame(2, True, b={})])["items"]) == ["b"]
    assert scripts.call(f"(frames) => turnOf(({call})(frames))", [frame(1, True)]) == "running true k"
    empty = {**frame(1, True), "keys": ""}
    assert scripts.call(f"(frames) => turnOf(({call})(frames))", [empty]) == "running true"


def test_nothing_of_another_page_is_carried_over(page: Any) -> None:
    call = "(state, before, topic) => Object.keys(carried({ ...emptyState(), ...state }, before, topic).items)"
    scripts = Scripts(page, "live.js")
    state = {"items": {"a": {}}}
    assert scripts.call(call, state, {"page": "race", "runs": []}, {"page": "race", "runs": []}) == []
    assert scripts.call(call, state, {"runs": [1]}, {"page": "race", "runs": [1]}) == []


def test_a_hidden_tab_hears_nothing_but_keeps_looking_at_what_goes_on_by_looking(page: Any) -> None:
    scripts = Scripts(page, "live.js")
    call = """(topic) => {
        const one = new Live(), sent = [];
        one.connect = () => {};
        one.socket = { readyState: WebSocket.OPEN, send: (text) => sent.push(JSON.parse(text)) };
        let hidden = false;
        Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true });
        one.watch("p", "k", topic);
        for (const now of [true, true, false]) {
            hidden = now;
            one.turn();
        }
        delete document.hidden;
        return sent.map(({ watch, quiet }) => [watch !== null, quiet ?? false]);
    }"""
    assert scripts.call(call, {"runs": [1]}) == [[True, False], [False, False], [True, False]]
    assert scripts.call(call, {"runs": [], "page": "race"}) == [[True, False], [True, True], [True, False]]


SHOW = """(frames, data) => {
    window.playgroundLive = undefined;
    const one = live();
    Object.assign(one, { key: "k" });
    const parentElement = document.body.appendChild(document.createElement("div"));
    const seen = [], see = () => seen.push(parentElement.textContent);
    component({ data, parentElement });
    see();
    for (const frame of frames) {
        one.take([frame]);
        component({ data, parentElement });
        see();
    }
    const links = [...parentElement.querySelectorAll("a")].map((one) => one.getAttribute("href"));
    return [seen, links, parentElement.querySelectorAll("strong").length];
}"""


def test_sentences_and_tables_are_text_and_links_stay_here(page: Any) -> None:
    scripts = Scripts(page, "live.js", "told.js")
    data = {"kind": "item", "live": {"key": "k", "item": "s"}, "item": {"strong": "", "text": "first"}}
    news = [frame(1, True, s={"strong": EVIL, "text": "later"}), frame(2, t={"text": "another"})]
    said, _links, strong = scripts.call(SHOW, news, data)
    assert [one.strip() for one in said] == ["first", f"{EVIL} later", f"{EVIL} later"]
    assert strong == 1
    cells = [{"text": "open", "link": link} for link in ("/?a=1", "?a=1", "javascript:alert(1)", "//evil.example/")]
    table = {"heads": ["a"], "rows": [[EVIL, *cells]], "notes": [EVIL]}
    said, links, _strong = scripts.call(SHOW, [frame(1, True, s=table)], data)
    assert said[1].count(EVIL) == 2
    assert links == ["/?a=1", "?a=1", None, None]
    assert scripts.call(SHOW, [], {**data, "item": {**table, "rows": []}})[0] == [EVIL]
    assert page.evaluate("[document.images.length, window.hurt ?? 0]") == [0, 0]


def test_drawings_follow_their_part(page: Any) -> None:
    scripts = Scripts(page, "live.js", "series.js", "curves.js", "words.js", "uses.js", "drawing.js")
    call = """(frames, data) => {
        window.playgroundLive = undefined;
        const one = live();
        Object.assign(one, { key: "k" });
        const parentElement = document.body.appendChild(document.createElement("div"));
        const seen = [];
        for (const frame of [null, ...frames]) {
            if (frame) one.take([frame]);
            component({ data, parentElement });
            const root = parentElement.querySelector("figure");
            seen.push([root.querySelector("text").textContent, root.getAttribute("aria-label")]);
        }
        return seen;
    }"""
    drawn = '<svg class="drawing" viewBox="0 0 9 9"><text>{}</text></svg>'
    data = {
        "markup": drawn.format("page"),
        "alt": "as drawn",
        "partners": {},
        "live": {"key": "k", "part": "item", "item": "d"},
    }
    news = [
        frame(1, True, d={"markup": drawn.format("one"), "words": "w1"}),
        frame(2, e={}),
        frame(3, d={"markup": drawn.format("two"), "words": "w3"}),
    ]
    # Words follow at most once a second.
    assert scripts.call(call, news, data) == [["page", "as drawn"], ["one", "w1"], ["one", "w1"], ["two", "w1"]]


def test_charts_take_their_part_else_what_the_page_drew(page: Any) -> None:
    scripts = Scripts(page, "live.js", "series.js", "curves.js", "words.js", "plotly.js", "axes.js", "low.js", "chart.js")
    call = """(frames) => {
        window.playgroundLive = undefined;
        const one = live();
        const told = { key: "k", part: "item", item: "c", subject: "s", given: true };
        const spec = JSON.stringify({ data: [{ y: [1] }], layout: {} });
        const state = { spec, live: told, partners: { "#ffffff": "#000000" } };
        Object.assign(one, { key: "k" });
        const seen = [];
        for (const frame of [null, ...frames]) {
            if (frame) one.take([frame]);
            const { data, layout } = picture(state, true);
            seen.push([data[0].y[0], layout.uirevision ?? "", layout.color ?? "", version(one, told)]);
        }
        return seen;
    }"""
    news = [frame(1, True, d={}), frame(2, c={"figure": {"data": [{"y": [2]}], "layout": {"color": "#ffffff"}}, "words": "w"})]
    assert scripts.call(call, news) == [
        [1, "", "", "nothing"],
        [1, "", "", "k undefined"],
        [2, "s", "#000000", "k a 2"],
    ]


def test_a_chart_goes_over_to_another_run_with_the_blank_that_it_has(page: Any) -> None:
    scripts = Scripts(page, "live.js", "series.js", "curves.js", "words.js", "plotly.js", "axes.js", "chart.js")
    call = """(frames) => {
        window.playgroundLive = undefined;
        const one = live();
        const told = { part: "losses", subject: "s", tasks: ["a"], smooth: 0, marks: {}, nothing: "none" };
        const trace = { uid: "a-#111111", x: [0], y: [0] };
        const spec = JSON.stringify({ data: [trace], layout: { shapes: [], annotations: [] } });
        const state = { spec, partners: {} };
        return ["before", "after"].map((key, place) => {
            Object.assign(one, { key });
            state.live = { ...told, key };
            one.take([{ ...frames[place], runs: [] }]); // it waits, and has nothing to show
            const blank = [version(one, state.live), picture(state, false).data[0].x];
            one.take([frames[place]]);
            return [...blank, version(one, state.live), picture(state, false).data[0].x];
        });
    }"""
    rows = [
        {"run": 0, "seed": 1, "scored": [], "changed": [], "kept": None, "rows": {"step": steps, "loss": [[0.5]] * len(steps)}}
        for steps in ([1, 2], [1, 2, 3])
    ]
    news = [frame(1, True) | {"name": name, "runs": [one]} for name, one in zip("ab", rows, strict=True)]
    seen = scripts.call(call, news)
    assert [one[1] for one in seen] == [[], []], "nothing is known of either at its beginning"
    assert [one[3] for one in seen] == [[1, 2], [1, 2, 3]]
    assert len({one[0] for one in seen}) == 1, "a run of which nothing is known is drawn once"
    assert len({one[2] for one in seen}) == 2


PLANES = (
    '<svg data-name="numbers" data-window="0,1,0,1" data-field="0,0,100,100" viewBox="0 0 100 100" width="100" height="100">'
    '<g class="run" data-path="{}"><polyline/><g class="head"/></g></svg>'
)


@pytest.mark.parametrize("uid", ["digit·large-#009e8e", "bar-a #1 (kg)", "low-体重"])
def test_a_trace_is_found_by_its_mark_whatever_a_column_is_called(page: Any, uid: str) -> None:
    scripts = Scripts(page, "live.js", "series.js", "curves.js", "words.js", "plotly.js", "axes.js", "low.js", "chart.js")
    call = """(uid) => {
        document.body.innerHTML = `<i class="cb${named({ uid }).uid}"></i>`;
        return document.querySelectorAll(`.cb${named({ uid }).uid}`).length;
    }"""
    assert scripts.call(call, uid) == 1
    assert scripts.call("named", {"uid": uid})["uid"] != scripts.call("named", {"uid": f"{uid}?"})["uid"]


def test_a_race_grows_and_is_played_stepped_and_dragged(page: Any) -> None:
    scripts = Scripts(page, "live.js", "weighting/race.js")
    call = """(frames, data) => {
        window.playgroundLive = undefined;
        const one = live(), asked = [];
        Object.assign(one, { key: "k" });
        const parentElement = document.body.appendChild(document.createElement("div"));
        const give = { data, parentElement, setTriggerValue: (...all) => asked.push(all) };
        const seen = [];
        const see = () => seen.push([
            parentElement.querySelector("polyline").getAttribute("points"),
            parentElement.querySelector("output").textContent,
            parentElement.querySelector("input").max,
        ]);
        component(give);
        see();
        for (const frame of frames) {
            one.take([frame]);
            component(give);
            see();
        }
        const press = (does) => (parentElement.querySelector(`[data-does=${does}]`).click(), see());
        press("back");
        press("on");
        const input = parentElement.querySelector("input");
        input.value = 0;
        input.dispatchEvent(new Event("input"));
        see();
        one.take([{ ...frames[1], number: 3 }]);
        component(give);
        see();
        const svg = parentElement.querySelector("svg");
        const box = svg.getBoundingClientRect();
        for (const [x, y] of [[25, 25], [-5, 5]]) {
            const at = { bubbles: true, clientX: box.left + x, clientY: box.top + y };
            svg.dispatchEvent(new MouseEvent("click", at));
        }
        return [seen, asked, parentElement.querySelector(".pictures").getAttribute("aria-label")];
    }"""

    def part(path: str) -> dict[str, Any]:
        steps = [10 * place for place in range(len(path.split()))]
        return {"markup": PLANES.format(path), "words": f"to {steps[-1]}", "steps": steps}

    say = {name: name for name in ("play", "pause", "back", "on", "moment")} | {"step": "Step {step}", "language": "en"}
    data = {**part("1,1"), "partners": {}, "going": True, "subject": "s", "say": say, "live": {"key": "k", "item": "race"}}
    news = [frame(1, True, race=part("1,1 2,2")), frame(2, race=part("1,1 2,2 3,3"))]
    seen, asked, words = scripts.call(call, news, data)
    assert seen == [
        ["1,1", "Step 0", "0"],
        ["1,1 2,2", "Step 10", "1"],
        ["1,1 2,2 3,3", "Step 20", "2"],
        ["1,1 2,2", "Step 10", "2"],
        ["1,1 2,2 3,3", "Step 20", "2"],
        ["1,1", "Step 0", "2"],
        ["1,1", "Step 0", "2"],  # who looks at a moment stays there
    ]
    assert [name for name, _point in asked] == ["start"]
    assert asked[0][1] == pytest.approx([0.25, 0.75], abs=0.02)
    assert words == "to 0", "its words follow at most once a second"
