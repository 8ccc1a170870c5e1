"""The race of the Weighting page: its plan in this session, the form, the pictures, and where the runs ended."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from playground import catalog
from playground.errors import Invalid, Problem
from playground.figures import landscape as figures
from playground.figures import style
from playground.figures.marks import PARTNERS, Mark, marks
from playground.knobs import knobs_of
from playground.landscape import outcome, plan, recorded, report
from playground.landscape.plan import SETTINGS, Plan
from playground.landscape.process import Race, Stadium
from playground.landscape.race import Track
from playground.landscape.worlds import WORLDS
from playground.ui import scene
from playground.words import _, language

HERE = Path(__file__).parent
LOOKS = (HERE / "planes.css").read_text(encoding="utf-8")

PLAN = "weighting.plan"
"""The `Plan` of this session."""

SHOWN = "weighting.shown"
"""Plan and track that were drawn last: what stays on the screen until the next race."""

FIRST = ("equal", "mgda", "pcgrad", "cagrad", "nash")
"""Methods of the first sight."""

GROUND = "race.ground"
"""Which heights the contours show."""

MOST_METHODS, MOST_STARTS = 8, 8
"""What one picture holds."""

AT_ONCE = 8000
"""Steps times methods up to which a race begins by itself when its plan changes."""

GRID = 80
"""Points of the contours' grid along each side."""

GROUNDS = ("sum", "first", "second", "none")

_race = st.components.v2.component(
    "playground_race", js=(HERE / "landscape.js").read_text(encoding="utf-8"), css=LOOKS, isolate_styles=False
)


@st.cache_resource(show_spinner=False)
def stadium() -> Stadium:
    """The races of this server."""
    return Stadium()


def looks() -> dict[str, Mark]:
    """How every method of the catalogue looks."""
    return marks({key: _(method.card.title) for key, method in catalog.methods().items()})


def checked(values: Mapping[str, Any]) -> Plan:
    """The plan of an address, no larger than a picture holds; raises Invalid with every problem."""
    asked = plan.read({**first(values.get("world")).to_dict(), **values})
    problems = []
    if len(asked.methods) > MOST_METHODS:
        problems.append(Problem("methods", _("should be at most {most}").format(most=MOST_METHODS), len(asked.methods)))
    if len(asked.starts) > MOST_STARTS:
        problems.append(Problem("starts", _("should be at most {most}").format(most=MOST_STARTS), len(asked.starts)))
    if problems:
        raise Invalid(problems)
    return asked


def first(world: str | None = None) -> Plan:
    """What is shown of a world at first: a recorded race where there is one."""
    named = world if world in WORLDS else next(iter(WORLDS))
    own = [key for key, setting in SETTINGS.items() if setting.world == named]
    for key in own:
        asked = plan.of_setting(key, FIRST)
        if recorded.find(asked) is not None:
            return asked
    return plan.of_setting(own[0], FIRST)


def current() -> Plan:
    """The plan of this session."""
    now: Plan = st.session_state.setdefault(PLAN, first())
    return now


def show(new: Plan) -> None:
    """Make `new` the plan of this session."""
    st.session_state[PLAN] = new


def change(**fields: Any) -> None:
    """Change fields of the plan, checked; what cannot be is said, and nothing changes."""
    try:
        show(checked(current().to_dict() | fields))
    except Invalid as invalid:
        scene.say(*map(str, invalid.problems))


# --- the form ----------------------------------------------------------------------------------------------------------


def form() -> None:
    """World, setting, methods, starts and numbers."""
    stadium()  # so that a process is ready by the time that somebody wants a race
    now = current()
    _select("world", _("World"), list(WORLDS), now.world, lambda key: _(WORLDS[key].title), _take_world)
    st.caption(_(now.the_world.idea))
    _settings(now)
    _methods(now)
    _starts(now)
    _ground()
    with st.expander(_("More"), icon=":material/tune:"):
        for name, knob in knobs_of(Plan).items():
            _number(name, knob, getattr(now, name))


def _select(name: str, label: str, options: Sequence[str], value: str, words: Any, take: Any) -> None:
    key = f"race.{name}"
    st.session_state[key] = value
    st.selectbox(label, options, format_func=words, key=key, on_change=take)


