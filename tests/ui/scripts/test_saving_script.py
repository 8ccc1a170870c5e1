"""What cards on a page hold is kept as CSV, row for row, and none of it is a formula."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from playground.figures.style import look_of
from playground.figures.views.scenes import scenes
from playground.figures.views.sentences import sentences
from tests.figures import samples
from tests.ui.scripts.scripts import Scripts

pytestmark = pytest.mark.browser

CALL = """(markup) => {
    const root = Object.assign(document.createElement("div"), { innerHTML: markup });
    return saidOn(root);
}"""


def rows(page: Any, markup: str) -> list[tuple[str, ...]]:
    text = Scripts(page).call(CALL, markup)
    return [tuple(row) for row in csv.reader(io.StringIO(text))]


def test_cards_are_kept_row_for_row(page: Any) -> None:
    probe, tasks, outputs = samples.scene_probe()
    look = look_of(tasks)
    head, *told = rows(page, scenes(probe, tasks, look, outputs))
    assert head == ("card", "part", "said")
    assert {card for card, _part, _said in told} == {"", *(str(1 + place) for place in range(len(probe.inputs)))}
    assert {part for _card, part, _said in told} == {"", *(look.title(task.name) for task in tasks)}
    boxes = [said for card, part, said in told if card == "1" and part == look.title("objects") and "%" in said]
    assert len(boxes) == sum(box[0] >= 0 for box in outputs["objects"][0])
    probe, tasks, outputs = samples.sentence_probe()
    told = rows(page, sentences(probe, tasks, look_of(tasks), outputs))
    assert {card for card, _part, _said in told[1:]} == {"", *(str(1 + place) for place in range(len(probe.inputs)))}
    assert {len(row) for row in told} == {3}
    markup = '<div class="card"><div class="text" data-part="=1+1">@SUM(A1)</div></div>'
    assert rows(page, markup)[1] == ("1", "'=1+1", "'@SUM(A1)")
