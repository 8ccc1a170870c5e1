"""What a race shows while it goes on and at its end."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from itertools import combinations
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from playground.basics.errors import Invalid
from playground.basics.words import _, language
from playground.figures.race import more
from playground.figures.race import race as figures
from playground.figures.race.race import Trail
from playground.live.content.told import Cell, Table
from playground.race import estimate, report
from playground.race.course import Look
from playground.race.plan import SINGLE, Race
from playground.runs.workers.pool import workers_wanted
from playground.ui import scene, server
from playground.ui.charts.chart import written
from playground.ui.frame import still
from playground.ui.live import channel
from playground.ui.live.following import Following, Picture, Piece, Sentence, drawn, put
from playground.ui.live.moving import race_words, tell_progress
from playground.ui.race.maps import heat
from playground.ui.race.state import Contest, course
from playground.ui.rows import even_rows
from playground.ui.scene import Scene
from playground.ui.text import as_markdown

MOST_IN_PLACE, TALL = 12, 496
"""Entrants whose gains stand in the first row without being scrolled, and its height in pixels."""

LATEST = 6
"""Looks at validation data that a trail shows."""


def look(contest: Contest) -> Look:
    """Where the race of this session stands."""
    return course(contest).look(server.visitor())


# --- what is asked of it -----------------------------------------------------------------------------------------------


def player(contest: Contest, now: Look, following: Following | None) -> None:
    """Play, pause and stop, how long it takes before anybody plays, and how far it is."""
    kept, me = now.kept, server.visitor()
    mine = kept is not None and kept.visitor == me
    paused = kept is not None and kept.wish == "pause" and not now.over
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="race.player"):
        label = _("Resume") if paused else _("Play")
        st.button(
            label,
            key="race.play",
            type="primary",
            icon=":material/flag:",
            disabled=now.active or now.over or (paused and not mine),
            on_click=_turn if paused else _begin,
            args=(contest, "run") if paused else (contest,),
        )
        for wish, words, icon in (("pause", _("Pause"), ":material/pause:"), ("stop", _("Stop"), ":material/stop:")):
            off = not mine or now.over or (not now.active if wish == "pause" else kept is None or kept.wish == "stop")
            st.button(words, key=f"race.{wish}", icon=icon, disabled=off, on_click=_turn, args=(contest, wish))
    if now.message:
        st.warning(now.message)
    with still.line():
        if kept is None and not now.over:
            _before(contest)
        beside = "" if mine or now.over or kept is None else _("Somebody else began this race, and you watch it.")
        tell_progress(progress(now), following, mine=mine, beside=beside, keys=drawn(names(now)), say=race_words())


def _begin(contest: Contest) -> None:
    try:
        course(contest).begin(server.visitor())
    except Invalid as invalid:
        scene.say(*map(str, invalid.problems))


def _turn(contest: Contest, wish: str) -> None:
    try:
        course(contest).turn(server.visitor(), wish)
    except Invalid as invalid:
        scene.say(*map(str, invalid.problems))


@st.cache_data(max_entries=200, show_spinner=False)
def _seconds(key: str, _contest: Contest) -> float:
    return estimate.seconds(_contest.race, workers_wanted())


def _before(contest: Contest) -> None:
    """How many runs it is and about how long it takes here; a smaller one is asked for where it is too much."""
    race, seconds = contest.race, _seconds(contest.race.key, contest)
    words = _("{entrants} entrants, {configurations} configurations, {runs} runs: about {time} here.").format(
        entrants=len(race.entrants),
        configurations=len(race.configurations),
        runs=f"{race.size:,}",
        time=estimate.duration(seconds),
    )
    if seconds > estimate.LONG:
        st.warning(words + " " + _("That is much for one sitting: take fewer methods, rates, fixed weights, seeds or steps."))
    else:
        st.caption(words)


def progress(now: Look) -> dict[str, Any]:
    """How far it is; see `playground.live.content.progress.progress`."""
    if now.over:
        words = _("The race is over: {runs} runs.").format(runs=f"{now.race.size:,}")
        return {"status": "finished", "active": False, "done": now.total, "total": now.total, "text": words}
    if now.kept is None:
        return {"status": "none", "active": False, "done": 0, "total": 0, "text": ""}
    over = now.counts.get("finished", 0) + now.counts.get("failed", 0)
    words = _("{over} of {all} runs over").format(over=over, all=now.race.size)
    if now.kept.wish == "pause":
        words = _("Paused: {words}").format(words=words)
    elif now.kept.wish == "stop":
        words = _("Stopped: {words}").format(words=words)
    elif now.begun is None:
        words = _("Waiting for a free worker.")
    elif now.done:
        left = (time.time() - now.begun) * (now.total - now.done) / now.done
        words += " · " + _("about {time} left").format(time=estimate.duration(left))
    status = {"run": "running", "pause": "paused", "stop": "stopped"}[now.kept.wish]
    active = now.kept.wish != "stop"
    return {"status": status, "active": active, "done": now.done, "total": now.total, "text": words}


# --- what came out -----------------------------------------------------------------------------------------------------


def headline(now: Look, following: Following | None) -> None:
    """The one sentence."""
    put(following, "headline", said(now))


def said(now: Look) -> Sentence:
    """One honest sentence, computed from the race."""
    result = now.result
    if not result.standings:
        waits = _("The first points come with the first looks at validation data; a result, when all have come through a seed.")
        press = _("Press **Play**: all train on the same data, with the same seeds, batches and rates.")
        return Sentence("", waits if now.active else press)
    count, all_ = len(result.seeds), now.race.seeds
    standing = "" if result.complete else _("(After {count} of {all} seeds.)").format(count=count, all=all_)
    return Sentence(report.sentence(result), standing)


def pair_of(race: Race) -> str:
    """The two tasks that are shown, as `a|b`."""
    names = [f"{a.name}|{b.name}" for a, b in combinations(race.experiment.the_tasks, 2)]
    chosen = str(st.session_state.get("race.pair", ""))
    return chosen if chosen in names else next(iter(names), "")


def names(now: Look) -> list[str]:
    """The names of all parts, without making them."""
    found = ["headline", "race.front", "race.board"]
    if now.result.standings:
        found += ["race.table", "race.ranks", "race.chances", "race.cost"]
        found += ["race.parallel"] if len(now.race.experiment.the_tasks) > 2 else []
        found += ["race.heat"] if len(now.race.places) > 1 else []
    return found


def part(now: Look, name: str, pair: str, seeds: int) -> Piece:
    """One part of the page. pair: of `pair_of`; seeds: of the contest."""
    result, subject = now.result, now.race.key + language()
    if name == "headline":
        return said(now)
    if name == "race.table":
        return tabled(now, seeds)
    if name == "race.front":
        by_name = {task.name: task for task in now.race.experiment.the_tasks}
        first, second = (by_name[one] for one in pair.split("|"))
        figure = figures.front(result, first, second, _trails(now, first.name, second.name))
        return Picture(written(figure, f"{subject}{pair}"), figures.front_text(result, first, second))
    made: dict[str, Callable[[], tuple[Any, str]]] = {
        "race.board": lambda: (figures.board(result), figures.board_text(result)),
        "race.ranks": lambda: (more.ranks(result), more.ranks_text(result)),
        "race.chances": lambda: (more.chances(result), more.chances_text(result)),
        "race.cost": lambda: (figures.cost(result), figures.cost_text(result)),
        "race.parallel": lambda: (more.parallel(result), more.parallel_text(result)),
        "race.heat": lambda: heat(result),
    }
    figure, words = made[name]()
    return Picture(written(figure, subject), words)


def pictures(contest: Contest, now: Look, following: Following | None) -> None:
    """The front and the gains, side by side; then ranks, chances, cost, and all tasks at once."""
    result, subject = now.result, now.race.key + language()
    tasks = now.race.experiment.the_tasks
    pairs = {f"{a.name}|{b.name}": (a, b) for a, b in combinations(tasks, 2)}

    def place(name: str, about: str = subject, fits: bool = False) -> None:
        put(following, name, part(now, name, pair_of(now.race), contest.seeds), about, fits=fits)

    if len(pairs) > 1:
        st.selectbox(
            _("Two tasks"),
            list(pairs),
            format_func=lambda one: " · ".join(_(task.title) for task in pairs[one]),
            key="race.pair",
            width=360,
        )
    with still.pictures("race"):
        left, right = st.columns([3, 2], gap="medium")
    with left:
        place("race.front", f"{subject}{pair_of(now.race)}", fits=True)
    with right:
        # Very many entrants are scrolled in their place.
        many = len(now.race.entrants) > MOST_IN_PLACE
        with st.container(height=TALL, border=False, key="still-scroll-race") if many else st.container():
            place("race.board", fits=not many)
    if not result.standings:
        return
    table(contest, now, following)
    lower = ["race.ranks", "race.chances", "race.cost", *(["race.parallel"] if len(tasks) > 2 else [])]
    for row in even_rows(lower, 2):
        for column, name in zip(st.columns(len(row), gap="medium"), row, strict=True):
            with column:
                place(name)
    if "race.heat" in names(now):
        place("race.heat")


def _trails(now: Look, first: str, second: str) -> list[Trail]:
    """Of every contender that trains, the latest looks at validation data of one of its runs."""
    going = {one.experiment: one for one in reversed(now.going)}
    found = []
    for entrant in now.race.entrants:
        mine = [going[one] for one in entrant.configurations if one in going and going[one].last("scored")]
        if not entrant.contends or entrant.kind == "tuned" or not mine:
            continue
        chosen = mine[len(mine) // 2]
        places = [chosen.tasks.index(task) for task in (first, second)]
        scored = [one["scores"] for one in chosen.of_kind("scored") if one["split"] == "validation"][-LATEST:]
        x, y = ([scores[place] for scores in scored] for place in places)
        found.append(Trail(entrant.key, x, y))
    return found


def tabled(now: Look, seeds: int) -> Table:
    """The leaderboard; it is sorted anew only when all have come through another seed."""
    shown = report.table(now.result)
    links = [{"text": _("open"), "link": _address(now, key, seeds)} for key in now.result.order]
    rows: list[list[Cell]] = [[*map(str, row), link] for row, link in zip(shown.values.tolist(), links, strict=True)]
    return Table([*map(str, shown.columns), _("On the Playground")], rows, [])


def table(contest: Contest, now: Look, following: Following | None) -> None:
    """The leaderboard, and what it says."""
    if channel.served():
        put(following, "race.table", tabled(now, contest.seeds))
    else:
        shown = report.table(now.result)
        shown[_("On the Playground")] = [_address(now, key, contest.seeds) for key in now.result.order]
        link = st.column_config.LinkColumn(display_text=_("open"), width="small")
        st.dataframe(shown, hide_index=True, column_config={_("On the Playground"): link})
    words = _(
        "★ cannot be told from the best. Gains over one network a task on test, in percent; […] are 95 % intervals, corrected "
        "for all entrants. {tried} configurations were tried in all; rate and step were chosen on validation, baselines alike."
    )
    st.caption(words.format(tried=len(now.race.configurations)))
    for words in report.lacking(now.result, as_markdown):
        st.caption(words)


def _address(now: Look, key: str, seeds: int) -> str:
    """The address of an entrant on the Playground, as it was chosen."""
    one = now.result.standings[key]
    experiment = one.chosen if one.entrant.kind != SINGLE else one.chosen.set(sharing="separate")
    return "/?" + urlencode(Scene(experiment, 0, seeds).query())


def downloads(contest: Contest, now: Look) -> None:
    """Everything to take along, and the address that shows it."""
    result = now.result
    with st.container(horizontal=True, gap="small"):
        if result.standings:
            # Imported here: the report brings all of plotly's script along, which nobody needs before.
            from playground.figures.race import page

            for words, name, kind, make in (
                (_("Numbers (CSV)"), "race.csv", "text/csv", lambda: report.rows(result).to_csv(index=False)),
                (_("Everything (JSON)"), "race.json", "application/json", lambda: json.dumps(report.to_dict(result), indent=1)),
                (_("Report (HTML)"), "race.html", "text/html", lambda: page.written(result)),
            ):
                st.download_button(words, make, name, kind, icon=":material/download:", on_click="ignore", key=f"race.{name}")
        with st.popover(_("Link"), icon=":material/link:"):
            st.caption(_("This link holds the whole race. Everybody who opens it sees the same runs; they train once."))
            st.code(f"{(st.context.url or '').split('?')[0]}?{urlencode(contest.query())}", language=None, wrap_lines=True)
