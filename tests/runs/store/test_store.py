"""The store: what is asked for is done once, nothing is lost or given twice, and only owners turn knobs."""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
import threading
import time
from collections import Counter

import pytest
from sqlalchemy import LargeBinary, Text, and_, bindparam, type_coerce, update

from playground.basics.errors import Invalid
from playground.runs.database.limits import Limits
from playground.runs.database.tables import chunks
from playground.runs.database.tables import runs as table
from playground.runs.store import store as stores
from playground.runs.store.entries import DAMAGED
from playground.runs.store.serial import read_records, write_records
from playground.runs.store.store import Cursor, Store
from tests.runs.acting import runs_of


def record(step: int) -> dict:
    return {"kind": "measured", "step": step, "losses": [1.0, 2.0], "weights": [1.0, 1.0], "norms": None, "cosines": None}


def train_all(store: Store, worker: str = "w") -> None:
    """Finish everything that waits, with one record each."""
    while entries := store.claim(worker):
        store.append(worker, {entry.id: [record(1)] for entry in entries}, 1)
        store.finish(worker, [entry.id for entry in entries], "finished")


def let_silent(store: Store, worker: str) -> None:
    """As if this worker had given no sign for a long time."""
    with store.engine.begin() as connection:
        connection.execute(update(table).where(table.c.worker == worker).values(heartbeat=time.time() - 1000))


# --- submitting and finding ------------------------------------------------------------------------------------------


def test_numbers_come_in_the_order_given_and_equal_runs_are_one(store: Store) -> None:
    wanted = runs_of(4)
    numbers = store.submit(wanted, "ann").runs
    again = store.submit([wanted[2], wanted[0], wanted[2]], "ann")
    assert again.runs == (numbers[2], numbers[0], numbers[2])
    assert len(set(numbers)) == 4
    assert not again.new


def test_thirty_students_who_open_one_link_train_once(store: Store) -> None:
    numbers = {store.submit(runs_of(5), f"student {i}").runs for i in range(30)}
    assert len(numbers) == 1
    train_all(store)
    assert store.submit(runs_of(5), "late").runs in numbers
    assert store.claim("w") == []


