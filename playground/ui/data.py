"""What the Data page shows of a suite: examples, labels, how its targets go together, what is missing."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from playground import catalog
from playground.errors import Invalid, Problem, unknown
from playground.experiment import Choice, Experiment, text_of
from playground.figures import data as pictures
from playground.figures.style import look_of
from playground.knobs import Knob, knobs_of, read_knobs
from playground.survey import SPLITS, Survey, survey
from playground.tables.values import KINDS
from playground.tasks.base import Probe, Suite
from playground.tasks.table import YourTable
from playground.ui import keys, scene, server
from playground.ui.chart import live_chart
from playground.ui.scene import LONGEST, SEED, Scene
from playground.ui.text import escaped
from playground.words import _, language, ngettext

SUITE, OWN = "suite", "own"
OPENED, SIGHT, VIEW = "data.opened", "data.sight", "data.view"
"""Whether the address was read in this session; what is looked at; which half of the page."""

ROWS = 100
"""Examples of a table that are shown."""

COLUMNS = 12
"""Numbers of an example that are shown beside its labels."""

PICTURES = 24
"""Examples that are drawn."""


@dataclass(frozen=True)
class Sight:
    """What is looked at: a suite with its knobs turned, and a seed."""

    suite: Choice
    seed: int = 0

    @property
    def the_suite(self) -> Suite:
        """The suite with its knobs turned."""
        return catalog.suites()[self.suite.name](**self.suite.knobs)

    def query(self) -> dict[str, str]:
        """The sight as parameters of an address."""
        knobs = {f"suite.{name}": text_of(value) for name, value in self.suite.knobs.items()}
        return {"suite": self.suite.name, **knobs, "seed": str(self.seed)}


def checked(query: Mapping[str, str]) -> Sight:
    """The sight that an address asks for. Raises Invalid with every problem."""
    size = sum(len(name) + len(value) for name, value in query.items())
    if size > LONGEST:
        raise Invalid([Problem("link", _("should be at most {count} characters long").format(count=LONGEST), size)])
    name = query.get("suite", "digits")
    if name not in catalog.suites():
        raise Invalid([unknown("suite", name, list(catalog.suites()))])
    turned = {key.removeprefix("suite."): value for key, value in query.items() if key.startswith("suite.")}
    # A link of the Playground shows its data here; what else it says is passed over.
    known = {"seed", *scene.OWN, *(field.name for field in dataclasses.fields(Experiment))}
    strangers = [key for key in query if key.partition(".")[0] not in known]
    problems = [unknown(key, key, ["suite", "seed"]) for key in strangers]
    knobs, more = read_knobs("suite", catalog.suites()[name], turned)
    problems += more
    seed = 0
    try:
        seed = SEED.read("seed", query.get("seed", 0))
    except Invalid as invalid:
        problems += invalid.problems
    if problems:
        raise Invalid(problems)
    sight = Sight(Choice(name, knobs), seed)
    sight.the_suite.tasks()  # a table that is gone is said here
    return sight


def open_address() -> tuple[str, Sight]:
    """Which half of the page and what to look at; the first time in a session, what the address asks for. A bad one is said."""
    if OPENED not in st.session_state:
        st.session_state[OPENED] = True
        query = {name: value for name, value in st.query_params.to_dict().items() if name != "lang"}
        try:
            view = query.pop("view", SUITE)
            if view not in (SUITE, OWN):
                raise Invalid([unknown("view", view, [SUITE, OWN])])
            st.session_state[VIEW] = view
            st.session_state[SIGHT] = checked(query) if query else _of_playground()
        except Invalid as invalid:
            scene.say(_("This link cannot be followed, so the first example is shown instead."), *map(str, invalid.problems))
    sight: Sight = st.session_state.get(SIGHT, Sight(Choice("digits")))
    try:
        sight.the_suite.tasks()
    except Invalid as invalid:  # a table that was forgotten meanwhile
        scene.say(*map(str, invalid.problems))
        sight = Sight(Choice("digits"))
    st.session_state[SIGHT] = sight
    return st.session_state.get(VIEW) or SUITE, sight


def _of_playground() -> Sight:
    """The data of the Playground, if that was open before."""
    now: Scene | None = st.session_state.get(keys.SCENE)
    return Sight(now.experiment.suite, now.seed) if now else Sight(Choice("digits"))


def show(sight: Sight) -> None:
    """Look at something else."""
    st.session_state[SIGHT], st.session_state[VIEW] = sight, SUITE


def choose_view(view: str) -> str:
    """The choice between looking at a suite and bringing a table."""
    words = {SUITE: _("Look at data"), OWN: _("Bring your own table")}
    st.session_state[VIEW] = view
    chosen = st.segmented_control(
        _("View"), list(words), format_func=lambda one: words[one], key=VIEW, required=True, label_visibility="collapsed"
    )
    return chosen or view


def write_address(view: str, sight: Sight) -> None:
    """Put what is shown into the address of the page."""
    query = sight.query() if view == SUITE else {"view": OWN}
    if language := st.query_params.get("lang"):
        query["lang"] = language
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)


# --- the form ----------------------------------------------------------------------------------------------------------


def form(sight: Sight) -> None:
    """Which suite, its knobs, and the seed."""
    suites = catalog.suites()
    ready = [key for key in suites if key == sight.suite.name or suites[key]().obstacle() is None]
    _set("suite", sight.suite.name)
    st.selectbox(_("Data"), ready, format_func=lambda key: _(suites[key].card.title), key=_key("suite"), on_change=_take_suite)
    for name, knob in knobs_of(sight.the_suite).items():
        _widget(f"suite.{name}", knob, sight.suite.knobs[name])
    _set("seed", sight.seed)
    words = _("It draws the splits, and the examples of data that are made.")
    st.number_input(_("Seed"), int(SEED.low), int(SEED.high), key=_key("seed"), on_change=_take, args=("seed",), help=words)
    missing = [_(suites[key].card.title) for key in suites if key not in ready]
    if missing:
        st.caption(_("Not downloaded: {names}. `python -m playground fetch` tells how.").format(names=_(", ").join(missing)))


def _widget(name: str, knob: Knob, value: Any) -> None:
    """One knob's widget, of the sort that suits it."""
    said: dict[str, Any] = {"key": _key(name), "on_change": _take, "args": (name,), "help": _(knob.help) or None}
    label = _(knob.label)
    _set(name, value)
    if isinstance(knob.default, bool):
        st.toggle(label, **said)
    elif isinstance(knob.default, str):
        options = dict(zip(knob.choices, map(knob.word, knob.choices), strict=True)) or own_tables(value)
        st.selectbox(label, list(options), format_func=lambda one: options[one], **said)
    elif isinstance(knob.default, int):
        st.number_input(label, int(knob.low), int(knob.high), **said)
    else:
        _set(name, float(value))
        st.number_input(label, float(knob.low), float(knob.high), format="%g", **said)


