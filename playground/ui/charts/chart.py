"""Charts that live: a figure is updated in place while data come in, and keeps its zoom and its hidden entries.

`st.plotly_chart` builds a chart anew whenever its data change; these components hand the new data to the same node.
plotly.js comes from the installed plotly package, compressed once when the server starts, and a page loads it once.
"""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import plotly
import plotly.graph_objects as go
import streamlit as st
from streamlit.components.v1 import declare_component

from playground.basics.words import _
from playground.figures.marks import PARTNERS
from playground.figures.style import HEIGHT
from playground.ui.scripts.component import component

HERE = Path(__file__).parent
FILE = "plotly.min.js.gz"


@st.cache_resource(show_spinner=False)
def _plotly_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder that holds plotly.js, compressed, for as long as the server runs."""
    folder = tempfile.TemporaryDirectory(prefix="playground-")
    source = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    (Path(folder.name) / FILE).write_bytes(gzip.compress(source.read_bytes(), 6))
    return folder


@st.cache_resource(show_spinner=False)
def _plotly_address() -> str:
    """Where the server serves plotly.js, below its own address; the version makes browsers fetch a newer one.

    The older kind of component is the one that can serve a folder which is no part of an installed package.
    """
    served = declare_component("plotly", path=_plotly_folder().name)
    return f"component/{served.name}/{FILE}?{plotly.__version__}"


LOOKS = HERE / "chart.css"
NUMBERS = (HERE.parent / "scripts" / "live.js", HERE / "series.js", HERE / "curves.js", HERE.parent / "scripts" / "words.js")
"""What pictures of runs are made of: the state of the page, arithmetic, figures, words."""

PLOTLY = HERE / "plotly.js"

_chart = component("chart", *NUMBERS, PLOTLY, HERE / "axes.js", HERE / "low.js", HERE / "chart.js", looks=LOOKS)
_early = component("early", PLOTLY, HERE / "early.js", looks=LOOKS)
_drawing = component("drawing", *NUMBERS, HERE / "uses.js", HERE / "drawing.js", looks=LOOKS)


def fetch_early() -> None:
    """Lets the browser fetch plotly.js while the server still draws the page; for pages that begin with a chart."""
    _early(key="early", data={"source": _plotly_address()})


@dataclass(frozen=True)
class Text:
    """A plotly figure written out: what is shown again unchanged need not be written again."""

    figure: str
    height: int


def written(figure: go.Figure, subject: str | None = None) -> Text:
    """A plotly figure as text; see `live_chart` for the subject."""
    if subject is not None:
        figure.layout.uirevision = subject
    # With the names of its traces, by which the browser fills them and keeps what is hidden.
    return Text(figure.to_json(remove_uids=False), int(figure.layout.height or HEIGHT))


def live_chart(
    figure: go.Figure | Text | str,
    *,
    key: str,
    alt: str,
    height: int | None = None,
    subject: str | None = None,
    live: Mapping[str, Any] | None = None,
    fits: bool = False,
    steady: bool = False,
) -> None:
    """Shows what `playground.figures` made; a rerun with the same key updates it in place.

    figure: a plotly figure, or the markup of a drawing.
    key: unique on the page, the same in every rerun.
    alt: the figure in words, for people who do not see it.
    height: in pixels, for plotly figures; the figure's own where left out.
    subject: what is shown, e.g. the experiment's link; zoom and hidden entries are kept until it changes.
    live: which part of what comes by the channel fills it, see `playground.ui.live.moving`; None for a figure that is whole.
    fits: whether it is as high as its place on the first screen (first.css) instead of having a height of its own.
    steady: whether its axes grow in steps while numbers come in, instead of with each of them.
    """
    common = {"alt": alt, "partners": dict(PARTNERS), "live": None if live is None else dict(live), "fits": fits}
    if isinstance(figure, str):
        _drawing(key=key, height="content", data=common | {"markup": figure})
        return
    text = figure if isinstance(figure, Text) else written(figure, subject)
    own = {
        "figure": text.figure,
        "height": height or text.height,
        "source": _plotly_address(),
        "steady": steady,
        "failure": _("This chart could not be drawn in your browser; reload the page to try again."),
    }
    _chart(key=key, height="content", data=common | own)
