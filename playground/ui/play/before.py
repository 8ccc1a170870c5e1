"""The place on the page that tells of the run before: what the change did, and the buttons to keep a ghost and to let go."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from playground.basics.words import _
from playground.figures.steps.changes import turned
from playground.runs.results.against import against, sentence
from playground.runs.store.store import Store
from playground.ui.live import ghost
from playground.ui.live.watch import View, look_at
from playground.ui.play.panels import Board
from playground.ui.scene import Scene
from playground.ui.scripts.component import component

HERE = Path(__file__).parent

_words = component(
    "before",
    HERE.parent / "scripts" / "live.js",
    HERE.parent / "scripts" / "words.js",
    HERE / "before.js",
    looks=HERE / "before.css",
)


def ghost_of(store: Store, shown: Scene) -> View | None:
    """What is known of the ghost behind a scene; None where there is none, or nothing of it is left."""
    found = ghost.behind(shown)
    view = look_at(store, found.scene) if found else None
    return view if view and not view.empty else None


def place(board: Board, stale: bool) -> None:
    """The place of the ghost: always there and of one height, so that nothing moves when a ghost comes or goes."""
    shown = board.view.scene
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="ghost"):
        data = _said(board, stale) | {"dimmed": stale, "key": board.moving.key if board.moving else ""}
        _words(key="before", height="content", data=data)
        held = ghost.present()
        st.button(
            _("Keep as ghost"),
            key="ghost.keep",
            icon=":material/keep:",
            type="tertiary",
            disabled=stale or board.view.empty or (held is not None and held.held and held.scene == shown),
            on_click=ghost.keep,
            args=(shown,),
            help=_("This run stays behind every run that follows, until it is let go."),
        )
        st.button(
            _("Let go"),
            key="ghost.go",
            icon=":material/close:",
            type="tertiary",
            disabled=held is None,
            on_click=ghost.let_go,
            help=_("No run stands behind this one any more."),
        )


def _said(board: Board, stale: bool) -> dict[str, str]:
    """What the place says. start: of the ghost. change: what is said of the difference, once it comes by the channel.

    text: everything, where it is known here.
    """
    held, shown = ghost.present(), board.view.scene
    if stale:
        return _only(_("Dimmed: the run before. Once the new settings train, it stands behind them as a ghost."))
    if board.before is not None:
        name = ghost.called(board.before.scene, shown)
        if board.ghost and (change := turned(board.ghost.own)):
            name += f" ({change})"
        start = _("Ghost (dotted lines, outlined bars): {name}.").format(name=name)
        words = _("Against it: {change}.")
        return {"start": start, "change": words, "text": f"{start} {_change(board, words)}".rstrip()}
    if held is not None and held.scene == shown:
        return _only(_("This run is kept: change something and press Play, and it stands behind what comes as a ghost."))
    if held is not None and held.held:
        return _only(_("The run that is kept as a ghost is not shown here: it has other tasks or data, or is not to be found."))
    return _only(_("After a change and Play this run stays behind the next one, and what changed is told here."))


def _only(text: str) -> dict[str, str]:
    return {"start": text, "change": "", "text": text}


def _change(board: Board, words: str) -> str:
    """What the change did, where it does not come by the channel."""
    if board.moving is not None or board.ghost is None or board.comparison is None:
        return ""
    return words.format(change=sentence(against(board.runs, board.ghost, board.comparison.step)))
