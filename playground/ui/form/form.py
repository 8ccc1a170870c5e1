"""The form of an experiment, made from the knobs that suites, strategies and methods describe beside their fields.

The scene is the only truth: before each widget is drawn it is set to what the scene says, and a change goes to the scene
through one checked call. So a preset, a link and a finger all take the same way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from playground import catalog
from playground.basics.knobs import Knob, knobs_of
from playground.basics.words import Given, _
from playground.experiment import CHOICES, MOST_LABELS, Experiment, backbone_obstacle, sharing_problems
from playground.figures.style import MANY
from playground.presets import SEEDS, presets
from playground.ui import keys, lesson, scene
from playground.ui.data.form import own_tables
from playground.ui.play import gallery
from playground.ui.text import as_markdown

SHORT = 12
"""A whole number with at most so many steps is a slider; any other number is typed."""


def choose_preset() -> None:
    """The ready examples; one's own settings stand at the end of the list while they are none of them."""
    if lesson.hidden("example"):
        return
    current = scene.current().preset
    example_box("preset", current.key if current else "", _take_preset, lesson.locked("example"))
    if not lesson.locked("example"):
        gallery.button()


def example_box(field: str, current: str, take: Callable[[], None], locked: bool = False) -> None:
    """A list of all examples. field: its name in the session; current: the example that is open, "" for one's own settings."""
    st.session_state[keys.field(field)] = current
    st.selectbox(
        _("Example"),
        [*presets(), *([] if current else [""])],
        format_func=lambda one: _(presets()[one].title) if one else _("Your own settings"),
        key=keys.field(field),
        on_change=take,
        disabled=locked,
    )


def example_of(experiment: Experiment) -> str:
    """The key of the example that an experiment is; "" for none."""
    return next((preset.key for preset in presets().values() if preset.experiment == experiment), "")


def _take_preset() -> None:
    """The example that was chosen."""
    if name := st.session_state[keys.field("preset")]:
        scene.show(scene.of_preset(name))


def choose_tasks(experiment: Experiment) -> None:
    """Which data, and which of its tasks."""
    _entry("suite", _("Data"), catalog.suites(), _not_on_the_disk)
    # Which table decides which tasks there are, so it stands above them.
    _knobs("suite", experiment, but=[name for name, k in knobs_of(experiment.the_suite).items() if not k.pattern])
    titles = {task.name: as_markdown(_(task.title)) for task in experiment.the_suite.tasks()}
    key = keys.field("tasks")
    if lesson.hidden("tasks"):
        return
    st.session_state[key] = list(experiment.tasks)
    # Very many of them would push all else out of sight.
    with st.container(height=260, border=False) if len(titles) > MANY else st.container():
        st.pills(
            _("Tasks"),
            list(titles),
            selection_mode="multi",
            format_func=lambda name: titles[name],
            key=key,
            on_change=_take_tasks,
            wrap=True,
            disabled=lesson.locked("tasks"),
        )


def _not_on_the_disk(key: str) -> str | None:
    """A word why the data of a suite cannot be loaded; None where they can."""
    return _("not downloaded yet") if catalog.suites()[key]().obstacle() else None


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
    """The strategy of an experiment and its knobs; what is chosen goes to the field `name` of the scene."""
    _entry(name, label, catalog.strategies(), lambda key: _unshared(key, experiment), experiment.sharing.name)
    _knobs("sharing", experiment, {"depth": experiment.the_backbone.length}, field=name)


def _unshared(key: str, experiment: Experiment) -> str | None:
    """A word why a strategy does not work with these tasks and this network; None where it does."""
    strategy = catalog.strategies()[key]()
    problems = sharing_problems(strategy, experiment.the_backbone, experiment.the_tasks)
    if not any(one.where == "sharing" for one in problems):
        return None
    return _("needs several tasks") if len(experiment.tasks) == 1 else _("not for these data")


def _unweighed(key: str, experiment: Experiment) -> str | None:
    """A word why a method cannot work here; None where it can."""
    if experiment.obstacle(key) is None:
        return None
    if not experiment.the_schedule.weighs:
        return _("one task a step")
    gradients = catalog.methods()[key].signal != "loss"
    return (
        _("nothing is shared")
        if gradients and not experiment.the_strategy.shares(experiment.the_backbone)
        else _("a loss can be negative")
    )


def choose_weighting(experiment: Experiment) -> None:
    """How the tasks are weighed."""
    _entry("weighting", _("Weighting"), catalog.methods(), lambda key: _unweighed(key, experiment))
    _knobs("weighting", experiment)


def choose_schedule(experiment: Experiment) -> None:
    """When which task is learned."""
    if lesson.hidden("schedule"):
        return
    with st.expander(_("Joint training"), icon=":material/event_repeat:", expanded=experiment.schedule.name != "joint"):
        _entry("schedule", _("Schedule"), catalog.schedules())
        _knobs("schedule", experiment, {"main": len(experiment.tasks)})


