"""What trained networks are used for: predictions for new rows, and which columns each task leans on."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from playground.__main__ import main
from playground.basics.errors import Invalid
from playground.experiment import Experiment
from playground.runs.workers.using import importance, predictions
from playground.suites.table import YourTable
from playground.training.trained import Trained
from playground.uploads import further
from playground.uploads.brought import Told, told
from playground.uploads.kept import storage
from playground.uploads.reading.reader import Sheet, read_bytes

RNG = np.random.default_rng(0)


def rows(count: int = 120) -> str:
    """A table: weight follows size, sort follows colour, noise nothing."""
    size, noise, colour = RNG.normal(170, 10, count), RNG.normal(size=count), RNG.choice(["red", "blue"], count)
    frame = pd.DataFrame({"size": size.round(2), "noise": noise.round(3), "colour": colour})
    frame["weight (kg)"] = (1000 * size).round()
    frame["sort"] = np.where(colour == "red", "plum", "pear")
    return frame.to_csv(index=False)


TEXT = rows()


def sheet(text: str) -> Sheet:
    return read_bytes(text.encode(), "a.csv", fewest=1)


@pytest.fixture(scope="module")
def experiment() -> Experiment:
    key = storage.lend(told(sheet(TEXT), Told("weight (kg),sort"))[0].table)
    flat = {"suite": "table", "suite.table": key, "steps": 300, "batch": 32, "rate": 0.01}
    return Experiment.from_flat(flat)


def test_targets_are_learned_told_and_scored_in_their_own_unit(experiment: Experiment) -> None:
    weight = experiment.the_tasks[0]
    assert (weight.unit, weight.natural) == ("kg", True)
    trained = Trained(experiment, [0])
    data = experiment.the_suite.load(0)
    said = trained.say(data.test.inputs[None])["weight_kg"][0]
    error = np.sqrt(np.mean((said - data.test.targets["weight_kg"]) ** 2))
    assert error < 0.3 * data.test.targets["weight_kg"].std()
    told_of = [one for one in trained.training.evaluation.end() if type(one).__name__ == "Scored"]
    assert told_of[-1].scores[0][0] == pytest.approx(error, rel=1e-4)


def test_rows_that_were_there_get_what_they_get_as_a_part_of_the_table(experiment: Experiment) -> None:
    suite = experiment.the_suite
    assert isinstance(suite, YourTable)
    cells = further.cells_of(suite.the_table, sheet(TEXT))
    data = suite.load(3)
    again = suite.further(3, cells)
    order = np.lexsort(again.T)
    whole = np.concatenate([data.train.inputs, data.validation.inputs, data.test.inputs])
    np.testing.assert_array_equal(again[order], whole[np.lexsort(whole.T)])


def test_new_rows_are_told_with_chances_and_strange_cells_are_named(experiment: Experiment) -> None:
    new = "colour,size,noise,extra\nred,170,0,a\nblue,160,0.1,b\ngreen,9999,,c\n"
    found, strange = predictions(experiment, [0, 1], sheet(new))
    assert list(found.columns) == ["weight (kg)", "weight (kg) ±", "sort", "sort = pear", "sort = plum"]
    assert found["sort"].tolist()[:2] == ["plum", "pear"]
    assert found["weight (kg)"].tolist()[:2] == pytest.approx([170_000, 160_000], rel=0.03)
    np.testing.assert_allclose(found[["sort = pear", "sort = plum"]].sum(axis=1), 1, rtol=1e-5)
    assert sorted(one.split(":")[0] for one in strange) == ["colour", "noise", "size"]
    assert "9999" not in strange[0]
    with pytest.raises(Invalid, match="noise"):
        predictions(experiment, [0], sheet("colour,size\nred,170\n"))
    with pytest.raises(Invalid, match="table"):
        predictions(Experiment.from_flat({"suite": "wine"}), [0], sheet(new))


def test_each_task_leans_on_the_column_that_it_follows(experiment: Experiment) -> None:
    found = importance(experiment, [0])
    by_task = {task: some.set_index("column")["loss"] for task, some in found.groupby("task")}
    assert by_task["weight (kg)"].idxmax() == "size"
    assert by_task["weight (kg)"]["size"] > 5 * abs(by_task["weight (kg)"]["noise"])
    assert by_task["sort"].idxmax() == "colour"
    assert by_task["sort"]["colour"] > 25


def test_a_result_is_enough_to_predict_and_an_altered_table_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, new, result, out = (tmp_path / name for name in ("a.csv", "new.csv", "result.json", "out.csv"))
    table.write_text(TEXT)
    new.write_text("size,noise,colour\n170,0,red\n")
    assert (
        main(["train", "--data", str(table), "--targets", "sort,weight (kg)", "--set", "steps=20", "--out", str(result)]) == 0
    )
    plain = json.loads(result.read_text())
    assert plain["metrics"]["weight_kg"]["unit"] == "kg"
    assert set(plain["references"]) == {"constant", "linear", "boosting"}
    assert set(plain["runs"][0]["metrics"]["sort"]) >= {"accuracy", "auc", "log_loss"}
    assert plain["baseline"]["runs"][0]["metrics"]["weight_kg"]["rmse"] == pytest.approx(
        plain["baseline"]["runs"][0]["test"]["weight_kg"], rel=1e-4
    )
    assert main(["predict", str(result), "--data", str(new), "--out", str(out)]) == 0
    shared = pd.read_csv(out)
    assert len(shared) == 1
    assert main(["predict", str(result), "--single", "--data", str(new), "--out", str(out)]) == 0
    assert not pd.read_csv(out).equals(shared)
    table.write_text(TEXT.replace("plum", "fig"))
    capsys.readouterr()
    assert main(["predict", str(result), "--data", str(new)]) == 2
    assert "unchanged" in capsys.readouterr().err
    assert main(["predict", str(new), "--data", str(new)]) == 2
    assert main(["importance", str(tmp_path / "nothing.json")]) == 2
