"""The form of an experiment, made from the knobs that suites, strategies and methods describe beside their fields.

The scene is the only truth: before each widget is drawn it is set to what the scene says, and a change goes to the scene
through one checked call. So a preset, a link and a finger all take the same way.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from playground import catalog
from playground.experiment import CHOICES, MOST_LABELS, Experiment, unreadable, unshared
from playground.knobs import Knob, knobs_of
from playground.presets import SEEDS, presets
from playground.ui import keys, scene
from playground.ui.data import own_tables
from playground.ui.text import escaped
from playground.words import Given, _

SHORT = 12
"""A whole number with at most so many steps is a slider; any other number is typed."""


def choose_preset() -> None:
    """The ready examples; one's own settings stand at the end of the list while they are none of them."""
    current = scene.current().preset
    options = [*presets(), *([] if current else [""])]
    key = keys.field("preset")
    st.session_state[key] = current.key if current else ""
    st.selectbox(
        _("Example"),
        options,
        format_func=lambda one: _(presets()[one].title) if one else _("Your own settings"),
        key=key,
        on_change=_take_preset,
    )
    if current:
        with st.expander(_("What to watch"), icon=":material/visibility:"):
            st.write(_(current.watch))
            st.write(_(current.why))


def _take_preset() -> None:
    """The example that was chosen."""
    if name := st.session_state[keys.field("preset")]:
        scene.show(scene.of_preset(name))


def choose_tasks(experiment: Experiment) -> None:
    """Which data, and which of its tasks."""
    _entry("suite", _("Data"), catalog.suites(), _not_on_the_disk, quiet=True)
    # Which table decides which tasks there are, so it stands above them.
    _knobs("suite", experiment, but=[name for name, k in knobs_of(experiment.the_suite).items() if not k.pattern])
    titles = {task.name: escaped(_(task.title)) for task in experiment.the_suite.tasks()}
    key = keys.field("tasks")
    st.session_state[key] = list(experiment.tasks)
    st.pills(
        _("Tasks"),
        list(titles),
        selection_mode="multi",
        format_func=lambda name: titles[name],
        key=key,
        on_change=_take_tasks,
        wrap=True,
    )


def _not_on_the_disk(key: str) -> str | None:
    """Why the data of a suite cannot be loaded, as words for under the list."""
    return catalog.suites()[key]().obstacle()


def _take_tasks() -> None:
    """The tasks that are ticked; at least one stays."""
    names = st.session_state[keys.field("tasks")]
    if not names:
        scene.say(_("At least one task has to be learned."))
        return
    experiment = scene.current().experiment
    # What was said about tasks that are learned no more, or one number a task, no longer fits.
    knobs = knobs_of(catalog.methods()[experiment.weighting.name])
    stale = {f"labels.{task}" for task in experiment.labels if task not in names}
    stale |= {f"weighting.{name}" for name, knob in knobs.items() if knob.per_task}
    flat = {name: value for name, value in experiment.to_flat().items() if name not in stale}
    scene.replace_by(flat | {"tasks": names})


def choose_sharing(experiment: Experiment) -> None:
    """Who shares what."""
    choose_strategy("sharing", _("Sharing"), experiment)


def choose_strategy(name: str, label: str, experiment: Experiment) -> None:
    """The strategy of an experiment and its knobs; what is chosen goes to the field `name` of the scene.

    Which strategies do not work here is told under "More", as some of them seldom do.
    """
    strategies = catalog.strategies()
    _entry(name, label, strategies, lambda key: _single_task(key, experiment), experiment.sharing.name, quiet=True)
    _knobs("sharing", experiment, {"depth": experiment.the_backbone.length}, field=name)


def _single_task(key: str, experiment: Experiment) -> str | None:
    """Why a strategy does not work with these tasks and this network, as words for under the list."""
    strategy = catalog.strategies()[key]()
    problems = [one for one in unshared(strategy, experiment.the_backbone, experiment.the_tasks) if one.where == "sharing"]
    return problems[0].should if problems else None


