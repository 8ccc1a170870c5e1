"""The Runs page: what was trained is found, opened, compared and, if it is one's own, deleted."""

from __future__ import annotations

import pytest
from visitor import SMALL, Hand, Visitor

from playground.errors import Invalid
from playground.experiment import Run
from playground.runs.store import Store
from playground.ui.scene import read


def trained(store: Store, hand: Hand, name: str = "ann", **changes: str) -> None:
    """Train the small scene, changed, for a visitor, without baselines."""
    scene = read(SMALL | {key.replace("__", "."): value for key, value in changes.items()})
    store.submit([Run(scene.experiment, seed) for seed in scene.all_seeds], name)
    hand.finish()


def tick(ann: Visitor, *rows: int) -> None:
    """Tick rows of the table, as counted on the screen."""
    ann.app.session_state["runs.table"] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    ann.look()


def column(ann: Visitor, name: str) -> list[object]:
    return list(ann.app.dataframe[0].value[name])


@pytest.mark.usefixtures("url")
def test_an_empty_history_says_what_to_do() -> None:
    ann = Visitor(page="runs.py")
    assert "Press Play" in ann.app.info[0].value
    assert not ann.app.dataframe


def test_runs_of_one_experiment_stand_together_the_newest_first(store: Store, hand: Hand) -> None:
    trained(store, hand, seeds="2")
    trained(store, hand, "bob", weighting="pcgrad")
    ann = Visitor(page="runs.py")
    assert column(ann, "Seeds") == [1, 2]
    assert column(ann, "Yours") == [False, True]
    assert column(ann, "Status") == ["finished", "finished"]
    assert column(ann, "Weighting") == ["PCGrad", "Equal weights"]


def test_the_history_is_filtered(store: Store, hand: Hand) -> None:
    trained(store, hand)
    trained(store, hand, "bob", weighting="pcgrad")
    store.submit([Run(read(SMALL | {"steps": "30"}).experiment, 0)], "ann")
    ann = Visitor(page="runs.py")
    assert len(column(ann, "Steps")) == 3
    ann.widget("runs.search").set_value("pcgrad TOY")
    ann.look()
    assert column(ann, "Weighting") == ["PCGrad"]
    ann.widget("runs.search").set_value("")
    ann.widget("runs.mine").set_value(True)
    ann.look()
    assert column(ann, "Yours") == [True, True]
    ann.widget("runs.status").set_value(["queued"])
    ann.look()
    assert column(ann, "Steps") == [30]
    ann.widget("runs.search").set_value("nothing like this <b>")
    ann.look()
    assert "No run passes" in ann.app.info[0].value


def test_a_run_is_opened_on_the_playground(store: Store, hand: Hand) -> None:
    trained(store, hand, "bob", seeds="2", seed="4", weighting="pcgrad")
    ann = Visitor(page="runs.py")
    assert any("Tick one run" in caption for caption in ann.captions)
    tick(ann, 0)
    ann.press("Open on the Playground")
    assert ann.scene == read(SMALL | {"seeds": "2", "seed": "4", "weighting": "pcgrad"})
    assert ann.address == ann.scene.query()
    assert "losses" in ann.charts
    assert ann.button("play").label == "Play again"


def test_runs_are_drawn_over_each_other_with_what_differs(store: Store, hand: Hand) -> None:
    trained(store, hand)
    trained(store, hand, weighting="pcgrad", rate="0.01")
    ann = Visitor(page="runs.py")
    tick(ann, 0)
    assert len(ann.app.dataframe) == 1, "one run differs from nothing"
    assert ann.charts["runs.overlay"]["alt"]
    tick(ann, 0, 1)
    differing = ann.app.dataframe[1].value
    shown = {row["Setting"]: (row["1"], row["2"]) for row in differing.to_dict("records")}
    assert shown["weighting"] == ("pcgrad", "equal")
    assert shown["rate"] == ("0.01", "0.005")
    assert not {"steps", "tasks", "sharing", "suite"} & set(shown)
    assert ann.button("Open on the Playground").disabled
    alone = ann.charts["runs.overlay"]["figure"]
    ann.widget("runs.column").set_value("score")
    ann.look()
    assert ann.charts["runs.overlay"]["figure"] != alone


def test_runs_on_different_data_are_not_drawn_together(store: Store, hand: Hand) -> None:
    trained(store, hand)
    experiment = read({"suite": "wine", "steps": "20", "backbone.width": "8"}).experiment
    store.submit([Run(experiment, 0)], "ann")
    hand.finish()
    ann = Visitor(page="runs.py")
    tick(ann, 0, 1)
    assert "different data" in ann.app.info[0].value
    assert "runs.overlay" not in ann.charts


def test_at_most_six_are_drawn(store: Store, hand: Hand) -> None:
    scene = read(SMALL)
    for rate in range(1, 8):
        store.submit([Run(scene.experiment.set(rate=rate / 1000), 0)], "ann")
    hand.finish()
    ann = Visitor(page="runs.py")
    tick(ann, *range(7))
    assert "At most 6" in ann.warnings
    assert [name for name in ann.app.dataframe[1].value.columns if name.isdigit()] == list("123456")


def test_only_ones_own_runs_are_deleted_and_only_when_they_are_over(store: Store, hand: Hand) -> None:
    trained(store, hand)
    trained(store, hand, "bob", weighting="pcgrad")
    store.submit([Run(read(SMALL | {"steps": "30"}).experiment, 0)], "ann")
    ann = Visitor(page="runs.py")
    for row in (0, 1):
        tick(ann, row)
        assert ann.button("Delete").disabled
    tick(ann, 2)
    ann.press("Delete")
    assert [entry.visitor for entry in store.entries()] == ["ann", "bob"]
    assert column(ann, "Steps") == [30, 20]


def test_a_run_that_is_gone_meanwhile_is_said(store: Store, hand: Hand) -> None:
    trained(store, hand)
    ann = Visitor(page="runs.py")
    tick(ann, 0)
    (entry,) = store.entries()
    store.delete(entry.id, "ann")
    ann.press("Delete")
    assert "should be one of your own runs" in ann.warnings
    with pytest.raises(Invalid):
        store.delete(entry.id, "ann")
