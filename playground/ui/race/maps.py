"""Where does which method help? Strategies × methods of one race, and data × methods of all stored ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from playground import public_names
from playground.basics.words import _, language
from playground.experiment import text_of
from playground.figures.race import more
from playground.figures.race.more import Cell, Cells, cell_of
from playground.race.course import kept_races
from playground.race.plan import ASKED, EQUAL, TUNED, Race
from playground.race.result import Result
from playground.runs.store.races import KeptRace
from playground.ui import server
from playground.ui.charts.chart import live_chart

LISTED = 20
"""Stored races that are listed."""


def heat(result: Result) -> tuple[Any, str]:
    """The map of a race in which several strategies raced."""
    cells = pairs(result)
    title = _("Which method helps under which way of sharing?")
    rows, columns = (list(dict.fromkeys(key[place] for key in cells)) for place in (0, 1))
    return more.heat(cells, title, rows, columns), more.heat_text(cells, title)


def pairs(result: Result) -> Cells:
    """Δm by strategy and method."""
    found = {}
    for key, one in result.contenders.items():
        if one.entrant.kind != TUNED:
            strategy, _dot, method = one.entrant.title(True).partition(" · ")
            found[strategy, method] = cell_of(result.delta_m[key])
    return found


def stored() -> None:
    """What stored races say of methods on different data, and where to find them again."""
    found = kept_races(server.store())
    if not found:
        return
    with st.expander(_("Races so far: where does which method help?"), icon=":material/history:"):
        cells = by_data(found)
        if cells:
            title = _("Which method helps on which data?")
            rows, columns = (list(dict.fromkeys(key[place] for key in cells)) for place in (0, 1))
            live_chart(
                more.heat(cells, title, rows, columns), key="race.stored", alt=more.heat_text(cells, title), subject=language()
            )
        for kept, race in found[:LISTED]:
            state = (
                _("finished") if kept.result else {"run": _("running"), "pause": _("paused"), "stop": _("stopped")}[kept.wish]
            )
            words = _("{data}: {entrants} entrants, {runs} runs, {state}").format(
                data=_(race.experiment.the_suite.card.title), entrants=len(race.entrants), runs=race.size, state=state
            )
            st.markdown(f"[{words}](?{urlencode(address(race))})")


def by_data(found: Sequence[tuple[KeptRace, Race]]) -> Cells:
    """Δm by suite and method, of the newest finished race of each suite under its own way of sharing."""
    cells: dict[tuple[str, str], Cell] = {}
    for kept, race in found:
        suite = _(race.experiment.the_suite.card.title)
        if not kept.result or len(race.places) > 1:
            continue
        titles = race.titles
        for one in json.loads(kept.result)["entrants"]:
            ends, place = one["delta_m"], (suite, titles.get(one["name"], ""))
            if one["kind"] in (ASKED, EQUAL, TUNED) and place[1] and ends["mean"] is not None and place not in cells:
                cells[place] = Cell(ends["mean"], ends["low"], ends["high"])
    return cells


def address(race: Race) -> dict[str, str]:
    """The parameters of an address that shows a race."""
    flat = {name: text_of(value) for name, value in race.experiment.to_flat().items()}
    own = {
        "methods": ",".join(race.methods),
        "strategies": ",".join(race.strategies),
        "rates": ",".join(f"{rate:g}" for rate in race.rates),
        "weights": str(race.weights),
        "knobs": "true" if race.knobs else "",
        "seeds": str(race.seeds),
    }
    return public_names.public(flat) | {name: value for name, value in own.items() if value}
