"""Teachers' links: short, with what is hidden and locked, and kept from page to page."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from playground import public_names
from playground.course.text.model import Play
from playground.course.text.reading import chapters
from playground.presets import presets
from playground.ui import keys, lesson
from playground.ui.frame import links
from playground.ui.scene import Scene, of_preset, read
from tests.pages.visitor import SMALL, Visitor


@pytest.fixture(autouse=True)
def database(url: str) -> None:
    """A database of its own for every test."""


def controls(ann: Visitor) -> dict[str, bool]:
    """Fields of the form that are there, and whether each can be turned."""
    app = ann.app
    kinds = (app.selectbox, app.button_group, app.slider, app.select_slider, app.number_input, app.toggle)
    return {one.key: not one.disabled for kind in kinds for one in kind if str(one.key).startswith("field:")}


def test_what_is_hidden_is_gone_and_what_is_locked_cannot_be_turned() -> None:
    plain = controls(Visitor(link=SMALL))
    ann = Visitor(link=SMALL | {"hide": "weighting,labels,more", "lock": "sharing.depth,tasks"})
    there = controls(ann)
    depth, tasks = keys.field("sharing.depth"), keys.field("tasks")
    assert not there[depth]
    assert not there[tasks]
    assert there[keys.field("sharing")]
    gone = set(plain) - set(there)
    assert keys.field("weighting") in gone
    assert keys.field("rate") in gone
    assert keys.field("backbone.width") in gone
    assert not [key for key in there if key.startswith("field:labels")]
    assert ann.scene == read(SMALL), "what is hidden still holds"


@pytest.mark.parametrize("name", lesson.names())
def test_every_name_hides_or_locks_something(name: str) -> None:
    assert not lesson.of([name], [], False).hides("nothing of the kind")
    assert lesson.of([name], [], False).hides(name)
    assert lesson.of([], [name], False).locks(name)


def test_a_name_that_is_none_is_said_and_hides_nothing() -> None:
    ann = Visitor(link=SMALL | {"hide": "wieghting,<b>x</b>"})
    assert "wieghting" in ann.warnings
    assert "<b>" not in ann.warnings.replace("\\<b\\>", "")
    assert controls(ann) == controls(Visitor(link=SMALL))


def test_what_a_teacher_says_is_kept_from_page_to_page() -> None:
    ann = Visitor(link=SMALL | {"hide": "more", "lang": "zh", "present": "1"})
    for page in ("methods.py", "runs.py", "play.py"):
        ann.app.query_params.clear()
        ann.turn_to(page)
        assert {name: ann.address.get(name) for name in ("hide", "lang", "present")} == {
            "hide": "more",
            "lang": "zh",
            "present": "1",
        }
    assert ann.linked == read(SMALL)


@pytest.mark.parametrize("key", presets())
def test_a_link_to_an_example_is_its_name(key: str) -> None:
    scene = of_preset(key)
    assert scene.short() == {"preset": key}
    changed = Scene(scene.experiment.set(batch=33), 4, scene.seeds)
    assert changed.short() == {"preset": key, "batch_size": "33", "seed": "4"}


def test_a_whole_link_says_what_differs_the_language_and_the_lesson() -> None:
    scene = Scene(of_preset("functions_same").experiment.set(steps=50), 0, 10)
    link = links.address(scene, lesson.of(["more"], ["rate", "sharing"], True), "zh")
    query = dict(parse_qsl(urlsplit(link).query))
    assert query == {
        "preset": "functions_same",
        "steps": "50",
        "lang": "zh",
        "hide": "more",
        "lock": "learning_rate,sharing",
        "present": "1",
    }
    assert read({name: value for name, value in query.items() if name != "present"}) == scene
    assert links.code(link).startswith("data:image/svg+xml")


def test_all_but_what_a_class_may_turn_is_locked() -> None:
    locked = lesson.Lesson(lock=frozenset(lesson.all_but(["labels"]).split(",")))
    assert locked.locks("sharing.depth")
    assert locked.locks("example")
    assert not locked.locks("labels.parity")
    written = [lesson.all_but([name]).split(",") for name in ("labels", "schedule", "task_sampling")]
    assert ["task_sampling" in names for names in written] == [True, False, False], "by the newer name, read by both"
    assert not any("schedule" in names for names in written)


def test_what_a_lesson_lets_a_class_turn_is_a_group_of_controls() -> None:
    plays = [block for chapter in chapters() for one in chapter.lessons for block in one.now.blocks if isinstance(block, Play)]
    assert any(play.turn for play in plays)
    assert {public_names.attribute(name) for play in plays for name in play.turn} <= set(lesson.GROUPS)
