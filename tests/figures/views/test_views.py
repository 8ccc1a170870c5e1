"""What the model does: right and wrong are told apart by shape, pictures are true, text is not markup."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from playground.figures.style import Look, look_of
from playground.figures.views import views
from tests.figures import samples


@pytest.fixture(params=samples.PROBES, ids=lambda make: make.__name__)
def case(request):
    return request.param()


def _pixels(address: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))))


def test_every_view_shows_every_task_in_its_colour(case):
    probe, tasks, outputs = case
    look = look_of(tasks)
    figure, words = views.view(probe, tasks, look, outputs)
    text = figure if isinstance(figure, str) else json.dumps(figure.to_plotly_json(), default=str)
    for task in tasks:
        assert look.color(task.name) in text
        assert task.title in text
        assert task.title in words


def test_titles_and_classes_are_not_markup(case):
    probe, tasks, outputs = case
    evil = [replace(task, title="<b>x</b>", classes=tuple(f"<i>{name}" for name in task.classes)) for task in tasks]
    look = Look({task.name: "#0072b2" for task in tasks}, {task.name: "<script>" for task in tasks})
    figure, _words = views.view(probe, evil, look, outputs)
    text = figure if isinstance(figure, str) else json.dumps(figure.to_plotly_json(), default=str)
    assert "<script>" not in text
    assert "<i>" not in text


def test_without_outputs_there_is_a_sentence(case):
    probe, tasks, _outputs = case
    figure, words = views.view(probe, tasks, look_of(tasks), {})
    assert figure.layout.annotations[0].text == words


def test_a_task_that_says_nothing_is_left_out(case):
    probe, tasks, outputs = case
    only = {tasks[0].name: outputs[tasks[0].name]}
    _figure, words = views.view(probe, tasks, look_of(tasks), only)
    assert tasks[0].title in words
    assert all(task.title not in words for task in tasks[1:])


def test_a_wrong_answer_has_its_own_mark():
    probe, tasks, outputs = samples.picture_probe()
    markup = views.pictures(probe, tasks, look_of(tasks), outputs)
    assert (markup.count("✓"), markup.count("✗")) == (2, 1)
    assert "It is three." in markup
    assert "2 of 3 right" in markup


def test_the_surface_stands_upright():
    probe, tasks, outputs = samples.plane_probe()
    markup = views.plane(probe, tasks, look_of(tasks), outputs)
    right, height = (_pixels(part.partition(")")[0])[..., 1] for part in markup.split("url(")[1:])
    assert (right[:, -1] > 250).all()
    assert (right[:, 0] < 5).all()
    assert (height[0] > height[-1]).all(), "large second coordinates should be on top"


def test_only_labelled_examples_are_drawn():
    probe, tasks, outputs = samples.plane_probe()
    markup = views.plane(probe, tasks[1:], look_of(tasks), outputs)
    assert markup.count("<circle") == 2 * int(probe.examples.known["height"].sum())


def test_lines_end_where_the_model_ends():
    probe, tasks, outputs = samples.line_probe()
    figure = views.line(probe, tasks, look_of(tasks), outputs)
    learned = {trace.name: trace for trace in figure.data if trace.showlegend is not False}
    assert learned["Up"].y[-1] == pytest.approx(1.8)
    assert learned["Down"].y[-1] == pytest.approx(-1.6)
    assert figure.layout.xaxis.title.text == "Input"


def test_numbers_without_a_truth_are_not_drawn_nor_counted():
    probe, tasks, outputs = samples.row_probe()
    truth = np.where(np.arange(40) < 30, np.nan, probe.targets["size"])
    few = replace(probe, targets=probe.targets | {"size": truth})
    said = {"size": np.where(np.isnan(truth), 99.0, truth + 1)[:, None].tolist()}
    markup = views.rows(few, tasks[:1], look_of(tasks), said)
    assert markup.count("<circle ") == 10
    assert "typical error 1 cm" in markup
    none = replace(probe, targets=probe.targets | {"size": np.full(40, np.nan)})
    assert "typical error" not in views.rows(none, tasks[:1], look_of(tasks), outputs)


def test_a_perfect_prediction_lies_on_the_diagonal():
    probe, tasks, _outputs = samples.row_probe()
    truth = probe.targets["size"]
    markup = views.rows(probe, tasks[:1], look_of(tasks), {"size": truth[:, None].tolist()})
    assert "typical error 0 cm" in markup
    for part in markup.split("<circle ")[1:]:
        x, y = (float(part.partition(f'{name}="')[2].partition('"')[0]) for name in ("cx", "cy"))
        assert x - 36 == pytest.approx(184 - y, abs=0.11)
