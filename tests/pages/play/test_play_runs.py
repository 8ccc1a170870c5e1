"""Play and what follows: what the buttons ask of the store, and what the page says while a run waits, goes on and ends."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from playground.experiment import Experiment
from playground.runs.database.limits import Limits
from playground.runs.store.entries import STOPPED
from playground.runs.store.store import Entry, Store
from playground.ui import server
from tests.pages.visitor import SMALL, Hand, Visitor


def own(store: Store, ann: Visitor) -> list[Entry]:
    """What the store holds of the scene's runs, the oldest first."""
    wanted = {run.key for run in ann.scene.runs()}
    return [entry for entry in reversed(store.entries()) if entry.key in wanted]


def against(store: Store, ann: Visitor) -> list[Entry]:
    """What the store holds of the scene's baselines."""
    wanted = {run.key for run in ann.scene.baselines()}
    return [entry for entry in reversed(store.entries()) if entry.key in wanted]


def test_play_asks_for_runs_and_baselines(store: Store) -> None:
    ann = Visitor(link=SMALL | {"seeds": "2"})
    assert ann.captions[0] == "Not trained yet."
    ann.press("play")
    wanted = {run.key for run in (*ann.scene.runs(), *ann.scene.baselines())}
    entries = store.entries()
    assert {entry.key for entry in entries} == wanted
    assert len(entries) == 4
    assert {entry.visitor for entry in entries} == {"ann"}
    assert ann.progress == ["Waiting for a free worker: place 1 in the queue."]
    assert ann.grey == {"play", "new_seed"}


def test_a_press_too_many_asks_for_nothing_more(store: Store) -> None:
    Visitor(link=SMALL).press("play")
    count = len(store.entries())
    # The same browser, in a second window that was opened before.
    again = Visitor(link=SMALL)
    assert "play" in again.grey
    assert len(store.entries()) == count


def test_a_run_is_followed_to_its_end(store: Store, hand: Hand) -> None:
    ann = Visitor(link=SMALL | {"steps": "40"})
    ann.press("play")
    hand.claim(10)
    ann.look()
    assert ann.progress[0].startswith("Training: 10 of 80 steps, baselines included.")
    assert "s left." in ann.progress[0]
    assert "single-task" in ann.headline or "%" in ann.headline
    assert not ann.app.select_slider
    hand.claim(20)
    ann.look()
    assert ann.progress[0].startswith("Training: 30 of 80 steps")
    assert "On validation data" in ann.headline
    hand.finish()
    ann.look()
    assert not ann.progress
    assert "%" in ann.headline
    assert "On validation data" not in ann.headline
    assert "in one seed" in ann.headline
    assert not re.search("gains|loses", ann.headline), "one seed tells nothing"
    assert ann.button("play").label == "Play again"
    assert ann.grey == {"pause", "stop", "over"}
    assert [task in ann.app.dataframe[0].value["Task"].tolist() for task in ("Circle", "Checkerboard")] == [True, True]
    spent = ann.small_table("cost")
    assert [row["Cost"] for row in spent] == ["This run", "Single task"]
    assert all(float(row["Backward passes a step"]) >= 1 for row in spent)
    assert any("shared parameters" in caption for caption in ann.captions)
    assert "model" in ann.charts


def test_runs_that_are_not_trained_yet_are_counted_and_trained_beside_the_others(store: Store, hand: Hand) -> None:
    ann = Visitor(link=SMALL)
    ann.press("play")
    hand.finish()
    more = Visitor(link=SMALL | {"seeds": "3"})
    assert more.captions[0].startswith("What is shown lacks 2 of 3 runs, which are not trained yet.")
    assert "%" in more.headline
    assert more.button("play").label == "Play"
    more.press("play")
    assert [entry.status for entry in own(store, more)] == ["finished", "queued", "queued"], "none is trained once more"
    assert more.progress


def test_one_seed_is_counted_as_one(hand: Hand) -> None:
    ann = Visitor(link=SMALL)
    ann.press("play")
    hand.finish()
    ann.look()
    assert not any("1 seeds" in caption for caption in ann.captions)


def test_somebody_else_finds_what_was_trained(store: Store, hand: Hand) -> None:
    ann = Visitor(link=SMALL)
    ann.press("play")
    hand.finish()
    ann.look()
    bob = Visitor("bob", link=ann.address)
    assert bob.headline == ann.headline
    assert {key: chart["alt"] for key, chart in bob.charts.items()} == {key: chart["alt"] for key, chart in ann.charts.items()}
    assert len(store.entries()) == 2


