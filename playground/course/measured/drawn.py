"""What several figures of the course are drawn from: networks of tables, and recorded runs of the examples."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from playground.course.measured.recording import diagram_of
from playground.course.measured.table import tables
from playground.figures.network import network
from playground.figures.style import Look, look_of
from playground.presets import presets
from playground.runs.precomputed import recorded
from playground.runs.precomputed.recording import plan
from playground.runs.results import history
from playground.runs.results.history import History


def look(table: int, row: str) -> Look:
    """How the tasks of a table's row are shown."""
    return look_of(tables()[table].row(row).experiment.the_suite.tasks())


def net(table: int, row: str) -> str:
    """The network that a table's row trains, as markup."""
    return network.network(diagram_of(table, row), look(table, row))


def net_words(table: int, row: str) -> str:
    """The same in words."""
    return network.describe(diagram_of(table, row), look(table, row))


def example_look(preset: str) -> Look:
    """How the tasks of an example are shown."""
    return look_of(presets()[preset].experiment.the_suite.tasks())


@lru_cache(maxsize=16)
def example_runs(preset: str) -> tuple[History, ...]:
    """The recorded runs of an example, one a seed; none where nothing is recorded."""
    return tuple(found for run in plan(preset).runs if (found := recorded.find(run)) is not None)


@lru_cache(maxsize=16)
def example_curves(preset: str) -> pd.DataFrame:
    """Losses, weights and lengths of gradients of an example's runs over steps; see `history.curves`."""
    return history.curves(example_runs(preset))
