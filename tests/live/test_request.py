"""What a browser sends is data: everything that is not what a page asks for is refused with one sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest

from playground.basics.errors import Invalid
from playground.live.limits import LIMITS, Limits
from playground.live.request import Request, Topic, read

GOOD = {
    "watch": {
        "runs": [3, "ab12ab12"],
        "baselines": [4],
        "wanted": 3,
        "language": "zh",
        "more": True,
        "before": [7],
        "before_baselines": ["cd34cd34"],
    },
    "since": ["x", 7],
}


def test_a_topic_comes_back_as_it_was_sent() -> None:
    topic = Topic((3, "ab12ab12"), (4,), 3, "zh", True, (7,), ("cd34cd34",))
    assert topic.refs == (3, "ab12ab12", 4, 7, "cd34cd34"), "all of them are asked whether they may be seen"
    assert read(json.dumps(GOOD)) == Request(topic, ("x", 7))
    assert read(json.dumps({"watch": topic.plain()})) == Request(topic, ("", 0))
    assert read('{"watch": null}') == Request(None)


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", "[]", "3", "null", "NaN", "[" * 5000, json.dumps({"watch": 3}), json.dumps({"watch": []})],
)
def test_what_is_no_message_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read(text)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("runs", []),
        ("runs", None),
        ("runs", "12"),
        ("runs", [-1]),
        ("runs", [True]),
        ("runs", [1.5]),
        ("runs", [10**30]),
        ("runs", ["../../etc"]),
        ("runs", ["'; drop table runs; --"]),
        ("runs", [[1]]),
        ("runs", list(range(LIMITS.runs + 1))),
        ("baselines", [None]),
        ("baselines", list(range(LIMITS.runs))),
        ("wanted", "3"),
        ("wanted", -1),
        ("wanted", 10**6),
        ("language", "xx"),
        ("language", ["en"]),
        ("more", 1),
        ("before", "7"),
        ("before", ["../../etc"]),
        ("before", list(range(LIMITS.runs - 2))),
        ("before_baselines", [True]),
    ],
)
def test_every_field_is_checked(name: str, value: Any) -> None:
    message = GOOD | {"watch": GOOD["watch"] | {name: value}}  # type: ignore[operator]
    with pytest.raises(Invalid) as refused:
        read(json.dumps(message))
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("since", [None, [], ["x"], [3, 3], ["x", "y"], ["x", -1], ["x", True], {"x": 1}])
def test_a_place_that_is_none_is_refused(since: Any) -> None:
    with pytest.raises(Invalid):
        read(json.dumps(GOOD | {"since": since}))


def test_a_long_message_is_refused_unread() -> None:
    with pytest.raises(Invalid, match="characters"):
        read("[" * 200, Limits(message=100))
