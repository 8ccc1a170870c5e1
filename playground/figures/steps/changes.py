"""What was turned while a run went on: marks over figures of steps, and words for wherever a result of the run stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from playground.basics.words import _
from playground.figures import style
from playground.figures.style import number
from playground.runs.results.history import History

_UP: dict[str, object] = {"yref": "paper", "y0": 0, "y1": 1, "type": "line"}

CHANGE = _UP | {"line": {"color": style.MUTED, "width": 1.5, "dash": "dot"}}
"""The line where somebody turned a knob; `CHANGED` are the words above it."""

CHANGED: dict[str, object] = {
    "y": 1,
    "yref": "paper",
    "yanchor": "bottom",
    "showarrow": False,
    "font": {"color": style.MUTED, "size": 12},
}

STEP = _UP | {"line": {"color": style.INK, "width": 1.5}}
"""The line at the step that the page looks at."""


def change_words(what: Mapping[str, object]) -> str:
    """What was turned, in few words: "learning rate 0.01"."""
    names = {"rate": _("learning rate"), "weights": _("weights")}
    return style.listed(f"{names.get(name, name)} {_short(value)}" for name, value in what.items())


def _short(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return " ".join(_short(part) for part in value)
    return number(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)


def turned(runs: Sequence[History]) -> str:
    """What was turned in flight in runs, and when: "learning rate 0.1 at step 1,250"; "" where nothing was."""
    found = dict.fromkeys(
        _("{what} at step {step}").format(what=change_words(record["what"]), step=f"{record['step']:,}")
        for one in runs
        for record in one.of_kind("changed")
    )
    return style.listed(found)


def turned_in_flight(runs: Sequence[History]) -> str:
    """The same as a sentence; "" where nothing was turned."""
    found = turned(runs)
    return _("Turned in flight: {what}.").format(what=found) if found else ""
