"""The app. Run as a script it is a page: settings, language, navigation. Loaded as a module, by `streamlit run`, it is the
server of that script, with the channel by which pages show what moves.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from starlette.middleware import Middleware

from playground.basics import logs
from playground.basics.files import PACKAGE
from playground.basics.words import _
from playground.live.shown import Pages
from playground.runs.results.history import History
from playground.ui import pages, server
from playground.ui.frame import frame, language
from playground.ui.frame.head import Head
from playground.ui.live import channel
from playground.ui.lookup import terms


def page() -> None:
    """One run of the script."""
    st.set_page_config(page_title="Multi-task learning playground", page_icon=str(PACKAGE / "ui" / "icon.svg"), layout="wide")
    frame.begin()
    language.choose()
    shown = st.navigation(
        [
            st.Page(
                one.path,
                title=_(one.title),
                icon=one.icon,
                default=number == 0,
                visibility="visible" if one.listed else "hidden",
            )
            for number, one in enumerate(pages.found())
        ],
        position="top",
    )
    # After the navigation, so that the first visitor sees it while the server loads what every page needs.
    server.warm()
    server.check_settings()
    with server.needed():
        shown.run()
    terms.offer(shown.url_path)
    language.offer()


class Shown:
    """What the channel shows beside the runs of the Playground; loaded when first asked, as a server is to start at once."""

    @staticmethod
    def pages() -> Pages:
        """The pages that come as a whole."""
        from playground.ui.app import live_pages

        return live_pages.PAGES

    @staticmethod
    def beside(runs: Sequence[History]) -> str:
        """What is on its way beside runs."""
        from playground.ui.app import live_pages

        return live_pages.beside(runs)


if __name__ == "streamlit_app":
    logs.begin()
    routes = channel.routes(Shown.pages, Shown.beside)
    app = st.App(__file__, routes=routes, middleware=[Middleware(Head, markup=frame.early)])
else:
    page()
