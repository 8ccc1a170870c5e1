"""What a browser asks for: a message is data, and checked field by field."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.basics.errors import Invalid, Problem
from playground.basics.words import LANGUAGES, _
from playground.live.limits import LIMITS, Limits

Ref = int | str
"""A run: its number in the store, or the content key of a recorded one."""

KEY = re.compile(r"[0-9a-f]{8,64}")
PAGE = re.compile(r"[a-z]{0,20}")


@dataclass(frozen=True)
class Topic:
    """What one page shows: runs of one configuration and the baselines that they are measured against, or what a page names.

    runs, baselines: in the order of the page.
    wanted: how many runs and baselines there will be once all are submitted.
    language: of the words in its frames.
    more: whether the picture of what the model does shows more than it must.
    before, before_baselines: the run before, that stands behind it as a ghost, and its baselines.
    page, about: another page than the Playground, and what it shows, written as its address; see `playground.live.shown`.
    """

    runs: tuple[Ref, ...]
    baselines: tuple[Ref, ...] = ()
    wanted: int = 0
    language: str = "en"
    more: bool = False
    before: tuple[Ref, ...] = ()
    before_baselines: tuple[Ref, ...] = ()
    page: str = ""
    about: str = ""

    @property
    def refs(self) -> tuple[Ref, ...]:
        """All of them."""
        return (*self.runs, *self.baselines, *self.before, *self.before_baselines)

    @property
    def behind(self) -> tuple[tuple[Ref, ...], tuple[Ref, ...]]:
        """The run before, and its baselines."""
        return self.before, self.before_baselines

    def plain(self) -> dict[str, Any]:
        """As a message holds it."""
        return {
            "runs": list(self.runs),
            "baselines": list(self.baselines),
            "wanted": self.wanted,
            "language": self.language,
            "more": self.more,
            "before": list(self.before),
            "before_baselines": list(self.before_baselines),
            **({"page": self.page, "about": self.about} if self.page else {}),
        }


@dataclass(frozen=True)
class Request:
    """One message of a browser.

    topic: what it shows; None while its tab is hidden.
    since: the frames that it has: the name of their sequence, and the number of the last one.
    quiet: whether nothing is to be sent: its tab is hidden, but what it shows goes on only as long as somebody looks.
    """

    topic: Topic | None
    since: tuple[str, int] = ("", 0)
    quiet: bool = False


def read(text: str, limits: Limits = LIMITS) -> Request:
    """A message, checked; raises Invalid with one sentence."""
    if len(text) > limits.message:
        raise Invalid(
            [Problem("message", _("should be at most {count} characters long").format(count=limits.message), len(text))]
        )
    try:
        values = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise _wrong("message")
    if values.get("watch") is None:
        return Request(None)
    since = values.get("since", ["", 0])
    if not (isinstance(since, list) and len(since) == 2 and isinstance(since[0], str) and _whole(since[1], limits.number)):
        raise _wrong("since")
    return Request(_topic(values["watch"], limits), (since[0][:64], since[1]), values.get("quiet") is True)


def _topic(values: Any, limits: Limits) -> Topic:
    if not isinstance(values, dict):
        raise _wrong("watch")
    groups = [_refs(values, name, limits) for name in ("runs", "baselines", "before", "before_baselines")]
    runs, baselines, before, before_baselines = groups
    page, about = values.get("page", ""), values.get("about", "")
    if not isinstance(page, str) or not PAGE.fullmatch(page) or not isinstance(about, str) or len(about) > limits.about:
        raise _wrong("page")
    if (not runs and not page) or sum(map(len, groups)) > limits.runs:
        raise Invalid([Problem("runs", _("should be 1 to {most} runs").format(most=limits.runs), sum(map(len, groups)))])
    wanted, language, more = values.get("wanted", 0), values.get("language", "en"), values.get("more", False)
    if (
        not _whole(wanted, limits.runs)
        or not isinstance(language, str)
        or language not in LANGUAGES
        or not isinstance(more, bool)
    ):
        raise _wrong("watch")
    return Topic(runs, baselines, wanted, language, more, before, before_baselines, page, about)


def _refs(values: Mapping[str, Any], name: str, limits: Limits) -> tuple[Ref, ...]:
    refs = values.get(name, [])
    if not isinstance(refs, list) or len(refs) > limits.runs or not all(_is_ref(ref, limits) for ref in refs):
        raise _wrong(name)
    return tuple(dict.fromkeys(refs))


def _is_ref(ref: Any, limits: Limits) -> bool:
    return _whole(ref, limits.number) or (isinstance(ref, str) and KEY.fullmatch(ref) is not None)


def _whole(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def _wrong(where: str) -> Invalid:
    return Invalid([Problem(where, _("should be what this page asks for"), "…")])
