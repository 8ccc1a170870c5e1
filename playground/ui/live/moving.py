"""The parts of a page that move by themselves: each gets a blank and its words here, and its numbers by the channel.

Where there is no channel, `playground.ui.play.panels` draws the same parts whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any, Protocol

import plotly.graph_objects as go
import streamlit as st

from playground.basics.diagram import Diagram
from playground.basics.words import _, language
from playground.figures import style
from playground.figures.network import network
from playground.figures.network.uses import uses
from playground.figures.steps import blanks
from playground.figures.steps.lines import Extras
from playground.figures.steps.pairs import MOST_PAIRS
from playground.figures.style import Look, listed
from playground.figures.views import views
from playground.live.content.progress import progress
from playground.live.request import Topic
from playground.live.route import PATH
from playground.ui.charts.chart import LOOKS, Text, live_chart, written
from playground.ui.live import channel
from playground.ui.live.watch import View
from playground.ui.scripts.component import component

HERE = Path(__file__).parent

_channel = component(
    "channel",
    *(HERE.parent / "scripts" / name for name in ("live.js", "words.js")),
    HERE / "channel.js",
    looks=LOOKS,
    whole=True,
)
told_words = component("told", HERE.parent / "scripts" / "live.js", HERE / "told.js", looks=LOOKS)
_slider = component("slider", HERE.parent / "scripts" / "live.js", HERE / "slider.js", looks=LOOKS)


def topic_of(view: View, more: bool = False, before: View | None = None) -> Topic | None:
    """What the channel is asked for to show a view; None where nothing is known of it, or there is no channel.

    before: the run that stands behind it.
    """
    if not channel.served() or not view.runs:
        return None
    runs, baselines = channel.refs_of(view.runs), channel.refs_of(view.baselines)
    wanted = len(view.scene.runs()) + len(view.scene.baselines())
    topic = Topic(runs, baselines, wanted, language(), more)
    if before is None:
        return topic
    return replace(topic, before=channel.refs_of(before.runs), before_baselines=channel.refs_of(before.baselines))


class Blanks:
    """Charts of one view without their numbers: as they stand before there are any, so that Play draws none of them anew.

    look: of the tasks; tasks: their names, in order; subject: as in `live_chart`. key: of the topic that fills them, or "".
    """

    def __init__(self, view: View, look: Look, subject: str, key: str = ""):
        self.view, self.look, self.subject, self.key = view, look, subject, key
        self.tasks = list(view.scene.experiment.tasks)

    def live(self, part: str, **more: Any) -> dict[str, Any]:
        """What every script is told of its part of the page."""
        titles = {task: self.look.title(task) for task in self.tasks}
        return {"key": self.key, "part": part, "subject": self.subject, "tasks": self.tasks, "titles": titles, **more}

    def curve(
        self,
        part: str,
        extras: Extras,
        relative: bool = False,
        metrics: Mapping[str, str] | None = None,
        models: Mapping[str, Mapping[str, float]] | None = None,
        fits: bool = False,
    ) -> None:
        """A figure over steps; relative, metrics, models: as in `playground.figures.steps.blanks`. fits: as in `live_chart`."""
        kept = part in ("losses", "scores") and self.view.scene.experiment.checkpoint != "last"
        blank = _blank(
            part,
            tuple(self.tasks),
            self.view.scene.seeds,
            self.look,
            (extras.smooth, extras.log, extras.height),
            relative,
            metrics or {},
            models or {},
            kept,
            self.subject,
            language(),
        )
        say = blanks.sayings(part)
        live = self.live(
            part,
            smooth=extras.smooth,
            log=extras.log and part in ("losses", "weights", "shares", "norms"),
            relative=relative,
            kept=kept,
            marks=blanks.marks(),
            alike=blanks.alike() if part == "weights" else "",
            say=say,
            nothing=say["nothing"],
            given=part == "cosines" and len(list(combinations(self.tasks, 2))) > MOST_PAIRS,
        )
        alt = (self.key and say["start"]) or say["nothing"]
        live_chart(blank, key=part, alt=alt, live=live, fits=fits, steady=True)

    def gains(self, figure: go.Figure, words: str, height: int | None) -> None:
        """The gain bars; figure and words stand there until the first ones come. height: where they have one of their own."""
        live = self.live("gains", nothing=words, given=True)
        own = {"height": height, "fits": height is None}
        live_chart(figure, key="gains", alt=words, subject=self.subject, live=live, steady=True, **own)  # type: ignore[arg-type]


class Moving(Blanks):
    """The moving parts of one view, as they come by the channel. topic: what it is asked for."""

    def __init__(self, view: View, topic: Topic, look: Look, subject: str):
        super().__init__(view, look, subject, channel.key_of(topic))
        self.topic = topic

    def drawing(self, drawn: Diagram) -> None:
        """The network, with the weight of each task."""
        even = dict.fromkeys(self.tasks, 1.0)
        words = network.describe(drawn, self.look)
        say = {
            "start": words,
            "weight": _("weight {weight}"),
            "item": _("{task} {weight}"),
            "now": _("Weights now: {weights}."),
            "join": listed(["", ""]),
        }
        live = self.live("network", say=say, uses={name: use.plain() for name, use in uses(drawn).items()})
        live_chart(network.network(drawn, self.look, even), key="network", alt=words, live=live, fits=True)

    def model(self, view: str) -> None:
        """What the model does on the probe of its suite."""
        words = _("What the model does")
        live = self.live("model", nothing="", given=True)
        if views.charted(view):
            live_chart(style.empty("", ""), key="model", alt=words, subject=self.subject, live=live)
        else:
            live_chart("", key="model", alt=words, live=live)

    def slider(self) -> None:
        """The slider over the recorded steps."""
        data = {
            "key": self.key,
            "name": _("Look at step"),
            "help": _("Every view shows the run as it stood at this step."),
            "play": _("Play back"),
            "stop": _("Hold"),
        }
        _slider(key="slider", height="content", data=data)


def tell(kind: str, moving: Moving | None, said: Sequence[str] = ()) -> None:
    """Words: "headline", "caption" of the picture, or "table"; the same place with and without something that moves.

    said: what stands there until other words come; the first of them in bold.
    """
    live = moving.live(kind) if moving else {"key": ""}
    told_words(key=f"told-{kind}", height="content", data={"live": live, "kind": kind, "said": list(said)})


def small_table(key: str, rows: Sequence[Mapping[str, str]]) -> None:
    """A table of a few cells that stand: as text, as a grid to sort and search takes the browser half a megabyte more."""
    heads = list(rows[0])
    data = {
        "live": {"key": ""},
        "kind": "table",
        "said": [],
        "heads": heads,
        "rows": [[row[head] for head in heads] for row in rows],
    }
    told_words(key=f"told-{key}", height="content", data=data)


class Watching(Protocol):
    """What the channel is asked for: by which name the parts of a page find it, and what it is."""

    key: str
    topic: Topic


def line(
    view: View,
    watching: Watching | None,
    words: str,
    mine: bool,
    beside: str = "",
    keys: str = "",
    place: int | None = None,
) -> None:
    """How far runs are, and their place in the queue; for the rest see `tell_progress`."""
    own = view.own()
    status = progress(own, list(view.entries.values()), view.scene.experiment.steps, place)
    if not own:
        status |= {"status": view.status}
    turns = bool(view.entries or keys)
    tell_progress(status | {"active": view.active}, watching, words, mine, beside, keys, turns)


def tell_progress(
    status: Mapping[str, Any],
    watching: Watching | None,
    words: str = "",
    mine: bool = True,
    beside: str = "",
    keys: str = "",
    turns: bool = True,
    say: Mapping[str, str] | None = None,
) -> None:
    """How far something is, and the channel itself: what it shows from now on.

    status: as of `playground.live.content.progress.progress`. words: instead of how far it is. mine: whether this visitor
    started what is shown. beside: said while it goes on. keys: what the page has drawn itself. turns: whether it is asked to
    draw that anew. say: what is read out, of `training_words` where left out.
    """
    turn = "running" if status["status"] == "queued" else status["status"]  # their buttons are the same, see live.js
    data = {
        "path": PATH if channel.served() else "",
        "key": watching.key if watching else "",
        "topic": watching.topic.plain() if watching else None,
        "status": dict(status),
        "drawn": f"{turn} {str(status['active']).lower()} {keys}".strip() if watching and turns else "",
        "words": words,
        "mine": mine,
        "beside": beside,
        "say": dict(say or training_words()),
        "others": _("Paused by the one who started it."),
        "lost": _("The connection to the server was lost; trying to get it back. What you see is how it stood then."),
    }
    found = _channel(key="channel", height="content", data=data, on_turned_change=_redraw, on_blocked_change=_redraw)
    if getattr(found, "blocked", None) and not channel.blocked():
        channel.give_up()
        st.rerun()


def training_words() -> dict[str, str]:
    """What is read out of a training."""
    return {
        "begun": _("The training has begun."),
        "on": _("The training goes on."),
        "part": _("{percent} % of all steps are done."),
        "over": _("The training is over."),
        "label": _("Progress of the training"),
    }


def race_words() -> dict[str, str]:
    """What is read out of a race."""
    return {
        "begun": _("The race has begun."),
        "on": _("The race goes on."),
        "part": _("{percent} % of all steps are done."),
        "over": _("The race is over."),
        "label": _("Progress of the race"),
    }


def _redraw() -> None:
    """Nothing: what is drawn anew then shows the buttons that fit."""


@st.cache_data(max_entries=400, show_spinner=False)
def _blank(
    part: str,
    tasks: Sequence[str],
    seeds: int,
    _look: Look,
    extras: tuple[float, bool, int],
    relative: bool,
    metrics: Mapping[str, str],
    models: Mapping[str, Mapping[str, float]],
    kept: bool,
    subject: str,
    words: str,
) -> Text:
    """A blank written out; kept, as the same one is drawn at every look."""
    smooth, log, height = extras
    options = Extras((), None, smooth, log, height)
    return written(blanks.blank(part, tasks, seeds, _look, options, relative, metrics, kept, models), subject)
