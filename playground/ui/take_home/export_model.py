"""The trained model of a run, to take along: trained once more in a process of its own, as nothing keeps weights."""

from __future__ import annotations

from importlib.util import find_spec

import streamlit as st

from playground.basics.words import _
from playground.experiment import Experiment
from playground.export.archive import archive
from playground.runs.workers.errand import Errand, model_of
from playground.ui.take_home.use import runner
from playground.ui.text import as_markdown

KEPT = "export.model"
"""The newest errand of this session for a model, and what it is for."""


def trained_model(experiment: Experiment, seed: int) -> None:
    """A button that asks for the model, what came of it, and how the exported script reads it."""
    subject, found = st.session_state.get(KEPT, (None, None))
    mine: Errand | None = found if subject == (experiment.canonical(), seed) else None
    waiting = found is not None and found.status == "waiting"
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        pressed = st.button(_("Trained model"), icon=":material/neurology:", key="export.train", disabled=waiting)
        # Only where the packages are that write it.
        installed = all(map(find_spec, ("onnx", "onnxscript")))
        serving = installed and st.toggle(_("For serving too (ONNX)"), key="export.onnx")
        if mine is not None and mine.status == "done":
            st.download_button(
                _("Model (ZIP)"),
                archive(mine.files),
                "model.zip",
                "application/zip",
                icon=":material/download:",
                on_click="ignore",
                key="export.model.zip",
            )
    if pressed:
        _ask(model_of(experiment, seed, serving), (experiment.canonical(), seed))
    if mine is not None and mine.status == "failed":
        st.error(as_markdown(mine.said) or _("This took too long, or failed."))
    if waiting and found is not None:
        _wait(found)
    words = _(
        "It is trained once more, in a process of its own, which gives the same numbers. The code tests it: "
        "`python train.py --weights model.safetensors`. By a command:"
    )
    st.caption(words)
    st.code(f"python -m playground export experiment.toml --seed {seed} --model --onnx", language=None)


def _ask(one: Errand, subject: tuple[str, int]) -> None:
    """Queue it, and look at the page again, which then waits."""
    if not runner().ask(one):
        st.error(_("Too many ask for this at the moment; try again in a minute."))
        return
    st.session_state[KEPT] = subject, one
    st.rerun()


@st.fragment(run_every=1.5)
def _wait(one: Errand) -> None:
    """Look again until it is done."""
    if one.status != "waiting":
        st.rerun()
    st.caption(_("The network is being trained again …"))
