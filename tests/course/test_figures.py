"""Figures of the course: each can be drawn at every choice in both languages, and says itself in words."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import plotly.graph_objects as go
import pytest

from playground.basics.errors import Invalid
from playground.basics.words import LANGUAGES, use
from playground.course.measured.figure import Figure, figures


def settings(figure: Figure) -> list[dict[str, Any]]:
    """The defaults, and each knob at each of its choices or ends."""
    found = [figure.defaults()]
    for name, knob in figure.knobs.items():
        values = knob.choices or ((knob.low, knob.high) if not isinstance(knob.default, bool) else (False, True))
        found += [figure.defaults() | {name: type(knob.default)(value)} for value in values if value != knob.default]
    return found


class Tags(HTMLParser):
    """Names of tags and attributes in markup."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {tag, *(name for name, _value in attrs)}


@pytest.mark.parametrize("number", figures())
def test_a_figure_is_drawn_at_every_choice_in_every_language(number: int) -> None:
    figure = figures()[number]
    said: dict[str, list[str]] = {}
    for language in LANGUAGES:
        use(language)
        for values in settings(figure):
            drawn, words = figure.draw(**values), figure.describe(**values)
            assert isinstance(drawn, str | go.Figure)
            assert drawn if isinstance(drawn, str) else drawn.data
            assert len(words) > 20
            said.setdefault(language, []).append(words)
    use("en")
    for each in said.values():
        if figure.knobs:
            assert len(set(each)) > 1, "turning a knob should show in the words"


@pytest.mark.parametrize("number", figures())
def test_markup_holds_no_script_and_charts_are_what_plotly_takes(number: int) -> None:
    drawn = figures()[number].draw(**figures()[number].defaults())
    if isinstance(drawn, str):
        tags = Tags()
        tags.feed(drawn)
        assert not tags.found & {"script", "iframe", "object", "a", "form"}
        assert not [name for name in tags.found if name.startswith("on")]
        assert not re.search(r"url\((?!#|data:image/png;base64,)", drawn)
    else:
        go.Figure(drawn.to_dict())


def test_a_file_with_another_number_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from playground.course.figures import f04_hard_and_soft as four
    from playground.course.measured import figure as room

    monkeypatch.setattr(four, "FIGURE", Figure(5, "", four.draw, four.describe))
    with pytest.raises(Invalid, match="number 4"):
        room.found(room.FOLDER, "f", "FIGURE", Figure)


def test_a_network_is_named_in_the_language_of_whoever_looks() -> None:
    """Also where somebody else has drawn it before."""
    draw = figures()[1].draw
    assert ">input<" in str(draw())
    use("zh")
    assert ">输入<" in str(draw())
    use("en")
