"""Languages: every string is found, switched, and left alone where nobody translated it."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest

from playground.basics import words
from playground.basics.words import LANGUAGES, LOCALE, N_, _, language, ngettext, use

FIELD = re.compile(r"{(\w*)[^}]*}")


@pytest.fixture
def chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue of three strings in place of the real one."""
    folder = tmp_path / "zh" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
    text = 'msgid "Steps"\nmsgstr "步数"\n\nmsgid "{count} seed"\nmsgid_plural "{count} seeds"\nmsgstr[0] "{count} 个种子"\n'
    (folder / "messages.po").write_text(head + text, encoding="utf-8")
    monkeypatch.setattr(words, "LOCALE", tmp_path)
    words._catalogue.cache_clear()
    yield
    words._catalogue.cache_clear()


def test_english_is_the_source() -> None:
    assert language() == "en"
    assert _("Steps") == "Steps"
    assert N_("Steps") == "Steps"
    assert ngettext("{count} seed", "{count} seeds", 1) == "{count} seed"
    assert ngettext("{count} seed", "{count} seeds", 2) == "{count} seeds"


@pytest.mark.usefixtures("chinese")
def test_the_language_can_be_switched() -> None:
    use("zh")
    assert language() == "zh"
    assert _("Steps") == "步数"
    assert N_("Steps") == "Steps"
    assert ngettext("{count} seed", "{count} seeds", 2).format(count=2) == "2 个种子"
    assert _("nobody translated this") == "nobody translated this"
    use("en")
    assert _("Steps") == "Steps"


@pytest.mark.usefixtures("chinese")
def test_an_unknown_language_means_english() -> None:
    use("zh")
    for strange in ("xx", "", "../../etc", "zh\x00"):
        use(strange)
        assert language() == "en"
        assert _("Steps") == "Steps"


@pytest.mark.usefixtures("chinese")
def test_nothing_is_translated_as_nothing() -> None:
    use("zh")
    # The empty string is the catalogue's own header.
    assert _("") == ""


def test_a_language_is_spoken_in_its_own_thread() -> None:
    use("zh")
    heard: list[str] = []
    thread = threading.Thread(target=lambda: heard.append(language()))
    thread.start()
    thread.join()
    assert heard == ["en"]
    assert language() == "zh"


@pytest.mark.parametrize("key", [key for key in LANGUAGES if (LOCALE / key / "LC_MESSAGES" / "messages.po").exists()])
def test_catalogues_keep_the_fields_of_every_string(key: str) -> None:
    from babel.messages.pofile import read_po

    with (LOCALE / key / "LC_MESSAGES" / "messages.po").open("rb") as source:
        catalogue = read_po(source, locale=key)
    for message in catalogue:
        if not message.id or not message.string:
            continue
        ids = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
        strings = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
        known = {name for text in ids for name in FIELD.findall(text)}
        for text in strings:
            assert set(FIELD.findall(text)) <= known, message.id
            assert "fuzzy" not in message.flags, message.id
