"""The code explained: every block and every chart has its lines, and no mark is left in what is taken home."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from playground import catalog
from playground.export.code import start
from playground.export.code.choice import Export, obstacle
from playground.export.code.explained import CHARTS, TOPICS, drawn, explained, topics_of
from playground.export.code.script import marked, script
from playground.export.code.text import CLOSE, OPEN, comment, docstring, literal, mark, wrapped
from playground.figures.network import network
from playground.figures.style import look_of
from playground.training.fleet.network import draw
from tests.experiments import small, suited

PAGE = Path(__file__).parents[2] / "playground" / "ui"


@pytest.mark.parametrize("framework", ["pytorch", "tensorflow"])
@pytest.mark.parametrize("sharing", catalog.strategies())
def test_every_box_has_lines_and_every_line_belongs_to_the_network_or_a_chart(sharing: str, framework: str) -> None:
    experiment = suited(sharing, weighting="equal")
    if obstacle(experiment, framework):
        pytest.skip("is not offered")
    export = Export(experiment, framework=framework)
    text, regions = explained(marked(export, start.rows_of(export)))
    assert text == script(export, start.rows_of(export))
    assert not {OPEN, CLOSE} & set(text)
    lines = text.split("\n")
    said = {topic for one in regions for topic in one.topics}
    diagram = draw(experiment)
    for box in drawn(diagram):
        assert said.issuperset(topics_of(box, diagram.tasks)), box.name
    tasks = {f"task{number}" for number in range(len(experiment.tasks))}
    assert said <= TOPICS.keys() | tasks
    assert said >= set(CHARTS.values()) | tasks
    for one in regions:
        assert lines[one.first - 1].strip()
        assert lines[one.last - 1].strip()


def test_a_function_is_marked_to_its_end() -> None:
    text, (whole, inside) = explained(
        f"class A:{mark('mix')}\n    x = 1{mark('own')}\n\n    def f(self):\n        pass\n\n\nb = 2"
    )
    assert (whole.first, whole.last, whole.topics) == (1, 5, ("mix",))
    assert (inside.first, inside.last, inside.topics) == (2, 2, ("own",))
    assert text.splitlines()[0] == "class A:"


def test_the_picture_holds_the_boxes_in_this_order() -> None:
    """The page finds a box in the picture by its place."""
    for sharing in catalog.strategies():
        experiment = suited(sharing)
        diagram = draw(experiment)
        picture = network.network(diagram, look_of(experiment.the_suite.tasks()))
        titles = re.findall(r"<g><title>(.*?) · ", picture)
        assert titles == [box.title for box in drawn(diagram)] * 2, sharing


def test_charts_are_called_as_on_the_page() -> None:
    pages = "\n".join(next(PAGE.rglob(name)).read_text(encoding="utf-8") for name in ("panels.py", "over_steps.py"))
    assert [key for key in CHARTS if f'"{key}"' not in pages] == []


def test_no_foreign_text_can_be_a_mark() -> None:
    hostile = f"a{mark('shared')}b"
    for made in (literal(hostile), comment(hostile), docstring(hostile), *wrapped(hostile)):
        assert not {OPEN, CLOSE} & set(made)


def test_a_gradient_method_has_lines_of_its_own() -> None:
    export = Export(small(weighting="pcgrad"))
    text, regions = explained(marked(export, start.rows_of(export)))
    lines = text.split("\n")
    assert [lines[one.first - 1] for one in regions if "weights" in one.topics] == ["def weigh(state, losses, gramian):"]
    assert "def set_gradients(model, losses, seen, state):" in [
        lines[one.first - 1] for one in regions if "gradients" in one.topics
    ]
