"""Every string that people read is in every catalogue, translated, with the same fields."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from playground.basics.words import LANGUAGES, LOCALE

ROOT = Path(__file__).parent.parent.parent
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
Message = tuple[str, ...]
"""A string, or a singular with its plural."""


@cache
def extracted() -> dict[Message, str]:
    """Every string that the settings in babel.cfg find, with the place where it stands."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found: dict[Message, str] = {}
    for name, line, message, _comments, _context in extract_from_dir(str(ROOT), methods, options, KEYWORDS):
        parts = message if isinstance(message, tuple) else (message,)
        if any(parts):
            found.setdefault(parts, f"{name}:{line}")
    return found


@cache
def catalogue(language: str) -> Catalog:
    """The catalogue of one language."""
    path = LOCALE / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        pytest.skip(f"needs {path.relative_to(ROOT)}, which nobody has written yet")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def fields(text: str) -> set[str] | None:
    """Names of the fields in a string; None for one that is no format, such as a formula with braces."""
    try:
        return {name for _text, name, _format, _conversion in Formatter().parse(text) if name is not None}
    except ValueError:
        return None


def test_the_settings_find_what_people_read() -> None:
    single = {message[0] for message in extracted()}
    assert {"Play", "Playground", "Steps", "{where} {should}. Found {found}."} <= single
    assert any(place.startswith("presets/") for place in extracted().values())
    assert any(len(message) == 2 for message in extracted())


def test_no_string_is_hidden_from_the_settings() -> None:
    """A call inside an f-string is one piece of text to the tool that looks for strings."""
    found = {text for message in extracted() for text in message}
    for path in [ROOT / "streamlit_app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "playground").rglob("*.py")]:
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in KEYWORDS:
                texts = [one.value for one in call.args[:2] if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                assert set(texts) <= found, f"{path.relative_to(ROOT)}:{call.lineno}"


def test_fields_of_every_string_have_names() -> None:
    for message, place in extracted().items():
        for text in message:
            assert all(name.isidentifier() for name in fields(text) or ()), place


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_every_string_is_translated(language: str) -> None:
    known = catalogue(language)
    missing = []
    for message, place in extracted().items():
        entry = known.get(message[0])
        strings = () if entry is None else entry.string if isinstance(entry.string, (tuple, list)) else (entry.string,)
        if not strings or not all(strings) or (entry is not None and entry.fuzzy):
            missing.append(f"{place} {message[0]!r}")
    assert not missing, f"{len(missing)} strings to translate:\n" + "\n".join(missing)


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_a_translation_keeps_the_fields(language: str) -> None:
    known, wrong = catalogue(language), []
    for message, place in extracted().items():
        entry = known.get(message[0])
        if entry is None:
            continue
        strings = entry.string if isinstance(entry.string, (tuple, list)) else (entry.string,)
        wanted = set().union(*(fields(text) or () for text in message))
        wrong += [f"{place} {text!r}" for text in strings if text and fields(text) not in (wanted, None)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_nothing_is_left_over(language: str) -> None:
    known = {message[0] for message in extracted()}
    entries = [entry.id[0] if isinstance(entry.id, (tuple, list)) else entry.id for entry in catalogue(language)]
    left = [text for text in entries if text and text not in known]
    assert not left, f"{len(left)} translations of nothing:\n" + "\n".join(left)
