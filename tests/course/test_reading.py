"""Lessons: what is wrong in a file is said with its place, and all that there are are whole in every language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from playground.basics.errors import Invalid
from playground.basics.words import LANGUAGES, use
from playground.course.measured import numbers
from playground.course.measured.figure import figures
from playground.course.measured.table import tables
from playground.course.text import prose
from playground.course.text.bibliography import references
from playground.course.text.glossary import terms
from playground.course.text.model import Block, Break, Lesson, Note, Play, Predict, Prose, Shown
from playground.course.text.reading import chapters, parse, read_chapter
from playground.ui.scene import of_preset

LESSONS = [lesson for chapter in chapters() for lesson in chapter.lessons]
HEAD = '+++\ntitle = "T"\nquestion = "Q"\n+++\n'
TYPED = re.compile(r"\d\s*(%|percent|per cent|％|百分之\d)")


def named(lessons: list[Lesson]) -> list[str]:
    return [one.key for one in lessons]


BAD = {
    "no head": ("text", "should begin with a head"),
    "a bad head": ("+++\ntitle = \n+++\n", "should be readable TOML"),
    "no title": ('+++\nquestion = "Q"\n+++\n', "title"),
    "an unknown name": (HEAD.replace("title =", 'colour = "x"\ntitle ='), "colour"),
    "markup": (HEAD + "a <b>bold</b> word", "should hold no HTML"),
    "a script": (HEAD + "::: note next\n<script>\n:::", "should hold no HTML"),
    "a comment": (HEAD + "a <!-- word", "should hold no HTML"),
    "an unknown directive": (HEAD + "::: figur 4", "figure"),
    "no number": (HEAD + "::: figure four", "should name one number"),
    "an open quote": (HEAD + '::: play say="x', "should have every quote closed"),
    "no question": (HEAD + "::: predict slider=t1.a.b", "should say ask"),
    "two questions": (HEAD + '::: predict slider=t1.a.b best=t1.a ask="x"', "should say ask"),
    "a bad place": (HEAD + '::: predict slider=one ask="x"', "should name a number"),
    "an end that is none": (HEAD + '::: predict slider=t1.a.b ask="x" low=x', "should be a whole number"),
    "no preset": (HEAD + '::: play say="x"', "a preset or a page"),
    "a page that is none": (HEAD + '::: play page=admin say="x"', "page"),
    "an unknown box": (HEAD + "::: note joke\nx\n:::", "opinion"),
    "a box without end": (HEAD + "::: note next\nx", "should hold a text and end"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_said_with_its_place(case: str) -> None:
    text, said = BAD[case]
    with pytest.raises(Invalid, match=re.escape(said)) as invalid:
        parse(text, "here.md")
    assert "here.md" in str(invalid.value)


def test_a_lesson_is_read_in_order() -> None:
    text = HEAD + (
        "One `<b>`.\n\n- two\n\n::: figure 4\n---\n::: predict verdict=t4.hard.a ask='Why?'\n"
        "::: play preset=x set='a=1,b.c=2' say='Go'\n::: note opinion\nMine.\n:::\nEnd $a<b$."
    )
    version = parse(text, "here.md")
    kinds = [type(one) for one in version.blocks]
    assert kinds == [Prose, Shown, Break, Predict, Play, Note, Prose]
    play = version.blocks[4]
    assert isinstance(play, Play)
    assert play.changes == ("a=1", "b.c=2")
    assert [len(screen) for screen in version.screens()] == [2, 1, 3], "nobody reads the answer below the question"


def test_a_chapter_says_everything_that_is_wrong_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "01_one"
    folder.mkdir()
    (folder / "chapter.toml").write_text('minutes = 0\ntitle = "x"\n')
    (folder / "01_a.md").write_text("x")
    with pytest.raises(Invalid) as invalid:
        read_chapter(folder)
    said = str(invalid.value)
    assert all(word in said for word in ("minutes", "title", "question", "01_a.md", "01_a.zh.md"))


def test_there_are_eleven_chapters() -> None:
    assert [one.number for one in chapters()] == list(range(1, 12))
    assert all(5 <= one.minutes <= 40 for one in chapters())
    assert all(one.title["zh"] != one.title["en"] for one in chapters())


def shape(block: Block) -> tuple[object, ...]:
    """What of a block is the same in every language."""
    if isinstance(block, Prose):
        return (Prose,)
    if isinstance(block, Note):
        return Note, block.kind
    if isinstance(block, Predict):
        return Predict, block.how, block.place, block.low, block.high
    if isinstance(block, Play):
        return Play, block.page, block.preset, block.changes
    return (block,)


@pytest.mark.parametrize("lesson", LESSONS, ids=named(LESSONS))
def test_a_lesson_says_the_same_in_every_language(lesson: Lesson) -> None:
    english = lesson.versions["en"]
    for language in LANGUAGES:
        other = lesson.versions[language]
        assert [shape(one) for one in other.blocks] == [shape(one) for one in english.blocks], language
        for found in (prose.cited, prose.named, prose.asked):
            assert sorted(found(other)) == sorted(found(english)), (language, found.__name__)
    assert re.search(r"[\u4e00-\u9fff]", lesson.versions["zh"].title)


@pytest.mark.parametrize("lesson", LESSONS, ids=named(LESSONS))
def test_every_number_reference_and_term_is_there(lesson: Lesson) -> None:
    for language, version in lesson.versions.items():
        use(language)
        for text in prose.texts(version):
            assert prose.markdown(text), text
            assert "{t" not in prose.plain(text), text
        for block in version.blocks:
            if isinstance(block, Predict) and block.how != "best":
                assert isinstance(numbers.cell(block.place), dict), block.place
            if isinstance(block, Play) and block.preset:
                changes = dict(change.partition("=")[::2] for change in block.changes)
                of_preset(block.preset).changed(**changes)  # as the button does
    use("en")


@pytest.mark.parametrize("lesson", LESSONS, ids=named(LESSONS))
def test_no_percentage_is_typed(lesson: Lesson) -> None:
    for version in lesson.versions.values():
        for text in prose.texts(version):
            left = numbers.HOLE.sub("", text).replace("95 %", "")
            assert not TYPED.search(left), TYPED.search(left)


def test_a_typed_percentage_is_seen() -> None:
    assert TYPED.search("gains 12 % here")
    assert TYPED.search("gains 12% here")
    assert not TYPED.search("how many percent, 50 labels")


@pytest.mark.parametrize("lesson", LESSONS, ids=named(LESSONS))
def test_what_a_lesson_relies_on_was_recorded(lesson: Lesson) -> None:
    for claim in lesson.versions["en"].holds:
        assert numbers.holds(claim), (claim, numbers.cell(claim.split()[0]))


def test_a_claim_that_was_not_recorded_is_seen() -> None:
    claim = next(claim for lesson in LESSONS for claim in lesson.versions["en"].holds)
    place, _space, verdict = claim.partition(" ")
    assert not numbers.holds(f"{place} {'loses' if verdict != 'loses' else 'gains'}")


def test_every_figure_and_table_stands_in_one_chapter() -> None:
    for kind, known in (("figure", figures()), ("table", tables())):
        shown = [number for chapter in chapters() for number in chapter.shown(kind)]
        assert sorted(shown) == sorted(known), kind
    assert list(figures()) == list(range(1, 18))
    assert list(tables()) == list(range(1, 16))


def test_a_number_that_is_not_there_is_said() -> None:
    for place in ("t99.a.b", "t4.nobody.a", "t4.hard.nothing", "t4.hard.a.colour"):
        with pytest.raises(Invalid):
            numbers.number(place)


def test_an_unknown_reference_or_term_is_said() -> None:
    assert "nobody1900" not in references()
    assert "no such term" not in terms()
    for text in ("[@nobody1900]", "[[no such term]]"):
        with pytest.raises(Invalid):
            prose.markdown(text)
