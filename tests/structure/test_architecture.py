"""The table of rooms is what the rooms say of themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import architecture, documents

FOLDERS = sorted({path.parent for path in (architecture.ROOT / "playground").glob("**/*.py") if "migrations" not in path.parts})


def test_architecture_shows_what_each_room_says_of_itself() -> None:
    shown = documents.read(architecture.FILE, "rooms")
    assert shown == architecture.table(), "python -m tests.architecture"
    assert len(shown.splitlines()) > 20


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_folder_says_in_one_sentence_what_it_holds(folder: Path) -> None:
    assert len(architecture.sentence(folder / "__init__.py")) > 15
