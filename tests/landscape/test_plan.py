"""Plans: what can be asked for, and the sentence for what cannot."""

from __future__ import annotations

from dataclasses import replace

import pytest

from playground.basics.errors import Invalid
from playground.catalog import methods
from playground.landscape.plan import SETTINGS, Plan, obstacle, of_setting, position, read
from playground.landscape.worlds import WORLDS


@pytest.mark.parametrize("key", list(SETTINGS))
def test_a_plan_survives_an_address_and_json(key: str) -> None:
    plan = of_setting(key)
    assert read(plan.to_query()) == plan
    assert read(plan.to_dict()) == plan


@pytest.mark.parametrize("world", list(WORLDS))
def test_every_method_can_run_with_the_bounds(world: str) -> None:
    plan = read({"world": world, "methods": list(methods())})
    assert plan.methods == tuple(methods())


def test_without_bounds_methods_that_need_positive_losses_are_refused() -> None:
    plan = replace(of_setting("live"), bounded=False)
    refused = {key for key in methods() if obstacle(plan, key) is not None}
    assert refused == {key for key, method in methods().items() if method.needs_positive}
    with pytest.raises(Invalid, match="losses above zero"):
        read(plan.to_dict() | {"methods": "famo"})
    assert obstacle(replace(of_setting("bowls"), bounded=False), "famo") is None


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"world": "moon"}, "world"),
        ({"methods": "nashh"}, "Did you mean `nash`"),
        ({"methods": ""}, "at least one method"),
        ({"starts": "1,2,3"}, "at least one point"),
        ({"starts": "99,0"}, "between -11 and 11"),
        ({"starts": "nan,0"}, "a number"),
        ({"starts": ""}, "at least one point"),
        ({"rate": "fast"}, "a number"),
        ({"rate": "7"}, "between 0.0001 and 0.5"),
        ({"steps": "1000000"}, "between 10 and 100000"),
        ({"steps": "1e400"}, "a whole number"),
        ({"methods": list(methods()), "starts": [[i / 10, 0] for i in range(40)]}, "at most 400 runs"),
    ],
)
def test_bad_values_are_one_sentence(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(values)
    assert len(caught.value.problems) == 1
    assert sentence in str(caught.value)


def test_all_problems_are_named_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        read({"rate": "9", "methods": "nope", "starts": "0"})
    assert {problem.where for problem in caught.value.problems} == {"rate", "methods", "starts"}


def test_doubles_are_dropped() -> None:
    plan = read({"methods": "mgda,equal,mgda", "starts": "1,1;1.0001,1;2,2"})
    assert plan.methods == ("mgda", "equal")
    assert plan.starts == ((1.0, 1.0), (2.0, 2.0))


def test_a_typed_point() -> None:
    assert position(" -8.5, 7.5", WORLDS["valleys"]) == (-8.5, 7.5)
    for text in ("1", "1,2,3", "a,b", "50,0"):
        with pytest.raises(Invalid):
            position(text, WORLDS["valleys"])


def test_plans_are_equal_by_value() -> None:
    assert of_setting("paper", ["mgda"]) == Plan(
        "valleys", ("mgda",), WORLDS["valleys"].starts, scale=0.1, rate=1e-3, steps=50_000, memory=0.999
    )
