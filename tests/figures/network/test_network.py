"""The picture of the network: every box inside, strands in the tasks' colours, bars as long as the weights."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from itertools import pairwise

import pytest

from playground import catalog
from playground.basics.diagram import Diagram
from playground.figures import style
from playground.figures.network import network
from playground.figures.network.lines import Carried, strands
from playground.figures.network.places import Form, Placed, arrange
from playground.figures.style import Look
from playground.training.fleet.network import draw
from tests.experiments import small
from tests.figures import samples

NAMES = "{http://www.w3.org/2000/svg}"


def _forms(markup: str) -> dict[str, ElementTree.Element]:
    """The two pictures, read as strictly as XML is."""
    root = ElementTree.fromstring(f"<root>{markup}</root>")
    return {form.attrib["class"]: form.find(f"{NAMES}svg") for form in root}


def _strategy(key: str, tasks: str, depth: int):
    """The network of a strategy as it is trained."""
    if key == "prompt":
        experiment = small(sharing=key, suite="sentences", tasks="topic,entities", backbone="transformer", backbone__depth=3)
    else:
        experiment = small(sharing=key, tasks=tasks, backbone__depth=depth)
    return draw(experiment), style.look_of(experiment.the_tasks)


CASES = {name: (lambda name=name: samples.diagrams()[name]) for name in samples.diagrams()} | {
    f"{key}, {tasks.count(',') + 1} tasks, {depth} blocks": (
        lambda key=key, tasks=tasks, depth=depth: _strategy(key, tasks, depth)
    )
    for key in catalog.strategies()
    for tasks, depth in (("digit,parity", 2), ("digit,parity,large,loops", 6))
}


@pytest.fixture(params=CASES)
def case(request):
    return CASES[request.param]()


def test_everything_stands_inside_the_picture(case):
    diagram, look = case
    for picture in _forms(network.network(diagram, look, dict.fromkeys(diagram.tasks, 1.0))).values():
        _left, _top, width, height = (float(part) for part in picture.attrib["viewBox"].split())
        for box in picture.iter(f"{NAMES}rect"):
            x, y, wide, high = (float(box.attrib[name]) for name in ("x", "y", "width", "height"))
            assert x >= -1
            assert y >= -1
            assert x + wide <= width + 1
            assert y + high <= height + 1


def test_boxes_of_one_column_do_not_overlap(case):
    diagram, _look = case
    for form in (Form(False, 92, 32, 44, 66, 56, (58, 226)), Form(True, 40, 30, 50, 58, 32, (32, 120))):
        placed, _size = arrange(diagram, form)
        columns: dict[int, list[Placed]] = {}
        for one in placed:
            columns.setdefault(one.box.column, []).append(one)
        for boxes in columns.values():
            boxes.sort(key=lambda one: one.middle[1])
            for before, after in pairwise(boxes):
                assert before.middle[1] + before.size[1] / 2 <= after.middle[1] - after.size[1] / 2


def test_every_task_has_a_strand_and_a_head_of_its_colour(case):
    diagram, look = case
    for picture in _forms(network.network(diagram, look)).values():
        strands = {path.attrib["stroke"] for path in picture.iter(f"{NAMES}path")}
        heads = [circle.attrib["fill"] for circle in picture.iter(f"{NAMES}circle")]
        colors = [look.color(task) for task in diagram.tasks]
        assert strands == set(colors)
        assert heads == colors


def test_bars_are_as_long_as_the_weights():
    diagram, look = samples.diagram(3, 2, 2)
    weights = dict(zip(diagram.tasks, (0.5, 1.0, 4.0), strict=True))
    for picture in _forms(network.network(diagram, look, weights)).values():
        bars = [float(bar.attrib["width"]) for bar in picture.iter(f"{NAMES}rect") if bar.attrib.get("class") == "moves"]
        assert [bar / bars[2] for bar in bars] == pytest.approx([0.125, 0.25, 1.0], abs=0.01)


@pytest.mark.parametrize("weight", [float("nan"), -1.0, 0.0])
def test_a_weight_that_is_no_length_draws_no_bar(weight):
    diagram, look = samples.diagram(2, 1, 1)
    markup = network.network(diagram, look, dict.fromkeys(diagram.tasks, weight))
    assert markup.count('class="moves"') == 4
    assert all('width="0.0"' in part.split(">")[0] for part in markup.split('class="moves"')[1:])


def test_a_change_of_weights_keeps_the_shape_of_the_picture():
    diagram, look = samples.diagram(3, 2, 1)
    shapes = [
        [[element.tag for element in form.iter()] for form in _forms(network.network(diagram, look, weights)).values()]
        for weights in ({"task0": 1.0, "task1": 0.2, "task2": 3.0}, {"task0": 0.1, "task1": 7.0, "task2": 1e-5})
    ]
    assert shapes[0] == shapes[1]


def test_shared_boxes_are_grey_and_own_ones_coloured():
    diagram, look = samples.diagram(2, 2, 1)
    edges = {
        box.find(f"{NAMES}title").text.split(" · ")[-1]: {rect.attrib.get("stroke") for rect in box.iter(f"{NAMES}rect")}
        - {None}
        for box in _forms(network.network(diagram, look))["wide"].iter(f"{NAMES}g")
        if box.find(f"{NAMES}rect") is not None
    }
    assert edges["Which digit, Odd or even"] == {style.SHARED}
    assert edges["Which digit"] == {look.color("task0")}


def test_a_strand_past_boxes_has_room_of_its_own():
    diagram, look = _strategy("mtan", "digit,parity,large", 3)
    for form in (Form(False, 92, 32, 44, 66, 56, (58, 226)), Form(True, 40, 30, 50, 58, 32, (32, 120))):
        placed = {one.box.name: one for one in arrange(diagram, form)[0]}
        way = placed["shared.0 past 2"]
        assert way.box.tasks == diagram.tasks
        reader = placed["shared.1"]
        found = list(strands(placed["shared.0"], reader, placed, diagram, look, form, Carried()))
        assert len(found) == 3
        along = way.middle[0] - way.size[0] / 2
        assert all(f"{along:.1f}" in strand for strand in found)


def test_a_mixture_of_levels_is_read_beside_the_lanes():
    diagram, look = _strategy("sluice", "digit,parity", 3)
    form = Form(False, 92, 32, 44, 66, 56, (58, 226))
    placed = {one.box.name: one for one in arrange(diagram, form)[0]}
    (strand,) = strands(placed["sluice.0"], placed["skip.digit"], placed, diagram, look, form, Carried())
    assert f",{placed['skip.digit'].middle[1] + 26:.1f}" in strand
    assert look.color("digit") in strand


def test_titles_are_not_markup():
    diagram, look = samples.diagram(2, 1, 1)
    evil = Look(look.colors, dict.fromkeys(look.titles, '<script>"&'))
    boxes = tuple(replace(box, title="<b>x</b>") for box in diagram.boxes)
    markup = network.network(Diagram(diagram.tasks, boxes), evil, {"task0": 1.0})
    assert "<script" not in markup
    assert "<b>" not in markup
    assert len(_forms(markup)) == 2


def test_words_count_what_is_shared():
    diagram, look = samples.diagram(2, 2, 1)
    words = network.describe(diagram, look, {"task0": 0.5})
    assert "Which digit, Odd or even" in words
    assert "1 box is used by several tasks" in words
    assert f"{diagram.shared():,} parameters are shared" in words
    assert "Which digit 0.5" in words
    apart, look = samples.diagram(2, 2, 0)
    assert "No two tasks share a box" in network.describe(apart, look)
