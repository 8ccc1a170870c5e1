"""Play, pause, one step, stop: what a visitor asks of the runs on the screen, and the row of buttons for it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from playground.basics.errors import Invalid
from playground.basics.knobs import knobs_of
from playground.basics.words import _
from playground.experiment import Experiment
from playground.runs.store.store import Store
from playground.ui import keys, scene, server
from playground.ui.live import status
from playground.ui.live.watch import View
from playground.ui.scene import Scene

SLOW = 10.0
"""Steps a second in slow motion."""

PLAY, STEP, OVER = "Alt+P", "Alt+N", "Alt+O"
"""Keys; no letter alone, which would be pressed by those who speak to their computer (WCAG 2.1.4)."""

PATIENCE = 0.9
"""Seconds that the page waits for the first point of a run, rather than to draw nothing and come back a second later."""


def wait_for_first_point(view: View, look: Callable[[], View]) -> View:
    """The view, once it shows something or the patience is over; a run that is on its way is worth a moment."""
    until = time.monotonic() + PATIENCE
    while view.active and view.empty and view.status != "paused" and time.monotonic() < until:
        time.sleep(0.04)
        view = look()
    return view


def buttons(view: View, before: View | None = None) -> None:
    """The row of buttons; what cannot be done now is grey.

    before: what is still on the screen after a change. While it trains, it is what is paused, stopped and slowed; all other
    buttons are about the settings as they are now.
    """
    store, running = server.store(), view.status in ("queued", "running", "paused")
    mine = status.mine(view)
    held = view.status == "paused" and not mine  # by somebody else, so a visitor may start one of their own
    paused = view.status == "paused" and mine
    # What is not there yet is trained beside what is, and not all of it once more.
    again = view.status in ("finished", "stopped", "failed", "lost") and not view.recorded and not view.missing
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="player"):
        label = _("Resume") if paused else _("Play again") if again else _("Play")
        st.button(
            label,
            key="play",
            type="primary",
            icon=":material/play_arrow:",
            disabled=running and not (paused or held),
            on_click=_resume if paused else _play,
            args=(store, view) if paused else (store, view.scene, again),
            help=_("Train these settings, with their single-task baselines.") + _key(PLAY),
            shortcut=PLAY,
        )
        moves = before if before is not None and before.active and not running else view
        off = not status.mine(moves) or moves.status not in ("queued", "running")
        _tell("pause", _("Pause"), ":material/pause:", off, _pause, store, moves, shortcut=PLAY, help=_key(PLAY).strip())
        off = (running and not mine) or (not running and not view.scene.experiment.steps)
        _tell("step", _("One step"), ":material/skip_next:", off, _step, store, view, shortcut=STEP, help=_key(STEP).strip())
        _tell("stop", _("Stop"), ":material/stop:", not _numbers(moves, baselines=True), _stop, store, moves)
        words = _("Stop, and train the same again from the start.") + _key(OVER)
        off = not running or not mine
        _tell("over", _("Start over"), ":material/replay:", off, _start_over, store, view, help=words, shortcut=OVER)
        _tell("new_seed", _("New seed"), ":material/casino:", running and mine, _new_seed, store, view)
        _slow_motion(store, moves)
        _turn_while_running(store, view, mine and running)


def _key(keys: str) -> str:
    """Which keys press a button, as a sentence at the end of its help; the button itself has no room for them."""
    return " " + _("Keys: {keys}.").format(keys=keys)


def _tell(key: str, label: str, icon: str, disabled: bool, action: object, *about: Store | View, **more: str) -> None:
    """One plain button. about: what its action is given."""
    st.button(label, key=key, icon=icon, disabled=disabled, on_click=action, args=about, **more)  # type: ignore[arg-type]  # callbacks


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
        if st.session_state.get("slow") and numbers:
            # Baselines too: what is awaited would otherwise be there long before what is looked at.
            store.pace(st.session_state[keys.SUBMITTED].values(), server.visitor(), SLOW)
    except Invalid as invalid:
        scene.say(*map(str, invalid.problems))


def _start_over(store: Store, view: View) -> None:
    """The same runs from the start; their baselines are as good as before."""
    try:
        store.stop(_numbers(view), server.visitor())
    except Invalid as invalid:
        scene.say(*map(str, invalid.problems))
    _play(store, view.scene, True)


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


def _slow_motion(store: Store, view: View) -> None:
    """Whether it trains slowly enough to be followed."""
    st.toggle(
        _("Slow motion"),
        key="slow",
        on_change=_pace,
        args=(store, view),
        help=_("Ten steps a second, of the baselines too, and every one of them recorded."),
    )


def _turn_while_running(store: Store, view: View, enabled: bool) -> None:
    """What may change while it runs: the learning rate, and weights that are fixed by hand."""
    experiment = view.scene.experiment
    # It keeps its place also while nothing can be changed.
    with st.popover(_("Change it now"), icon=":material/bolt:", disabled=not enabled, key="change"):
        if not enabled:
            return
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
    numbers = _numbers(view, baselines=True)
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
