"""What a race is: a world, methods, starts, and how far they go. One frozen value that links and commands carry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from playground import catalog
from playground.basics.errors import Invalid, Problem, unknown
from playground.basics.knobs import Knob, knob, knobs_of
from playground.basics.words import N_, _
from playground.landscape.worlds import WORLDS, World
from playground.public_names import OF_LANDSCAPES, follow, public

MOST_RUNS = 400
"""Methods times starts that one race may have."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Setting:
    """Numbers to race with.

    world: the world it is for.
    starts: where the papers start; the starts of the world where left out.
    """

    title: str
    world: str
    scale: float
    rate: float
    steps: int
    memory: float
    starts: tuple[Point, ...] = ()


SETTINGS: Mapping[str, Setting] = {
    "live": Setting(N_("Quick look"), "valleys", scale=0.1, rate=0.03, steps=900, memory=0.97),
    "paper": Setting(N_("Nash-MTL's and FAMO's paper"), "valleys", scale=0.1, rate=1e-3, steps=50_000, memory=0.999),
    "cagrad": Setting(
        N_("CAGrad's paper"),
        "valleys",
        scale=1.0,
        rate=1e-3,
        steps=100_000,
        memory=0.999,
        starts=((-8.5, 7.5), (-8.5, -5.0), (9.0, 9.0)),
    ),
    "bowls": Setting(N_("Quick look"), "bowls", scale=1.0, rate=0.03, steps=300, memory=0.97),
    "squares": Setting(N_("Quick look"), "squares", scale=1.0, rate=0.03, steps=300, memory=0.97),
    "scales": Setting(N_("Quick look"), "scales", scale=1.0, rate=0.03, steps=300, memory=0.97),
}
"""Every setting by key; the first one of a world is the one that a page begins with. Nash-MTL's paper stops at 35,000
steps of the 50,000 that FAMO's takes; otherwise the two are the same."""