def choose_labels(experiment: Experiment) -> None:
    """How many training examples have a label for each task."""
    if lesson.hidden("labels"):
        return
    with st.expander(_("Labels per task"), icon=":material/sell:"):
        st.caption(
            _("How many training examples are labelled for each task; 0 stands for all. It decides whether sharing helps.")
        )
        knob = Knob(0, low=0, high=MOST_LABELS)
        for task in experiment.the_tasks:
            _widget(
                f"labels.{task.name}",
                replace(knob, label=Given(as_markdown(_(task.title)))),
                experiment.labels.get(task.name, 0),
                (),
            )


def choose_likeness(experiment: Experiment) -> bool:
    """How much alike the tasks are, where the suite has a knob for that; whether it has."""
    found = {name: knob for name, knob in knobs_of(experiment.the_suite).items() if knob.relates}
    for name, knob in found.items():
        _widget(f"suite.{name}", knob, experiment.suite.knobs[name], experiment.tasks)
    return bool(found)


def choose_rest(experiment: Experiment, likeness: bool = True, but: Collection[str] = (), seeds: bool = True) -> None:
    """Everything else, with a default that works; without the likeness of the tasks where that is chosen elsewhere.

    but: fields that are chosen elsewhere or have no meaning here. seeds: whether they are chosen here.
    """
    if lesson.hidden("more"):
        return
    with st.expander(_("More"), icon=":material/tune:"):
        elsewhere = {name for name, k in knobs_of(experiment.the_suite).items() if k.pattern or (k.relates and not likeness)}
        _knobs("suite", experiment, but=elsewhere)
        backbones = catalog.backbones()
        _entry("backbone", _("Network"), backbones, lambda key: _unread(key, experiment))
        _knobs("backbone", experiment)
        for name, knob in knobs_of(Experiment).items():
            if name not in but:
                _widget(name, knob, getattr(experiment, name), experiment.tasks)
        if seeds:
            _seeds()


def _seeds() -> None:
    """The first seed and how many."""
    now = scene.current()
    for name, knob, value, label in (
        ("seeds", SEEDS, now.seeds, _("Seeds")),
        ("seed", scene.SEED, now.seed, _("First seed")),
    ):
        key = keys.field(name)
        if lesson.hidden(name):
            continue
        st.session_state[key] = value
        words = _("How many runs with different first weights, splits and batches; the spread is taken over them.")
        st.number_input(
            label,
            int(knob.low),
            int(knob.high),
            key=key,
            on_change=_take_seeds,
            help=words if name == "seeds" else None,
            disabled=lesson.locked(name),
        )


def _take_seeds() -> None:
    """The seeds that were typed."""
    seed, seeds = (int(st.session_state[keys.field(name)]) for name in ("seed", "seeds"))
    scene.show(replace(scene.current(), seed=seed, seeds=seeds))


def _unread(key: str, experiment: Experiment) -> str | None:
    """A word why a network cannot read these data; None where it can."""
    if backbone_obstacle(type(experiment.the_suite), catalog.backbones()[key]) is None:
        return None
    return _("reads other data")


def _entry(name: str, label: str, entries: Mapping[str, Any], reason: Any = None, chosen: str = "") -> None:
    """A list of the catalogue's entries. Those that cannot work here stand at its end, each with a word why; who takes one of
    them all the same is told the whole sentence, and nothing changes."""
    if lesson.hidden(name):
        return
    chosen = chosen or getattr(scene.current().experiment, name).name
    reasons = {key: why for key in entries if reason and key != chosen and (why := reason(key))}
    titles = {key: _(entry.card.title) for key, entry in entries.items()}
    titles |= {key: barred(titles[key], why) for key, why in reasons.items()}
    key = keys.field(name)
    st.session_state[key] = chosen
    st.selectbox(
        label,
        sorted(entries, key=lambda one: one in reasons),
        format_func=lambda one: titles[one],
        key=key,
        on_change=_take,
        args=(name,),
        help=_(entries[chosen].card.idea),
        disabled=lesson.locked(name),
    )


def barred(title: str, reason: str) -> str:
    """The entry of a list that cannot be chosen here, with a word why."""
    return _("{title} ✗ {reason}").format(title=title, reason=reason)


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
    if lesson.hidden(name):
        return
    key, label, words = keys.field(name), _(knob.label), _(knob.help) or None
    disabled = lesson.locked(name)
    said: dict[str, Any] = {"key": key, "on_change": _take, "args": (name,), "help": words, "disabled": disabled}
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
    titles = {task.name: as_markdown(_(task.title)) for task in scene.current().experiment.the_tasks}
    numbers = list(value) or [1.0] * len(tasks)
    for place, task in enumerate(tasks):
        key = keys.field(f"{name}.{task}")
        st.session_state[key] = float(numbers[place])
        low, high = _bounds(knob)
        label = _("Weight of {task}").format(task=titles[task])
        said: dict[str, Any] = {"on_change": _take_per_task, "args": (name, tuple(tasks)), "disabled": lesson.locked(name)}
        st.number_input(label, low, high, step=0.1, format="%g", key=key, **said)


def _take_per_task(name: str, tasks: tuple[str, ...]) -> None:
    """The numbers that were typed, one a task."""
    scene.change(**{name: [st.session_state[keys.field(f"{name}.{task}")] for task in tasks]})


def _take(name: str) -> None:
    """The value of one widget."""
    scene.change(**{name: st.session_state[keys.field(name)]})