def test_simultaneous_submissions_find_each_other(store: Store) -> None:
    found: list[tuple[int, ...]] = []
    threads = [
        threading.Thread(target=lambda i=i: found.append(store.submit(runs_of(3), f"student {i}").runs)) for i in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_fresh_runs_are_queued_whatever_can_be_found(store: Store) -> None:
    first = store.submit(runs_of(2), "ann")
    second = store.submit(runs_of(2), "ann", fresh=True)
    assert not set(first.runs) & set(second.runs)


def test_runs_with_other_baselines_are_the_same_runs(store: Store) -> None:
    first = store.submit(runs_of(1), "ann")
    assert store.submit(runs_of(1, baseline_rate=0.5), "ann").runs == first.runs


def test_only_what_is_done_or_under_way_is_found(store: Store) -> None:
    wanted = runs_of(1)
    for status in ("failed", "stopped"):
        number = store.submit(wanted, "ann").runs[0]
        store.claim("w")
        store.finish("w", [number], status, "because")
        assert store.find(wanted) == [None]
        assert store.submit(wanted, "ann").runs != (number,)
        train_all(store)
        assert store.find(wanted)[0].status == "finished"
        store.delete(store.find(wanted)[0].id, "ann")


def test_what_older_code_trained_is_not_found(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    first = store.submit(runs_of(1), "ann")
    monkeypatch.setattr(stores, "code_version", lambda: "another")
    assert store.find(runs_of(1)) == [None]
    assert store.submit(runs_of(1), "ann").runs != first.runs


def test_nobody_else_is_given_a_run_that_its_visitor_holds_still(store: Store) -> None:
    first = store.submit(runs_of(1), "ann")
    store.pause(first.id, "ann")
    assert store.submit(runs_of(1), "ann").runs == first.runs
    assert store.submit(runs_of(1), "bob").runs != first.runs


def test_one_visitor_cannot_fill_the_queue(url: str) -> None:
    store = Store(url, Limits(visitor=5, queue=7))
    store.submit(runs_of(4), "ann")
    with pytest.raises(Invalid, match="at most 5"):
        store.submit(runs_of(2, first=10), "ann")
    assert len(store.entries()) == 4, "a submission that is refused leaves nothing behind"
    store.submit(runs_of(1, first=10), "ann")
    store.submit(runs_of(4), "ann")  # found again: takes no room
    with pytest.raises(Invalid, match="of all visitors together"):
        store.submit(runs_of(3, first=20), "bob")
    train_all(store)
    store.submit(runs_of(3, first=20), "bob")
    store.close()


@pytest.mark.parametrize("seed", [-1, 2**40])
def test_seeds_are_checked(store: Store, seed: int) -> None:
    with pytest.raises(Invalid, match="seed"):
        store.submit(runs_of(1, first=seed), "ann")


def test_the_experiment_comes_back_as_it_went(store: Store) -> None:
    wanted = runs_of(2, weighting="static", **{"weighting.weights": "1,2", "sharing.depth": 1})
    numbers = store.submit(wanted, "ann").runs
    assert [history.run for history in store.histories(numbers)] == wanted


# --- claiming --------------------------------------------------------------------------------------------------------


def test_a_fleet_is_one_submission_of_one_shape(store: Store) -> None:
    first = store.submit(runs_of(3) + runs_of(2, steps=50), "ann")
    second = store.submit(runs_of(2, first=10), "bob")
    fleets = [[entry.id for entry in store.claim("w")] for _ in range(4)]
    assert fleets == [list(first.runs[:3]), list(second.runs), list(first.runs[3:]), []], "everybody's first one comes first"


def test_a_fleet_has_an_end(url: str) -> None:
    store = Store(url, Limits(fleet=3))
    store.submit(runs_of(7), "ann")
    assert [len(store.claim("w")) for _ in range(4)] == [3, 3, 1, 0]
    store.close()


CLAIM_ALL = """
import sys
from playground.runs.database.limits import Limits
from playground.runs.store.store import Store
store = Store(sys.argv[1], Limits(fleet=2))
sys.stdin.readline()
while entries := store.claim(sys.argv[2]):
    for entry in entries:
        print(entry.id)
"""


def test_no_two_processes_ever_claim_one_run(store: Store, url: str) -> None:
    numbers = store.submit(runs_of(60), "ann").runs
    command = [sys.executable, "-c", CLAIM_ALL, url]
    workers = [
        subprocess.Popen([*command, f"w{i}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for i in range(3)
    ]
    claimed = Counter[int]()
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    for worker in workers:
        output, _ = worker.communicate()
        claimed.update(int(line) for line in output.split())
    assert claimed == Counter(numbers)


def test_no_two_threads_ever_claim_one_run_while_others_submit(url: str) -> None:
    store, claimed = Store(url, Limits(fleet=3, visitor=1000)), list[int]()

    def submit(visitor: int) -> None:
        for i in range(10):
            store.submit(runs_of(3, first=1000 * visitor + 3 * i), f"visitor {visitor}")

    def claim(worker: int) -> None:
        idle = 0
        while idle < 50:
            entries = store.claim(f"w{worker}")
            claimed.extend(entry.id for entry in entries)
            idle = 0 if entries else idle + 1
            time.sleep(0.002)

    threads = [threading.Thread(target=submit, args=(i,)) for i in range(3)]
    threads += [threading.Thread(target=claim, args=(i,)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    claimed += [entry.id for entry in iter_claims(store)]
    assert len(claimed) == len(set(claimed)) == 90
    store.close()


def iter_claims(store: Store) -> list:
    found = []
    while entries := store.claim("last"):
        found += entries
    return found


def test_place_in_the_queue_counts_submissions(store: Store) -> None:
    submissions = [store.submit(runs_of(3, first=10 * i), f"visitor {i}") for i in range(4)]
    assert [store.position(one.runs) for one in submissions] == [1, 2, 3, 4]
    store.claim("w")
    assert [store.position(one.runs) for one in submissions] == [None, 1, 2, 3]
    assert store.position([]) is None


def test_shares_go_round_and_the_first_fleet_of_everybody_comes_first(store: Store) -> None:
    ann = [store.submit(runs_of(1, first=i), "ann").runs[0] for i in range(3)]
    bob = [store.submit(runs_of(1, first=10 + i), "bob").runs[0] for i in range(2)]
    assert [entry.id for entry in iter_claims(store)] == [ann[0], bob[0], ann[1], bob[1], ann[2]]


def test_who_was_trained_last_waits_longest(store: Store) -> None:
    ann = [store.submit(runs_of(1, first=i), "ann").runs[0] for i in range(3)]
    bob = store.submit(runs_of(1, first=10), "bob").runs[0]
    claimed = []
    while entries := store.claim("w"):
        claimed.append(entries[0].id)
        store.finish("w", [entries[0].id], "finished")
    assert claimed == [ann[0], bob, ann[1], ann[2]]


def test_what_holds_still_does_not_count_as_a_share(store: Store) -> None:
    first = store.submit(runs_of(1), "ann")
    store.claim("w")
    store.pause(first.id, "ann")
    second = store.submit(runs_of(1, first=5), "ann").runs[0]
    store.submit(runs_of(1, first=10), "bob")
    assert store.position([second]) == 1
    store.resume(first.id, "ann")
    assert store.position([second]) == 2


def test_the_place_in_the_queue_is_what_will_happen(url: str) -> None:
    """Random submissions, with runs of others among them and more than a fleet holds: each is claimed at its place."""
    rng = random.Random(1)
    store = Store(url, Limits(fleet=3))
    asked: list[int] = []
    for _ in range(25):
        first, visitor = rng.randrange(0, 40, 2), f"visitor {rng.randrange(6)}"
        asked += store.submit(runs_of(rng.randrange(1, 6), first=first, steps=rng.choice([50, 60])), visitor).runs
        if rng.random() < 0.3:
            store.claim("w")
    waiting = [entry.id for entry in store.entries(sorted(set(asked)), statuses=["queued"])]
    assert len(waiting) > 30
    told = {number: store.position([number]) for number in waiting}
    came: dict[int, int] = {}
    place = 0
    while entries := store.claim("w"):
        place += 1
        came |= {entry.id: place for entry in entries}
    assert came == told
    store.close()


def test_who_waits_for_a_run_of_another_does_not_wait_for_the_others_turn(store: Store) -> None:
    """Baselines are shared. One that stands at the end of somebody's long list is trained on the share of who needs it now."""
    long = [store.submit(runs_of(1, first=i), "ann").runs[0] for i in range(5)]
    shared = store.submit(runs_of(2, first=50), "ann").runs
    mine = store.submit([*runs_of(1, first=90, steps=50), *runs_of(1, first=50)], "bob")
    assert mine.runs[1] == shared[0]
    assert store.position([shared[0]]) == 4
    assert store.position([shared[1]]) == 8
    claims = [store.claim("w") for _ in range(4)]
    assert [[entry.id for entry in entries] for entries in claims] == [[long[0]], [mine.runs[0]], [long[1]], [shared[0]]]
    assert [(entry.visitor, entry.share) for entries in claims for entry in entries] == [
        ("ann", "ann"),
        ("bob", "bob"),
        ("ann", "ann"),
        ("ann", "bob"),
    ]
    assert [entry.id for entry in iter_claims(store)] == [*long[2:], shared[1]]
    train = [entry.id for entry in store.entries(statuses=["running"])]
    store.finish("last", train, "finished")
    store.finish("w", train, "finished")
    for number in train:
        store.delete(number, "ann" if number != mine.runs[0] else "bob")
    assert store.entries() == []


def test_no_two_workers_claim_a_run_that_two_visitors_wait_for(store: Store) -> None:
    number = store.submit(runs_of(1), "ann").runs[0]
    for name in ("bob", "cem"):
        assert store.submit(runs_of(1), name).runs == (number,)
        assert store.submit(runs_of(1), name).runs == (number,)
    assert [entry.id for entry in iter_claims(store)] == [number]


# --- records ---------------------------------------------------------------------------------------------------------


def test_whoever_reads_on_reads_everything_once(store: Store) -> None:
    """Random writes to three runs, random reads of some of them: together the reads are what was written, in order."""
    rng = random.Random(0)
    numbers = store.submit(runs_of(3), "ann").runs
    store.claim("w")
    written: dict[int, list[int]] = {number: [] for number in numbers}
    read: dict[int, list[int]] = {number: [] for number in numbers}
    cursors: dict[int, Cursor | None] = dict.fromkeys(numbers)
    for step in range(60):
        some = {number: [record(step)] * rng.randrange(3) for number in numbers if rng.random() < 0.7}
        store.append("w", some, step)
        for number, records in some.items():
            written[number] += [one["step"] for one in records]
        if rng.random() < 0.4 or step == 59:
            chosen = rng.sample(numbers, 2) if step < 59 else numbers
            for number, news in store.read({number: cursors[number] for number in chosen}).items():
                read[number] += [one["step"] for one in news.records]
                cursors[number] = news.cursor
    assert read == written
    assert [[one["step"] for one in history.records] for history in store.histories(numbers)] == list(written.values())


def test_unknown_numbers_are_left_out(store: Store) -> None:
    number = store.submit(runs_of(1), "ann").runs[0]
    assert list(store.read({999: None, number: None})) == [number]
    assert store.histories([999]) == []


def test_records_are_plain_json_and_come_back() -> None:
    records = [
        {"kind": "measured", "losses": [1.5, math.nan, math.inf], "norms": None, "cosines": [[1.0, math.nan]], "step": 1}
    ]
    text = write_records(records)
    assert json.loads(text, parse_constant=pytest.fail) == [
        {"kind": "measured", "losses": [1.5, None, None], "norms": None, "cosines": [[1.0, None]], "step": 1}
    ]
    back = read_records(text)[0]
    assert back["norms"] is None
    assert back["losses"][0] == 1.5
    assert math.isnan(back["losses"][1])
    assert math.isnan(back["cosines"][0][1])


DAMAGE = {"no JSON": '[{"kind":"learned","st', "no list": "7", "no records": "[1,2]", "no text": b"\xff\xfe["}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_stays_with_its_run(damage: str, store: Store) -> None:
    numbers = store.submit(runs_of(3), "ann").runs
    store.claim("w")
    for step in (1, 2, 3):
        store.append("w", {number: [record(step)] for number in numbers}, step)
    store.finish("w", numbers, "finished")
    with store.engine.begin() as connection:
        spoilt = and_(chunks.c.run == numbers[1], chunks.c.number == 1)
        text = type_coerce(bindparam("bad", DAMAGE[damage], type_=LargeBinary), Text) if damage == "no text" else DAMAGE[damage]
        connection.execute(update(chunks).where(spoilt).values(records=text))
    histories = store.histories(numbers)
    assert [[one["step"] for one in history.records] for history in histories] == [[1, 2, 3], [1], [1, 2, 3]]
    assert [history.status for history in histories] == ["finished", "failed", "finished"]
    assert histories[1].message == DAMAGED
    # It does not stand for the run any more: who asks again has it trained.
    assert [entry and entry.status for entry in store.find(runs_of(3))] == ["finished", None, "finished"]
    assert store.submit(runs_of(3), "ann").new
    store.delete(numbers[1], "ann")


def test_a_run_in_training_that_is_damaged_goes_on(store: Store) -> None:
    number = store.submit(runs_of(1), "ann").runs[0]
    store.claim("w")
    store.append("w", {number: [record(1)]}, 1)
    with store.engine.begin() as connection:
        connection.execute(update(chunks).values(records="["))
    assert store.histories([number])[0].message == DAMAGED
    store.append("w", {number: [record(2)]}, 2)
    store.finish("w", [number], "finished")
    assert store.histories([number])[0].status == "failed"
    assert store.find(runs_of(1)) == [None]


def test_a_worker_writes_only_to_what_it_has(store: Store) -> None:
    number = store.submit(runs_of(1), "ann").runs[0]
    store.claim("w")
    store.append("stranger", {number: [record(1)]}, 1)
    store.finish("stranger", [number], "finished")
    assert store.histories([number])[0].status == "running"
    assert store.histories([number])[0].records == []
    assert store.orders("stranger") == {}


# --- lost runs -------------------------------------------------------------------------------------------------------


def test_a_silent_worker_loses_its_run_and_the_next_attempt_begins_anew(store: Store) -> None:
    wanted = runs_of(1)
    number = store.submit(wanted, "ann").runs[0]
    store.claim("old")
    store.append("old", {number: [record(1)]}, 1)
    store.reap()
    assert store.entries([number])[0].status == "running", "a worker that just wrote is alive"
    before = store.read({number: None})[number].cursor
    let_silent(store, "old")
    store.reap()
    assert store.entries([number])[0].status == "queued"
    assert len(store.histories([number])[0].records) == 1, "what was written is kept"
    assert store.submit(wanted, "ann").runs == (number,)
    assert store.claim("new")[0].attempt == 2
    store.append("old", {number: [record(7)]}, 7)  # the old worker was only asleep
    store.finish("old", [number], "finished")
    store.append("new", {number: [record(5)]}, 5)
    news = store.read({number: before})[number]
    assert news.anew
    assert [one["step"] for one in news.records] == [5]
    assert news.entry.status == "running"


def test_a_run_that_somebody_else_lost_is_left_to_them(store: Store) -> None:
    number = store.submit(runs_of(1), "ann").runs[0]
    for _try in range(store.limits.tries + 1):
        assert store.entries([number])[0].status == "queued"
        store.claim("w")
        store.lose("w")
    assert store.entries([number])[0].status == "lost"
    other = store.submit(runs_of(1), "bob").runs[0]
    assert other != number
    assert store.submit(runs_of(1), "ann").runs == (other,)


def test_runs_that_wait_unwatched_are_stopped(url: str) -> None:
    store = Store(url, Limits(unwatched=0.2))
    left, watched = (store.submit(runs_of(1, first=i), "ann").runs[0] for i in range(2))
    for _ in range(6):
        time.sleep(0.05)
        store.watch([watched])
    store.reap()
    assert [entry.status for entry in store.entries([left, watched])] == ["queued", "stopped"]
    store.close()


# --- what visitors ask -----------------------------------------------------------------------------------------------


def test_wishes_are_written_down_for_the_worker(store: Store) -> None:
    submission = store.submit(runs_of(2), "ann")
    store.claim("w")
    store.pause(submission.id, "ann")
    store.step([submission.runs[0]], "ann")
    store.pace(submission.id, "ann", 5)
    first, second = store.orders("w").values()
    assert (first.wish, first.singles, first.pace) == ("pause", 1, 5.0)
    assert (second.wish, second.singles, second.pace) == ("pause", 0, 5.0)
    store.resume(submission.id, "ann")
    assert {entry.wish for entry in store.orders("w").values()} == {"run"}


def test_only_who_submitted_may_turn_knobs(store: Store) -> None:
    submission = store.submit(runs_of(2), "ann")
    acts = [
        lambda: store.pause(submission.id, "bob"),
        lambda: store.stop(submission.runs, "bob"),
        lambda: store.turn_rate(submission.runs, "bob", 0.1),
    ]
    for act in acts:
        with pytest.raises(Invalid, match="your own"):
            act()
    assert {(entry.wish, entry.rate) for entry in store.entries(submission.runs)} == {("run", None)}


def test_of_mixed_runs_only_the_own_ones_are_reached(store: Store) -> None:
    theirs = store.submit(runs_of(1), "bob").runs[0]
    mine = store.submit(runs_of(2), "ann")
    assert mine.runs[0] == theirs
    assert store.pause(mine.runs, "ann") == [mine.runs[1]]


def test_a_run_that_waits_is_stopped_at_once(store: Store) -> None:
    submission = store.submit(runs_of(2), "ann")
    store.stop(submission.id, "ann")
    assert {entry.status for entry in store.entries(submission.runs)} == {"stopped"}
    assert store.claim("w") == []
    assert store.stop(submission.id, "ann") == []


def test_a_stop_is_final(store: Store) -> None:
    submission = store.submit(runs_of(1), "ann")
    store.claim("w")
    store.stop(submission.id, "ann")
    store.resume(submission.id, "ann")
    assert [entry.wish for entry in store.orders("w").values()] == ["stop"]
    assert store.submit(runs_of(1), "ann").runs != submission.runs


def test_a_touched_run_is_never_found_as_the_plain_one(store: Store) -> None:
    for turn in (
        lambda one: store.turn_rate(one.id, "ann", 0.5),
        lambda one: store.turn_weights(one.id, "ann", [1.0, 3.0]),
    ):
        wanted = runs_of(1, weighting="static")
        touched = store.submit(wanted, "ann")
        turn(touched)
        plain = store.submit(wanted, "ann")
        assert plain.runs != touched.runs
        train_all(store)
        assert [entry.id for entry in store.find(wanted)] == list(plain.runs)
        store.delete(plain.runs[0], "ann")
        assert store.find(wanted) == [None]


def test_knobs_have_bounds(store: Store) -> None:
    equal = store.submit(runs_of(1), "ann").id
    static = store.submit(runs_of(1, weighting="static"), "ann").id
    bad = {
        "rate": lambda: store.turn_rate(equal, "ann", 7.0),
        "pace": lambda: store.pace(equal, "ann", -1.0),
        "fixed weights": lambda: store.turn_weights(equal, "ann", [1.0, 1.0]),
        "each of the 2 tasks": lambda: store.turn_weights(static, "ann", [1.0]),
        "number": lambda: store.turn_weights(static, "ann", [1.0, math.nan]),
    }
    for word, act in bad.items():
        with pytest.raises(Invalid, match=word):
            act()
    assert not any(entry.touched for entry in store.entries())


# --- history of a visitor --------------------------------------------------------------------------------------------


def test_lists_are_filtered_newest_first(store: Store) -> None:
    first = store.submit(runs_of(3), "ann")
    train_all(store)
    second = store.submit(runs_of(2, first=10), "bob")
    assert [entry.id for entry in store.entries()] == [*second.runs[::-1], *first.runs[::-1]]
    assert {entry.id for entry in store.entries(visitor="ann")} == set(first.runs)
    assert {entry.id for entry in store.entries(statuses=["queued"])} == set(second.runs)
    assert {entry.id for entry in store.entries(submission=first.id)} == set(first.runs)
    assert [entry.id for entry in store.entries(most=2, skip=1)] == [second.runs[0], first.runs[2]]
    assert store.entries(visitor="ann", statuses=["queued"]) == []


def test_only_own_runs_that_are_over_are_deleted(store: Store) -> None:
    number, other = store.submit(runs_of(2), "ann").runs
    with pytest.raises(Invalid, match="over before"):
        store.delete(number, "ann")
    train_all(store)
    for visitor, which in (("bob", number), ("ann", 999)):
        with pytest.raises(Invalid, match="your own"):
            store.delete(which, visitor)
    store.delete(number, "ann")
    assert store.entries([number]) == []
    assert len(store.histories([other])[0].records) == 1
    assert store.submit(runs_of(1), "ann").runs[0] > other, "a number is never given twice"
