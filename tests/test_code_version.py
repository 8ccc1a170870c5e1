"""The fingerprint covers all that a number may depend on, and nothing that only people read."""

from __future__ import annotations

import pytest

from playground import code_version as code
from tests.structure.test_import_graph import graph

SOURCE = '''"""What it is."""

from playground.basics.words import N_

RATE = 0.5
"""How fast."""


class Method:
    """A method."""

    card = Card(title=N_("A name"), formula=r"w = 1")  # shown
    text = """
# no comment
"""

    def weigh(self, losses):
        # Why it is so.
        return RATE * losses, _("weights")
'''


def essence(*changes: tuple[str, str]) -> bytes:
    """What is left of the source after changes, each of which has to be one."""
    source = SOURCE
    for old, new in changes:
        assert source.count(old) == 1
        source = source.replace(old, new)
    return code.essence(source.encode())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("What it is.", "What this is, in\ntwo lines."),
        ("How fast.", "How fäst."),
        ("A method.", "Ä method"),
        ("A name", "Another name"),
        ("w = 1", "w = 2"),
        ("        # Why it is so.\n", ""),
        ("Why it is so.", "Why."),
        ('_("weights")', '_("the\\n" "weights")'),
        ("\n\n\nclass", "\nclass"),
    ],
)
def test_words_may_be_mended(old: str, new: str) -> None:
    assert essence((old, new)) == essence()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("0.5", "0.25"),
        ("RATE * losses", "losses * RATE"),
        ("# no comment", "# another text"),
        ("    card", "    cards"),
        ('_("weights")', '_("weights"), 1'),
        ("        return", "        if losses:\n            return"),
        ("weigh(", "weight("),
    ],
)
def test_code_may_not(old: str, new: str) -> None:
    assert essence((old, new)) != essence()


def test_all_that_training_loads_is_covered_or_named_as_harmless() -> None:
    files, found = graph(), set[str]()
    left = [name for name in files if name.startswith(tuple(f"playground.{folder}." for folder in code.FOLDERS))]
    assert len(left) > 100
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += files[name]
    places = {name.removeprefix("playground.").replace(".", "/") for name in found - {"playground"}}
    others = {f"{one}.py" for one in places if one.partition("/")[0] not in code.FOLDERS and not (code.HOME / one).is_dir()}
    assert others == {*code.FILES, *code.HARMLESS}


def test_another_library_is_another_training_and_not_another_code(monkeypatch: pytest.MonkeyPatch) -> None:
    before, alone = code.code_version.__wrapped__(), code.fingerprint()
    monkeypatch.setattr(code, "version", lambda name: "0.0.0+cpu" if name == "torch" else "1.0")
    assert code.code_version.__wrapped__() != before
    other = code.code_version.__wrapped__()
    monkeypatch.setattr(code, "version", lambda name: "0.0.0+cu130" if name == "torch" else "1.0")
    assert code.code_version.__wrapped__() == other, "the same version for other processors"
    assert code.fingerprint.__wrapped__() == alone