def test_the_scrubber_moves_every_view(hand: Hand) -> None:
    ann = Visitor(link=SMALL | {"steps": "60"})
    ann.press("play")
    hand.finish()
    ann.look()
    newest = ann.charts
    slider = ann.widget("scrub")
    assert slider.value == 60
    early = int(slider.options[2])
    slider.set_value(early)
    ann.look()
    assert "On validation data" in ann.headline
    assert any(f"after {step} steps" in caption for caption in ann.captions for step in range(early + 1))
    changed = {key for key, chart in ann.charts.items() if chart != newest[key]}
    assert {"losses", "weights", "gains", "model"} <= changed
    ann.widget("scrub").set_value(60)
    ann.look()
    assert ann.charts == newest


def test_play_again_trains_the_runs_anew_and_finds_the_baselines(store: Store, hand: Hand) -> None:
    ann = Visitor(link=SMALL)
    ann.press("play")
    hand.finish()
    ann.look()
    ann.press("play")
    assert len(own(store, ann)) == 2
    assert len(against(store, ann)) == 1
    assert ann.progress
    hand.finish()
    ann.look()
    assert [entry.status for entry in own(store, ann)] == ["finished", "finished"]
    first, second = store.histories(entry.id for entry in own(store, ann))
    assert first.scores("test") == second.scores("test"), "the same seed should give the same run"


def test_a_new_seed_is_another_scene_and_asks_for_nothing_yet(store: Store, hand: Hand) -> None:
    ann = Visitor(link=SMALL)
    ann.press("play")
    hand.finish()
    ann.look()
    before, count = ann.scene, len(store.entries())
    ann.press("new_seed")
    assert ann.scene.seed != before.seed
    assert ann.scene.experiment == before.experiment
    assert ann.address["seed"] == str(ann.scene.seed)
    assert len(store.entries()) == count
    assert any("belong to the settings before" in one for one in ann.captions)
    ann.press("play")
    assert {entry.seed for entry in own(store, ann)} == {ann.scene.seed}


def test_pause_and_resume(store: Store, hand: Hand) -> None:
    ann = Visitor(link=SMALL)
    ann.press("play")
    hand.claim(5)
    ann.look()
    ann.press("pause")
    assert [entry.wish for entry in own(store, ann)] == ["pause"]
    assert [entry.wish for entry in against(store, ann)] == ["run"]
    hand.hold()
    ann.look()
    assert ann.progress == ["Paused at step 5 of 20."]
    assert ann.button("play").label == "Resume"
    assert "pause" in ann.grey
    assert not {"play", "step", "stop"} & ann.grey
    ann.press("play")
    assert [entry.wish for entry in own(store, ann)] == ["run"]
    assert len(store.entries()) == 2


def test_one_step(store: Store, hand: Hand) -> None:
    ann = Visitor(link=SMALL)
    ann.press("step")
    (entry,) = own(store, ann)
    assert (entry.wish, entry.singles) == ("pause", 1)
    hand.claim(1)
    hand.hold()
    ann.look()
    ann.press("step")
    (entry,) = own(store, ann)
    assert (entry.wish, entry.singles) == ("pause", 2)


def test_one_step_of_a_finished_run_begins_it_anew(store: Store, hand: Hand) -> None:
    ann = Visitor(link=SMALL)
    ann.press("play")
    hand.finish()
    ann.look()
    ann.press("step")
    assert [(entry.status, entry.wish, entry.singles) for entry in own(store, ann)] == [
        ("finished", "run", 0),
        ("queued", "pause", 1),
    ]


def test_stop_ends_runs_and_baselines(store: Store, hand: Hand) -> None:
    ann = Visitor(link=SMALL)
    ann.press("play")
    hand.claim(5)
    ann.look()
    ann.press("stop")
    assert {entry.wish for entry in store.entries()} == {"stop"}
    assert {entry.status for entry in against(store, ann)} == {"stopped"}, "what still waited is over at once"
    for job in hand.jobs:
        job.obey({entry.id: entry for entry in store.entries()})
        hand.train(job, 0)
    ann.look()
    assert {entry.status for entry in store.entries()} == {"stopped"}
    assert not re.search("gains|loses", ann.headline)
    assert not ann.progress
    assert "Stopped by its visitor." in ann.warnings
    assert ann.button("play").label == "Play again"
    assert "losses" in ann.charts, "what was recorded should stay on the screen"


