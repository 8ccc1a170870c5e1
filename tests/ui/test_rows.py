"""No chart stands alone in a row below a full one."""

from __future__ import annotations

import pytest

from playground.ui.rows import even_rows


@pytest.mark.parametrize("count", range(1, 14))
@pytest.mark.parametrize("most", [2, 3])
def test_rows_are_as_equal_as_they_can_be(count: int, most: int) -> None:
    things = list(range(count))
    rows = even_rows(things, most)
    sizes = {len(row) for row in rows}
    assert [one for row in rows for one in row] == things
    assert max(sizes) <= most
    assert max(sizes) - min(sizes) <= 1


def test_nothing_needs_no_row() -> None:
    assert even_rows([], 3) == []
