"""What lines of a drawing carry is the same in the browser as in Python."""

from __future__ import annotations

from typing import Any

import pytest

from playground.figures.network.network import network
from playground.figures.network.uses import used, uses
from playground.figures.style import look_of
from tests.figures.network.test_uses import MOVED, case
from tests.ui.scripts.scripts import Scripts

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("key", MOVED)
def test_lines_are_as_thick_as_python_draws_them(key: str, page: Any) -> None:
    experiment, drawn, learned = case(key)
    look, found = look_of(experiment.the_suite.tasks()), uses(drawn)
    plain = {name: use.plain() for name, use in found.items()}
    scripts = Scripts(page, "live.js", "words.js", "uses.js")
    have = scripts.call(
        "(uses, learned) => Object.entries(uses).map(([name, use]) => [name, usedBy(use, learned)])", plain, learned
    )
    want = used(found, learned)
    assert {name: one["part"] for name, one in have} == pytest.approx({name: part for name, (part, _far) in want.items()})
    call = """(before, after, uses, learned) => {
        const roots = [before, after].map((markup) => Object.assign(document.createElement("div"), { innerHTML: markup }));
        carry(roots[0], uses, learned);
        return roots.map((root) => [...root.querySelectorAll("[data-use]")].map((one) =>
            one.nodeName === "text" ? one.textContent : Number(one.getAttribute("stroke-width"))));
    }"""
    moved, drawn_so = scripts.call(call, network(drawn, look), network(drawn, look, None, learned), plain, learned)
    assert len(moved) == len(drawn_so) >= len(found)
    for one, other in zip(moved, drawn_so, strict=True):
        assert one == other if isinstance(one, str) else one == pytest.approx(other, abs=0.011)


def test_what_is_known_at_a_step_is_what_was_learned_last(page: Any) -> None:
    scripts = Scripts(page, "live.js", "words.js", "uses.js")
    run = {"rows": {"step": [1]}, "learned": [[0, "a"], [10, "b"], [20, "c"]]}
    at = "(run, step) => learnedAt({ ...emptyState(), runs: [run] }, step)"
    assert [scripts.call(at, run, step) for step in (None, 0, 15, 20)] == ["c", "a", "b", "c"]
    assert scripts.call("(run) => learnedAt({ ...emptyState(), runs: [run] }, null) ?? null", {**run, "learned": []}) is None
