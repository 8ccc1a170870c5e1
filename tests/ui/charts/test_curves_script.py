"""The figures that a browser fills are those that Python draws, number for number."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from playground.experiment import Experiment, Run
from playground.figures.steps import blanks, changes, pairs
from playground.figures.steps import curves as lines
from playground.figures.steps.lines import Extras
from playground.figures.style import Look, look_of, number
from playground.live.content.columns import Columns
from playground.runs.results import history
from playground.runs.results.headless import train_all
from playground.runs.results.history import History
from tests.ui.scripts.scripts import Scripts

pytestmark = pytest.mark.browser

LEVELS = {"circle": 90.0}
METRICS = {"circle": "Accuracy (%)"}


EXPERIMENT = {"suite": "toy_plane", "tasks": "circle,xor,half", "steps": "60", "batch": "16", "backbone.width": "8"}


@cache
def known() -> list[History]:
    """Two seeds of a run with three tasks, of which the second has come less far and the first was turned in flight."""
    experiment = Experiment.from_flat(EXPERIMENT | {"weighting": "pcgrad"})
    first, second = train_all([Run(experiment, seed) for seed in (0, 1)]).values()
    changed = {"kind": "changed", "step": 10, "what": {"rate": 0.01}}
    some = [one for one in second.records if one["step"] <= 40 and one["kind"] != "kept"]
    return [History(first.run, "finished", [changed, *first.records], 8), History(second.run, "running", some, 7)]


@cache
def look() -> Look:
    return look_of(known()[0].experiment.the_suite.tasks())


def state(found: list[History]) -> dict[str, Any]:
    """What a browser knows of runs after one frame with everything."""
    runs = []
    for place, one in enumerate(found):
        columns = Columns(len(one.tasks))
        columns.take(one.records)
        changed = [[step, changes.change_words(what)] for step, what in columns.changed]
        part = {"rows": columns.part(0), "scored": columns.scored, "changed": changed, "kept": columns.kept}
        runs.append({"run": place, "seed": one.run.seed, **part})
    return {"whole": True, "name": "a", "number": 1, "runs": runs, "levels": LEVELS}


def drawn(part: str, relative: bool, extras: Extras) -> go.Figure:
    """What Python draws of it."""
    found = known()
    curves, scores = history.curves(found), history.scores(found)
    validation = scores[scores["split"] == "validation"]
    conflict = history.conflict(found)
    return {
        "losses": lambda: lines.losses(curves, look(), relative, extras),
        "weights": lambda: lines.weights(curves, look(), extras),
        "shares": lambda: lines.shares(curves, look(), extras),
        "norms": lambda: lines.norms(curves, look(), extras),
        "cosines": lambda: pairs.cosines(history.cosines(found), look(), extras),
        "scores": lambda: lines.scores(validation, look(), METRICS, LEVELS, extras),
        "conflict": lambda: pairs.conflict(conflict, extras),
        "condition": lambda: pairs.condition(conflict, extras),
    }[part]()


def plain(figure: go.Figure) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(figure.to_json(remove_uids=False))
    return values


def live(part: str, relative: bool, extras: Extras) -> dict[str, Any]:
    """What the page tells its script."""
    tasks = list(known()[0].tasks)
    log = extras.log and part in ("losses", "weights", "shares", "norms")
    options = {"relative": relative, "smooth": extras.smooth, "log": log, "kept": bool(extras.kept)}
    titles = {task: look().title(task) for task in tasks}
    say = blanks.sayings(part)
    return {"part": part, "tasks": tasks, "titles": titles, "marks": blanks.marks(), "say": say, **options} | (
        {"alike": blanks.alike()} if part == "weights" else {}
    )


def numbers(value: Any) -> np.ndarray:
    """The values of a trace, however they are written."""
    if isinstance(value, dict):
        import base64

        return np.frombuffer(
            base64.b64decode(value["bdata"]), {"i4": "<i4", "f4": "<f4", "f8": "<f8"}.get(value["dtype"], value["dtype"])
        )
    return np.array(value, float)


def in_any_order(things: list[dict[str, Any]]) -> list[str]:
    """Shapes or words as texts, whole numbers as such."""
    return sorted(json.dumps(one, sort_keys=True, default=str).replace(".0,", ",").replace(".0}", "}") for one in things)


@pytest.mark.parametrize("part", blanks.PARTS)
@pytest.mark.parametrize(
    ("relative", "smooth", "log", "step"), [(False, 0.8, False, None), (True, 0.0, True, 20)], ids=["smooth", "log"]
)
def test_a_filled_blank_is_the_figure_that_python_draws(
    page: Any, part: str, relative: bool, smooth: float, log: bool, step: int | None
) -> None:
    found = known()
    relative = relative and part == "losses"
    kept = history.kept_steps(found) if part in ("losses", "scores") else {}
    extras = Extras(found[0].of_kind("changed"), step, smooth, log, 300, kept)
    want = plain(drawn(part, relative, extras))
    tasks = list(found[0].tasks)
    blank = plain(
        blanks.blank(part, tasks, 2, look(), Extras(smooth=smooth, log=log, height=300), relative, METRICS, bool(kept))
    )
    scripts = Scripts(page, "live.js", "series.js", "curves.js")
    call = "(blank, frame, live, step) => fill(blank, merge(emptyState(), frame), live, step)"
    have = scripts.call(call, blank, state(found), live(part, relative, extras), step)
    assert [trace["uid"] for trace in have["data"]] == [trace["uid"] for trace in want["data"]]
    for one, other in zip(have["data"], want["data"], strict=True):
        for axis in ("x", "y"):
            np.testing.assert_allclose(numbers(one[axis]), numbers(other[axis]), rtol=2e-5, atol=2e-6, err_msg=one["uid"])
        assert {**one, "x": 0, "y": 0} == {**other, "x": 0, "y": 0}
    for name in ("shapes", "annotations"):
        assert in_any_order(have["layout"].pop(name)) == in_any_order(want["layout"].pop(name))
    assert have["layout"] == want["layout"]


def test_the_words_say_what_was_kept(page: Any) -> None:
    """One task's step for all, several, and none."""
    scripts = Scripts(page, "live.js", "series.js", "curves.js", "words.js")
    first = known()[0]
    for steps in ([20, 20, 20], [20, 40, 60]):
        records = [one if one["kind"] != "kept" else {**one, "steps": steps} for one in first.records]
        found = [History(first.run, "finished", records), History(known()[1].run, "running", known()[1].records)]
        kept = history.kept_steps(found)
        want = lines.losses_text(history.curves(found), look(), kept)
        assert "Kept: " in want
        told = live("losses", False, Extras(kept=kept))
        assert scripts.call("(frame, live) => textOf(merge(emptyState(), frame), live)", state(found), told) == want
    assert "Kept" not in scripts.call("(frame, live) => textOf(merge(emptyState(), frame), live)", state([found[1]]), told)


