"""The run before, which stands behind the one that is shown as a ghost: which one it is, and where that is kept.

A run that gives way to another one on the same tasks becomes the ghost, until it is let go. One that somebody keeps (held)
stays whatever is trained after it. A held ghost stands in the address; any other is remembered for its visitor, so that both
are there again after a reload.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from playground.basics.errors import Invalid, Problem
from playground.basics.words import _
from playground.ui import address, keys, scene, server
from playground.ui.runs import differing
from playground.ui.scene import Scene

LONGEST = 2000
"""Characters of a ghost in an address."""

MOST = 1000
"""Visitors whose ghosts a server remembers."""


@dataclass(frozen=True)
class Ghost:
    """A run that stands behind others. held: whether somebody keeps it, so that no other one takes its place."""

    scene: Scene
    held: bool = False


class Remembered:
    """For each visitor the ghost behind what they showed last. Safe to share between threads."""

    def __init__(self) -> None:
        self._found: OrderedDict[str, tuple[Scene, Ghost]] = OrderedDict()
        self._lock = Lock()

    def keep(self, visitor: str, shown: Scene, ghost: Ghost | None) -> None:
        """Remember it, or that there is none any more."""
        with self._lock:
            self._found.pop(visitor, None)
            if ghost is not None:
                self._found[visitor] = shown, ghost
            while len(self._found) > MOST:
                self._found.popitem(last=False)

    def behind(self, visitor: str, shown: Scene) -> Ghost | None:
        """The ghost that stood behind this scene for a visitor."""
        with self._lock:
            known = self._found.get(visitor)
        return known[1] if known and known[0] == shown else None


@st.cache_resource(show_spinner=False)
def remembered() -> Remembered:
    """The one of this server."""
    return Remembered()


def present() -> Ghost | None:
    """The ghost of this session, whether or not it fits what is shown."""
    found: Ghost | None = st.session_state.get(keys.GHOST)
    return found


def fits(one: Scene, other: Scene) -> bool:
    """Whether two scenes have curves and scores of the same things, and are not one."""
    mine, others = one.experiment, other.experiment
    return one.like(other) and mine.metrics == others.metrics and mine != others and scene.readable(one)


def behind(shown: Scene) -> Ghost | None:
    """The ghost behind a scene; None where there is none, or it is of other data."""
    ghost = present()
    return ghost if ghost is not None and fits(ghost.scene, shown) else None


def gave_way(before: Scene, after: Scene) -> None:
    """Note that one scene took the place of another on the screen: the other is its ghost now, unless one is held."""
    ghost = present()
    if fits(before, after) and not (ghost and ghost.held):
        _become(Ghost(before))


def keep(kept: Scene) -> None:
    """Hold a run as the ghost of all that follow."""
    _become(Ghost(kept, held=True))


def let_go() -> None:
    """No ghost any more."""
    _become(None)


def _become(ghost: Ghost | None) -> None:
    st.session_state[keys.GHOST] = ghost


# --- where it is kept --------------------------------------------------------------------------------------------------


def arrive(shown: Scene) -> None:
    """Take the ghost that the address asks for, at the beginning of a session and when somebody goes back or forward."""
    asked = st.query_params.get(address.GHOST, "")
    if keys.GHOST not in st.session_state and not asked:
        _become(remembered().behind(server.visitor(), shown))
    elif asked != st.session_state.get(keys.written(address.GHOST), ""):
        _become(_read(asked))
    st.session_state[keys.written(address.GHOST)] = asked


def _read(asked: str) -> Ghost | None:
    """The ghost of an address, checked like the address itself; a bad one is said and left out."""
    if not asked:
        return None
    try:
        if len(asked) > LONGEST:
            should = _("should be at most {count} characters long").format(count=LONGEST)
            raise Invalid([Problem(address.GHOST, should, len(asked))])
        return Ghost(Scene.follow(dict(parse_qsl(asked))), held=True)
    except Invalid as invalid:
        scene.say(_("The link names a run to stand behind this one that cannot be shown; it was left out."))
        scene.say(*map(str, invalid.problems))
        return None


def write(shown: Scene) -> None:
    """Put a held ghost into the address, and remember any other for this visitor."""
    ghost = present()
    remembered().keep(server.visitor(), shown, ghost)
    text = urlencode(ghost.scene.short()) if ghost and ghost.held else ""
    text = text if len(text) <= LONGEST else ""
    if text != st.query_params.get(address.GHOST, ""):
        if text:
            st.query_params[address.GHOST] = text
        else:
            del st.query_params[address.GHOST]
    st.session_state[keys.written(address.GHOST)] = text


def called(ghost: Scene, shown: Scene) -> str:
    """What a ghost is called beside what is shown: the settings in which they differ."""
    return differing.called(ghost.experiment, shown.experiment)
