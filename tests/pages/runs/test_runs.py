"""The Runs page: what was trained is found, opened, compared and, if it is one's own, deleted."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest

from playground.basics.errors import Invalid
from playground.experiment import Experiment, Run
from playground.runs.results.comparison import compare
from playground.runs.store.store import Store
from playground.ui.runs import groups, results
from playground.ui.scene import read
from tests.pages.hostile import hostile
from tests.pages.visitor import SMALL, Hand, Visitor


def trained(store: Store, hand: Hand, name: str = "ann", **changes: str) -> None:
    """Train the small scene, changed, for a visitor, without baselines."""
    scene = read(SMALL | {key.replace("__", "."): value for key, value in changes.items()})
    store.submit([Run(scene.experiment, seed) for seed in scene.all_seeds], name)
    hand.finish()


def tick(ann: Visitor, *rows: int) -> None:
    """Tick rows of the table, as counted on the screen."""
    table = ann.app.dataframe[0]
    ann.app.session_state[table.key] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
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
    assert column(ann, "Steps") == [30, 20, 20]
    ann.widget("runs.search").set_value("pcgrad TOY")
    ann.look()
    assert column(ann, "Weighting") == ["PCGrad"]
    ann.widget("runs.search").set_value("")
    ann.widget("runs.mine").set_value(True)
    ann.look()
    assert column(ann, "Yours") == [True, True]
    ann.widget("runs.status").set_value(["queued"])
    ann.look()
    assert column(ann, "Status") == ["queued"]
    ann.widget("runs.search").set_value("nothing like this <b>")
    ann.look()
    assert "No run passes" in ann.app.info[0].value


def test_a_run_is_opened_on_the_playground(store: Store, hand: Hand) -> None:
    trained(store, hand, "bob", seeds="2", seed="4", weighting="pcgrad")
    ann = Visitor(page="runs.py")
    assert ann.button("Open on the Playground").disabled
    tick(ann, 0)
    ann.press("Open on the Playground")
    assert ann.scene == read(SMALL | {"seeds": "2", "seed": "4", "weighting": "pcgrad"})
    assert ann.linked == ann.scene
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
    assert shown == {"Weighting": ("PCGrad", "Equal weights"), "Order": ("random", "–"), "Learning rate": ("0.01", "0.005")}
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
    assert len(ann.app.dataframe[0].value) == 1, "only what has the data of the newest run"
    ann.widget("runs.data").set_value("")
    ann.look()
    assert column(ann, "Data") == ["Wine", "Toy plane"]
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
    assert column(ann, "Yours") == [True, False]


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


def trained_with_baselines(store: Store, hand: Hand, name: str = "ann", **changes: str) -> None:
    """The small scene, changed, with its baselines, as Play asks for it."""
    scene = read(SMALL | {key.replace("__", "."): value for key, value in changes.items()})
    store.submit([*scene.runs(), *scene.baselines()], name)
    hand.finish()


def test_a_row_holds_scores_and_gains_and_its_baselines_are_folded_in(store: Store, hand: Hand) -> None:
    trained_with_baselines(store, hand, seeds="3", steps="200")
    ann = Visitor(page="runs.py")
    (row,) = ann.app.dataframe[0].value.to_dict("records")
    assert (row["Seeds"], row["First seed"]) == (3, 0)
    every = store.histories([entry.id for entry in store.entries()])
    runs, against = (
        [one for one in every if (one.experiment == one.experiment.baseline()) is alone] for alone in (False, True)
    )
    told = compare(runs, against)
    for task in runs[0].experiment.the_tasks:
        found = {name: value for name, value in row.items() if name.startswith(f"{task.title}:")}
        assert found.pop(f"{task.title}: gain, %") == pytest.approx(told.differences[task.name].mean)
        assert list(found.values()) == [pytest.approx(told.column("score", task.name).mean)]
    assert row["Δm, %"] == pytest.approx(told.delta_m().mean)


def test_seeds_asked_for_one_by_one_stand_in_one_row(store: Store, hand: Hand) -> None:
    for seed in range(4):
        trained(store, hand, "ann" if seed % 2 else "bob", seed=str(seed))
    trained(store, hand, sharing="separate")
    ann = Visitor(page="runs.py")
    assert column(ann, "Seeds") == [1, 4], "who asked for a baseline by itself finds it"


def test_a_run_has_a_name_of_its_visitors_own_until_it_is_gone(store: Store, hand: Hand) -> None:
    trained(store, hand)
    ann = Visitor(page="runs.py")
    tick(ann, 0)
    ann.widget("runs.name").set_value("=first   try [a](http://x)")
    ann.look()
    assert column(ann, "Name") == ["'=first try [a](http://x)"]
    assert store.names("bob") == {}
    assert list(store.names("ann").values()) == ["=first try [a](http://x)"]
    (entry,) = store.entries()
    store.delete(entry.id, "ann")
    assert store.names("ann") == {}


def test_a_pinned_run_stays_on_top_whatever_is_filtered(store: Store, hand: Hand) -> None:
    trained(store, hand)
    trained(store, hand, weighting="pcgrad")
    ann = Visitor(page="runs.py")
    tick(ann, 1)
    ann.press("runs.pin")
    assert column(ann, "Weighting") == ["Equal weights", "PCGrad"]
    ann.widget("runs.search").set_value("pcgrad")
    ann.look()
    assert column(ann, "Weighting") == ["Equal weights", "PCGrad"]
    assert "runs.overlay" in ann.charts


def test_which_is_best_is_said_and_is_too_close_where_it_is(store: Store, hand: Hand) -> None:
    trained(store, hand, seeds="4")
    trained(store, hand, seeds="4", rate="0.00001")
    trained(store, hand, seeds="4", batch="17")
    ann = Visitor(page="runs.py")
    tick(ann, 0, 1, 2)
    said = "".join(one.value for one in ann.app.main.markdown)
    assert "too close to tell between" in said or "is best" in said
    tick(ann, 2)
    assert "Over all tasks" not in "".join(one.value for one in ann.app.main.markdown)


def test_two_tables_of_ones_own_are_two_data(store: Store, hand: Hand, tmp_path: Path) -> None:
    for titles in (("one", "two", "a", "b"), ("one", "two", "a", "c")):
        key = hostile(tmp_path, titles)
        store.submit([Run(Experiment.from_flat({"suite": "table", "suite.table": key, "steps": "10"}), 0)], "ann")
    ann = Visitor(page="runs.py")
    assert len(ann.app.dataframe[0].value) == 1
    ann.widget("runs.data").set_value("")
    ann.look()
    assert len(set(column(ann, "Data"))) == 1, "both files have one name"
    tick(ann, 0, 1)
    assert "different data" in ann.app.info[0].value
    assert "runs.overlay" not in ann.charts


def test_the_table_is_taken_along_in_plain_numbers(store: Store, hand: Hand) -> None:
    trained_with_baselines(store, hand, seeds="2", steps="200")
    shown = results.results_of(store, groups.grouped(store.entries()), "ann")
    frame = pd.read_csv(io.StringIO(results.csv(shown)))
    assert list(frame["task"]) == ["circle", "xor", "delta_m"]
    assert frame["gain_percent"].notna().all()
    assert set(frame["sharing.depth"]) == {shown[0].group.experiment.sharing.knobs["depth"]}


def test_what_was_turned_in_flight_stands_in_the_row_and_in_the_export(store: Store, hand: Hand) -> None:
    scene = read(SMALL)
    (number,) = store.submit(scene.runs(), "ann").runs
    hand.claim(5)
    store.turn_rate([number], "ann", 0.1)
    hand.jobs[0].obey({entry.id: entry for entry in store.entries()})
    hand.finish()
    ann = Visitor(page="runs.py")
    assert column(ann, "Turned in flight") == ["learning rate 0.1 at step 5"]
    (shown,) = results.results_of(store, groups.grouped(store.entries()), "ann")
    assert "learning rate 0.1 at step 5" in results.csv([shown])
