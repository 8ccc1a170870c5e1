"""The link to what is shown, for oneself or for a class: short, copied by one press, as a QR code for the projector, with
what a teacher hides and locks."""

from __future__ import annotations

from html import escape
from pathlib import Path
from urllib.parse import urlencode

import segno
import streamlit as st

from playground.basics.words import LANGUAGES, _
from playground.ui import keys, lesson
from playground.ui.scene import Scene
from playground.ui.scripts.component import component

HERE = Path(__file__).parent
PREVIEW = 420
"""Height of the picture of what a class will see, in pixels."""

_copy = component("copy", HERE / "copy.js", looks=HERE / "copy.css")


def address(scene: Scene, said: lesson.Lesson, language: str) -> str:
    """The whole link; what differs from the nearest example, the language, and what the lesson says."""
    query = urlencode(scene.short() | {"lang": language} | said.query(), safe=",")
    return f"{(st.context.url or '').split('?')[0]}?{query}"


def code(link: str) -> str:
    """A QR code of a link as an address of a picture."""
    return segno.make(link, error="m", micro=False).svg_data_uri(scale=5, border=3, light="white")


def button(scene: Scene) -> None:
    """Opens the dialog."""
    if st.button(_("Link"), icon=":material/link:", key="links.open"):
        st.dialog(_("A link to this page"), width="large")(_dialog)(scene)


def _dialog(scene: Scene) -> None:
    """The link, and what a class will see of the page."""
    controls = lesson.names()
    st.markdown(_("Whoever opens it sees these settings and seeds; its runs are found again, not trained anew."))
    with st.expander(_("For a class"), icon=":material/school:"):
        hide = st.multiselect(_("Hide"), list(controls), format_func=controls.__getitem__, key="links.hide")
        lock = st.multiselect(_("Lock"), list(controls), format_func=controls.__getitem__, key="links.lock")
        present = st.toggle(_("For a projector: large type, choices in a drawer"), key="links.present")
    with st.container(horizontal=True, vertical_alignment="center"):
        language = st.segmented_control(
            _("Language"),
            list(LANGUAGES),
            format_func=LANGUAGES.__getitem__,
            default=st.session_state[keys.LANGUAGE],
            required=True,
            key="links.language",
        )
    link = address(scene, lesson.of(hide, lock, present), str(language))
    left, right = st.columns([3, 1], gap="medium", vertical_alignment="top")
    with left:
        st.code(link, language=None, wrap_lines=True)
        _copy(key="links.copy", data={"text": link, "label": _("Copy the link"), "done": _("Copied")})
    words = _("QR code of the link")
    right.html(f'<img alt="{escape(words)}" style="width:100%;max-width:220px" src="{code(link)}">')
    if st.toggle(_("Show what the class will see"), key="links.preview"):
        st.iframe(link, height=PREVIEW, alt=_("The page as the class will see it"))
