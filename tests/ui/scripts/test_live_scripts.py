"""What a browser knows of runs, and the parts of the page that show it: each script alone, with made frames."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ui.scripts.scripts import Scripts

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror=window.hurt=1>"


def rows(*steps: int, weight: float = 1.0) -> dict[str, Any]:
    """The rows of two tasks at some steps."""
    count = len(steps)
    return {
        "step": list(steps),
        "loss": [[1.0, 2.0]] * count,
        "weight": [[weight, 2 * weight]] * count,
        "norm": [None] * count,
        "cosine": [None] * count,
        "conflict": [None] * count,
        "condition": [None] * count,
    }


def part(run: int, *steps: int, weight: float = 1.0) -> dict[str, Any]:
    """What a frame says of one run."""
    return {
        "run": run,
        "seed": run,
        "rows": rows(*steps, weight=weight),
        "scored": [],
        "changed": [],
        "learned": [],
        "kept": None,
    }


def told(step: int | None, words: str = "") -> dict[str, Any]:
    """What is told at a step."""
    table = {"heads": ["Task"], "rows": [[words or "a"]], "notes": [words or "b"]}
    return {"step": step, "headline": words or f"at {step}", "standing": "", "shown": [0, 1], "table": table}


def picture(step: int, kept: bool = False, run: int = 0) -> dict[str, Any]:
    return {"run": run, "step": step, "kept": kept, "alt": f"at {step}", "caption": "c", "markup": "<p>image:0:</p>"}


WHOLE = {
    "whole": True,
    "name": "a",
    "number": 3,
    "runs": [part(0, 1, 5), part(1, 1, 5, weight=3.0), part(2, 1)],
    "status": {"status": "running", "active": True, "done": 5, "total": 20, "text": "5 of 20"},
    "now": told(None),
    "past": [told(4), told(2)],
    "pictures": [picture(4), picture(2), picture(4, kept=True)],
    "images": ["data:one"],
    "levels": {},
}
NEXT = {"name": "a", "number": 4, "runs": [part(1, 9)], "past": [told(8)], "images": ["data:two"]}
STATE = "(frames) => frames.reduce((state, frame) => merge(state, frame), emptyState())"


def test_frames_are_merged_into_one_state(page: Any) -> None:
    scripts = Scripts(page, "live.js")
    state = scripts.call(STATE, [WHOLE, NEXT])
    assert [run["rows"]["step"] for run in state["runs"]] == [[1, 5], [1, 5, 9], [1]]
    assert [one["step"] for one in state["past"]] == [2, 4, 8]
    assert state["images"] == ["data:one", "data:two"]
    assert (state["number"], state["status"]["text"]) == (4, "5 of 20")
    assert state["versions"]["runs"] == 2
    assert state["versions"]["status"] == 1
    again = scripts.call(STATE, [WHOLE, NEXT, WHOLE])
    assert [run["rows"]["step"] for run in again["runs"]] == [[1, 5], [1, 5], [1]]


def test_each_part_is_as_it_was_at_a_step(page: Any) -> None:
    scripts = Scripts(page, "live.js")

    def at(function: str, step: int | None) -> Any:
        return scripts.call(f"(frames, step) => {function}(({STATE})(frames), step)", [WHOLE, NEXT], step)

    assert at("recordedSteps", None) == [1, 5, 9], "of the runs that count only"
    assert [at("toldAt", step) and at("toldAt", step)["step"] for step in (1, 2, 5, 9)] == [None, 2, 4, 8]
    assert at("toldAt", None)["step"] is None
    assert [(at("pictureAt", step) or {}).get("step") for step in (1, 3, 9)] == [None, 2, 4]
    assert at("pictureAt", 9)["kept"] is False
    assert at("pictureAt", None)["kept"] is True
    assert scripts.call("withImages", "<p>image:0: image:7:</p>", ["data:one"]) == "<p>data:one </p>"


def test_frames_of_another_time_are_let_go(page: Any) -> None:
    scripts = Scripts(page, "live.js")
    call = """(whole, next) => {
        const one = live();
        one.key = "k";
        one.take([whole]);
        const seen = [one.state("k").number];
        for (const frame of [{ ...next, number: 9 }, { ...next, name: "b" }, next, next]) {
            one.take([frame]);
            seen.push(one.state("k").number);
        }
        return seen;
    }"""
    assert scripts.call(call, WHOLE, NEXT) == [3, 3, 3, 4, 4]


def test_pauses_between_tries_grow_and_end(page: Any) -> None:
    scripts = Scripts(page, "live.js")
    assert [scripts.call("pause", tries) for tries in (0, 1, 2, 20)] == [250, 500, 1000, 5000]


def test_words_are_text_and_nothing_else(page: Any) -> None:
    scripts = Scripts(page, "live.js", "told.js")
    call = """(frame, kind, said) => {
        const one = live();
        Object.assign(one, { key: "k" });
        one.take([{ ...frame, now: said, pictures: [{ run: 0, step: 1, kept: false, caption: said.headline }] }]);
        const parentElement = document.body.appendChild(document.createElement("div"));
        component({ data: { kind, live: { key: "k" } }, parentElement });
        return parentElement.textContent;
    }"""
    for kind in ("headline", "caption", "table"):
        assert EVIL in scripts.call(call, WHOLE, kind, told(None, EVIL))
    assert page.evaluate("[document.images.length, window.hurt ?? 0]") == [0, 0]


def test_a_script_that_reads_words_as_html_is_noticed(page: Any) -> None:
    changes = {"result.append(...children);": 'result.innerHTML = children.map((one) => one.outerHTML ?? one).join("");'}
    scripts = Scripts(page, "live.js", "told.js", changes=changes)
    assert EVIL not in scripts.call("() => element('p', '', ['<img src=x onerror=window.hurt=1>']).textContent")


def test_bars_follow_the_weights(page: Any) -> None:
    scripts = Scripts(page, "live.js", "series.js", "curves.js", "words.js", "drawing.js")
    markup = (
        '<svg><rect data-weight="a" data-room="100" width="0"/><rect data-weight="b" data-room="100" width="0"/>'
        '<text data-said="a">?</text><text data-said="b" data-short="true">?</text></svg>'
    )
    call = f"""(frames, markup, step) => {{
        const root = document.createElement("div");
        root.innerHTML = markup;
        weigh(root, weightsAt(({STATE})(frames), ["a", "b"], step), "weight {{weight}}");
        return [...root.querySelectorAll("rect")].map((one) => Number(one.getAttribute("width")))
            .concat([...root.querySelectorAll("text")].map((one) => one.textContent));
    }}"""
    # At step 5 both runs that count are there: weights 1 and 3 for one task, 2 and 6 for the other.
    assert scripts.call(call, [WHOLE], markup, None) == [50, 100, "weight 2", "4"]
    assert scripts.call(call, [WHOLE, NEXT], markup, None) == [50, 100, "weight 1", "2"], "at step 9 there is one run only"
    assert scripts.call(call, [WHOLE, NEXT], markup, 7) == [50, 100, "weight 2", "4"]
    assert scripts.call("(frames) => weightsAt((" + STATE + ")(frames), ['a'], 0)", [WHOLE]) is None


def test_the_slider_moves_all_pictures_and_asks_nobody(page: Any) -> None:
    scripts = Scripts(page, "live.js", "slider.js")
    call = """(frames) => {
        const one = live(), looks = [];
        one.key = "k";
        one.take(frames);
        one.listen(() => looks.push(one.step));
        const parentElement = document.body.appendChild(document.createElement("div"));
        component({ data: { key: "k", name: "Look at step", play: "Play", stop: "Hold", help: "h" }, parentElement });
        const input = parentElement.querySelector("input");
        for (const place of [0, 1, 2]) {
            input.value = place;
            input.dispatchEvent(new Event("input"));
        }
        return [Number(input.max), looks, one.socket === undefined, parentElement.querySelector("label").textContent];
    }"""
    assert scripts.call(call, [WHOLE, NEXT]) == [2, [1, 5, None], True, "Look at step 9"]


def test_the_line_says_how_far_it_is_and_asks_for_other_buttons_once(page: Any) -> None:
    scripts = Scripts(page, "live.js", "words.js", "channel.js")
    call = """(frame) => {
        const one = live(), asked = [], heard = [];
        one.connect = () => {};
        one.watch("p", "k", {});
        const parentElement = document.body.appendChild(document.createElement("div"));
        const status = { status: "queued", active: true, done: 0, total: 20, text: "waits" };
        const words = { words: "", mine: false, others: "By another.", lost: "Lost.", beside: "" };
        words.say = { label: "l", begun: "Begun.", on: "Goes on.", part: "{percent} %.", over: "Over." };
        const data = { key: "k", topic: {}, path: "p", drawn: "running true", status, ...words };
        const ask = (...all) => asked.push(all);
        const give = { setTriggerValue: ask, setStateValue: ask };
        component({ data, parentElement, ...give });
        const seen = [parentElement.querySelector("p").textContent];
        const hear = () => heard.push(parentElement.querySelector("[role=status]").textContent);
        hear();
        one.take([frame]);
        hear();
        seen.push(parentElement.querySelector("p").textContent, parentElement.querySelector(".track > div").style.width);
        seen.push(asked.length);
        one.take([{ ...frame, whole: undefined, number: 4, status: { ...frame.status, status: "paused" } }]);
        seen.push(parentElement.querySelector("p").textContent);
        hear();
        Object.assign(one, { touch: "lost", reached: true });
        one.tell();
        seen.push(parentElement.querySelector("p").textContent);
        hear();
        Object.assign(one, { touch: "open", reached: false, tries: 4 });
        one.tell();
        const over = { ...frame.status, status: "finished", active: false, text: "" };
        one.take([{ ...frame, whole: undefined, number: 5, status: over }]);
        hear();
        return [seen, asked, heard];
    }"""
    seen, asked, heard = scripts.call(call, WHOLE)
    assert heard == ["Begun.", "25 %.", "5 of 20", "Lost.", "at None"]
    assert seen == ["waits", "5 of 20", "25%", 0, "By another. 5 of 20", "Lost."], "what waits has the buttons of what goes on"
    assert asked == [["turned", "paused true"], ["blocked", True]]


BEHIND = [{"seed": 0, "rows": {"step": [1, 5], "loss": [[3.0, 4.0]] * 2}, "scored": [[4, [50.0, 60.0]]]}]


def test_a_topic_begins_with_what_is_known_of_it(page: Any) -> None:
    scripts = Scripts(page, "live.js")
    call = """(frame, before, after) => {
        window.playgroundLive = undefined;
        const one = live();
        one.connect = () => {};
        one.watch("p", "k", before);
        one.take([frame]);
        one.watch("p", "l", after);
        const { runs, ghost, name, number, now } = one.state("l");
        const kept = one.state("k").name;
        return [runs.length, ghost.length, name, number, Boolean(now), kept];
    }"""
    frame = {**WHOLE, "ghost": BEHIND}
    start = {"runs": [1, 2, 3], "before": []}
    # The same runs with a ghost, without it, and with another one; then other runs, with these behind them or not.
    assert scripts.call(call, frame, start, {"runs": [1, 2, 3], "before": [9]}) == [3, 0, "", 0, True, "a"]
    assert scripts.call(call, frame, {**start, "before": [9]}, {"runs": [1, 2, 3], "before": [9]}) == [3, 1, "", 0, True, "a"]
    assert scripts.call(call, frame, start, {"runs": [7], "before": [1, 2, 3]}) == [0, 2, "", 0, False, "a"]
    assert scripts.call(call, frame, start, {"runs": [7], "before": []}) == [0, 0, "", 0, False, "a"]


def test_the_place_of_the_ghost_says_what_is_known(page: Any) -> None:
    scripts = Scripts(page, "live.js", "words.js", "before.js")
    call = """(frame, data) => {
        const one = live();
        Object.assign(one, { key: "k" });
        one.take([frame]);
        const parentElement = document.body.appendChild(document.createElement("div"));
        component({ data, parentElement });
        const root = parentElement.firstChild;
        return [root.textContent, root.dataset.dimmed, root.querySelectorAll("*").length];
    }"""
    now = {**told(None), "against": f"“{EVIL}” −4.8 %"}
    frame = {**WHOLE, "now": now, "ghost": BEHIND}
    data = {"key": "k", "start": "Ghost: {change}.", "change": "Against it: {change}.", "text": "t", "dimmed": False}
    assert scripts.call(call, frame, data) == [f"Ghost: {{change}}. Against it: “{EVIL}” −4.8 %.", "false", 1]
    assert scripts.call(call, {**frame, "now": told(None)}, data)[0] == "Ghost: {change}."
    assert scripts.call(call, frame, {**data, "change": "", "dimmed": True})[:2] == ["t", "true"]
    assert scripts.call(call, frame, {**data, "key": ""})[0] == "t"
    assert page.evaluate("window.hurt ?? 0") == 0
