"""Pages that come by the channel as a whole: their parts are made once for all who see the same, and here is where they stand.

Each part is drawn with the page, so that a page is complete without a channel; where there is one, the part follows it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pandas as pd
import streamlit as st

from playground.basics.errors import Invalid, Problem
from playground.basics.words import _, language
from playground.live.content.told import Table
from playground.live.request import Topic
from playground.live.shown import Part, keys_of
from playground.runs.results.history import History
from playground.ui.charts.chart import Text, live_chart
from playground.ui.live import channel
from playground.ui.live.moving import told_words
from playground.ui.text import as_markdown


@dataclass(frozen=True)
class Picture:
    """A figure written out, or the markup of a drawing, with its words."""

    figure: Text | str
    words: str

    def plain(self) -> Part:
        """As a message holds it."""
        if isinstance(self.figure, str):
            return {"markup": self.figure, "words": self.words}
        return {"figure": json.loads(self.figure.figure), "words": self.words}


@dataclass(frozen=True)
class Sentence:
    """What is said: `strong` of data and therefore escaped, `text` in our own words."""

    strong: str
    text: str = ""

    def plain(self) -> Part:
        """As a message holds it."""
        return {"strong": self.strong, "text": self.text.replace("**", "")}


Piece = Picture | Sentence | Table


class Following:
    """What the channel is asked for by a page. key: by which name the parts of the page find it."""

    def __init__(self, topic: Topic):
        self.topic, self.key = topic, channel.key_of(topic)

    def live(self, name: str, subject: str) -> dict[str, Any]:
        """What a script is told of its part."""
        return {"key": self.key, "part": "item", "item": name, "subject": subject, "given": True, "nothing": ""}


def follow(
    page: str, about: Mapping[str, str], runs: Sequence[History] = (), baselines: Sequence[History] = ()
) -> Following | None:
    """What to ask for, to show what a page is about; None where there is no channel."""
    if not channel.served():
        return None
    refs, against = channel.refs_of(runs), channel.refs_of(baselines)
    return Following(Topic(refs, against, language=language(), page=page, about=urlencode(about)))


def about(topic: Topic) -> dict[str, str]:
    """What a page was asked to show, as it was written by `follow`."""
    return dict(parse_qsl(topic.about, keep_blank_values=True))


def plain(text: str) -> dict[str, Any]:
    """An object that is written as JSON within what a page is about; raises Invalid where it is none."""
    try:
        found = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Invalid([Problem("about", _("should be what this page asks for"), "…")])
    return found


def drawn(parts: Iterable[str]) -> str:
    """One word for the parts that the page has made places for."""
    return keys_of(parts)


def put(following: Following | None, name: str, piece: Piece, subject: str = "", fits: bool = False) -> None:
    """One part at its place. subject, fits: as in `live_chart`."""
    if isinstance(piece, Picture):
        live = None if following is None else following.live(name, subject)
        live_chart(piece.figure, key=name, alt=piece.words, subject=subject, live=live, fits=fits)
    elif channel.served():
        live = {"key": ""} if following is None else following.live(name, subject)
        told_words(key=f"told-{name}", height="content", data={"live": live, "kind": "item", "item": piece.plain()})
    elif isinstance(piece, Sentence):
        strong = f"**{as_markdown(piece.strong)}** " if piece.strong else ""
        st.markdown((strong + piece.text).rstrip())
    else:
        if piece.rows:
            st.dataframe(pd.DataFrame(piece.rows, columns=piece.heads), hide_index=True)
        for note in piece.notes:
            st.caption(as_markdown(note))
