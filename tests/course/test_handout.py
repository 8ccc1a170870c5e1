"""Handouts: whole in every language, with nothing in them that runs but what draws a chart, and no text that is markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from playground.basics.words import LANGUAGES, use
from playground.course import handout
from playground.course.measured.figure import figures
from playground.course.text.model import Chapter, Lesson, Note, Prose, Version
from playground.course.text.reading import chapters


class Balanced(HTMLParser):
    """Counts tags that are opened and closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br", "hr", "img", "rect", "path", "circle", "line", "stop", "use", "polygon"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("rect", "path", "circle", "line", "stop", "use", "polygon"):
            assert self.open.pop() == tag


def drawn(number: int) -> object:
    """A figure as it is at first."""
    one = figures()[number]
    return one.draw(**one.defaults())


def test_a_formula_needs_no_script() -> None:
    lesson = Lesson("01_x/01_y", {"en": Version("a", "b", (Prose("Sum $w_1 L_1$:\n\n$$L = \\sum_i w_i L_i$$"),))})
    text = handout.written(Chapter("01_x", 1, {"en": "a"}, {"en": "b"}, 5, (lesson,)))
    assert text.count("<math") == 2
    assert 'display="block"' in text
    assert "∑" in text or "&#x02211;" in text


@pytest.mark.parametrize("chapter", chapters(), ids=lambda one: one.key)
def test_a_handout_is_whole_in_every_language(chapter: Chapter) -> None:
    for language in LANGUAGES:
        use(language)
        text = handout.written(chapter)
        assert f"lang='{language}'" in text
        charts = [number for number in chapter.shown("figure") if not isinstance(drawn(number), str)]
        # One script that is plotly's, one that hands it each chart; nothing is fetched.
        assert text.count("<script") == text.count("plotly-graph-div") + 1 if charts else "<script" not in text
        assert text.count(handout.CHARTED) == len(charts)
        text = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
        assert not re.search(r"javascript:|src=.(?!data:)|\{t\d|\$", text)
        parser = Balanced()
        parser.feed(text)
        assert parser.open == []
    use("en")


def test_nothing_in_a_text_becomes_markup() -> None:
    bad = "<img src=x onerror=alert(1)> & <b>"
    blocks = (Prose(bad), Note("next", bad))
    lesson = Lesson("01_x/01_y", {"en": Version(bad, bad, blocks)})
    text = handout.written(Chapter("01_x", 1, {"en": bad}, {"en": bad}, 5, (lesson,)))
    assert "<img" not in text
    assert text.count("&lt;img") == 7
