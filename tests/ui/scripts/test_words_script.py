"""Words of a page: numbers as they are written, figures in sentences, terms that lead to the glossary, a copied text."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ui.charts.test_series_script import LIVE, run
from tests.ui.scripts.scripts import Scripts
from tests.ui.scripts.test_page_scripts import CLOCK, told

pytestmark = pytest.mark.browser


@pytest.fixture
def scripts(page: Any) -> Scripts:
    return Scripts(page, "live.js", "series.js", "curves.js", "words.js")


# --- words.js ----------------------------------------------------------------------------------------------------------


def test_numbers_are_short_and_without_zeros_at_their_end(scripts: Scripts) -> None:
    written = {
        0: "0", 1: "1", 10: "10", 100: "100", 0.5: "0.5", 1.5: "1.5", -2.25: "−2.25", 3.14159: "3.14", 0.001: "0.001",
        0.00099: "9.90e−04", 999.4: "999", 999.6: "1e+03", 1234: "1.23e+03", 9999: "1e+04", 1200: "1.2e+03", 10000: "1.00e+04",
        -54321: "−5.43e+04", 1.5e100: "1.50e+100", 1e-9: "1.00e−09",
    }  # fmt: skip
    assert scripts.call("(all) => all.map((one) => number(one))", list(written)) == list(written.values())
    assert scripts.call("(all) => all.map((one) => number(one, 2))", [3.14159, 99, 123, 54321]) == [
        "3.1",
        "99",
        "1.2e+02",
        "5.4e+04",
    ]
    assert scripts.call("() => [NaN, Infinity, undefined, null].map((one) => number(one))") == ["–"] * 4


@pytest.mark.parametrize("digits", [1, 2, 3, 6])
def test_digits_are_those_of_c(scripts: Scripts, digits: int) -> None:
    values = [
        0,
        1,
        -1,
        9.99e-6,
        1e-5,
        1.5e-5,
        9.9e-5,
        1e-4,
        1.5e-4,
        0.012345,
        9.995,
        10,
        99.5,
        120,
        999.4,
        1000,
        123456,
        999999.5,
        1e6,
        1e20,
    ]
    assert scripts.call("(all, digits) => all.map((one) => general(one, digits))", values, digits) == [
        f"{one:.{digits}g}" for one in values
    ]
    assert scripts.call("(all, digits) => all.map((one) => exponential(one, digits))", values, digits) == [
        f"{one:.{digits}e}" for one in values
    ]


SAY = {
    "start": "Start.",
    "nothing": "Nothing yet.",
    "sentence": "{sentence}.",
    "join": "; ",
    "list": ", ",
    "kept": "Kept: {steps}.",
    "kept_all": "Kept: {parts}.",
    "kept_at": "{task} at {steps}",
}


def text(scripts: Scripts, part: str, item: str, state: dict[str, Any], **more: Any) -> str:
    say = {**SAY, "item": item} | more.pop("say", {})
    call = "(state, live) => textOf({ ...emptyState(), ...state }, live)"
    told: str = scripts.call(call, state, {**LIVE, "part": part, "say": say, **more})
    return told


def test_a_place_without_a_value_stays_as_it_is(scripts: Scripts) -> None:
    assert scripts.call("put", "{a} and {a} of {b} {c d}", {"a": 0, "b": ""}) == "0 and 0 of  {c d}"
    assert scripts.call("put", "{a} {other}", {"a": "{other}"}) == "{other} {other}"


def test_curves_are_told_from_their_first_to_their_last_mean(scripts: Scripts) -> None:
    item = "{task} from {first} to {last}"
    runs = [run([1, 2, 3], loss=[[4, 1], [2, None], [1, 9]]), run([1, 2, 3], loss=[[6, 3], [2, None], [2, -3]])]
    assert text(scripts, "losses", item, {"runs": runs}) == "Start. A from 5 to 1.5; B from 2 to 3."
    assert text(scripts, "losses", item, {"runs": []}) == "Start. Nothing yet."
    assert text(scripts, "losses", item, {"runs": []}, say={"start": ""}) == "Nothing yet."


def test_cosines_are_told_by_how_many_are_below_zero(scripts: Scripts) -> None:
    item = "{first} and {second}: {percent} %, now {last}"
    cosines = [[0.5], [-0.1], [0], [-1], [None], [0.0012], [1], [1], [0.123]]  # two of eight; and three
    state = {"runs": [run(list(range(9)), cosine=cosines)]}
    assert text(scripts, "cosines", item, state) == "Start. A and B: 25 %, now 0.12."
    state = {"runs": [run(list(range(8)), cosine=[[-1]] + 6 * [[1]] + [[0.5]]), run([7], cosine=[[-0.5]])]}
    assert text(scripts, "cosines", item, state) == "Start. A and B: 22 %, now 0."
    state = {"runs": [run([1, 2], cosine=[[-0.5], [-1]])]}
    assert text(scripts, "cosines", item, state) == "Start. A and B: 100 %, now −1."


def test_scores_are_told_beside_those_of_a_baseline(scripts: Scripts) -> None:
    scored = {"scored": [[2, [80, 70]], [7, [90.04, 75]]]}
    state = {"runs": [run([1], scored), run([1], {"scored": [[7, [91, 76]]]})], "levels": {"a": 93.21}}
    told = text(scripts, "scores", "{task}: {score}", state, say={"beside": "{task}: {score} beside {baseline}"})
    assert told == "Start. A: 90.5 beside 93.2; B: 75.5."


def test_conflict_and_condition_are_told_as_they_are(scripts: Scripts) -> None:
    runs = [run([1, 2], conflict=[1, 0.245], condition=[10, 1234]), run([1, 2], conflict=[1, 0.265], condition=[30, 1234])]
    assert text(scripts, "conflict", "In {percent} % of steps.", {"runs": runs}) == "In 26 % of steps."
    assert text(scripts, "condition", "From {first} to {last}.", {"runs": runs}) == "From 20 to 1.23e+03."


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        ([[20, 20]], " Kept: 20."),
        ([[20, 20], [40, 40], [30, 30]], " Kept: 20–40."),
        ([[20, 30], [40, 30]], " Kept: A at 20–40, B at 30."),
        ([None, [40, 30]], " Kept: A at 40, B at 30."),
        ([None], ""),
    ],
)
def test_the_steps_that_count_are_told(scripts: Scripts, kept: list[Any], words: str) -> None:
    state = {"runs": [run([1], {"kept": one}, loss=[[2]]) for one in kept]}
    assert text(scripts, "losses", "{task}", state, kept=True) == f"Start. A.{words}"
    assert text(scripts, "losses", "{task}", state, kept=False) == "Start. A."


def test_the_steps_that_count_are_told_of_a_single_task(scripts: Scripts) -> None:
    state = {"runs": [run([1], {"kept": [20]}, loss=[[2]])]}
    assert text(scripts, "losses", "{task}", state, kept=True, tasks=["a"]) == "Start. A. Kept: 20."


# --- "terms.js" --------------------------------------------------------------------------------------------------------


TERMS = [
    {"name": name, "address": f"glossary?term={place}", "says": f"about {name}"} for place, name in enumerate(("task", "loss"))
]

PLACE = """
    document.body.innerHTML = '<div data-testid="stSidebar"><input value="x"></div>' +
        '<div data-testid="stMain"><p></p><div class="place"></div></div><footer>loss</footer>';
    const parentElement = document.querySelector(".place"), words = document.querySelector("p");
    const data = { label: "Words: tasks", terms: given[0] };
    const leave = component({ data, parentElement });
    const nav = () => parentElement.querySelector("nav");
    const names = () => [...nav().querySelectorAll("a")].map((one) => one.textContent);
