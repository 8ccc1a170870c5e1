"""What somebody adds as one file stands in the form, on a card and in the navigation; a file that is wrong is told, not met."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.newcomers import FILES, added
from tests.pages.visitor import Visitor

pytestmark = pytest.mark.usefixtures("url")

LINK = {"suite": "signs", "sharing": "one_trunk", "weighting": "loudest", "steps": "20", "batch": "8"}


def test_new_files_are_in_the_form_and_on_the_cards(tmp_path: Path) -> None:
    with added(tmp_path, FILES):
        ann = Visitor(link=LINK)
        assert not ann.warnings
        assert not ann.errors
        for field, title in (
            ("suite", "Signs"),
            ("sharing", "One trunk"),
            ("weighting", "Loudest twice"),
            ("schedule", "Two halves"),
        ):
            assert title in ann.widget(f"field:{field}").options
        assert "Signs together" in ann.widget("field:preset").options
        assert ann.widget("field:weighting.factor").value == 2.0
        ann.set("schedule", "halves")
        assert ann.scene.experiment.schedule.name == "halves"
        ann.turn_to("methods.py")
        assert not ann.warnings
        assert "open.weighting.loudest" in {one.key for one in ann.app.button}


def test_a_file_that_is_wrong_takes_no_page_down(tmp_path: Path) -> None:
    bad = {path: "import nothing_of_this_name\n" if path.endswith(".py") else "title = 3" for path in FILES}
    bad["presets/a_first.toml"] = FILES["presets/signs_together.toml"].replace("steps", "stps")
    with added(tmp_path, bad):
        ann = Visitor()
        assert not ann.errors
        assert ann.charts
        ann.turn_to("methods.py")
        for path in bad:
            assert path.replace("_", "\\_") in ann.warnings
        assert "Did you mean" in ann.warnings
