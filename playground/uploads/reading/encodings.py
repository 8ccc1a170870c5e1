"""Bytes in, text out, and in which encoding it was: by its mark, by what is possible, by what reads as a language.

charset-normalizer judges which of several possible encodings makes a language. Before it stand two rules of our own, as it errs
on short tables: GB18030 by its pairs of bytes, and Western European where nothing speaks for another one.
"""

from __future__ import annotations

import codecs
import re

from playground.basics.errors import Invalid, Problem
from playground.basics.words import N_, _

ENCODINGS = {
    "auto": N_("Automatic"),
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "gb18030": "GB18030",
    "cp1252": N_("Western European"),
    "cp1250": N_("Central European"),
    "big5": "Big5",
    "shift_jis": "Shift JIS",
    "euc_kr": N_("Korean"),
    "cp1251": N_("Cyrillic"),
    "cp1253": N_("Greek"),
    "cp1254": N_("Turkish"),
}
"""Encodings that a person may name; "auto" tells them apart, and it is said which one was taken."""

DOUBTFUL = ("cp1252", "cp1250", "cp1254", "cp1251", "cp1253", "big5", "shift_jis", "euc_kr")
"""Those between which only the language decides; the first where nothing speaks for another."""

PAIRS = {
    "big5": r"[\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e]",
    "shift_jis": r"[\u3000-\u30ff\u4e00-\u9fff\uff01-\uff5e]",
    "euc_kr": r"[\u3000-\u303f\uac00-\ud7a3\uff01-\uff5e]",
}
"""Encodings that write a letter with two bytes, and the letters that such a text consists of."""

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks; the longer ones before those that they begin with."""

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Characters that no table holds."""

LOOKED_AT = 2**16
"""Bytes outside of ASCII, with what stands around them, by which an encoding is guessed."""


def decoded(data: bytes, encoding: str) -> tuple[str, str]:
    """The text of a file, and the encoding that it is in; raises Invalid where it is no text."""
    marked = next((name for mark, name in MARKS if data.startswith(mark)), None)
    chosen = marked or (_guessed(data) if encoding == "auto" else encoding)
    try:
        text = data.decode(chosen)
    except UnicodeError as error:
        place = getattr(error, "start", 0)
        should = _("should be text in the encoding {encoding}").format(encoding=chosen)
        raise Invalid([Problem("file", should, data[place : place + 8].hex(" "))]) from None
    text = text.removeprefix("\ufeff")
    if strange := CONTROL.search(text):
        found = _("the character {code} at place {place}").format(
            code=f"U+{ord(strange.group()):04X}", place=strange.start() + 1
        )
        raise Invalid([Problem("file", _("should be text without control characters"), found)])
    if not text.strip():
        raise Invalid([Problem("file", _("should hold a table"), _("nothing"))])
    return text, "utf-8" if chosen == "utf-8-sig" else chosen


def _guessed(data: bytes) -> str:
    """The encoding of text without a mark: UTF-8 where that is possible, UTF-16 by its zeros, else by what it makes of it."""
    if b"\0" in data:
        # Latin letters in UTF-16 have a zero in every second byte.
        even, odd = data[::2].count(0), data[1::2].count(0)
        if len(data) % 2 == 0 and max(even, odd) > 8 * min(even, odd) and max(even, odd) > len(data) / 8:
            return "utf-16-be" if even > odd else "utf-16-le"
        return "utf-8"
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        return "gb18030" if _looks_chinese(data) else _by_language(data)


def _looks_chinese(data: bytes) -> bool:
    """Whether bytes read as GB18030 are mostly common characters.

    The 3,755 commonest ones and Chinese punctuation begin with the bytes A1 … A3 and B0 … D7, followed by a byte from A1 on.
    In Western European text two letters outside of ASCII seldom meet, and then as small ones, which lie above.
    """
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    common = len(re.findall(rb"[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]", data))
    outside = len(re.findall(rb"[\x80-\xff]", data))
    # Korean fills the same places: there the first letters are others, and half of them lie below C8.
    return 2 * common > 0.7 * outside and not _looks_korean(data)


def _looks_korean(data: bytes) -> bool:
    """Whether every pair of bytes is a syllable of Korean, which begins with B0 … C8; Chinese text goes on to D7."""
    pairs = re.findall(rb"([\xa1-\xfe])[\xa1-\xfe]", data)
    return len(pairs) >= 20 and len({pair for pair in pairs if pair > b"\xc8"}) == 0 and len(set(pairs)) >= 4


def _by_language(data: bytes) -> str:
    """One of `DOUBTFUL`, by the words outside of ASCII: what makes a language, Western European where nothing does."""
    words = b" ".join(dict.fromkeys(re.findall(rb"[\w\x80-\xff ]*[\x80-\xff][\w\x80-\xff ]*", data)))[:LOOKED_AT]
    texts = {name: text for name in DOUBTFUL if (text := _read(data, name)) is not None}
    for name, letters in PAIRS.items():
        runs = re.findall(r"[^\x00-\x7f]+", texts.get(name, ""))
        outside, common = sum(map(len, runs)), len(re.findall(letters, "".join(runs)))
        # Where two letters outside of ASCII seldom meet they are accents, which any two bytes can be mistaken for.
        if runs and common > 0.9 * outside and outside >= 1.5 * len(runs):
            return name
    west = texts.get("cp1252", "")
    if len(set(re.findall(r"\b[^\W\d_a-zA-Z]{4,}\b", west))) >= 2:
        # Words without one plain letter: Greek, whose accents lie where Cyrillic has capitals, or Cyrillic.
        return "cp1253" if re.search(rb"[\xe1-\xfe][\xdc-\xdf]", words) and "cp1253" in texts else "cp1251"
    # Signs that Western European text has no use for between letters are letters of Central Europe.
    if "cp1250" in texts and re.search(r"[a-z]{3}[³¹¿]|£[a-zó]|¯[a-z]|[a-z]Ÿ\b|[ìø][a-z]*[øì]|[a-z]ø[ií]", west, re.IGNORECASE):
        return "cp1250"
    # Imported here: only text that is not UTF-8 has to wait for it.
    from charset_normalizer import from_bytes

    likely = {match.encoding: match.coherence for match in from_bytes(words, cp_isolation=list(DOUBTFUL[:5]))}
    best = max(likely, key=likely.__getitem__, default="cp1252")
    own = likely.get("cp1252", 0.0)
    return best if best in texts and texts[best] != west and likely[best] > own else "cp1252"


def _read(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def readings(data: bytes, taken: str) -> list[tuple[str, str]]:
    """Other encodings that are possible, each with a word that it reads otherwise: what a person can judge at a glance."""
    if taken not in DOUBTFUL:
        return []
    word = re.search(rb"[\w\x80-\xff]*[\x80-\xff][\w\x80-\xff]*", data)
    shown = word.group()[:40] if word else b""
    own = shown.decode(taken, "replace")
    others = [(name, text) for name in DOUBTFUL if _read(data, name) is not None and (text := _read(shown, name) or "") != own]
    return [(name, text) for name, text in others if text.isalpha()]
