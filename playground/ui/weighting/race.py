"""What is known of a race, and the button, bar and words of its progress."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import streamlit as st

from playground.basics.words import _
from playground.landscape import outcome, recorded
from playground.landscape.plan import Plan
from playground.landscape.process import Race
from playground.landscape.race import Track
from playground.ui import scene
from playground.ui.live.following import Following
from playground.ui.live.moving import race_words, tell_progress
from playground.ui.weighting.state import current, stadium

SHOWN = "weighting.shown"
"""Plan and track that were drawn last: what stays on the screen until the next race."""

AT_ONCE = 8000
"""Steps times methods up to which a race begins by itself when its plan changes."""


@dataclass(frozen=True)
class RaceView:
    """What is known of a plan: its track so far and the race that is told, if it was not recorded before.

    stale: whether the track is that of an older plan, shown until there is one of this plan.
    """

    plan: Plan
    track: Track | None
    race: Race | None
    stale: bool = False

    @property
    def active(self) -> bool:
        """Whether more may come."""
        return self.race is not None and self.race.active

    @cached_property
    def known(self) -> Track:
        """The track; while there is none, one that stands at the starts."""
        if self.track is not None:
            return self.track
        starts = np.array(self.plan.starts)
        return Track(np.zeros(1, int), np.broadcast_to(starts, (1, len(self.plan.methods), *starts.shape)))

    @cached_property
    def outcomes(self) -> list[outcome.Outcome]:
        """Where the runs are now."""
        return outcome.outcomes(self.plan, self.known)


def look() -> RaceView:
    """The view of the current plan; a short race begins by itself."""
    now = current()
    view = look_at(now)
    if view.track is not None:
        st.session_state[SHOWN] = now, view.track
        return view
    race = view.race
    before, old = st.session_state.get(SHOWN, (None, None))
    if before is not None and before.world == now.world:
        return RaceView(before, old, race, stale=True)
    return RaceView(now, None, race)


def look_at(plan: Plan) -> RaceView:
    """The view of a plan; a short race begins by itself."""
    track = recorded.find(plan)
    if track is not None:
        return RaceView(plan, track, None)
    small = plan.steps * len(plan.methods) <= AT_ONCE
    race = stadium().look(plan) or (stadium().ask(plan) if small else None)
    return RaceView(plan, race.track if race is not None else None, race)


STATUS = {"waiting": "queued"}
"""What runs and races call by other names."""


def progress(view: RaceView) -> dict[str, Any]:
    """Where a race stands; see `playground.live.content.progress.progress`."""
    race = view.race
    if race is None:
        known = not view.stale and view.track is not None
        words = _("This race was run before, with these very numbers.") if known else ""
        return {"status": "none", "active": False, "done": 0, "total": 0, "text": words}
    words = _("The race is over.")
    if race.status == "waiting":
        words = _("Waiting for other races: place {place}.").format(place=stadium().before(race) + 1)
    elif race.status == "running":
        left = race.seconds_left
        words = _("Step {step} of {steps}").format(step=f"{race.step:,}", steps=f"{race.plan.steps:,}")
        words += "" if left is None else " · " + _("about {seconds} s left").format(seconds=round(left))
    elif race.status != "finished":
        words = _("The race was stopped.") if race.status == "stopped" else _("The race broke off; try it again.")
    status = STATUS.get(race.status, race.status)
    return {"status": status, "active": race.active, "done": race.step, "total": race.plan.steps, "text": words}


def status(view: RaceView, following: Following | None, keys: str) -> None:
    """What goes on, with the button that ends it, or that begins a long race."""
    race = view.race
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        tell_progress(progress(view), following, keys=keys, say=race_words())
        if race is None:
            if view.stale or view.track is None:
                _begin()
        elif race.status == "running":
            st.button(_("Stop"), icon=":material/stop:", on_click=stadium().stop, args=(race,), key="race.stop")
        elif race.status not in ("waiting", "finished"):
            _begin()


def _begin() -> None:
    """The button that begins a race."""
    now = current()
    st.button(
        _("Race: {methods} methods, {starts} starts, {steps} steps").format(
            methods=len(now.methods), starts=len(now.starts), steps=f"{now.steps:,}"
        ),
        type="primary",
        icon=":material/flag:",
        on_click=_ask,
        key="race.begin",
    )


def _ask() -> None:
    if stadium().ask(current()) is None:
        scene.say(_("Too many races wait already; try it again in a minute."))