def test_rate_and_weights_are_turned_while_it_goes_on(store: Store, hand: Hand) -> None:
    ann = Visitor(link=SMALL | {"weighting": "static", "weighting.weights": "1,2", "steps": "200"})
    assert not any(one.label == "Set the rate" for one in ann.app.button)
    ann.press("play")
    hand.claim(5)
    ann.look()
    ann.widget("rate_now").set_value(0.02)
    ann.look()
    ann.press("Set the rate")
    ann.widget("now.xor").set_value(5.0)
    ann.look()
    ann.press("Set the weights")
    (entry,) = own(store, ann)
    assert (entry.rate, entry.weights, entry.touched) == (0.02, (1.0, 5.0), True)
    assert not any(entry.touched for entry in against(store, ann))
    hand.jobs[0].obey({entry.id: entry})
    hand.train(hand.jobs[0], 5)
    ann.look()
    assert "0.02" in ann.charts["losses"]["figure"], "the curves should mark where the rate was turned"
    assert ann.scene.experiment.rate != 0.02, "the form keeps its own number"


def test_slow_motion(store: Store, hand: Hand) -> None:
    ann = Visitor(link=SMALL)
    ann.widget("slow").set_value(True)
    ann.look()
    ann.press("play")
    assert [entry.pace for entry in own(store, ann)] == [10.0]
    assert [entry.pace for entry in against(store, ann)] == [10.0], "what is awaited goes no faster"
    hand.claim(2)
    ann.look()
    ann.widget("slow").set_value(False)
    ann.look()
    assert [entry.pace for entry in own(store, ann)] == [0.0]
    assert [entry.pace for entry in against(store, ann)] == [0.0]


def test_another_visitors_run_is_watched_and_not_touched(store: Store, hand: Hand) -> None:
    ann = Visitor(link=SMALL)
    ann.press("play")
    hand.claim(5)
    before = store.entries()
    bob = Visitor("bob", link=SMALL)
    assert bob.progress
    assert {"play", "pause", "step", "stop"} <= bob.grey
    assert any("Somebody else" in caption for caption in bob.captions)
    assert not any(one.label == "Set the rate" for one in bob.app.button)
    assert [(entry.id, entry.wish, entry.pace) for entry in store.entries()] == [
        (entry.id, entry.wish, entry.pace) for entry in before
    ]
    bob.press("new_seed")
    assert bob.scene.seed != ann.scene.seed
    assert "play" not in bob.grey
    bob.press("play")
    assert {entry.visitor for entry in own(store, bob)} == {"bob"}


def test_a_run_that_another_visitor_holds_still_stands_in_nobodys_way(store: Store, hand: Hand) -> None:
    ann = Visitor(link=SMALL)
    ann.press("play")
    hand.claim(5)
    ann.look()
    ann.press("pause")
    bob = Visitor("bob", link=SMALL)
    assert "play" not in bob.grey
    bob.press("play")
    assert [entry.visitor for entry in own(store, bob)] == ["ann", "bob"]


def test_who_watches_a_run_keeps_it_while_its_owner_holds_it_still(store: Store, hand: Hand) -> None:
    ann = Visitor("ann", link=SMALL)
    ann.press("play")
    hand.claim(4)
    bob = Visitor("bob", link=SMALL)
    seen = bob.charts["losses"]["alt"]
    ann.press("pause")
    hand.hold()
    bob.look()
    assert bob.charts["losses"]["alt"] == seen
    assert bob.progress[0].startswith("Paused by the one who started it.")
    assert "play" not in bob.grey
    bob.press("play")
    assert [entry.visitor for entry in own(store, bob)] == ["ann", "bob"]


@pytest.mark.parametrize("who", ["ann", "bob"])
def test_a_stopped_run_is_found_again_by_its_visitor(who: str, store: Store, hand: Hand) -> None:
    ann = Visitor("ann", link=SMALL)
    ann.press("play")
    hand.claim(4)
    ann.press("stop")
    for entry in store.entries():
        store.finish("hand", [entry.id], "stopped", STOPPED)
    again = Visitor(who, link=SMALL)
    assert (STOPPED in again.warnings) == (who == "ann")
    assert ("goes from" in again.charts["losses"]["alt"]) == (who == "ann")


