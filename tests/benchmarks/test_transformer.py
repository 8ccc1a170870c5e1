"""The benchmark of transformers runs and measures what it says; its numbers are not judged here."""

from __future__ import annotations

from tests.benchmarks import transformer


def test_a_fleet_and_a_run_alone_are_measured() -> None:
    fields = {"backbone.width": 8, "suite.sentences": 200, "tasks": "topic,entities", "sharing.depth": 3}
    found = transformer.steps(2, 1, **fields)
    assert set(found) == {"fleet", "alone"}
    assert all(cost > 0 for cost in found.values())
