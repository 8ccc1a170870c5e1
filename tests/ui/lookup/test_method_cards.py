"""Words of the cards: what a method needs and costs, how knobs are told, what a search finds."""

from __future__ import annotations

import pytest

from playground import catalog
from playground.basics.cards import Card
from playground.basics.knobs import knobs_of
from playground.basics.words import use
from playground.experiment import Experiment
from playground.ui.lookup import methods


@pytest.mark.parametrize("key", list(catalog.methods()))
def test_needs_and_cost_follow_from_the_class(key: str) -> None:
    method = catalog.methods()[key]
    needs, cost = methods.needs(method), methods.cost(method)
    assert ("losses only" in needs) == (method.signal == "loss") == cost.startswith("1 backward pass")
    assert ("gradients of all tasks" in needs) == (method.signal == "gramian") == cost.startswith("T backward passes")
    assert ("losses above zero" in needs) == method.needs_positive
    assert ("the losses after the step" in needs) == method.sees_after == cost.endswith("1 more forward pass")
    assert ("random draws" in needs) == method.uses_chance


def test_formulas_are_broken_where_their_parts_end() -> None:
    assert methods.lines(r"a, \qquad b; \quad c") == r"\begin{gathered} a, \\ b; \\ c \end{gathered}"
    for entry in [*catalog.methods().values(), *catalog.strategies().values()]:
        broken = methods.lines(entry.card.formula)
        assert broken.count("{") == broken.count("}")
        for line in broken.split(r" \\ "):
            inner = line.replace(r"\begin{gathered}", "").replace(r"\end{gathered}", "")
            assert inner.count("{") == inner.count("}"), "a break should stand outside of all braces"


@pytest.mark.parametrize("choice", ["methods", "strategies"])
def test_every_knob_has_its_row(choice: str) -> None:
    for entry in getattr(catalog, choice)().values():
        table = methods.knob_table(entry)
        assert [name.strip("`") for name in table["Knob"]] == list(knobs_of(entry))
        assert all(table["Values"])
        assert all(table["Default"])


def test_knobs_are_told_as_people_write_them() -> None:
    rows = {name: methods.knob_table(entry).iloc[0] for name, entry in catalog.methods().items() if knobs_of(entry)}
    assert (rows["famo"]["Default"], rows["famo"]["Values"]) == ("0.025", "1e−5 to 1")
    assert (rows["mgda"]["Default"], rows["mgda"]["Values"]) == ("none", "none, l2, loss, loss+")
    assert rows["static"]["Default"] == "1 each"
    assert rows["static"]["Values"].endswith("one a task")
    frozen = methods.knob_table(catalog.strategies()["cross_stitch"]).set_index("Knob").loc["`frozen`"]
    assert (frozen["Default"], frozen["Values"]) == ("off", "off, on")


def test_every_word_of_a_search_has_to_stand_on_the_card() -> None:
    card = Card(title="Gradient surgery", idea="Cut conflicts out.", paper="Yu, NeurIPS 2020", fails="Never.")
    assert methods.passes("pcgrad", card, "")
    assert methods.passes("pcgrad", card, "  YU conflicts ")
    assert methods.passes("pcgrad", card, "PCG 2020")
    assert not methods.passes("pcgrad", card, "yu 2021")


def test_english_words_are_found_in_every_language() -> None:
    card = catalog.methods()["equal"].card
    use("zh")
    assert methods.passes("equal", card, "equal weights")


def test_why_not_is_a_sentence_or_nothing() -> None:
    together, apart = (Experiment.from_flat({"sharing": name}) for name in ("hard", "separate"))
    assert methods.obstacle_of("weighting", "pcgrad", together) is None
    assert methods.obstacle_of("weighting", "dwa", apart) is None
    assert (methods.obstacle_of("weighting", "pcgrad", apart) or "").startswith(
        "With what the Playground shows now, it should not"
    )
    assert methods.obstacle_of("sharing", "hard", together) is None