def test_too_much_is_refused_with_a_sentence_and_nothing_is_queued(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = Visitor(link=SMALL | {"seeds": "20", "sweep": "true"})
    monkeypatch.setattr(server.store(), "limits", replace(Limits(), visitor=80))
    ann.press("play")
    assert "should be at most 80 that wait or train for one visitor" in ann.warnings
    assert store.entries() == []
    assert "play" not in ann.grey


def test_what_fails_is_said(store: Store, hand: Hand) -> None:
    ann = Visitor(link=SMALL)
    ann.press("play")
    entries = hand.claim(3)
    store.finish("hand", [entry.id for entry in entries], "failed", "The loss <b>stopped</b> being a number.")
    ann.look()
    hand.jobs.clear()
    hand.finish()
    ann.look()
    assert "stopped" in ann.warnings
    assert ann.button("play").label == "Play again"


def test_a_sweep_is_trained_and_compared(hand: Hand) -> None:
    ann = Visitor(link=SMALL | {"sweep": "true"})
    ann.press("play")
    hand.finish()
    ann.look()
    rates = {f"{one.rate:g}" for one in ann.scene.experiment.trainings()}
    assert len(rates) == 3
    assert set(ann.app.dataframe[0].value["Rate of the run"]) <= rates


def test_separate_networks_are_their_own_baseline(store: Store, hand: Hand) -> None:
    ann = Visitor(link=SMALL | {"sharing": "separate"})
    ann.press("play")
    assert len(store.entries()) == 1
    hand.finish()
    ann.look()
    assert not ann.progress
    assert "%" in ann.headline


def test_settings_that_are_changed_back_show_their_run_again(hand: Hand) -> None:
    ann = Visitor(link=SMALL)
    ann.press("play")
    hand.finish()
    ann.look()
    headline = ann.headline
    ann.set("rate", 0.02)
    assert any("belong to the settings before" in one for one in ann.captions)
    ann.set("rate", float(Experiment.from_flat({"suite": "toy_plane"}).rate))
    assert ann.headline == headline
    assert not ann.app.info


def test_curves_can_be_drawn_in_other_ways(hand: Hand) -> None:
    ann = Visitor(link=SMALL)
    ann.press("play")
    hand.finish()
    ann.look()
    for toggle in ("relative", "log", "smooth"):
        before = ann.charts["losses"]["figure"]
        ann.widget(toggle).set_value(not ann.widget(toggle).value)
        ann.look()
        assert ann.charts["losses"]["figure"] != before


def test_what_can_be_taken_along(hand: Hand) -> None:
    ann = Visitor(link=SMALL)
    ann.press("play")
    hand.finish()
    ann.unfold("export")
    assert {one.label for one in ann.app.get("download_button")} >= {
        "Settings (TOML)",
        "Numbers (CSV)",
        "Report (HTML)",
        "All tables (CSV)",
        "Code and data (ZIP)",
    }


def test_baselines_that_still_train_can_be_stopped(store: Store, hand: Hand) -> None:
    ann = Visitor(link=SMALL)
    ann.press("play")
    hand.claim(10**9)
    ann.look()
    assert [entry.status for entry in own(store, ann)] == ["finished"]
    assert ann.progress
    ann.press("stop")
    assert [entry.status for entry in against(store, ann)] == ["stopped"]
    assert [entry.status for entry in own(store, ann)] == ["finished"]


def test_where_a_translation_looks_is_shown_on_request(hand: Hand) -> None:
    link = {
        "suite": "sentences",
        "suite.sentences": "200",
        "tasks": "topic,translation",
        "backbone.width": "8",
        "sharing.depth": "3",
    }
    ann = Visitor(link=link | {"seeds": "1", "steps": "10", "batch": "8"})
    ann.press("play")
    hand.finish()
    ann.look()
    plain = ann.charts["model"]
    assert "exact" in plain["alt"]
    assert 'class="pair"' not in plain["markup"]
    ann.widget("more").set_value(True)
    ann.look()
    assert 'class="pair"' in ann.charts["model"]["markup"]
    assert ann.charts["model"]["alt"] == plain["alt"]


def test_baselines_that_still_train_are_no_run_of_the_next_settings(store: Store, hand: Hand) -> None:
    ann = Visitor(link=SMALL)
    ann.press("play")
    hand.claim(10**9)  # the runs themselves come first; their baselines are those of the next settings, too
    assert {entry.status for entry in store.entries()} == {"finished", "queued"}
    ann.set("weighting", "dwa")
    assert any("belong to the settings before" in one for one in ann.captions)
    assert "play" not in ann.grey