def _take_world() -> None:
    """Another world, with the same methods where they can run there."""
    new = first(st.session_state["race.world"])
    kept = tuple(one for one in current().methods if plan.obstacle(new, one) is None)
    show(replace(new, methods=kept or new.methods))


def _settings(now: Plan) -> None:
    """The settings of the world; one's own numbers stand at the end of the list while they are none of them."""
    own = [key for key, setting in SETTINGS.items() if setting.world == now.world]
    found = next((key for key in own if _numbers(plan.of_setting(key, ())) == _numbers(now)), "")
    words = {key: _(SETTINGS[key].title) for key in own} | {"": _("Your own numbers")}
    _select("setting", _("Setting"), [*own, *([] if found else [""])], found, lambda key: words[key], _take_setting)


def _numbers(one: Plan) -> tuple[float, ...]:
    return one.scale, one.rate, one.steps, one.memory


def _take_setting() -> None:
    if key := st.session_state["race.setting"]:
        new = plan.of_setting(key, ())
        show(replace(new, methods=current().methods, bounded=current().bounded))


def _methods(now: Plan) -> None:
    """Which methods race. Those that cannot stand below in grey, with the reason."""
    reasons = {key: plan.obstacle(now, key) for key in catalog.methods()}
    key = "race.methods"
    st.session_state[key] = list(now.methods)
    titles = {one: mark.title for one, mark in looks().items()}
    st.multiselect(
        _("Methods"),
        [one for one, why in reasons.items() if why is None],
        format_func=lambda one: titles[one],
        key=key,
        max_selections=MOST_METHODS,
        on_change=_take_methods,
    )
    st.caption(_("On this page colour and shape are the method, and each keeps its own; the losses are told by words."))
    for why in {why for why in reasons.values() if why is not None}:
        names = _(", ").join(titles[one] for one, reason in reasons.items() if reason == why)
        reason = _("{sentence}.").format(sentence=why[0].upper() + why[1:])
        st.caption(_("Not here: {names}. {reason}").format(names=names, reason=reason))


def _take_methods() -> None:
    methods = st.session_state["race.methods"]
    if methods:
        change(methods=methods)
    else:
        scene.say(_("At least one method has to race."))


def _starts(now: Plan) -> None:
    """Where the runs start: chosen from a list, typed, or placed by a click in the picture."""
    key = "race.starts"
    options = list(dict.fromkeys((*now.starts, *now.the_world.starts)))
    st.session_state[key] = list(now.starts)
    st.multiselect(
        _("Starts"),
        options,
        format_func=report.point,
        key=key,
        max_selections=MOST_STARTS,
        on_change=_take_starts,
        help=_("A click in the left picture places one more."),
    )
    example = ", ".join(f"{number:g}" for number in now.the_world.starts[0])
    st.text_input(_("Another start"), placeholder=example, key="race.typed", on_change=_take_typed)


def _take_starts() -> None:
    starts = st.session_state["race.starts"]
    if starts:
        change(starts=starts)
    else:
        scene.say(_("At least one start has to be there."))


def _take_typed() -> None:
    text = st.session_state["race.typed"].strip()
    if not text:
        return
    try:
        _add(plan.position(text, current().the_world))
        st.session_state["race.typed"] = ""
    except Invalid as invalid:
        scene.say(*map(str, invalid.problems))


def _add(point: tuple[float, float]) -> None:
    """One more start; where there are as many as a picture holds, the last one gives way."""
    starts = [one for one in current().starts if one != point]
    change(starts=[*starts[: MOST_STARTS - 1], point])


def _clicked() -> None:
    """The point of the picture that somebody clicked; it comes from a browser, so it is checked."""
    try:
        x1, x2 = (round(float(number), 1) for number in st.session_state["race"].start)
        _add(plan.position(f"{x1},{x2}", current().the_world))
    except Invalid as invalid:
        scene.say(*map(str, invalid.problems))
    except (TypeError, ValueError):
        return


def _ground() -> None:
    """Which heights the contours show."""
    words = {"sum": _("Sum"), "first": _("First loss"), "second": _("Second loss"), "none": _("None")}
    st.session_state.setdefault(GROUND, "sum")
    st.selectbox(_("Contours"), list(words), format_func=lambda one: words[one], key=GROUND)


