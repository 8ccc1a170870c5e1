"""Tables are written in their place, and nothing around them changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.documents import put, read

TEXT = "a\n<!-- one -->\nold\n<!-- end -->\nb\n<!-- two -->\n<!-- end -->\n"


def test_lines_are_put_where_their_name_stands(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(TEXT, encoding="utf-8")
    put(path, "two", r"| \1 |" + "\n")
    assert path.read_text(encoding="utf-8") == TEXT.replace("two -->\n", "two -->\n| \\1 |\n")
    assert (read(path, "one"), read(path, "two")) == ("old\n", "| \\1 |\n")


@pytest.mark.parametrize("text", ["", "<!-- one -->\nold\n", TEXT + TEXT])
def test_a_place_is_there_once(tmp_path: Path, text: str) -> None:
    path = tmp_path / "page.md"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"page\.md should hold one <!-- one -->"):
        put(path, "one", "new\n")
    assert path.read_text(encoding="utf-8") == text
