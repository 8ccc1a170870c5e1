from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.utils import Bunch

from playground.suites.newsgroups import AREA_OF, AREAS, FEATURES, GROUPS, Newsgroups, answers_another, weighted, word_counts

FIRST = "From: a@b\nSubject: Re: rockets\nLines: 3\n\nThe shuttle flies to orbit."
SECOND = "From: c@d\nSubject: Reply wanted: pucks\n\nre: a puck, a puck, a goal"


def test_there_are_twenty_groups_in_seven_areas() -> None:
    assert len(GROUPS) == len(set(GROUPS)) == 20
    assert list(GROUPS) == sorted(GROUPS)
    assert AREAS == ("alt", "comp", "misc", "rec", "sci", "soc", "talk")
    assert np.bincount(AREA_OF).tolist() == [1, 5, 1, 4, 4, 1, 4]
    assert all(GROUPS[group].startswith(AREAS[area]) for group, area in enumerate(AREA_OF))


def test_an_answer_says_so_in_its_subject() -> None:
    assert answers_another(FIRST)
    assert not answers_another(SECOND)
    assert answers_another("SUBJECT:   RE: x\n\nbody")
    assert not answers_another("From: a\n\nSubject: Re: quoted in the body")
    assert not answers_another("")


def test_words_are_counted() -> None:
    counts = word_counts(["puck puck goal", "the and of", "goal"])
    assert counts.shape == (3, FEATURES)
    assert counts.dtype == np.uint8
    assert sorted(counts[0][counts[0] > 0]) == [1, 2]
    assert not counts[1].any()
    assert np.flatnonzero(counts[2]).item() == np.flatnonzero(counts[0] == 1).item()
    assert word_counts(["puck " * 1000]).max() == 255


def test_weights_are_those_of_scikit_learn() -> None:
    counts = np.random.default_rng(0).poisson(0.3, (50, FEATURES)).astype(np.uint8)
    train = np.arange(30)
    expected = TfidfTransformer(sublinear_tf=True).fit(counts[train]).transform(counts).toarray()
    assert np.allclose(weighted(counts, train), np.sqrt(FEATURES) * expected, atol=1e-5)


def test_postings_without_words_are_dropped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[dict[str, Any]] = []

    def fetch(**given: Any) -> Bunch:
        asked.append(given)
        bare = "remove" in given
        texts = ["shuttle orbit", "", "puck puck"] if bare else [FIRST, "From: x\n\n", SECOND]
        return Bunch(data=texts, target=np.array([14, 0, 10]), target_names=list(GROUPS))

    monkeypatch.setattr("sklearn.datasets.fetch_20newsgroups", fetch)
    arrays = Newsgroups().download(tmp_path)
    assert [given["data_home"] for given in asked] == [str(tmp_path)] * 2
    assert not any(given["shuffle"] for given in asked)
    assert arrays["group"].tolist() == [14, 10]
    assert arrays["answer"].tolist() == [1, 0]
    assert arrays["counts"].sum(1).tolist() == [2, 2]


def test_other_groups_than_expected_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = Bunch(data=["a b"], target=np.array([0]), target_names=["one"])
    monkeypatch.setattr("sklearn.datasets.fetch_20newsgroups", lambda **given: found)
    with pytest.raises(ValueError, match="expected"):
        Newsgroups().download(tmp_path)


def test_the_area_follows_from_the_group() -> None:
    data = Newsgroups(examples=200).load(0)
    for part in (data.train, data.validation, data.test):
        assert np.array_equal(part.targets["area"], AREA_OF[part.targets["group"]])
    assert [len(part) for part in (data.train, data.validation, data.test)] == [200, 80, 80]
    assert np.linalg.norm(data.train.inputs, axis=1) == pytest.approx(np.full(200, 32), rel=1e-4)