def choose_weighting(experiment: Experiment) -> None:
    """How the tasks are weighed."""
    _entry("weighting", _("Weighting"), catalog.methods(), experiment.obstacle)
    _knobs("weighting", experiment)


def choose_schedule(experiment: Experiment) -> None:
    """When which task is learned."""
    with st.expander(_("Joint training"), icon=":material/event_repeat:", expanded=experiment.schedule.name != "joint"):
        _entry("schedule", _("Schedule"), catalog.schedules())
        _knobs("schedule", experiment, {"main": len(experiment.tasks)})


def choose_labels(experiment: Experiment) -> None:
    """How many training examples have a label for each task."""
    with st.expander(_("Labels per task"), icon=":material/sell:"):
        st.caption(
            _("How many training examples are labelled for each task; 0 stands for all. It decides whether sharing helps.")
        )
        knob = Knob(0, low=0, high=MOST_LABELS)
        for task in experiment.the_tasks:
            _widget(
                f"labels.{task.name}",
                replace(knob, label=Given(escaped(_(task.title)))),
                experiment.labels.get(task.name, 0),
                (),
            )


def choose_likeness(experiment: Experiment) -> bool:
    """How much alike the tasks are, where the suite has a knob for that; whether it has."""
    found = {name: knob for name, knob in knobs_of(experiment.the_suite).items() if knob.relates}
    for name, knob in found.items():
        _widget(f"suite.{name}", knob, experiment.suite.knobs[name], experiment.tasks)
    return bool(found)


def choose_rest(experiment: Experiment, likeness: bool = True) -> None:
    """Everything else, with a default that works; without the likeness of the tasks where that is chosen elsewhere."""
    with st.expander(_("More"), icon=":material/tune:"):
        suites, strategies = catalog.suites(), catalog.strategies()
        _grey(suites, _reasons(suites, _not_on_the_disk, experiment.suite.name))
        _grey(strategies, _reasons(strategies, lambda key: _single_task(key, experiment), experiment.sharing.name))
        elsewhere = {name for name, k in knobs_of(experiment.the_suite).items() if k.pattern or (k.relates and not likeness)}
        _knobs("suite", experiment, but=elsewhere)
        backbones = catalog.backbones()
        _entry("backbone", _("Network"), backbones, lambda key: unreadable(type(experiment.the_suite), backbones[key]))
        _knobs("backbone", experiment)
        for name, knob in knobs_of(Experiment).items():
            _widget(name, knob, getattr(experiment, name), experiment.tasks)
        _seeds()


def _seeds() -> None:
    """The first seed and how many."""
    now = scene.current()
    for name, knob, value, label in (
        ("seeds", SEEDS, now.seeds, _("Seeds")),
        ("seed", scene.SEED, now.seed, _("First seed")),
    ):
        key = keys.field(name)
        st.session_state[key] = value
        words = _("How many runs with different first weights, splits and batches; the spread is taken over them.")
        st.number_input(
            label, int(knob.low), int(knob.high), key=key, on_change=_take_seeds, help=words if name == "seeds" else None
        )


def _take_seeds() -> None:
    """The seeds that were typed."""
    seed, seeds = (int(st.session_state[keys.field(name)]) for name in ("seed", "seeds"))
    scene.show(replace(scene.current(), seed=seed, seeds=seeds))


def _entry(
    name: str, label: str, entries: Mapping[str, Any], reason: Any = None, chosen: str = "", quiet: bool = False
) -> None:
    """A list of the catalogue's entries. Those that cannot work here stand below it in grey, with the reason.

    quiet: the reasons are told elsewhere.
    """
    chosen = chosen or getattr(scene.current().experiment, name).name
    reasons = {} if reason is None else _reasons(entries, reason, chosen)
    key = keys.field(name)
    st.session_state[key] = chosen
    st.selectbox(
        label,
        [entry for entry in entries if entry not in reasons],
        format_func=lambda one: _(entries[one].card.title),
        key=key,
        on_change=_take,
        args=(name,),
        help=_(entries[chosen].card.idea),
    )
    if not quiet:
        _grey(entries, reasons)


