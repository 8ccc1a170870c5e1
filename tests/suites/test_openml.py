from __future__ import annotations

import gzip
import io
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.request import Request

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import _openml
from sklearn.utils import Bunch

from playground.basics.errors import Invalid
from playground.experiment import Experiment
from playground.suites import fetched
from playground.suites.openml import MOST_ROWS, OpenML, OpenMLColumn, columns_of, packed, short_names, unpacked


def census(count: int = 60) -> pd.DataFrame:
    """A table as the fetcher gives it: categories, numbers, yes and no, texts, holes, and columns that say nothing."""
    row = np.arange(count)
    frame = pd.DataFrame(
        {
            "Age": np.where(row == 3, np.nan, 20.0 + row),
            "Work-Class": pd.Categorical(np.where(row % 3 == 0, "private", "state")),
            "hours": row % 7 + 30,
            "work class": np.where(row % 2 == 0, "day", "night"),
            "member": row % 2 == 0,
            "name": [f"person {number}" for number in row],
            "country": "here",
            "class": pd.Categorical(np.where(row % 5 < 2, ">50K", "<=50K")),
        }
    )
    frame.loc[7, "Work-Class"] = np.nan
    return frame


def fetching(monkeypatch: pytest.MonkeyPatch, frame: pd.DataFrame, targets: list[str]) -> list[dict[str, Any]]:
    """The fetcher gives `frame`; what it is asked goes into a list."""
    asked: list[dict[str, Any]] = []

    def fetch(**given: Any) -> Bunch:
        asked.append(given)
        return Bunch(frame=frame, target_names=targets)

    monkeypatch.setattr("sklearn.datasets.fetch_openml", fetch)
    return asked


class Answer(io.BytesIO):
    """What a server answers."""

    def info(self) -> Message:
        return Message()


