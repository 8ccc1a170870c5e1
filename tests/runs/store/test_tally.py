"""What happens to a run is told: in the log, a line an event, and in numbers that say nothing of its visitor."""

from __future__ import annotations

import logging
import time

import pytest

from playground.basics.logs import anonymous
from playground.runs.store.store import Store
from playground.runs.store.tally import Progress
from tests.runs.acting import runs_of


def test_every_event_of_a_run_is_a_line(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "playground.runs")
    one, two, three = store.submit(runs_of(3), "ann").runs
    store.stop([three], "ann")
    store.claim("w")
    store.lose("w")
    store.claim("v")
    store.finish("v", [one], "finished")
    store.finish("v", [two], "failed", "It broke off.")
    told = [dict(part.split("=", 1) for part in line.split(" ")[:2]) for line in caplog.messages]
    events = {run: [line["event"] for line in told if line["run"] == str(run)] for run in (one, two, three)}
    begun = ["submitted", "claimed", "waits", "taken_up"]
    assert events == {one: [*begun, "ended"], two: [*begun, "failed"], three: ["submitted", "ended"]}
    text = "\n".join(caplog.messages)
    assert f"visitor={anonymous('ann')}" in text
    assert "ann" not in text
    assert 'message="It broke off."' in text
    assert [record.levelname for record in caplog.records if "event=failed" in record.getMessage()] == ["WARNING"]


def test_progress_tells_what_is_in_flight_and_what_came_lately(store: Store) -> None:
    first, second = store.submit(runs_of(2), "ann").runs
    assert store.progress(0.0) == []  # what only waits has not begun
    store.claim("w")
    store.append("w", {first: [], second: []}, 5)
    store.finish("w", [first], "finished")
    now = time.time()
    assert {row.id: (row.status, row.step) for row in store.progress(0.0)} == {first: ("finished", 5), second: ("running", 5)}
    assert [row.id for row in store.progress(now + 10)] == [second]
    assert {"visitor", "share", "experiment", "key"}.isdisjoint(Progress.__dataclass_fields__)