def _reasons(entries: Mapping[str, Any], reason: Any, chosen: str) -> dict[str, str]:
    """Why entries other than the chosen one cannot work here, by key."""
    return {key: why for key in entries if key != chosen and (why := reason(key))}


def _grey(entries: Mapping[str, Any], reasons: Mapping[str, str]) -> None:
    """Which entries cannot work here, by reason."""
    by_reason: dict[str, list[str]] = {}
    for entry, why in reasons.items():
        by_reason.setdefault(why, []).append(_(entries[entry].card.title))
    for why, titles in by_reason.items():
        reason = _("{sentence}.").format(sentence=why[0].upper() + why[1:])
        st.caption(_("Not here: {names}. {reason}").format(names=_(", ").join(titles), reason=reason))


def _knobs(
    choice: str,
    experiment: Experiment,
    most: Mapping[str, float] | None = None,
    *,
    but: Collection[str] = (),
    field: str = "",
) -> None:
    """The knobs of one choice; `most` lowers the upper bound of some of them, and those named by `but` are left out.

    field: the field of the scene that they belong to, where that is not the choice's own.
    """
    entry = CHOICES[choice]()[getattr(experiment, choice).name]
    values = getattr(experiment, choice).knobs
    for name, knob in knobs_of(entry).items():
        if name in but:
            continue
        high = min(knob.high, (most or {}).get(name, math.inf))
        _widget(f"{field or choice}.{name}", replace(knob, high=high), values[name], experiment.tasks)


def _widget(name: str, knob: Knob, value: Any, tasks: Iterable[str]) -> None:
    """One knob's widget, of the sort that suits it."""
    key, label, words = keys.field(name), _(knob.label), _(knob.help) or None
    said: dict[str, Any] = {"key": key, "on_change": _take, "args": (name,), "help": words}
    if knob.per_task:
        _per_task(name, knob, value, list(tasks))
        return
    st.session_state[key] = value
    if isinstance(knob.default, bool):
        st.toggle(label, **said)
    elif knob.choices:
        st.selectbox(label, knob.choices, format_func=knob.word, **said)
    elif knob.pattern:
        options = own_tables(value)
        st.selectbox(label, list(options), format_func=lambda one: options[one], **said)
    elif isinstance(knob.default, int):
        least, most = int(knob.low), int(knob.high)
        if most - least <= SHORT:
            st.slider(label, least, max(most, least + 1), **said)
        else:
            step = 1 if value < 100 else 10 ** (len(str(value)) - 2)
            st.number_input(label, least, most, step=step, **said)
    elif knob.relates:
        st.session_state[key] = float(value)
        st.slider(label, float(knob.low), float(knob.high), step=0.05, **said)
    else:
        low, high = _bounds(knob)
        st.session_state[key] = float(value)
        step = 10.0 ** (math.floor(math.log10(value)) - 1 if value > 0 else -2) if knob.log else 0.05
        st.number_input(label, low, high, step=step, format="%g", **said)


def _bounds(knob: Knob) -> tuple[float | None, float | None]:
    """Both bounds of a number as Streamlit wants them: None where there is none."""
    low, high = (None if math.isinf(bound) else float(bound) for bound in (knob.low, knob.high))
    return low, high


def _per_task(name: str, knob: Knob, value: tuple[float, ...], tasks: list[str]) -> None:
    """One number a task."""
    titles = {task.name: escaped(_(task.title)) for task in scene.current().experiment.the_tasks}
    numbers = list(value) or [1.0] * len(tasks)
    for place, task in enumerate(tasks):
        key = keys.field(f"{name}.{task}")
        st.session_state[key] = float(numbers[place])
        low, high = _bounds(knob)
        label = _("Weight of {task}").format(task=titles[task])
        st.number_input(label, low, high, step=0.1, format="%g", key=key, on_change=_take_per_task, args=(name, tuple(tasks)))


def _take_per_task(name: str, tasks: tuple[str, ...]) -> None:
    """The numbers that were typed, one a task."""
    scene.change(**{name: [st.session_state[keys.field(f"{name}.{task}")] for task in tasks]})


def _take(name: str) -> None:
    """The value of one widget."""
    scene.change(**{name: st.session_state[keys.field(name)]})
