"""Before and after: a run that gives way stays behind the next one, and what is shown is never told by other settings."""

from __future__ import annotations

import pytest

from playground.experiment import Experiment, Run
from playground.runs.store.store import Store
from playground.ui.live import ghost
from playground.ui.live.ghost import Ghost, Remembered
from tests.pages.visitor import SMALL, Hand, Visitor

HELD = "This run is kept"
ASKS = "After a change and Play"
GHOST = "Ghost (dotted lines, outlined bars): "


def played(hand: Hand, **more: str) -> Visitor:
    """Somebody with a run that is over."""
    ann = Visitor(link=SMALL | {"seeds": "2"} | more)
    assert ann.before.startswith(ASKS)
    ann.press("play")
    hand.finish()
    ann.look()
    return ann


def changed(ann: Visitor, hand: Hand, field: str = "rate", value: object = 0.02) -> None:
    """A change at the left, trained to its end."""
    ann.set(field, value)
    ann.press("play")
    hand.finish()
    ann.look()


def traces(ann: Visitor, chart: str) -> list[str]:
    return [name for name in ann.charts[chart]["figure"].split('"uid":"')[1:] for name in [name.split('"')[0]]]


def ghosts(ann: Visitor, chart: str) -> list[str]:
    return [name for name in traces(ann, chart) if "ghost" in name]


def test_a_run_that_gives_way_stays_behind_with_what_changed(hand: Hand) -> None:
    ann = played(hand, steps="200")
    rate = f"{ann.scene.experiment.rate:g}"
    assert not ghosts(ann, "losses")
    changed(ann, hand)
    assert ann.before.startswith(f"{GHOST}Learning rate: {rate}. Against it: ")
    assert "“" in ann.before
    assert ghosts(ann, "losses") == ["circle-ghost", "xor-ghost"]
    assert ghosts(ann, "scores") == ["circle-ghost", "xor-ghost"]
    assert "ghost-circle" in ghosts(ann, "gains")
    assert "The run before: " in ann.charts["gains"]["alt"]


def test_it_is_there_from_the_start_of_the_next_run(hand: Hand) -> None:
    ann = played(hand)
    ann.set("rate", 0.02)
    ann.press("play")
    hand.claim(3)
    ann.look()
    assert ann.before.startswith(GHOST)
    assert "nothing is compared before a quarter of them" in ann.before


def test_a_ghost_is_let_go_and_comes_back_with_the_next_change(hand: Hand) -> None:
    ann = played(hand)
    changed(ann, hand)
    ann.press("ghost.go")
    assert ann.before.startswith(ASKS)
    assert not ghosts(ann, "losses")
    ann.look()
    assert not ghosts(ann, "losses")
    changed(ann, hand, value=0.03)
    assert f"{GHOST}Learning rate: 0.02." in ann.before


def test_the_last_run_takes_the_place_of_the_one_before_unless_one_is_kept(hand: Hand) -> None:
    ann = played(hand)
    rate = f"{ann.scene.experiment.rate:g}"
    ann.press("ghost.keep")
    assert ann.before.startswith(HELD)
    assert not ghosts(ann, "losses"), "a run is no ghost of itself"
    for value in (0.02, 0.03):
        changed(ann, hand, value=value)
        assert f"{GHOST}Learning rate: {rate}." in ann.before
    ann.press("ghost.go")
    changed(ann, hand, value=0.04)
    assert f"{GHOST}Learning rate: 0.03." in ann.before


def test_other_data_have_no_ghost_and_other_seeds_are_no_change(hand: Hand) -> None:
    ann = played(hand)
    ann.press("new_seed")
    ann.press("play")
    hand.finish()
    ann.look()
    assert ann.before.startswith(ASKS)
    ann.press("ghost.keep")
    ann.follow(SMALL | {"suite": "digits", "tasks": "digit,parity", "ghost": ann.address["ghost"]}, "play.py")
    assert ann.before.startswith("The run that is kept as a ghost is not shown here")