@pytest.mark.parametrize("part", blanks.PARTS)
def test_the_words_are_those_that_python_writes(page: Any, part: str) -> None:
    found = known()
    curves, scores = history.curves(found), history.scores(found)
    conflict = history.conflict(found)
    want = {
        "losses": lambda: lines.losses_text(curves, look()),
        "weights": lambda: lines.weights_text(curves, look()),
        "shares": lambda: lines.shares_text(curves, look()),
        "norms": lambda: lines.norms_text(curves, look()),
        "cosines": lambda: pairs.cosines_text(history.cosines(found), look()),
        "scores": lambda: lines.scores_text(scores[scores["split"] == "validation"], look(), LEVELS),
        "conflict": lambda: pairs.conflict_text(conflict),
        "condition": lambda: pairs.condition_text(conflict),
    }[part]()
    scripts = Scripts(page, "live.js", "series.js", "curves.js", "words.js")
    have = scripts.call("(frame, live) => textOf(merge(emptyState(), frame), live)", state(found), live(part, False, Extras()))
    assert have == want


def test_numbers_are_written_as_python_writes_them(page: Any) -> None:
    rng = np.random.default_rng(0)
    values = [
        *(rng.normal(size=200) * 10.0 ** rng.integers(-8, 9, 200)).tolist(),
        0.0,
        1.0,
        999.5,
        9999.9,
        0.001,
        123456.0,
        0.5,
        12.0,
        # In the middle of two, of which the even one is written.
        *(
            sign * value
            for value in (0.125, 0.375, 1.125, 12.5, 13.5, 81.25, 81.75, 98.5, 99.5, 11250.0, 11350.0)
            for sign in (1, -1)
        ),
        2.0**-11,
        3 * 2.0**-12,
    ]
    scripts = Scripts(page, "words.js")
    for digits in (2, 3):
        have = scripts.call("(values, digits) => values.map((one) => number(one, digits))", values, digits)
        assert have == [number(value, digits) for value in values]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("left * total + line[n]", "total + line[n]"),
        ("weight * norms[task]", "weight + norms[task]"),
        ("100 * value", "10 * value"),
        ("/ values.length", "/ (values.length + 1)"),
    ],
)
def test_a_wrong_number_is_noticed(page: Any, old: str, new: str) -> None:
    found, extras = known(), Extras(smooth=0.8)
    told = []
    for mutation in ({}, {old: new}):
        scripts = Scripts(page, "live.js", "series.js", "curves.js", changes=mutation)
        blank = plain(blanks.blank("shares", list(found[0].tasks), 2, look(), extras))
        call = "(blank, frame, live) => fill(blank, merge(emptyState(), frame), live, null).data.map((one) => one.y)"
        told.append(scripts.call(call, blank, state(found), live("shares", False, extras)))
    assert told[0] != told[1]


