"""The words people read: English in the source, other languages from a catalogue.

`_("…")` translates now, into the language of the current visitor; `N_("…")` only marks a string that is translated
later, where it is shown (labels of knobs, cards of methods). Catalogues are plain ``.po`` files below ``locale/``; they
are compiled in memory when first needed, so there is no build step and no binary file to keep in step.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Callable
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LOCALE = Path(__file__).parent.parent / "locale"

LANGUAGES = {"en": "English", "zh": "中文"}
"""Every language that people may choose, each named in itself."""

_language: ContextVar[str] = ContextVar("language", default="")
_asked: list[Callable[[], str]] = []


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    """The compiled catalogue of one language; English is the source and needs none."""
    path = LOCALE / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return gettext.NullTranslations()
    # Babel is imported here so that a program that only ever speaks English does not load it.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def use(language: str) -> None:
    """Speak `language` from here on, in this thread or task; an unknown language means English."""
    _language.set(language if language in LANGUAGES else "en")


def ask(who: Callable[[], str]) -> None:
    """Ask `who` for the language in every thread that was not told to `use` one, e.g. while a page redraws a part of itself."""
    _asked[:] = [who]


def language() -> str:
    """The language that `_` speaks now."""
    return _language.get() or (_asked[0]() if _asked else "en")


class Given(str):
    """Text that a visitor brought, such as a column's title: data, which `_` leaves as it is even if it is a word of ours."""

    __slots__ = ()


def _(text: str) -> str:
    """`text` in the current language."""
    if isinstance(text, Given):
        return text
    return _catalogue(language()).gettext(text) if text else ""


def ngettext(one: str, many: str, count: int) -> str:
    """`one` or `many`, as the current language counts."""
    return _catalogue(language()).ngettext(one, many, count)


def N_(text: str) -> str:  # noqa: N802 - gettext's own customary name
    """Marks `text` for the catalogue and returns it as it is."""
    return text