@dataclass(frozen=True)
class Plan:
    """A race, checked: whatever is here can be run."""

    world: str
    methods: tuple[str, ...]
    starts: tuple[Point, ...]
    scale: float = knob(
        1.0,
        low=0.01,
        high=10.0,
        log=True,
        label=N_("Scale of the first loss"),
        help=N_("The first loss is multiplied by it. The papers take 0.1 or 1."),
    )
    rate: float = knob(
        0.03, low=1e-4, high=0.5, log=True, label=N_("Learning rate"), help=N_("Rate of Adam; every step is about so long.")
    )
    steps: int = knob(1500, low=10, high=100_000, label=N_("Steps"), help=N_("How many steps every run takes."))
    memory: float = knob(
        0.97,
        low=0.5,
        high=0.9999,
        label=N_("Memory of Adam"),
        help=N_(
            "What Adam keeps of its mean of squared gradients in every step, its β₂; the papers take 0.999. Steps that are 30 "
            "times as long should forget 30 times as fast: 0.999 to the power of 30 is 0.97."
        ),
    )
    bounded: bool = knob(
        True,
        label=N_("Measure losses from their lower bound"),
        help=N_(
            "Methods that need losses above zero see the losses less a bound that they never reach, as FAMO's paper does "
            "here. A shift changes no gradient. Without it these methods cannot run where losses fall below zero."
        ),
    )

    @property
    def the_world(self) -> World:
        """The world that is raced in."""
        return WORLDS[self.world]

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data, for JSON."""
        numbers = {name: getattr(self, name) for name in knobs_of(Plan)}
        return {"world": self.world, "methods": list(self.methods), "starts": [list(one) for one in self.starts], **numbers}

    def to_query(self) -> dict[str, str]:
        """All of it as parameters of an address."""
        numbers = public({name: f"{getattr(self, name):g}" for name in ("scale", "rate", "memory")}, OF_LANDSCAPES)
        starts = ";".join(f"{x1:g},{x2:g}" for x1, x2 in self.starts)
        return {
            "world": self.world,
            "methods": ",".join(self.methods),
            "starts": starts,
            **numbers,
            "steps": str(self.steps),
            "bounded": "true" if self.bounded else "false",
        }


def of_setting(key: str, methods: Iterable[str] | None = None) -> Plan:
    """The race of a setting with its own starts; with every method that can run, where none are named."""
    setting = SETTINGS[key]
    starts = setting.starts or WORLDS[setting.world].starts
    plan = Plan(setting.world, (), starts, setting.scale, setting.rate, setting.steps, setting.memory)
    names = [one for one in catalog.methods() if obstacle(plan, one) is None] if methods is None else list(methods)
    return replace(plan, methods=tuple(names))


def read(values: Mapping[str, Any]) -> Plan:
    """The race that a link or a JSON object asks for; what is left out is taken from the world's first setting.

    Raises Invalid with every problem.
    """
    return follow(values, _read, OF_LANDSCAPES)


def _read(values: Mapping[str, Any]) -> Plan:
    """The same of fields by the names that they have here."""
    problems: list[Problem] = []
    world = values.get("world", next(iter(WORLDS)))
    if world not in WORLDS:
        raise Invalid([unknown("world", world, list(WORLDS))])
    first = next(key for key, setting in SETTINGS.items() if setting.world == world)
    plan = of_setting(first, ("equal",))
    numbers: dict[str, Any] = {}
    for name, description in knobs_of(Plan).items():
        try:
            numbers[name] = description.read(name, values.get(name, getattr(plan, name)))
        except Invalid as invalid:
            problems += invalid.problems
    methods, found = _methods(values.get("methods", plan.methods))
    starts, more = _starts(values.get("starts", plan.starts), WORLDS[world])
    problems += [*found, *more]
    if problems:
        raise Invalid(problems)
    plan = Plan(world, methods, starts, **numbers)
    should = _("should be at most {most} runs: methods times starts").format(most=MOST_RUNS)
    if len(methods) * len(starts) > MOST_RUNS:
        raise Invalid([Problem("methods", should, len(methods) * len(starts))])
    reasons = [(one, obstacle(plan, one)) for one in methods]
    problems = [Problem("methods", reason, one) for one, reason in reasons if reason is not None]
    if problems:
        raise Invalid(problems)
    return plan


def obstacle(plan: Plan, method: str) -> str | None:
    """Why a method cannot run in this race, as the rest of a sentence; None when it can."""
    if catalog.methods()[method].needs_positive and not plan.bounded and min(plan.the_world.bounds) < 0:
        return _("should not be a method that needs losses above zero: here they fall below")
    return None


def _methods(value: Any) -> tuple[tuple[str, ...], list[Problem]]:
    """Keys of methods, each once, in the order given."""
    names = [part for part in value.split(",") if part] if isinstance(value, str) else value
    if not isinstance(names, (list, tuple)) or not names:
        return (), [Problem("methods", _("should be a list of at least one method"), value)]
    known = catalog.methods()
    problems = [unknown("methods", name, list(known)) for name in names if not isinstance(name, str) or name not in known]
    return ((), problems) if problems else (tuple(dict.fromkeys(names)), [])


def _starts(value: Any, world: World) -> tuple[tuple[Point, ...], list[Problem]]:
    """Points of the plane, each once."""
    parts = [part.split(",") for part in value.split(";") if part.strip()] if isinstance(value, str) else value
    should = _("should be a list of at least one point, like -8.5,7.5;0,0")
    if not isinstance(parts, (list, tuple)) or not parts or len(parts) > MOST_RUNS:
        return (), [Problem("starts", should, value)]
    left, right, low, high = world.window
    sides = Knob(0.0, low=left, high=right), Knob(0.0, low=low, high=high)
    points, problems = [], list[Problem]()
    for part in parts:
        if not isinstance(part, (list, tuple)) or len(part) != 2:
            return (), [Problem("starts", should, value)]
        try:
            # Rounded, so that a point is the same in a link and on the page.
            x1, x2 = (round(side.read("starts", number), 3) + 0.0 for side, number in zip(sides, part, strict=True))
            points.append((x1, x2))
        except Invalid as invalid:
            problems += invalid.problems
    return tuple(dict.fromkeys(points)), problems


def position(text: str, world: World) -> Point:
    """One point that a person typed as "x1, x2"; raises Invalid with one problem."""
    points, problems = _starts(text.replace(";", ","), world)
    if not problems and len(points) != 1:
        problems = [Problem("starts", _("should be one point, like -8.5, 7.5"), text)]
    if problems:
        raise Invalid(problems)
    return points[0]


__all__ = ["MOST_RUNS", "SETTINGS", "Plan", "Point", "Setting", "obstacle", "of_setting", "position", "read"]