@pytest.mark.parametrize("part", blanks.PARTS)
@pytest.mark.parametrize("relative", [False, True])
def test_the_run_before_lies_behind_as_python_draws_it(page: Any, part: str, relative: bool) -> None:
    found, relative = known(), relative and part == "losses"
    curves, scores = history.curves(found[:1]), history.scores(found[:1])
    before = dict.fromkeys(("loss", "weight", "norm", "share"), curves)
    before |= {"score": scores[scores["split"] == "validation"], "cosine": history.cosines(found[:1])}
    extras = Extras(smooth=0.5, height=300, before=before)
    want = plain(drawn(part, relative, extras))
    ghosts = [trace["uid"] for trace in want["data"] if trace["uid"].endswith("-ghost")]
    assert len(ghosts) == (0 if part in ("conflict", "condition") else len(found[0].tasks))  # three tasks, and three pairs
    blank = plain(blanks.blank(part, list(found[0].tasks), 2, look(), Extras(smooth=0.5, height=300), relative, METRICS))
    columns = Columns(len(found[0].tasks))
    columns.take(found[0].records)
    frame = state(found) | {"ghost": [{"seed": 0, "rows": columns.part(0), "scored": columns.scored}]}
    scripts = Scripts(page, "live.js", "series.js", "curves.js")
    call = "(blank, frame, live) => fill(blank, merge(emptyState(), frame), live, null)"
    have = scripts.call(call, blank, frame, live(part, relative, extras))
    assert [trace["uid"] for trace in have["data"]] == [trace["uid"] for trace in want["data"]]
    for one, other in zip(have["data"], want["data"], strict=True):
        for axis in ("x", "y"):
            np.testing.assert_allclose(numbers(one[axis]), numbers(other[axis]), rtol=2e-5, atol=2e-6, err_msg=one["uid"])
        assert {**one, "x": 0, "y": 0} == {**other, "x": 0, "y": 0}
