"""The Course page: every chapter in both languages, a prediction with its answer, a class, and presenting."""

from __future__ import annotations

import pytest

from playground.course.text.reading import chapters
from playground.runs.store.store import Store
from playground.ui import keys
from tests.pages.visitor import Visitor

LONG = "9" * 40


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_chapter_opens(language: str, store: Store) -> None:
    ann = Visitor(locale=language, page="course.py")
    for chapter in chapters():
        ann.press(f"course.side.{chapter.number}")
        assert not ann.errors
        assert not ann.warnings
        assert ann.address["chapter"] == str(chapter.number)
        assert f"### {chapter.title[language]}" in [one.value for one in ann.app.markdown]
        figures = [key for key in ann.charts if key.endswith(".figure")]
        assert len(figures) == len(chapter.shown("figure"))
        assert all(ann.charts[key]["alt"] for key in figures)
        assert len(ann.app.table) == len(chapter.shown("table"))


@pytest.mark.usefixtures("url")
@pytest.mark.parametrize("text", ["0", "99", "x", "-1", LONG, "<b>"])
def test_a_chapter_that_is_none_is_said(text: str) -> None:
    ann = Visitor()
    ann.follow({"chapter": text}, "course.py")
    assert "no chapter" in ann.warnings
    assert ann.button("course.open.1")


@pytest.mark.usefixtures("url")
def test_the_chapter_stays_open_while_one_looks_elsewhere() -> None:
    ann = Visitor(page="course.py")
    ann.press("course.open.2")
    ann.turn_to("runs.py")
    ann.turn_to("course.py")
    assert ann.address["chapter"] == "2"
    ann.press("course.all")
    assert "chapter" not in ann.address


def asked(ann: Visitor) -> str:
    """The first question of the open chapter that has a slider."""
    return next(one.key for one in ann.app.slider if one.key.endswith(".guess")).removesuffix(".guess")


@pytest.mark.usefixtures("url")
def test_an_answer_stands_beside_its_prediction() -> None:
    ann = Visitor(page="course.py")
    ann.press("course.open.2")
    key = asked(ann)
    ann.widget(f"{key}.guess").set_value(-50)
    ann.look()
    assert not [one for one in ann.app.markdown if one.value.startswith("Measured")]
    ann.press(f"{key}.answer")
    (said,) = [one.value for one in ann.app.markdown if one.value.startswith("Measured")]
    assert "[" in said
    assert "-50 %" in said
    assert not [one for one in ann.charts if one.endswith(".histogram")]


def test_a_class_sees_what_it_predicts(store: Store) -> None:
    teacher = Visitor("teacher", page="course.py")
    teacher.press("course.open.2")
    teacher.press("course.new")
    code = teacher.address["class"]
    for number, name in enumerate(("ann", "bob")):
        one = Visitor(name)
        one.follow({"chapter": "2", "class": code.lower()}, "course.py")
        key = asked(one)
        one.widget(f"{key}.guess").set_value(10 * number)
        one.look()
        one.press(f"{key}.answer")
    (words,) = [said["alt"] for chart, said in one.charts.items() if chart.endswith(".histogram")]
    assert words.startswith("2 answers, on average 5 %")
    one.press("course.leave")
    assert not [chart for chart in one.charts if chart.endswith(".histogram")]


@pytest.mark.usefixtures("url")
@pytest.mark.parametrize("code", ["ZZZZZZ", "x", "<b>", LONG])
def test_a_code_that_is_none_is_said(code: str) -> None:
    ann = Visitor()
    ann.follow({"chapter": "2", "class": code}, "course.py")
    assert "no class" in ann.warnings
    assert not ann.errors


@pytest.mark.usefixtures("url")
def test_an_experiment_of_a_lesson_opens_on_the_playground() -> None:
    ann = Visitor(page="course.py")
    ann.press("course.open.6")
    for name in (keys.SCENE, keys.written(keys.SCENE), keys.plain(keys.SCENE)):
        if name in ann.app.session_state:
            del ann.app.session_state[name]  # as if the course were the first page of the visit
    key = next(one.key for one in ann.app.button if one.label.startswith("Open three of four"))
    ann.press(key)
    assert ann.scene.experiment.sharing.knobs["depth"] == 3
    assert ann.scene.experiment.backbone.knobs["width"] == 8
    assert ann.linked == ann.scene, "whoever reloads or sends the address sees the same"


@pytest.mark.usefixtures("url")
def test_a_chapter_is_presented_screen_by_screen() -> None:
    ann = Visitor(page="course.py")
    ann.press("course.open.2")
    ann.press("course.present")
    seen = 0
    while not ann.button("course.on").disabled:
        ann.press("course.on")
        seen += 1
        assert not ann.errors
    assert seen >= 4
    ann.press("course.back")
    assert not ann.button("course.on").disabled
    ann.press("course.end")
    assert "present" not in ann.address
