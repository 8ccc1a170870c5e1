"""What one event says about one run."""

from __future__ import annotations

from playground.training.observing.events import (
    Changed,
    Failed,
    Finished,
    Kept,
    Learned,
    Measured,
    Pictured,
    Scored,
    Started,
    Stepped,
    record_of,
)


def test_a_record_holds_the_numbers_of_its_run() -> None:
    measured = Measured(3, [[1.0], [2.0]], [[3.0], [4.0]], [[5.0], [6.0]], [[[1.0]], [[0.5]]])
    assert record_of(measured, 1, 2) == {
        "kind": "measured",
        "step": 3,
        "losses": [2.0],
        "weights": [4.0],
        "norms": [6.0],
        "cosines": [[0.5]],
    }
    bare = record_of(Measured(3, [[1.0]], [[3.0]], None, None), 0, 1)
    assert bare is not None
    assert bare["norms"] is bare["cosines"] is None
    scored = Scored(4, "test", [[1.0], [2.0]], [[3.0], [4.0]])
    assert record_of(scored, 0, 2) == {"kind": "scored", "step": 4, "split": "test", "scores": [1.0], "losses": [3.0]}
    learned = record_of(Learned(4, {"mix": [[1], [2]]}), 1, 2)
    assert learned == {"kind": "learned", "step": 4, "values": {"mix": [2]}}


def test_what_was_kept_is_told_with_a_mark() -> None:
    assert record_of(Kept(9, [[3, 3], [4, 6]]), 1, 2) == {"kind": "kept", "step": 9, "steps": [4, 6]}
    assert record_of(Pictured(9, 0, {"a": [1]}, kept=True), 0, 1) == {
        "kind": "pictured",
        "step": 9,
        "outputs": {"a": [1]},
        "kept": True,
    }
    learned = record_of(Learned(9, {"mix": [[1]]}, kept=True), 0, 1)
    assert learned == {"kind": "learned", "step": 9, "values": {"mix": [1]}, "kept": True}


def test_nothing_is_told_of_a_run_that_is_out_of_patience() -> None:
    for event in (Scored(4, "test", [[1.0]] * 2, [[3.0]] * 2, [1]), Kept(4, [[1]] * 2, [1]), Learned(4, {}, about=[1])):
        assert record_of(event, 0, 2) is None
        assert record_of(event, 1, 2) is not None


def test_what_concerns_some_runs_is_no_record_of_the_others() -> None:
    for event in (Pictured(1, 0, {}), Changed(1, [0], {"rate": 1.0}), Failed(1, 0, "so")):
        assert record_of(event, 0, 2) is not None
        assert record_of(event, 1, 2) is None
    assert record_of(Stepped(1, 2), 0, 1) is None


def test_the_time_of_a_fleet_is_divided_among_its_runs() -> None:
    record = record_of(Finished(5, 12.0, 1.5), 0, 4)
    assert record == {"kind": "finished", "step": 5, "seconds": 3.0, "fleet": 4, "passes": 1.5}
    started = record_of(Started("cpu", 1, {"a": 2}, 3), 0, 4)
    assert started == {"kind": "started", "step": 0, "device": "cpu", "shared": 1, "own": {"a": 2}, "total": 3}
