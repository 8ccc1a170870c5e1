"""The code explained, on the page: lines that belong to blocks of the network and to charts, marked from either side."""

from __future__ import annotations

import json
from pathlib import Path

import streamlit as st

from playground.basics.words import _, language
from playground.experiment import Experiment
from playground.export.code.choice import Export
from playground.export.code.explained import CHARTS, TOPICS, Region, drawn, explained, topics_of
from playground.ui.play.panels import network_of
from playground.ui.scripts.component import component

HERE = Path(__file__).parent

_panel = component("explained", HERE.parent / "scripts" / "words.js", HERE / "explained.js", looks=HERE / "explained.css")


@st.cache_data(max_entries=50, show_spinner=False)
def _read(canonical: str, seed: int, framework: str, words: str) -> tuple[str, list[Region]]:
    """The script in the language `words`, and what its lines are about; kept, as it loads data."""
    from playground.export.code.script import marked
    from playground.export.code.start import rows_of

    assert words == language()
    export = Export(Experiment.from_dict(json.loads(canonical)), seed, framework)
    return explained(marked(export, rows_of(export)))


def panel(experiment: Experiment, seed: int, framework: str) -> None:
    """The whole script of an experiment that can be exported."""
    text, regions = _read(experiment.canonical(), seed, framework, language())
    diagram = network_of(experiment.canonical(), language())
    titles = {topic: _(title) for topic, title in TOPICS.items()}
    titles |= {f"task{number}": _(task.title) for number, task in enumerate(experiment.the_tasks)}
    _panel(
        key="export.code",
        data={
            "text": text.rstrip("\n"),
            "regions": [vars(one) | {"topics": list(one.topics)} for one in regions],
            "boxes": [topics_of(box, diagram.tasks) for box in drawn(diagram)],
            "charts": dict(CHARTS),
            "titles": titles,
            "words": {
                "start": _("Press a block of the network, a chart, or a line: what belongs together is marked."),
                "marked": _("{names}: lines {lines}"),
                "none": _("{names}: no line of this script"),
                "lines": _("Lines {first} to {last}: {names}"),
                "topics": _("Marks lines, blocks and charts"),
                "code": _("The script"),
                "beside": _("Beside the network"),
                "back": _("Back to its place"),
                "copy": _("Copy"),
                "done": _("Copied"),
            },
        },
        height="content",
    )
