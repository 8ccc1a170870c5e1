"""Terms that stand on a page are found in its text, in both languages, and lead to the glossary."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ui.scripts.scripts import Scripts

pytestmark = pytest.mark.browser

TERMS = [
    {"name": "hard sharing", "address": "glossary?term=hard", "says": "One trunk."},
    {"name": "task", "address": "glossary?term=task", "says": "What is learned."},
    {"name": "梯度冲突", "address": "glossary?term=conflict", "says": "…"},
]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("With Hard Sharing both learn", ["hard sharing"]),
        ("two tasks", ["task"]),
        ("a multitasking desk", []),
        ("任务之间的梯度冲突很常见", ["梯度冲突"]),
        ("", []),
    ],
)
def test_a_term_is_found_as_words_of_their_own(page: Any, text: str, names: list[str]) -> None:
    found = Scripts(page, "terms.js").call("termsIn", TERMS, text)
    assert [one["name"] for one in found] == names


def test_what_stands_on_the_page_is_a_link_and_what_moves_on_it_is_followed(page: Any) -> None:
    scripts = Scripts(page, "terms.js")
    call = """(terms) => {
        document.body.innerHTML = '<main data-testid="stMain"><p>Hard sharing</p><nav></nav></main>';
        const root = document.querySelector("nav");
        const hrefs = () => [...root.querySelectorAll("a")].map((one) => one.getAttribute("href"));
        list(root, { label: "Words", terms });
        const first = hrefs();
        document.querySelector("p").textContent = "one task";
        list(root, { label: "Words", terms });
        return [first, hrefs(), root.textContent];
    }"""
    assert scripts.call(call, TERMS) == [["glossary?term=hard"], ["glossary?term=task"], "Wordstask"]