"""


def test_a_page_leads_to_the_terms_on_it(page: Any) -> None:
    body = """
        words.textContent = "Tasks and losses, a task";
        const before = names().length, waits = pass();
        const said = ["textContent", "title", "target", "rel"];
        const told = (one) => [one.getAttribute("href"), ...said.map((name) => one[name])];
        const links = [...nav().querySelectorAll("a")].map(told), label = nav().getAttribute("aria-label");
        const soon = waits.every((time) => Math.round(time / 1000) === 1 && time < regularly[0].time);
        return [before, soon, links, nav().textContent, label, nav().className];
    """
    before, soon, links, text, label, name = told(Scripts(page, "terms.js"), CLOCK + PLACE + body, TERMS)
    assert (before, soon) == (0, True), "the page is not yet there when this is drawn"
    rows = [[one["address"], one["name"], one["says"], "_blank", "noopener"] for one in TERMS]
    assert links == rows, "in tabs of their own, as a run goes on here"
    assert (text, label, name) == ("Words: taskstask · loss", "Words: tasks", "playground-terms")


def test_the_terms_follow_what_moves_on_the_page(page: Any) -> None:
    body = """
        const [{ call, time }] = regularly, seen = [time > 999, regularly.length];
        const see = (text) => { words.textContent = text; call(); seen.push(names().join()); };
        see("nothing"); // its own words, and what is not read, count for nothing
        see("a task");
        const link = nav().querySelector("a");
        see("the task");
        seen.push(nav().querySelector("a") === link, nav().childNodes.length); // the same: a reader stays where he is
        document.querySelector("input").value = "loss";
        see("the task");
        Object.defineProperty(document, "hidden", { value: true, configurable: true });
        see("of neither");
        delete document.hidden;
        document.querySelector("input").value = "";
        see("of neither");
        return [...seen, nav().childNodes.length];
    """
    found = told(Scripts(page, "terms.js"), CLOCK + PLACE + body, TERMS)
    assert found == [True, 1, "", "task", "task", True, 2, "task,loss", "task,loss", "", 0]


def test_one_list_is_drawn_anew_and_ends_with_its_place(page: Any) -> None:
    body = """
        words.textContent = "a loss";
        component({ data: { label: "Other", terms: given[0] }, parentElement });
        pass();
        const seen = [parentElement.children.length, regularly.length, nav().getAttribute("aria-label"), nav().textContent];
        leave();
        seen.push(pass(), regularly.length); // only hurried on
        parentElement.remove();
        leave();
        pass();
        seen.push(regularly.length);
        component({ data, parentElement });
        return [...seen, parentElement.children.length, regularly.length];
    """
    found = told(Scripts(page, "terms.js"), CLOCK + PLACE + body, TERMS)
    assert found == [1, 1, "Other", "Otherloss", [0], 1, 0, 2, 1]


@pytest.mark.parametrize(
    ("name", "text", "there"),
    [
        ("loss", "LOSS", True),
        ("loss", "losses", True),
        ("loss", "floss", False),
        ("loss", "lossy", False),
        ("loss", "2loss", False),
        ("a.b", "axb", False),
        ("a.b", "(a.b)", True),
        ("损失", "总损失值", True),
        ("损失", "损 失", False),
    ],
)
def test_a_term_is_words_of_their_own_where_a_language_parts_words(page: Any, name: str, text: str, there: bool) -> None:
    assert Scripts(page, "terms.js").call("stands", name, text) is there
    assert Scripts(page, "terms.js").call("termsIn", [{"name": name}], text) == ([{"name": name}] if there else [])


# --- "copy.js" ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("secure", [True, False])
def test_a_text_is_copied_by_one_press_and_the_button_says_so(page: Any, secure: bool) -> None:
    body = """
        const [secure] = given, copied = [];
        const writeText = async (text) => (secure ? copied.push(text) : Promise.reject(new Error()));
        Object.defineProperty(navigator, "clipboard", { value: { writeText }, configurable: true });
        document.execCommand = (what) => copied.push(what + " " + getSelection());
        const parentElement = document.body.appendChild(document.createElement("div"));
        for (const text of ["old", "new"]) component({ data: { label: "Copy", done: "Copied", text }, parentElement });
        const [button] = parentElement.children, seen = [button.type, button.className, button.textContent];
        await button.onclick();
        seen.push(button.textContent, pass().every((time) => time > 499), button.textContent);
        return [seen, copied, parentElement.children.length];
    """
    seen, copied, elements = told(Scripts(page, "copy.js"), CLOCK + body, secure)
    assert seen == ["button", "copy", "Copy", "Copied", True, "Copy"]
    assert copied == ["new" if secure else "copy new"]
    assert elements == 1, "what was copied from is gone"
