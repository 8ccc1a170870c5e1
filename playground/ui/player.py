"""Play, pause, one step, stop: what a visitor asks of the runs on the screen, and the row of buttons for it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from playground.errors import Invalid
from playground.experiment import Experiment
from playground.knobs import knobs_of
from playground.runs.store import Store
from playground.ui import keys, scene, server
from playground.ui.scene import Scene
from playground.ui.watch import View
from playground.words import _

SLOW = 10.0
"""Steps a second in slow motion."""


PATIENCE = 0.9
"""Seconds that the page waits for the first point of a run, rather than to draw nothing and come back a second later."""


def wait_for_first_point(view: View, look: Callable[[], View]) -> View:
    """The view, once it shows something or the patience is over; a run that is on its way is worth a moment."""
    until = time.monotonic() + PATIENCE
    while view.active and view.empty and view.status != "paused" and time.monotonic() < until:
        time.sleep(0.04)
        view = look()
    return view


def buttons(view: View) -> None:
    """The row of buttons; what cannot be done now is grey."""
    store, running = server.store(), view.status in ("queued", "running", "paused")
    mine = _mine(view)
    paused = view.status == "paused"
    again = view.status in ("finished", "stopped", "failed", "lost") and not view.recorded
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="player"):
        label = _("Resume") if paused else _("Play again") if again else _("Play")
        st.button(
            label,
            key="play",
            type="primary",
            icon=":material/play_arrow:",
            disabled=running and not (paused and mine),
            on_click=_resume if paused else _play,
            args=(store, view) if paused else (store, view.scene, again),
            help=_("Train these settings, with their single-task baselines."),
        )
        _tell("pause", _("Pause"), ":material/pause:", not mine or not running or paused, _pause, store, view)
        step_help = not running and not view.scene.experiment.steps
        _tell("step", _("One step"), ":material/skip_next:", (running and not mine) or step_help, _step, store, view)
        _tell("stop", _("Stop"), ":material/stop:", not _numbers(view, baselines=True), _stop, store, view)
        _tell("new_seed", _("New seed"), ":material/casino:", running and mine, _new_seed, store, view)
        _turn_while_running(store, view, mine and running)
    if running and not mine:
        st.caption(_("Somebody else started this run, and you watch it. Choose a new seed for one of your own."))


def _tell(key: str, label: str, icon: str, disabled: bool, action: object, store: Store, view: View) -> None:
    """One plain button."""
    st.button(label, key=key, icon=icon, disabled=disabled, on_click=action, args=(store, view))  # type: ignore[arg-type]  # callbacks


def _mine(view: View) -> bool:
    """Whether this visitor started what still trains."""
    me = server.visitor()
    return any(entry.visitor == me for entry in view.own() if entry.active)


def _numbers(view: View, baselines: bool = False) -> list[int]:
    """Numbers of the visitor's own runs that are not over."""
    entries = view.entries.values() if baselines else view.own()
    return [entry.id for entry in entries if entry.active and entry.visitor == server.visitor()]


def submit(store: Store, shown: Scene, fresh: bool) -> list[int]:
    """Ask for the runs of a scene and, where nobody trained them yet, its baselines; the numbers of the runs."""
    me, own = server.visitor(), shown.runs()
    against = [run for run in shown.baselines() if run not in own]
    if fresh:
        found = [*store.submit(own, me, fresh=True).runs, *(store.submit(against, me).runs if against else ())]
    else:
        # All at once: where there is no room for the baselines, the runs are not begun either.
        found = [*store.submit([*own, *against], me).runs]
    numbers = {run.key: number for run, number in zip([*own, *against], found, strict=True)}
    st.session_state[keys.SUBMITTED] = numbers
    st.session_state.pop(keys.SCRUB, None)
    return found[: len(own)]


def _play(store: Store, shown: Scene, again: bool) -> None:
    try:
        numbers = submit(store, shown, again)
        if st.session_state.get("slow"):
            store.pace(numbers, server.visitor(), SLOW)
    except Invalid as invalid:
        scene.say(*map(str, invalid.problems))


def _resume(store: Store, view: View) -> None:
    _ask(store.resume, view)


def _pause(store: Store, view: View) -> None:
    _ask(store.pause, view)


def _stop(store: Store, view: View) -> None:
    try:
        store.stop(_numbers(view, baselines=True), server.visitor())
    except Invalid as invalid:
        scene.say(*map(str, invalid.problems))


def _step(store: Store, view: View) -> None:
    """One step of the run; where none is going on, one is begun and held still after its first step."""
    try:
        numbers = _numbers(view)
        if not numbers:
            numbers = submit(store, view.scene, fresh=not view.recorded and not view.empty)
        store.step(numbers, server.visitor())
    except Invalid as invalid:
        scene.say(*map(str, invalid.problems))


def _ask(what: object, view: View) -> None:
    """Ask one thing of the visitor's own runs."""
    try:
        what(_numbers(view), server.visitor())  # type: ignore[operator]  # a method of the store
    except Invalid as invalid:
        scene.say(*map(str, invalid.problems))


def _new_seed(_store: Store, view: View) -> None:
    """Other seeds, drawn by chance."""
    scene.show(replace(view.scene, seed=random.randrange(1, 100_000)))


def _turn_while_running(store: Store, view: View, enabled: bool) -> None:
    """What may change while it runs: the speed, the learning rate, and weights that are fixed by hand."""
    st.toggle(
        _("Slow motion"),
        key="slow",
        on_change=_pace,
        args=(store, view),
        help=_("Ten steps a second, every one of them recorded."),
    )
    if not enabled:
        return
    experiment = view.scene.experiment
    with st.popover(_("Change it now"), icon=":material/bolt:"):
        st.caption(
            _("Takes effect with the next step; the curves mark where. The form keeps its own numbers for the next run.")
        )
        rate = st.number_input(
            _("Learning rate"), 1e-5, 1.0, experiment.rate, step=experiment.rate / 2, format="%g", key="rate_now"
        )
        st.button(_("Set the rate"), on_click=_turn_rate, args=(store, view, rate))
        if experiment.weighting.name == "static":
            weights = _weights_now(experiment)
            st.button(_("Set the weights"), on_click=_turn_weights, args=(store, view, weights))


def _weights_now(experiment: Experiment) -> list[float]:
    """One number a task, typed."""
    start = experiment.weighting.knobs["weights"] or [1.0] * len(experiment.the_tasks)
    knob = knobs_of(experiment.new_weighting())["weights"]
    return [
        st.number_input(
            _("Weight of {task}").format(task=_(task.title)),
            float(knob.low),
            float(knob.high),
            float(value),
            key=f"now.{task.name}",
        )
        for task, value in zip(experiment.the_tasks, start, strict=True)
    ]


def _pace(store: Store, view: View) -> None:
    numbers = _numbers(view)
    if numbers:
        try:
            store.pace(numbers, server.visitor(), SLOW if st.session_state["slow"] else 0.0)
        except Invalid as invalid:
            scene.say(*map(str, invalid.problems))


def _turn_rate(store: Store, view: View, rate: float) -> None:
    try:
        store.turn_rate(_numbers(view), server.visitor(), rate)
    except Invalid as invalid:
        scene.say(*map(str, invalid.problems))


def _turn_weights(store: Store, view: View, weights: list[float]) -> None:
    try:
        store.turn_weights(_numbers(view), server.visitor(), weights)
    except Invalid as invalid:
        scene.say(*map(str, invalid.problems))
