"""A race as one value: which entrants, which configurations of each, and so which runs; no more and no less decides its key.

Every entrant and every baseline gets the same learning rates. Along with those that are asked for there always race one network
a task (what gains are measured against), equal weights, and a sweep of fixed weights with the best of them as an entrant of
its own: a method that does not beat tuned fixed weights has not earned its keep.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from playground import catalog, public_names
from playground.basics.errors import Invalid, Problem
from playground.basics.knobs import Knob, knobs_of
from playground.basics.words import N_, _
from playground.experiment import SWEEP, Experiment, Run
from playground.experiment.choice_text import changes_of
from playground.race import design
from playground.race.tuning import tuned

SEEDS = Knob(5, low=1, high=50, label=N_("Seeds"))
WEIGHTS = Knob(10, low=0, high=40, label=N_("Fixed weights"))
MOST_RATES, MOST_ENTRANTS, MOST_RUNS = 9, 120, 20_000
"""What one race holds at most."""

ALL = "all"
SINGLE, EQUAL, TUNED, FIXED, ASKED = "single", "equal", "tuned", "fixed", "asked"
"""Kinds of entrants: one network a task, equal weights, the best of the fixed weights, each of them, and what was asked for."""

RATE = knobs_of(Experiment)["rate"]
FORGOTTEN = {"weighting": "equal", "baseline_rate": 0.0, "sweep": False, "measure": False}
"""Fields of the experiment that a race settles by itself, so that equal races have equal keys."""


@dataclass(frozen=True)
class Entrant:
    """Who races.

    key: its name in files and addresses. kind: one of those above. configurations: what is tried of it, in order.
    """

    key: str
    kind: str
    configurations: tuple[Experiment, ...]

    @property
    def weights(self) -> tuple[float, ...]:
        """Its weights, where they are fixed; () elsewhere."""
        return tuple(self.configurations[0].weighting.knobs["weights"]) if self.kind == FIXED else ()

    @property
    def contends(self) -> bool:
        """Whether it is one of those among which the best are looked for; points of the sweep stand for themselves."""
        return self.kind in (EQUAL, TUNED, ASKED)

    def title(self, strategies: bool) -> str:
        """A name for people. strategies: whether the way of sharing has to be named."""
        one = self.configurations[0]
        if self.kind == SINGLE:
            return _("One network a task")
        if self.kind == TUNED:
            method = _("Fixed weights, tuned")
        elif self.kind == FIXED:
            method = _("Weights {numbers}").format(numbers=" : ".join(f"{weight:.2g}" for weight in self.weights))
        else:
            method = _(catalog.methods()[one.weighting.name].card.title) + _turned(self.key.partition("+")[0])
        if not strategies:
            return method
        return f"{_(catalog.strategies()[one.sharing.name].card.title)}{_turned(self.key.partition('+')[2])} · {method}"


def _turned(key: str) -> str:
    """The knobs that a choice names, in brackets."""
    knobs = key.partition(",")[2]
    return f" ({knobs})" if knobs else ""


@dataclass(frozen=True)
class Race:
    """What races: an experiment, and what is tried in its place.

    methods, strategies: as on the command line, "gradnorm" or "gradnorm,alpha=3"; no strategy stands for the experiment's own.
    rates: for every entrant and every baseline. weights: how many fixed weightings. seeds: 0 … seeds − 1.
    knobs: whether the decisive knob of an entry is tuned too, where it has one.
    """

    experiment: Experiment
    methods: tuple[str, ...]
    strategies: tuple[str, ...]
    rates: tuple[float, ...]
    weights: int = WEIGHTS.default
    seeds: int = SEEDS.default
    knobs: bool = False

    @classmethod
    def of(
        cls,
        experiment: Experiment,
        methods: str | Sequence[str] = ALL,
        strategies: str | Sequence[str] = (),
        rates: str | Sequence[object] = (),
        weights: object = WEIGHTS.default,
        seeds: object = SEEDS.default,
        knobs: object = False,
    ) -> Race:
        """The race that is asked for, checked; raises Invalid with every problem.

        methods, strategies: names, or "all" for every one that works here. rates: those of a third, one and three times the
        experiment's own rate where none are given.
        """
        problems: list[Problem] = []

        def read(where: str, knob: Knob, value: object) -> Any:
            try:
                return knob.read(where, value)
            except Invalid as invalid:
                problems.extend(invalid.problems)
                return knob.default

        told = rates.split(",") if isinstance(rates, str) else list(rates)
        grid = tuple(sorted({read("rates", RATE, rate) for rate in told if rate != ""}))
        grid = grid or tuple(float(f"{min(max(experiment.rate * factor, 1e-5), 1.0):.6g}") for factor in SWEEP)
        if len(grid) > MOST_RATES:
            problems.append(Problem("rates", _("should be at most {most}").format(most=MOST_RATES), len(grid)))
        base = experiment.set(**FORGOTTEN, rate=grid[len(grid) // 2])
        if len(base.tasks) < 2:
            problems.append(Problem("tasks", _("should be two or more: one task needs no weighing"), len(base.tasks)))
        race = cls(
            base,
            _named(base, "weighting", methods, problems),
            _named(base, "sharing", strategies, problems),
            grid,
            read("weights", WEIGHTS, weights),
            read("seeds", SEEDS, seeds),
            read("knobs", Knob(False), knobs),
        )
        if problems:
            raise Invalid(problems)
        return race._checked()

    def _checked(self) -> Race:
        """The race itself; raises Invalid where it is too large or an entrant cannot be trained."""
        for what, count, most in (("entrants", len(self.entrants), MOST_ENTRANTS), ("runs", self.size, MOST_RUNS)):
            if count > most:
                raise Invalid([Problem(what, _("should be at most {most} in one race").format(most=most), count)])
        return self

    # --- written forms -------------------------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """Plain values from which `from_dict` makes the same race."""
        return {
            "experiment": self.experiment.to_dict(),
            "methods": list(self.methods),
            "strategies": list(self.strategies),
            "rates": list(self.rates),
            "weights": self.weights,
            "seeds": self.seeds,
            "knobs": self.knobs,
        }

    @classmethod
    def from_dict(cls, values: object) -> Race:
        """The race that a dict describes; raises Invalid with every problem."""
        if not isinstance(values, Mapping):
            raise Invalid([Problem("race", _("should be a table of names and values"), values)])
        known = ("experiment", "methods", "strategies", "rates", "weights", "seeds", "knobs")
        if strangers := [name for name in values if name not in known]:
            raise Invalid(
                [Problem(str(name), _("should be one of {names}").format(names=", ".join(known)), name) for name in strangers]
            )
        experiment = public_names.read(values.get("experiment", {}))
        rest = {name: value for name, value in values.items() if name != "experiment"}
        for name in ("methods", "strategies", "rates"):
            if name in rest and not isinstance(rest[name], (str, list, tuple)):
                raise Invalid([Problem(name, _("should be a list"), rest[name])])
        return cls.of(experiment, **rest)

    @cached_property
    def key(self) -> str:
        """A content key: equal for races that train and compare the same."""
        return hashlib.sha256(json.dumps(self.to_dict(), sort_keys=True).encode()).hexdigest()[:32]

    def __hash__(self) -> int:
        return hash(self.key)

    # --- who races -----------------------------------------------------------------------------------------------------

    @cached_property
    def entrants(self) -> tuple[Entrant, ...]:
        """All that race: one network a task, equal weights, what was asked for, and fixed weights, tuned and each."""
        found = [Entrant(SINGLE, SINGLE, self._over_rates([self.experiment.baseline()]))]
        places = self.places
        for strategy, place in places.items():
            found.append(Entrant(_joined("equal", strategy), EQUAL, self._grid(place)))
        for method in self.methods:
            changes = changes_of("weighting", method)
            if changes == {"weighting": "equal"}:
                continue
            for strategy, place in places.items():
                if place.obstacle(changes["weighting"]) is None:
                    found.append(Entrant(_joined(method, strategy), ASKED, self._grid(place.set(**changes))))
        first, points = next(iter(places)), list[Entrant]()
        for weights in design.weights(len(self.experiment.tasks), self.weights):
            one = places[first].set(weighting="static", **{"weighting.weights": weights})
            name = _joined("static,weights=" + ",".join(f"{weight:g}" for weight in weights), first)
            points.append(Entrant(name, FIXED, self._over_rates([one])))
        if points:
            every = tuple(one for point in points for one in point.configurations)
            found.append(Entrant(_joined("static", first), TUNED, every))
        return (*found, *points)

    @cached_property
    def places(self) -> dict[str, Experiment]:
        """For each strategy as it was asked for ("" for the experiment's own) the experiment under it."""
        if not self.strategies:
            return {"": self.experiment}
        return {text: _under(self.experiment, text) for text in self.strategies}

    def _grid(self, one: Experiment) -> tuple[Experiment, ...]:
        return self._over_rates(tuned(one) if self.knobs else [one])

    def _over_rates(self, found: Iterable[Experiment]) -> tuple[Experiment, ...]:
        return tuple(one.at_rate(rate) for one in found for rate in self.rates)

    @cached_property
    def configurations(self) -> tuple[Experiment, ...]:
        """Every configuration that is tried, once; baselines first."""
        return tuple(dict.fromkeys(one for entrant in self.entrants for one in entrant.configurations))

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """Every run once, seed by seed: so everybody has a first result early, and each seed makes it surer."""
        return tuple(Run(one, seed) for seed in range(self.seeds) for one in self.configurations)

    @property
    def size(self) -> int:
        """How many runs it is."""
        return len(self.configurations) * self.seeds

    @property
    def contenders(self) -> list[Entrant]:
        """Those among which the best are looked for."""
        return [one for one in self.entrants if one.contends]

    @property
    def titles(self) -> dict[str, str]:
        """For each entrant's key its name in the visitor's language."""
        return {one.key: one.title(len(self.places) > 1) for one in self.entrants}

    def smaller(self, seeds: int) -> Race:
        """The same with fewer or more seeds."""
        return replace(self, seeds=SEEDS.read("seeds", seeds))


def _joined(method: str, strategy: str) -> str:
    return f"{method}+{strategy}" if strategy else method


def _under(experiment: Experiment, text: str) -> Experiment:
    """The experiment under another strategy; one that shares more blocks than there are shares all of them."""
    changes = changes_of("sharing", text)
    one = catalog.strategies().get(changes["sharing"])
    if one is not None and "depth" in knobs_of(one) and "sharing.depth" not in changes:
        kept = experiment.sharing.knobs.get("depth", experiment.the_backbone.length)
        changes["sharing.depth"] = str(min(int(kept), experiment.the_backbone.length))
    return experiment.set(**changes)


def _named(experiment: Experiment, field: str, asked: str | Sequence[str], problems: list[Problem]) -> tuple[str, ...]:
    """The entries that race, each as it is written; those of "all" that cannot work here are left out."""
    if asked == ALL:
        return works(experiment, field)
    texts = [part for part in _split(asked) if part] if isinstance(asked, str) else list(asked)
    if len(texts) > MOST_ENTRANTS:
        problems.append(Problem(field, _("should be at most {most}").format(most=MOST_ENTRANTS), len(texts)))
        return ()
    found = []
    for text in texts:
        try:
            changes = changes_of(field, str(text))
            (experiment.set(**changes) if field == "weighting" else _under(experiment, str(text)))
            found.append(str(text))
        except Invalid as invalid:
            problems.extend(invalid.problems)
    return tuple(dict.fromkeys(found))


def _split(text: str) -> list[str]:
    """ "a,b,c=1,d" as entries: what holds "=" belongs to the name before it, as a choice on one line does."""
    found: list[str] = []
    for part in text.split(","):
        if "=" in part and found:
            found[-1] += f",{part}"
        else:
            found.append(part.strip())
    return found


def works(experiment: Experiment, field: str) -> tuple[str, ...]:
    """Every method or strategy of the catalogue that can be trained here; weights by hand are what the sweep is for."""
    names = (
        [name for name in catalog.methods() if name not in ("static", "equal")]
        if field == "weighting"
        else list(catalog.strategies())
    )
    return tuple(name for name in names if _fits(experiment, field, name))


def _fits(experiment: Experiment, field: str, name: str) -> bool:
    try:
        if field == "sharing":
            return name != "separate" and bool(_under(experiment, name))
        return bool(experiment.set(weighting=name))
    except Invalid:
        return False
