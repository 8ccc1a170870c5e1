"""Taking things home from the page, and opening them there again."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from playground.experiment import Setting
from playground.runs.store.store import Store
from playground.runs.workers.errand import Errand, Runner
from playground.ui.take_home import export, export_model
from tests.experiments import small
from tests.pages.visitor import SMALL, Hand, Visitor


def offered(ann: Visitor) -> list[str]:
    """The names of the buttons that give a file."""
    return [one.proto.label for one in ann.app.get("download_button")]


def panel(ann: Visitor) -> dict[str, Any]:
    """What the code explained was given."""
    (found,) = (one for one in ann.app.get("bidi_component") if one.key == "export.code")
    told: dict[str, Any] = json.loads(found.proto.json)
    return told


def test_a_table_at_its_defaults_has_code() -> None:
    ann = Visitor(link={"suite": "table"})
    ann.unfold("export")
    assert "Code and data (ZIP)" in offered(ann)


def test_code_is_offered_before_anything_is_trained() -> None:
    ann = Visitor(link=SMALL)
    assert "Code and data (ZIP)" not in offered(ann), "made when it is opened"
    ann.unfold("export")
    assert "Code and data (ZIP)" in offered(ann)
    assert "Report (HTML)" not in offered(ann)
    ann.app.toggle(key="export.show").set_value(True)
    ann.look()
    told = panel(ann)
    assert "import torch" in told["text"]
    assert told["regions"]
    assert ["heads", "task0"] in told["boxes"]
    assert not {"\x02", "\x03"} & set(told["text"])


def test_what_was_trained_is_offered_as_report_and_tables(store: Store) -> None:
    ann = Visitor(link=SMALL)
    ann.press("play")
    Hand(store).finish()
    ann.unfold("export")
    assert {"Report (HTML)", "All tables (CSV)"} <= set(offered(ann))


def test_what_has_no_code_says_so() -> None:
    ann = Visitor(link={"suite": "scenes"})
    ann.unfold("export")
    assert "Code and data (ZIP)" in offered(ann)
    ann.widget("export.framework").set_value("tensorflow")
    ann.look()
    assert "Code and data (ZIP)" not in offered(ann)
    assert any("short script can learn" in one.value for one in ann.app.info)


class Hasty(Runner):
    """Does at once what it is asked for."""

    def ask(self, one: Errand) -> bool:
        one.files, one.status = {"model.json": json.dumps(one.options).encode()}, "done"
        return True


def test_the_trained_model_is_made_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_model, "runner", Hasty)
    ann = Visitor(link=SMALL)
    ann.unfold("export")
    assert "Model (ZIP)" not in offered(ann)
    ann.press("export.train")
    assert "Model (ZIP)" in offered(ann)
    subject, one = ann.app.session_state[export_model.KEPT]
    assert subject == (ann.scene.experiment.canonical(), ann.scene.seed)
    assert "--model" in one.options
    # It is that of these settings alone.
    ann.set("batch", 32)
    assert "Model (ZIP)" not in offered(ann)


def test_code_of_a_sweep_is_that_of_the_settings_that_were_chosen() -> None:
    chosen: Any = SimpleNamespace(setting=Setting(0.1, 0.0))
    found = export._chosen(small(sweep=True), chosen)
    assert (found.setting, found.sweep) == (chosen.setting, False)
    assert export._chosen(small(sweep=True), None) == small(sweep=True)
    assert export._chosen(small(), chosen) == small()
