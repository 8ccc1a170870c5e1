"""The Playground: what is there at first sight, and what every preset, link and language shows."""

from __future__ import annotations

import pytest

from playground.presets import presets
from playground.runs.precomputed import recorded
from playground.runs.store.store import Store
from playground.ui.scene import DEFAULT, of_preset
from tests.pages.visitor import SMALL, Visitor

pytestmark = pytest.mark.usefixtures("url")


def test_the_first_sight_is_a_finished_run_and_a_computed_sentence() -> None:
    ann = Visitor()
    assert ann.scene == of_preset(DEFAULT)
    assert "“All tasks together” gains" in ann.headline
    assert "“Which digit”" in ann.headline.partition("too close to tell")[2]
    assert "%" in ann.headline
    assert any("recorded run" in caption for caption in ann.captions)
    assert {
        "network",
        "gains",
        "losses",
        "weights",
        "shares",
        "cosines",
        "scores",
        "norms",
        "conflict",
        "condition",
        "model",
    } == set(ann.charts)
    assert all(chart["alt"].strip() for chart in ann.charts.values())
    assert not ann.warnings
    assert not ann.errors
    assert ann.grey == {"pause", "stop", "over"}


def test_the_first_sight_asks_for_no_training(store: Store) -> None:
    Visitor()
    assert store.entries() == []


def test_the_first_sight_is_recorded_whole() -> None:
    scene = of_preset(DEFAULT)
    assert all(recorded.find(run) is not None for run in (*scene.runs(), *scene.baselines()))


def test_the_address_holds_the_scene_from_the_beginning() -> None:
    ann = Visitor()
    assert ann.linked == ann.scene
    assert ann.linked == ann.scene


@pytest.mark.parametrize("key", presets())
def test_every_preset_opens(key: str) -> None:
    ann = Visitor(link={"preset": key})
    assert ann.scene == of_preset(key)
    assert ann.widget("field:preset").value == key
    assert not ann.warnings
    assert {"network", "losses"} <= set(ann.charts)


def test_a_preset_in_a_link_can_be_changed() -> None:
    ann = Visitor(link={"preset": DEFAULT, "steps": "50", "seeds": "2", "seed": "7"})
    assert ann.scene.experiment == of_preset(DEFAULT).experiment.set(steps=50)
    assert (ann.scene.seed, ann.scene.seeds) == (7, 2)
    assert ann.scene.preset is None
    assert ann.widget("field:preset").value == ""


BAD = {
    "no such preset": ({"preset": "digts_few_labels"}, ["`preset`", "Did you mean `digits_few_labels`?"]),
    "no such field": ({"colour": "blue"}, ["`colour`"]),
    "no such suite": ({"suite": "<script>alert(1)</script>"}, ["`suite`", "`<script>alert(1)</script>`"]),
    "out of bounds": (SMALL | {"steps": "5", "batch": "0"}, ["`steps`", "`batch`"]),
    "gigantic": (SMALL | {"tasks": "circle," * 3000}, ["characters"]),
    "a seed out of bounds": (SMALL | {"seed": "-1", "seeds": "1000"}, ["`seed`", "`seeds`"]),
    "no number": (SMALL | {"rate": "![x](http://x)`*"}, ["`rate`", "`![x](http://x)'*`"]),
    "twice": (SMALL | {"steps": ["20", "30"]}, ["`steps`", "once"]),
    "what does not go together": (SMALL | {"sharing": "separate", "weighting": "pcgrad"}, ["`weighting`"]),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_link_is_said_and_the_first_example_shown(case: str) -> None:
    link, words = BAD[case]
    ann = Visitor(link=link)
    assert ann.linked == ann.scene
    assert "This link was followed without what is wrong in it" in ann.warnings or ann.scene == of_preset(DEFAULT)
    assert all(word in ann.warnings for word in words), ann.warnings
    assert len(ann.warnings) < 2000
    ann.look()
    assert not ann.warnings, "it should be said once"


def test_it_speaks_chinese_and_remembers_it() -> None:
    ann = Visitor(link=SMALL | {"lang": "zh"})
    assert ann.widget("language").value == "zh"
    assert ann.address["lang"] == "zh"
    assert ann.linked.experiment == ann.scene.experiment
    ann.set("steps", 30)
    assert ann.address["lang"] == "zh"
    ann.widget("language").set_value("en")
    ann.look()
    assert ann.address["lang"] == "en"
    assert ann.headline.startswith("Press **Play**")


@pytest.mark.parametrize(("asked", "locale", "spoken"), [(None, "zh-CN", "zh"), (None, "fr", "en"), ("xx", "zh", "en")])
def test_the_language_is_the_links_then_the_browsers(asked: str | None, locale: str, spoken: str) -> None:
    ann = Visitor(link=SMALL | ({} if asked is None else {"lang": asked}), locale=locale)
    assert ann.widget("language").value == spoken
    assert not ann.warnings
