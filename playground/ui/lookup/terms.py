"""The foot of every page: the words of the field that stand on it, each a way to the glossary."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

from playground.basics.words import _, language
from playground.course.text.glossary import terms
from playground.ui import lesson
from playground.ui.scripts.component import component

HERE = Path(__file__).parent
GLOSSARY = "glossary"
_terms = component("terms", HERE / "terms.js", looks=HERE / "terms.css")


def offer(page: str) -> None:
    """List them; a projector has no room for it. Which ones stand on the page is seen in the browser.

    page: how its address calls it.
    """
    if lesson.current().present or page == GLOSSARY:
        return
    spoken = language()
    known = [
        {
            "name": term.name(spoken),
            "says": term.says(spoken),
            "address": f"{GLOSSARY}?" + urlencode({"term": term.key, "lang": spoken}),
        }
        for term in terms().values()
    ]
    _terms(key="terms", height="content", data={"label": _("Words on this page"), "terms": known})