def answering(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """openml.org answers as it once did: scikit-learn brings the answers along for its own tests."""
    pytest.importorskip(f"sklearn.datasets.tests.data.openml.id_{number}")
    home = Path(_openml.__file__).parent / "tests" / "data" / "openml" / f"id_{number}"

    def urlopen(request: Request) -> Answer:
        url = request.full_url
        part = "jdf" if "/features/" in url else "jdq" if "/qualities/" in url else "jd"
        names = f"api-v1-{part}-{number}.json.gz" if "/json/" in url else "data-v1-dl-*.arff.gz"
        return Answer(gzip.decompress(next(home.glob(names)).read_bytes()))

    monkeypatch.setattr(_openml, "urlopen", urlopen)


@pytest.fixture
def suite(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> OpenML:
    """The census, downloaded."""
    monkeypatch.setenv(fetched.VARIABLE, str(tmp_path))
    asked = fetching(monkeypatch, census(), ["class"])
    suite = OpenML(id=61, second=1)
    suite.fetch()
    assert asked[0]["data_id"] == 61
    return suite


def test_iris_as_openml_has_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(fetched.VARIABLE, str(tmp_path))
    answering(monkeypatch, 61)
    suite = OpenML(id=61, second=3)
    suite.fetch()
    assert [(task.name, task.kind) for task in suite.tasks()] == [("class", "classes"), ("petallength", "regression")]
    assert suite.tasks()[0].classes == ("Iris-setosa", "Iris-versicolor", "Iris-virginica")
    columns, target = unpacked(suite.arrays())
    # 50 flowers of each kind; the first one measures 5.1, 3.5, 1.4 and 0.2 cm.
    assert np.bincount(columns[target].values).tolist() == [50, 50, 50]
    assert [column.values[0] for column in columns[:4]] == [5.1, 3.5, 1.4, 0.2]
    assert suite.load(0).train.inputs.shape == (90, 3)


def test_the_titanic_as_openml_has_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Numbers, categories whose names are numbers, texts, and gaps."""
    answering(monkeypatch, 40945)
    columns, target = unpacked(OpenML(id=40945).download(tmp_path))
    found = {column.name: column for column in columns}
    # Names, tickets, cabins and homes are texts, and left out.
    assert set(found) == {"pclass", "survived", "sex", "age", "sibsp", "parch", "fare", "embarked", "boat", "body"}
    assert columns[target].name == "survived"
    # Of 1,309 passengers 500 survived and 466 were women; of 263 the age is not known, of 2 the port.
    assert np.bincount(columns[target].values).tolist() == [809, 500]
    assert found["sex"].levels == ("female", "male")
    assert np.bincount(found["sex"].values).tolist() == [466, 843]
    assert int((~found["age"].known).sum()) == 263
    assert int((~found["embarked"].known).sum()) == 2


def test_a_sparse_table_is_refused_in_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(fetched.VARIABLE, str(tmp_path))
    answering(monkeypatch, 292)
    with pytest.raises(Invalid, match="should be data that scikit-learn can read"):
        OpenML(id=292).fetch()


def test_columns_are_typed_by_the_frame() -> None:
    columns = columns_of(census())
    assert [column.name for column in columns] == ["Age", "Work-Class", "hours", "work class", "member", "class"]
    assert [column.levels for column in columns] == [
        (),
        ("private", "state"),
        (),
        ("day", "night"),
        ("False", "True"),
        ("<=50K", ">50K"),
    ]
    assert columns[0].values[:5].tolist() == pytest.approx([20, 21, 22, np.nan, 24], nan_ok=True)
    assert columns[1].values[:8].tolist() == [0, 1, 1, 0, 1, 1, 0, -1]
    assert columns[4].values[:3].tolist() == [1, 0, 1]


def test_infinite_and_nullable_numbers_are_missing() -> None:
    frame = pd.DataFrame({"a": [1.0, np.inf, 3.0], "b": pd.array([1, None, 3], dtype="Int64")})
    for column in columns_of(frame):
        assert column.known.tolist() == [True, False, True]


def test_packing_and_unpacking_loses_nothing() -> None:
    columns = columns_of(census())
    again, target = unpacked(packed(columns, "class"))
    assert [(one.name, one.levels) for one in again] == [(one.name, one.levels) for one in columns]
    for one, other in zip(again, columns, strict=True):
        assert np.array_equal(one.values, other.values, equal_nan=not one.levels)
    assert again[target].name == "class"


def test_names_become_identifiers_each_once() -> None:
    assert short_names(["Work-Class", "work class", "3rd", "", "年龄", "a__b"]) == [
        "work_class",
        "work_class_2",
        "column_3rd",
        "column",
        "column_2",
        "a_b",
    ]


def test_the_first_task_is_the_tables_own_target_and_the_others_are_named_by_number(suite: OpenML) -> None:
    assert [(task.name, task.title, task.kind) for task in suite.tasks()] == [
        ("class", "class", "binary"),
        ("age", "Age", "regression"),
    ]
    three = OpenML(id=61, second=2, third=3)
    assert [task.name for task in three.tasks()] == ["class", "work_class", "hours"]
    # 0 and the target itself stand for the last column that is not the target.
    assert [task.name for task in OpenML(id=61, second=0).tasks()] == ["class", "member"]
    assert [task.name for task in OpenML(id=61, second=6).tasks()] == ["class", "member"]
    assert "up to 6" in str(OpenML(id=61, second=7).obstacle())


def test_inputs_are_all_other_columns(suite: OpenML) -> None:
    data = suite.load(0)
    # Work class, shift and member as two columns each, hours as one.
    assert data.train.inputs.shape == (36, 7)
    assert [len(data.validation), len(data.test)] == [12, 12]
    assert set(np.unique(data.train.inputs[:, [0, 1, 3, 4, 5, 6]])) == {0.0, 1.0}
    assert data.train.inputs[:, 2].std() == pytest.approx(1, abs=1e-5)
    assert sum(int((~part.known["age"]).sum()) for part in (data.train, data.validation, data.test)) == 1
    assert data.train.targets["age"][data.train.known["age"]].std() == pytest.approx(1, abs=1e-5)


def test_what_is_missing_is_no_truth_to_show(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(fetched.VARIABLE, str(tmp_path))
    frame = census()
    frame.loc[::2, ["Age", "Work-Class"]] = np.nan
    fetching(monkeypatch, frame, ["class"])
    suite = OpenML(id=3, second=1, third=2)
    suite.fetch()
    data = suite.load(0)
    assert np.array_equal(np.isnan(data.probe.targets["age"]), ~data.test.known["age"])
    assert np.array_equal(data.probe.targets["work_class"] == -1, ~data.test.known["work_class"])
    assert data.probe.targets["work_class"].dtype == np.int64
    assert set(data.test.targets["work_class"]) <= {0, 1}


def test_a_missing_number_is_marked() -> None:
    column = OpenMLColumn("a", (), np.array([1.0, np.nan, 3.0, 100.0]))
    assert column.features(np.array([0, 1, 2])).tolist() == [[-1, 0], [0, 1], [1, 0], [98, 0]]


def test_a_large_table_is_cut_to_rows_drawn_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fetching(monkeypatch, census(MOST_ROWS + 500), ["class"])
    columns, _target = unpacked(OpenML(id=5).download(tmp_path))
    again, _target = unpacked(OpenML(id=5).download(tmp_path))
    ages = columns[0].values
    assert len(ages) == MOST_ROWS
    assert np.array_equal(ages, again[0].values, equal_nan=True)
    assert np.nanmax(ages) > MOST_ROWS + 20


@pytest.mark.parametrize(
    ("frame", "targets", "found"),
    [
        (census(), [], "names its target"),
        (census(10), ["class"], "at least 20 rows"),
        (pd.DataFrame(np.zeros((30, 61))), ["0"], "at most 60 columns"),
        (census()[["Age", "class", "name"]], ["class"], "two other columns"),
        (census(), ["name"], "should have a target"),
    ],
)
def test_tables_that_make_no_suite_are_refused(
    frame: pd.DataFrame, targets: list[str], found: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(fetched.VARIABLE, str(tmp_path))
    fetching(monkeypatch, frame, targets)
    with pytest.raises(Invalid, match=found):
        OpenML(id=7).fetch()
    assert fetched.on_disk() == []


def test_another_table_is_another_experiment_with_its_own_tasks(suite: OpenML) -> None:
    first = Experiment.from_flat({"suite": "openml", "suite.id": 61, "suite.second": 1, "labels.age": 20})
    moved = first.set(**{"suite.second": 3})
    assert moved.tasks == ("class", "hours")
    assert moved.labels == {}
    assert first.set(**{"suite.second": "1"}) == first
