"""The discussion: twenty questions, each with a short answer, one experiment that opens, and a paper."""

from __future__ import annotations

import pytest

from playground.basics import words
from playground.course.text import prose
from playground.course.text.model import Lesson, Note, Play, Version
from playground.course.text.reading import chapters
from playground.ui import scene

QUESTIONS = next(chapter for chapter in chapters() if chapter.key == "11_discussion").lessons
LONGEST = {"en": 900, "zh": 420}
"""Letters of an answer: what is longer is a lesson."""


def test_there_are_twenty() -> None:
    assert len(QUESTIONS) == 20


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("lesson", QUESTIONS, ids=lambda lesson: lesson.key)
def test_a_question_has_an_answer_an_experiment_and_a_paper(lesson: Lesson, language: str) -> None:
    version: Version = lesson.versions[language]
    answers = [block for block in version.blocks if isinstance(block, Note) and block.kind == "answer"]
    plays = [block for block in version.blocks if isinstance(block, Play)]
    assert (len(answers), len(plays), len(version.blocks)) == (1, 1, 2)
    assert version.question.endswith({"en": "?", "zh": "？"}[language])
    assert prose.cited(version)
    assert len(answers[0].text) <= LONGEST[language]


@pytest.mark.parametrize("lesson", QUESTIONS, ids=lambda lesson: lesson.key)
def test_the_experiment_of_a_question_is_one_that_opens(lesson: Lesson) -> None:
    english, chinese = (
        next(block for block in version.blocks if isinstance(block, Play)) for version in lesson.versions.values()
    )
    assert (english.page, english.preset, english.changes) == (chinese.page, chinese.preset, chinese.changes)
    if english.page == "play":
        opened = scene.of_preset(english.preset)
        changed = opened.changed(**dict(change.partition("=")[::2] for change in english.changes))
        assert scene.read(changed.query()) == changed
        assert (changed != opened) == bool(english.changes)
