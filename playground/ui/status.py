"""How far a run is, in one line."""

from __future__ import annotations

import streamlit as st

from playground.ui import server
from playground.ui.watch import View
from playground.words import _


def progress(view: View, stale: bool) -> None:
    """What is on the screen: a recording, an older run, a run going on with its progress, or how it ended."""
    if stale:
        st.info(_("These curves belong to the settings before; press Play to train the new ones."), icon=":material/history:")
    elif view.recorded:
        st.caption(_("A recorded run, trained before with these very settings. Press Play to train it here."))
    elif view.active:
        done, total = view.steps
        st.progress(min(1.0, done / max(1, total)), text=_words(view, done, total))
    elif view.message:
        st.warning(_(view.message))
    elif view.status == "none":
        st.caption(_("Not trained yet."))


def _words(view: View, done: int, total: int) -> str:
    """Where the run stands: its place in the queue, or steps done and time left."""
    if view.status == "queued":
        place = server.store().position(entry.id for entry in view.entries.values())
        return _("Waiting for a free worker: place {place} in the queue.").format(place=place or 1)
    if view.status == "paused":
        return _("Paused at step {step} of {steps}.").format(
            step=max((entry.step for entry in view.own()), default=0), steps=view.scene.experiment.steps
        )
    return _("Training: {done} of {total} steps, baselines included.{left}").format(
        done=done, total=total, left=_left(view, done, total)
    )


def _left(view: View, done: int, total: int) -> str:
    """Time left at the speed so far, where that can be said."""
    import time

    begun = min((entry.started for entry in view.entries.values() if entry.active and entry.started), default=None)
    if begun is None or done == 0:
        return ""
    seconds = (time.time() - begun) * (total - done) / done
    return " " + _("About {seconds} s left.").format(seconds=max(1, round(seconds)))