def _number(name: str, knob: Any, value: Any) -> None:
    """One number of the plan."""
    key, words = f"race.{name}", _(knob.help)
    take: dict[str, Any] = {"key": key, "help": words, "on_change": _take, "args": (name,)}
    st.session_state[key] = value
    if isinstance(knob.default, bool):
        st.toggle(_(knob.label), **take)
    elif isinstance(knob.default, int):
        st.number_input(_(knob.label), int(knob.low), int(knob.high), step=100, **take)
    else:
        st.number_input(_(knob.label), float(knob.low), float(knob.high), step=value / 10, format="%g", **take)


def _take(name: str) -> None:
    change(**{name: st.session_state[f"race.{name}"]})


# --- the race ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class View:
    """What is known of a plan: its track so far and the race that is told, if it was not recorded before.

    stale: whether the track is that of an older plan, shown until there is one of this plan.
    """

    plan: Plan
    track: Track | None
    race: Race | None
    stale: bool = False

    @property
    def active(self) -> bool:
        """Whether more may come."""
        return self.race is not None and self.race.active

    @cached_property
    def known(self) -> Track:
        """The track; while there is none, one that stands at the starts."""
        if self.track is not None:
            return self.track
        starts = np.array(self.plan.starts)
        return Track(np.zeros(1, int), np.broadcast_to(starts, (1, len(self.plan.methods), *starts.shape)))

    @cached_property
    def outcomes(self) -> list[outcome.Outcome]:
        """Where the runs are now."""
        return outcome.outcomes(self.plan, self.known)


def look() -> View:
    """The view of the current plan; a short race begins by itself."""
    now = current()
    track = recorded.find(now)
    race = None
    if track is None:
        small = now.steps * len(now.methods) <= AT_ONCE
        race = stadium().look(now) or (stadium().ask(now) if small else None)
        track = race.track if race is not None else None
    if track is not None:
        st.session_state[SHOWN] = now, track
        return View(now, track, race)
    before, old = st.session_state.get(SHOWN, (None, None))
    if before is not None and before.world == now.world:
        return View(before, old, race, stale=True)
    return View(now, None, race)


def status(view: View) -> None:
    """What goes on, or the button that begins a long race."""
    race = view.race
    if race is None:
        if view.stale or view.track is None:
            _begin()
        return
    if race.status == "waiting":
        place = stadium().before(race) + 1
        st.progress(0.0, text=_("Waiting for other races: place {place}.").format(place=place))
    elif race.status == "running":
        left = race.seconds_left
        words = _("Step {step} of {steps}").format(step=f"{race.step:,}", steps=f"{race.plan.steps:,}")
        words += "" if left is None else " · " + _("about {seconds} s left").format(seconds=round(left))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.progress(race.step / race.plan.steps, text=words)
            st.button(_("Stop"), icon=":material/stop:", on_click=stadium().stop, args=(race,), key="race.stop")
    elif race.status != "finished":
        sentence = _("The race was stopped.") if race.status == "stopped" else _("The race broke off; try it again.")
        st.caption(sentence)
        _begin()


def _begin() -> None:
    """The button that begins a race."""
    now = current()
    st.button(
        _("Race: {methods} methods, {starts} starts, {steps} steps").format(
            methods=len(now.methods), starts=len(now.starts), steps=f"{now.steps:,}"
        ),
        type="primary",
        icon=":material/flag:",
        on_click=_ask,
        key="race.begin",
    )


def _ask() -> None:
    if stadium().ask(current()) is None:
        scene.say(_("Too many races wait already; try it again in a minute."))


@st.cache_data(max_entries=40, show_spinner=False)
def _heights(world: str, scale: float, ground: str) -> np.ndarray | None:
    """[rows, columns] what the contours show."""
    if ground == "none":
        return None
    left, right, low, high = WORLDS[world].window
    points = np.stack(np.meshgrid(np.linspace(left, right, GRID), np.linspace(low, high, GRID)), axis=-1)
    values = WORLDS[world].values(points, scale)
    return np.asarray(values.sum(-1) if ground == "sum" else values[..., GROUNDS.index(ground) - 1])