def own_tables(value: str) -> dict[str, str]:
    """The tables that a knob may name, by key: the example, the visitor's own, and the one that it names now."""
    return {"": _("The example"), value: value[:8] or _("The example")} | server.tables()


def _key(name: str) -> str:
    return f"data:{name}"


def _set(name: str, value: Any) -> None:
    st.session_state[_key(name)] = value


def _take_suite() -> None:
    """Another suite, with its knobs as they are by themselves."""
    _look({"suite": st.session_state[_key("suite")], "seed": st.session_state[SIGHT].query()["seed"]})


def _take(name: str) -> None:
    """The value of one widget."""
    _look(st.session_state[SIGHT].query() | {name: text_of(st.session_state[_key(name)])})


def _look(query: Mapping[str, str]) -> None:
    """Look at what a query asks for; what cannot be is said, and nothing changes."""
    try:
        show(checked(query))
    except Invalid as invalid:
        scene.say(*map(str, invalid.problems))


# --- what is shown -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """What is kept of a suite and a seed: its numbers, and a few examples."""

    numbers: Survey
    probe: Probe
    labels: pd.DataFrame
    inputs: np.ndarray


@st.cache_data(max_entries=40, ttl=3600, show_spinner=False)
def _looked(name: str, knobs: str, seed: int, words: str) -> Shown:
    """Load a suite, look at it, and let the data go."""
    suite = catalog.suites()[name](**json.loads(knobs))
    data = suite.load(seed)
    test = data.test.take(np.arange(min(ROWS, len(data.test))))
    return Shown(survey(suite, data), data.probe, _labels(suite, test.targets, test.known), test.inputs.reshape(len(test), -1))