def test_both_outlive_a_reload(hand: Hand) -> None:
    ann = played(hand)
    changed(ann, hand)
    said = ann.before
    again = Visitor(link=ann.address)
    assert again.before == said, "remembered for this visitor"
    assert Visitor("bob", link=ann.address).before.startswith(ASKS), "and for nobody else"
    again.press("ghost.go")
    assert Visitor(link=ann.address).before.startswith(ASKS)
    again.set("rate", float(Experiment.from_flat({"suite": "toy_plane"}).rate))
    again.press("ghost.keep")
    changed(again, hand, value=0.02)
    assert "ghost" in again.address
    assert Visitor("bob", link=again.address).before.startswith(GHOST), "a kept one stands in the link"
    assert again.linked == again.scene, "and changes nothing of what it shows"


@pytest.mark.parametrize("bad", ["x" * 5000, "rate=nonsense", "preset=none", "suite=%00", "=&=&", "<script>"])
def test_a_bad_ghost_in_a_link_costs_the_ghost(bad: str, store: Store) -> None:
    ann = Visitor(link=SMALL | {"ghost": bad})
    assert ann.scene.experiment.suite.name == "toy_plane"
    assert "it was left out" in ann.warnings or ann.before.startswith("The run that is kept as a ghost is not shown here")
    assert not store.entries()


def test_a_run_of_the_history_becomes_the_ghost(hand: Hand) -> None:
    ann = played(hand)
    scene = ann.scene
    changed(ann, hand)
    ann.press("ghost.go")
    ghost_of = Ghost(scene, held=True)
    ann.app.session_state["ghost"] = ghost_of  # what the button of the history does, see the next test
    ann.look()
    assert ann.before.startswith(GHOST)


def test_the_history_has_a_button_for_it(hand: Hand) -> None:
    ann = played(hand)
    ann.turn_to("runs.py")
    assert ann.button("runs.ghost").disabled, "nothing is ticked"


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    monkeypatch.setattr(ghost, "MOST", 3)
    scene = Visitor(link=SMALL).scene
    kept = Remembered()
    for number in range(5):
        kept.keep(f"visitor {number}", scene, Ghost(scene))
    assert [kept.behind(f"visitor {number}", scene) is not None for number in range(5)] == [False, False, True, True, True]
    kept.keep("visitor 4", scene, None)
    assert kept.behind("visitor 4", scene) is None
    assert kept.behind("visitor 3", scene.changed(rate=0.02)) is None


# --- one truth on the screen -------------------------------------------------------------------------------------------


def test_after_a_change_everything_that_is_shown_is_of_the_run_before(hand: Hand) -> None:
    ann = played(hand)
    shown = {key: (one.get("figure"), one.get("markup"), one["alt"]) for key, one in ann.charts.items()}
    headline = ann.headline
    ann.set("sharing.depth", 0)
    ann.set("rate", 0.02)
    assert ann.button("play").label == "Play"
    assert not ann.button("play").disabled
    assert {key: (one.get("figure"), one.get("markup"), one["alt"]) for key, one in ann.charts.items()} == shown
    assert ann.headline == headline
    info = " ".join(ann.captions)
    assert "belong to the settings before" in info
    assert "Shared blocks" in info
    assert ann.before.startswith("Dimmed: the run before")
    ann.press("play")
    assert ann.charts["network"]["markup"] != shown["network"][1]
    wanted = {Run(one, seed).key for one in ann.scene.experiment.trainings() for seed in (0, 1)}
    assert wanted <= {entry.key for entry in hand.store.entries()}


def test_what_is_taken_along_of_a_run_before_has_its_own_settings(hand: Hand) -> None:
    ann = played(hand)
    before = ann.scene
    ann.set("rate", 0.02)
    assert any("Link" in one.label for one in ann.app.button)
    assert ann.scene != before


def test_while_the_run_before_still_trains_pause_and_stop_are_its_and_play_is_not(hand: Hand, store: Store) -> None:
    ann = Visitor(link=SMALL | {"steps": "200"})
    ann.press("play")
    while hand.claim(20):
        pass
    ann.look()
    ann.set("rate", 0.02)
    assert any("Pause and Stop are for them" in one for one in ann.captions)
    assert {"pause", "stop", "play"}.isdisjoint(ann.grey)
    ann.press("pause")
    assert "pause" in {entry.wish for entry in store.entries() if entry.status == "running"}, "baselines are never held"
    ann.press("stop")
    assert {entry.wish for entry in store.entries() if entry.active} <= {"stop"}
    assert ann.scene.experiment.rate == 0.02
    assert not ann.button("play").disabled