def pictures(view: View) -> None:
    """Both planes, with the controls that play them."""
    shown, track = view.plan, view.known
    ground = st.session_state.get(GROUND, "sum")
    # The same plan always takes the same way, so all who watch it share what was drawn up to a step.
    markup, alt, steps = _drawn(json.dumps(shown.to_dict()), len(track.steps), ground, language(), view)
    _race(
        key="race",
        height="content",
        data={
            "markup": markup,
            "alt": alt,
            "partners": dict(PARTNERS),
            "steps": steps,
            "live": view.active,
            "subject": str(hash(shown)),
            "words": _player_words(),
        },
        on_start_change=_clicked,
    )


@st.cache_data(max_entries=60, show_spinner=False)
def _drawn(canonical: str, count: int, ground: str, words: str, _view: View) -> tuple[str, str, list[int]]:
    """The pictures as markup and in words, and the steps of their points, for a plan of which so many points are known."""
    shown, track, titles = _view.plan, _view.known, looks()
    world = shown.the_world
    color = {"first": style.TASK_COLORS[0], "second": style.TASK_COLORS[1]}.get(ground, style.SHARED)
    heights = _heights(world.key, shown.scale, ground)
    under = figures.Ground(world.window, world.pareto, world.front(shown.scale), heights, color)
    starts, losses = np.array(shown.starts), world.values(track.points, shown.scale)
    paths = figures.Paths(shown.methods, starts, track.steps, track.points, losses).thinned()
    said = {
        (one.method, shown.starts.index(one.start)): f"{titles[one.method].title} · {report.point(one.start)} → {_ended(one)}"
        for one in _view.outcomes
    }
    ends = {
        key: [f"{report.point(one.start)} {_ended(one)}" for one in outcome.of_method(_view.outcomes, key)]
        for key in shown.methods
    }
    alt = figures.race_text(paths, {key: mark.title for key, mark in titles.items()}, ends)
    return figures.race(under, paths, titles, said), alt, paths.steps.tolist()


def _player_words() -> dict[str, str]:
    """What the controls say."""
    return {
        "play": "▶ " + _("Play"),
        "pause": "❚❚ " + _("Pause"),
        "back": _("One point back"),
        "on": _("One point on"),
        "moment": _("Step"),
        "step": _("Step {step}"),
        "language": language(),
    }


def _ended(one: outcome.Outcome) -> str:
    """How a run ended, in plain words."""
    return f"{_(outcome.WORDS[one.status])}, {report.point(one.end)}"


def headline(view: View) -> None:
    """One sentence that is computed from the race: who reaches the front from how many starts."""
    if view.track is None:
        st.markdown(_("Every method from every start, as one race."))
        return
    shown, titles = view.plan, looks()
    counts: dict[int, list[str]] = {}
    for key in shown.methods:
        reached = sum(one.status == outcome.REACHED for one in outcome.of_method(view.outcomes, key))
        counts.setdefault(reached, []).append(titles[key].title)
    step = f"{int(view.track.steps[-1]):,}"
    parts = [
        _("{names} from {count} of {all} starts").format(names=style.listed(names), count=count, all=len(shown.starts))
        for count, names in sorted(counts.items(), reverse=True)
        if count
    ]
    if not parts:
        sentence = _("After {step} steps no method has reached the front.").format(step=step)
    else:
        sentence = _("After {step} steps the front is reached by {parts}.").format(step=step, parts=style.join(parts))
        if 0 in counts:
            sentence += " " + _("Not from any start: {names}.").format(names=style.listed(counts[0]))
    st.markdown(f"**{sentence}**")


def table(view: View) -> None:
    """Where every run ended."""
    if view.track is None:
        return
    titles, shown = looks(), view.plan
    rows = [
        {
            _("Method"): titles[one.method].title,
            _("Start"): report.point(one.start),
            _("Outcome"): _(outcome.WORDS[one.status]),
            _("End"): report.point(one.end),
            _("First loss"): style.number(one.losses[0]),
            _("Second loss"): style.number(one.losses[1]),
            _("Distance"): f"{one.distance:.3f}",
            _("Since step"): "–" if one.since is None else f"{one.since:,}",
        }
        for one in view.outcomes
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True)
    words = _(
        "*Reached the front*: no further than {tolerance} from the Pareto set, in units of the left plane. *Stuck*: further "
        "away, and moved by less than that in the last tenth of the steps."
    )
    st.caption(words.format(tolerance=f"{shown.the_world.tolerance:g}") + " " + report.numbers(shown))