def _labels(suite: Suite, targets: Mapping[str, np.ndarray], known: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """The labels of examples in words, a column a task; an empty cell for an unknown one."""
    columns: dict[str, list[Any]] = {}
    for task in suite.tasks():
        values = targets[task.name]
        if values.ndim == 1:
            words = [_(task.classes[int(value)]) if task.classes else round(float(value), 4) for value in values]
            columns[_(task.title)] = [word if there else None for word, there in zip(words, known[task.name], strict=True)]
    return pd.DataFrame(columns)


def look(sight: Sight) -> None:
    """Everything that is shown of a suite."""
    suite = sight.the_suite
    if sentence := suite.obstacle():
        st.info(f"{_(suite.card.title)} {sentence}.", icon=":material/cloud_download:")
        return
    _introduce(suite)
    try:
        with st.spinner(_("Looking at the data …")):
            found = _looked(sight.suite.name, json.dumps(dict(sight.suite.knobs)), sight.seed, language())
    except Invalid as invalid:
        st.info(str(invalid))
        return
    _count(suite, found.numbers)
    _open_on_playground(sight)
    _examples(sight, suite, found)
    _bars(suite, found.numbers)
    left, right = st.columns(2, gap="medium")
    with left:
        drawn = look_of(suite.tasks())
        live_chart(pictures.together(found.numbers, drawn), key="data.ties", alt=pictures.together_text(found.numbers, drawn))
        st.caption(_measures(suite, found.numbers))
    with right:
        _missing(suite, found.numbers)


def _introduce(suite: Suite) -> None:
    """What it is, where it is from, and the way to learn from it."""
    card = suite.card
    source = f" [{card.paper}]({card.link})" if card.link else f" {card.paper}"
    title = _("{sentence}.").format(sentence=_(card.title))
    st.markdown(f"**{title}** {_(card.idea)}{source if card.paper else ''}")
    if card.notes:
        st.caption(_(card.notes))


def _open_on_playground(sight: Sight) -> None:
    """The button that goes on to the Playground with these data."""
    if st.button(_("Learn from it on the Playground"), type="primary", icon=":material/play_circle:"):
        flat = {name: value for name, value in sight.query().items() if name != "seed"}
        if isinstance(suite := sight.the_suite, YourTable):
            flat |= {name: str(value) for name, value in suite.the_table.budget().items()}
        scene.show(Scene(Experiment.from_flat(flat), sight.seed, scene.current().seeds))
        st.switch_page("pages/play.py")


def _count(suite: Suite, numbers: Survey) -> None:
    """Sizes in one line."""
    count = len(suite.tasks())
    words = ngettext(
        "{count} task; {train} examples to learn from, {validation} to choose by, {test} to test on; {inputs} inputs each.",
        "{count} tasks; {train} examples to learn from, {validation} to choose by, {test} to test on; {inputs} inputs each.",
        count,
    )
    inputs = " × ".join(map(str, numbers.inputs))
    sizes = {name: f"{size:,}" for name, size in numbers.sizes.items()}
    st.caption(words.format(count=count, inputs=inputs, **sizes))


def _examples(sight: Sight, suite: Suite, found: Shown) -> None:
    """Some examples with their labels, none of which are learned from."""
    st.subheader(_("Examples"), anchor=False)
    if isinstance(suite, YourTable):
        st.dataframe(cells(suite), hide_index=True, height=320)
    elif found.probe.view == "rows":
        inputs = found.inputs[:, :COLUMNS]
        names = [_("input {number}").format(number=number) for number in range(1, inputs.shape[1] + 1)]
        st.dataframe(pd.concat([found.labels, pd.DataFrame(inputs, columns=names)], axis=1), hide_index=True, height=320)
        if found.inputs.shape[1] > COLUMNS:
            words = _("The first {most} of {count} inputs of each example.")
            st.caption(words.format(most=COLUMNS, count=found.inputs.shape[1]))
    else:
        drawn = look_of(suite.tasks())
        figure, words = pictures.examples(found.probe, suite.tasks(), drawn)
        live_chart(figure, key="data.examples", alt=words, subject=json.dumps(sight.query()))
        st.caption(_("Drawn as the page draws what a model says; here every answer is the label itself."))


def cells(suite: YourTable) -> pd.DataFrame:
    """The first rows of a table as they stand in its file."""
    table = suite.the_table
    return pd.DataFrame({harmless(one.title): [harmless(cell) for cell in one.cells[:ROWS]] for one in table.columns})


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula, should somebody download what is shown."""
    return f"'{cell}" if re.match(r"[=@]|[+-](?![\d\s.,%]*$)", cell) else cell


def _bars(suite: Suite, numbers: Survey) -> None:
    """How often each label occurs, a chart a task."""
    st.subheader(_("Labels"), anchor=False)
    drawn = look_of(suite.tasks())
    tasks = [task for task in suite.tasks() if task.name in numbers.labels]
    for start in range(0, len(tasks), 3):
        for column, task in zip(st.columns(3, gap="medium"), tasks[start : start + 3], strict=False):
            with column:
                found = numbers.labels[task.name]
                words = pictures.labels_text(task, drawn, found)
                live_chart(pictures.labels(task, drawn, found), key=f"data.labels.{task.name}", alt=words)


def _measures(suite: Suite, numbers: Survey) -> str:
    """How the numbers between tasks are to be read."""
    words = _("Two numbers: correlation. Two classes: Cramér's V. A number and a class: correlation ratio η.")
    titles = {task.name: _(task.title) for task in suite.tasks()}
    of = [_("of {task} the {what}").format(task=escaped(titles[name]), what=_(what)) for name, what in numbers.of.items()]
    return words + " " + _("Compared are: {pairs}.").format(pairs=_("; ").join(of)) if of else words


def _missing(suite: Suite, numbers: Survey) -> None:
    """How many examples have a label for each task, and the gaps in the columns of a table."""
    st.markdown("**" + _("What is missing") + "**")
    names = {"train": _("to learn from"), "validation": _("to choose by"), "test": _("to test on")}
    rows = [
        {_("Labels of"): _(task.title)}
        | {
            names[split]: f"{numbers.known[task.name][split]:,}"
            + (f" ({share} %)" if (share := _share(numbers, task.name, split)) < 100 else "")
            for split in SPLITS
        }
        for task in suite.tasks()
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True)
    if all(_share(numbers, task.name, split) == 100 for task in suite.tasks() for split in SPLITS):
        st.caption(_("Every example has a label for every task."))
    if isinstance(suite, YourTable):
        st.dataframe(pd.DataFrame(gaps(suite)), hide_index=True)


def _share(numbers: Survey, task: str, split: str) -> int:
    """Percent of a split that is labelled; 100 only where all of it is."""
    known, size = numbers.known[task][split], numbers.sizes[split]
    return 100 if known == size else min(99, round(100 * known / max(1, size)))


def gaps(suite: YourTable) -> list[dict[str, Any]]:
    """One row a column of a table: what it is, what is done with it, and how much of it is missing."""
    table = suite.the_table
    inputs = {column.name for column in table.inputs}
    words = {True: _("learned"), False: _("read")}
    return [
        {
            _("Column"): harmless(column.title),
            _("Type"): _(KINDS[column.kind]),
            _("Use"): words[column.name in table.targets]
            if column.name in table.targets or column.name in inputs
            else _("split by")
            if column.name == table.group
            else _("left out"),
            _("Empty"): column.empty,
            _("Not of its type"): column.strange(table.comma),
            _("Different"): len(column.different),
        }
        for column in table.columns
    ]
