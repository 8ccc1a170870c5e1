"""How far a run is, in one line."""

from __future__ import annotations

import streamlit as st

from playground.basics.words import _, ngettext
from playground.ui import scene, server
from playground.ui.live import channel, ghost
from playground.ui.live.moving import Watching, line
from playground.ui.live.watch import View


def progress(view: View, stale: bool, watching: Watching | None = None, keys: str = "") -> None:
    """What is on the screen: a recording, an older run, a run going on with its progress, or how it ended.

    One line for all of it, which follows the channel where there is one. watching: what the channel is asked for. keys: what
    the page has drawn, see `playground.ui.live.moving.tell_progress`.
    """
    if channel.blocked():
        st.caption(_("This browser cannot reach the server's live channel, so the page asks for news each second."))
    place = None
    if view.status == "queued" and not channel.served():
        place = server.store().position(entry.id for entry in view.entries.values())
    line(view, watching, _still(view, stale), mine(view), watched(view), keys, place)


def mine(view: View) -> bool:
    """Whether this visitor started what still trains."""
    me = server.visitor()
    return any(entry.visitor == me for entry in view.own() if entry.active)


def watched(view: View) -> str:
    """What is said to a visitor who watches a run of somebody else, beside how far it is; "" for all others."""
    if view.status not in ("queued", "running", "paused") or mine(view):
        return ""
    if view.status == "paused":
        return _("Play trains one of your own from the same start.")
    return _("Somebody else started it; a new seed is one of your own.")


def _still(view: View, stale: bool) -> str:
    """What is said of something that does not move; "" for what does."""
    if stale:
        name = ghost.called(view.scene, scene.current())
        if not name:  # only its seeds differ, or what is beside each other
            return _("These curves belong to the settings before; press Play to train the new ones.")
        words = _("These curves belong to the settings before ({settings}); press Play to train the new ones.")
        if view.active and mine(view):
            words = _("The settings before ({settings}) still train: Pause and Stop are for them, Play is for the new ones.")
        return words.format(settings=name)
    if view.missing and not view.active:
        words = ngettext(
            "What is shown lacks {count} of {all} runs, which is not trained yet. Press Play to train it.",
            "What is shown lacks {count} of {all} runs, which are not trained yet. Press Play to train them.",
            view.missing,
        )
        return words.format(count=view.missing, all=len(view.scene.runs()))
    if view.recorded:
        return _("A recorded run, trained before with these very settings. Press Play to train it here.")
    return _("Not trained yet.") if view.status == "none" and not view.active else ""
