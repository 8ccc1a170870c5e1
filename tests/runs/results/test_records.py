"""Every kind of record has the form that its type says, as the training writes it and as the store gives it back."""

from __future__ import annotations

import json
import typing
from typing import Any, Literal, NotRequired, get_args, get_origin, get_type_hints

import pytest

from playground.runs.results.records import KINDS
from playground.training.observing import events
from playground.training.observing.events import Event, record_of

ROWS = [[0.5, 1.5], [1.0, 2.0]]
"""[R, T] of two runs and two tasks."""

SAID: dict[type[Any], list[Event]] = {
    events.Started: [events.Started("cpu", 10, {"a": 1, "b": 2}, 13)],
    events.Measured: [
        events.Measured(3, ROWS, ROWS, ROWS, [[[1.0, 0.5], [0.5, 1.0]]] * 2),  # type: ignore[list-item]
        events.Measured(3, ROWS, ROWS, None, None),
    ],
    events.Scored: [events.Scored(3, "validation", ROWS, ROWS)],
    events.Metered: [events.Metered(3, "test", {"a": {"accuracy": [0.5, 0.6]}})],
    events.Kept: [events.Kept(9, [[3, 6], [9, 9]])],
    events.Pictured: [events.Pictured(3, 1, {"a": [[0.5, 0.5]]}), events.Pictured(3, 1, {"a": [[0.5, 0.5]]}, True)],
    events.Learned: [events.Learned(3, {"gate": [[0.5], [0.6]]}), events.Learned(3, {"gate": [[0.5], [0.6]]}, True)],
    events.Changed: [events.Changed(3, [1], {"rate": 0.1})],
    events.Failed: [events.Failed(3, 1, "not a number")],
    events.Finished: [events.Finished(9, 2.0, 1.0)],
}
"""Events that leave a record."""


def fits(value: Any, form: Any) -> bool:
    """Whether a value is of a type."""
    if form is Any:
        return True
    origin, inside = get_origin(form), get_args(form)
    if origin in (NotRequired,):
        return fits(value, inside[0])
    if origin is Literal:
        return value in inside
    if origin is list:
        return isinstance(value, list) and all(fits(one, inside[0]) for one in value)
    if origin is dict:
        return isinstance(value, dict) and all(fits(k, inside[0]) and fits(v, inside[1]) for k, v in value.items())
    if inside:  # one of several
        return any(fits(value, one) for one in inside)
    if form is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, form) and not (form is int and isinstance(value, bool))


def misfits(record: dict[str, Any]) -> list[str]:
    """Fields of a record that are not as the type of its kind says."""
    form = KINDS[record["kind"]]
    hints = get_type_hints(form)
    wrong = [name for name, value in record.items() if name not in hints or not fits(value, hints[name])]
    # Asked of the hints: where annotations are texts, Python 3.11 counts every key as required.
    optional = {name for name, hint in get_type_hints(form, include_extras=True).items() if get_origin(hint) is NotRequired}
    return wrong + [name for name in hints if name not in optional | record.keys()]


def test_every_event_that_lasts_has_a_type() -> None:
    assert set(SAID) == set(typing.get_args(Event)) - {events.Stepped}
    assert {kind for one in SAID.values() for kind in [record_of(one[0], 1, 2)["kind"]]} == set(KINDS)  # type: ignore[index]


@pytest.mark.parametrize("event", [one for group in SAID.values() for one in group], ids=repr)
def test_records_have_the_form_of_their_kind(event: Event) -> None:
    record = record_of(event, 1, 2)
    assert record is not None
    assert misfits(record) == []
    assert misfits(json.loads(json.dumps(record))) == []
    for name in record:
        if name != "kind":
            assert misfits({**record, name: object()}) == [name]
            assert (name in misfits({key: value for key, value in record.items() if key != name})) == (name != "kept")
    assert misfits({**record, "more": 1}) == ["more"]
