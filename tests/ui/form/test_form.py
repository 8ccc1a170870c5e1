"""The form: what cannot work is grey, with the reason, before it is tried."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from playground import catalog
from playground.experiment import Experiment
from playground.ui.lookup import methods


def weighting() -> None:
    """The list of weighting methods alone."""
    from playground.ui import scene
    from playground.ui.form import form

    form.choose_weighting(scene.current().experiment)


@pytest.fixture
def signed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Yes-or-no questions have a loss that can be negative; no kind of the catalogue has one today."""

    class Signed(catalog.kinds()["binary"]):  # type: ignore[misc, name-defined]  # a class from the catalogue
        """A kind made up for this test."""

        positive = False

    kinds = {**catalog.kinds(), "binary": Signed}
    monkeypatch.setattr(catalog, "kinds", lambda: kinds)


def offered() -> tuple[list[str], list[str]]:
    """Titles in the list, and what is said below it."""
    app = AppTest.from_function(weighting, default_timeout=60).run()
    assert not app.exception
    return list(app.selectbox[0].options), [one.value for one in app.caption]


def test_every_method_is_offered_where_losses_are_positive() -> None:
    titles, said = offered()
    assert set(titles) == {method.card.title for method in catalog.methods().values()}
    assert said == []


@pytest.mark.usefixtures("signed")
def test_methods_that_need_positive_losses_say_so_in_the_list_where_one_can_be_negative() -> None:
    titles, said = offered()
    free = [method.card.title for method in catalog.methods().values() if not method.needs_positive]
    held = [f"{method.card.title} ✗ a loss can be negative" for method in catalog.methods().values() if method.needs_positive]
    assert sorted(titles[: len(free)]) == sorted(free)
    assert sorted(titles[len(free) :]) == sorted(held)
    assert said == []


@pytest.mark.usefixtures("signed")
def test_their_cards_are_grey_too() -> None:
    experiment = Experiment.from_dict({"tasks": ["digit", "parity"]})
    for key, method in catalog.methods().items():
        assert ("can be negative" in (methods.obstacle_of("weighting", key, experiment) or "")) == method.needs_positive
