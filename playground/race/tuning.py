"""The one knob of an entry that decides most about it, and the values that a race tries of it on request.

A method without a line here is tuned by its rate alone. The middle value is the default or near it.
"""

from __future__ import annotations

from collections.abc import Mapping

from playground import catalog
from playground.basics.knobs import knobs_of
from playground.experiment import Experiment

OF_METHODS: Mapping[str, tuple[str, tuple[float, ...]]] = {
    "cagrad": ("c", (0.2, 0.4, 0.8)),
    "dwa": ("temperature", (1.0, 2.0, 5.0)),
    "fairgrad": ("p", (1.0, 2.0, 5.0)),
    "famo": ("rate", (0.005, 0.025, 0.1)),
    "gradnorm": ("alpha", (0.5, 1.5, 3.0)),
    "gradvac": ("beta", (0.01, 0.1, 0.5)),
    "stch": ("smoothness", (0.1, 1.0, 10.0)),
}
OF_STRATEGIES: Mapping[str, tuple[str, tuple[float, ...]]] = {
    "soft_l2": ("strength", (0.06, 0.6, 6.0)),
    "soft_trace": ("strength", (0.008, 0.08, 0.8)),
}


def tuned(experiment: Experiment) -> list[Experiment]:
    """The experiment with each value of the decisive knobs of its method and its strategy; itself where it has none."""
    found = [experiment]
    for field, table, entries in (
        ("weighting", OF_METHODS, catalog.methods()),
        ("sharing", OF_STRATEGIES, catalog.strategies()),
    ):
        name = getattr(experiment, field).name
        knob, values = table.get(name, ("", ()))
        if values and knob in knobs_of(entries[name]):
            found = [one.set(**{f"{field}.{knob}": value}) for one in found for value in values]
    return found
