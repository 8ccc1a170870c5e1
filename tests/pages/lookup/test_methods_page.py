"""Methods: a card for everything in the catalogue, found by words, and opened on the Playground."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from playground import catalog
from playground.basics.knobs import knobs_of
from playground.ui.lookup import methods
from playground.ui.scene import DEFAULT, of_preset
from tests.pages.visitor import Visitor

pytestmark = pytest.mark.usefixtures("url")

SIGNALS = {signal: {key for key, one in catalog.methods().items() if one.signal == signal} for signal in ("loss", "gramian")}


def at_methods(search: str = "") -> Visitor:
    """Somebody who opens the page; with words to search for in the address, where there are any."""
    ann = Visitor()
    if search:
        ann.app.query_params["search"] = search
    ann.turn_to("methods.py")
    return ann


def cards(ann: Visitor, choice: str = "weighting") -> set[str]:
    """Keys of the cards on the page, by their buttons."""
    head = f"open.{choice}."
    return {one.key.removeprefix(head) for one in ann.app.button if (one.key or "").startswith(head)}


def words(ann: Visitor) -> str:
    app = ann.app
    return "\n".join(str(one.value) for kind in (app.markdown, app.caption, app.latex, app.code) for one in kind)


def set_widget(ann: Visitor, key: str, value: Any) -> None:
    ann.widget(key).set_value(value)
    ann.look()


def unfold(ann: Visitor, choice: str, key: str) -> None:
    """Open what stands behind a card."""
    ann.app.session_state[f"more.{choice}.{key}"] = True
    ann.look()


def test_every_method_has_its_card_at_first_sight() -> None:
    ann = at_methods()
    assert cards(ann) == set(catalog.methods())
    said = words(ann)
    for method in catalog.methods().values():
        assert f"##### {method.card.title}" in said
        assert method.card.idea in said
        assert method.card.fails in said
        assert method.card.link in said
    assert len(ann.app.latex) == len(catalog.methods())
    assert not ann.app.code
    assert not ann.warnings


def test_the_filter_shows_one_signal() -> None:
    ann = at_methods()
    for signal, keys in SIGNALS.items():
        set_widget(ann, "methods.signal", signal)
        assert cards(ann) == keys


def test_words_are_searched_on_cards() -> None:
    ann = at_methods()
    set_widget(ann, "search", "neurips 2020 surgery")
    assert cards(ann) == set()
    assert ann.app.info[0].value == "No card passes these filters."
    set_widget(ann, "search", "NeurIPS yu")
    assert cards(ann) == {"pcgrad"}
    set_widget(ann, "methods.signal", "loss")
    assert cards(ann) == set()


def test_a_link_opens_one_card() -> None:
    assert cards(at_methods("gradnorm")) == {"gradnorm"}


@pytest.mark.parametrize("key", ["pcgrad", "static", "famo", "mgda", "equal"])
def test_a_card_unfolds_to_notes_knobs_and_its_own_file(key: str) -> None:
    ann = at_methods()
    unfold(ann, "weighting", key)
    method = catalog.methods()[key]
    assert ann.app.code[0].value == catalog.source(method).strip()
    assert method.card.notes in words(ann)
    if knobs := knobs_of(method):
        table = ann.app.table[0].value
        assert [cell.strip("`") for cell in table["Knob"]] == list(knobs)
        assert list(table["What it does"]) == [knob.help for knob in knobs.values()]
    else:
        assert not ann.app.table
        assert "It has no knobs." in ann.captions


@pytest.mark.parametrize("key", ["pcgrad", "famo"])
def test_a_method_opens_on_the_playground(key: str) -> None:
    ann = at_methods()
    ann.press(f"open.weighting.{key}")
    assert ann.scene.experiment == of_preset(DEFAULT).experiment.set(weighting=key)
    assert ann.widget("field:weighting").value == key


def test_methods_that_cannot_work_there_are_grey_with_the_reason() -> None:
    ann = Visitor()
    ann.set("sharing", "separate")
    ann.turn_to("methods.py")
    for key in SIGNALS["gramian"]:
        button = ann.button(f"open.weighting.{key}")
        assert button.disabled
        assert "no two tasks share a parameter" in button.help
    for key in SIGNALS["loss"]:
        assert not ann.button(f"open.weighting.{key}").disabled


def test_strategies_have_cards_too_and_open() -> None:
    ann = at_methods()
    set_widget(ann, "methods.shelf", "sharing")
    assert cards(ann, "sharing") == set(catalog.strategies())
    unfold(ann, "sharing", "cross_stitch")
    assert ann.app.code[0].value == catalog.source(catalog.strategies()["cross_stitch"]).strip()
    ann.press("open.sharing.cross_stitch")
    assert ann.scene.experiment.sharing.name == "cross_stitch"


def test_a_new_method_appears_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is shown without measured microseconds until the benchmark was run again."""
    known = dict(catalog.methods())

    class Fresh(known["equal"]):  # type: ignore[misc, name-defined]  # a class from the catalogue
        """A method made up for this test."""

        key = "aaa_fresh"

    monkeypatch.setattr(catalog, "methods", lambda: {"aaa_fresh": Fresh, **known})
    ann = at_methods()
    assert "aaa_fresh" in cards(ann)
    assert "not measured yet" in words(ann)


def test_without_measurements_the_page_stands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(methods, "SPEED", tmp_path / "none.json")
    methods.measured.cache_clear()
    try:
        ann = at_methods()
        assert cards(ann) == set(catalog.methods())
        assert "Measured" not in words(ann)
    finally:
        methods.measured.cache_clear()


def test_costs_are_those_of_the_file() -> None:
    values = json.loads(methods.SPEED.read_text(encoding="utf-8"))["microseconds"]["mgda"]["3"]
    said = words(at_methods("mgda"))
    assert f"itself {values['1']:.3g} µs, {values['40']:.2g} µs in a fleet" in said
    assert "python -m tests.benchmarks.methods --write" in said
    passes = json.loads(methods.SPEED.read_text(encoding="utf-8"))["microseconds"]["passes"]["3"]["backward"]
    assert f"of a small network take {passes:.0f} µs" in said
