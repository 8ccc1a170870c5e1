"""The ready examples as a gallery: what each is about, and what came of it; and what there is to watch in the open one."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from playground.basics.words import _, language
from playground.experiment import Experiment
from playground.figures.gains import thumbnail
from playground.figures.style import look_of
from playground.presets import GROUPS, Preset, presets
from playground.runs.precomputed import recorded
from playground.ui import lesson, scene
from playground.ui.runs.groups import title

COLUMNS = 2
"""Examples beside each other, where there is room: so many that a title and what it is about are a line each."""


def button() -> None:
    """Opens the gallery."""
    if st.button(_("All examples"), icon=":material/gallery_thumbnail:", key="gallery.open", width="stretch"):
        # Here and not above the function, so that its title is in the visitor's language.
        st.dialog(_("Examples"), width="large")(_gallery)()


def told(preset: Preset | None) -> None:
    """What there is to watch in an example; nothing where the settings are one's own."""
    if preset is not None and not lesson.hidden("about"):
        with st.container(key="example"):
            word = _("What to watch")
            st.markdown(f"**{_(preset.title)}** · **{word}** {_(preset.watch)}")


def why(preset: Preset | None) -> None:
    """Why it is so."""
    if preset is not None and not lesson.hidden("about"):
        with st.container(key="example-why"):
            word = _("Why")
            st.markdown(f"**{word}** {_(preset.why)}")


def grouped() -> Iterator[tuple[str, list[Preset]]]:
    """Groups that have an example, in order, with theirs."""
    for key, word in GROUPS.items():
        if found := [preset for preset in presets().values() if preset.group == key]:
            yield _(word), found


def about(experiment: Experiment) -> str:
    """What an example is about: data, sharing and weighting."""
    return " · ".join(title(choice, experiment) for choice in ("suite", "sharing", "weighting"))


@st.cache_data(max_entries=200, show_spinner=False)
def picture(key: str, words: str) -> str:
    """The recorded gains of an example as markup, in a language; "" where nothing is recorded."""
    header = recorded.header(recorded.place(key))
    return thumbnail.gains(header.gains, look_of(presets()[key].experiment.the_suite.tasks()))


def _gallery() -> None:
    """Every example as a card."""
    for word, found in grouped():
        st.markdown(f"##### {word}")
        for start in range(0, len(found), COLUMNS):
            for column, preset in zip(st.columns(COLUMNS, gap="small"), found[start : start + COLUMNS], strict=False):
                with column, st.container(border=True, height="stretch", gap="xsmall"):
                    _card(preset)


def _card(preset: Preset) -> None:
    """One example: its title, which opens it; what it is about; and what it gained."""
    words, drawn = st.columns([3, 1.4], gap="small", vertical_alignment="center")
    with words.container(gap="xsmall"):
        if st.button(_(preset.title), key=f"gallery.{preset.key}", type="tertiary"):
            scene.show(scene.of_preset(preset.key))
            st.rerun()
        st.caption(about(preset.experiment))
    if markup := picture(preset.key, language()):
        drawn.html(markup)
