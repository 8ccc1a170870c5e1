"""What tests of scripts share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="module")
def page(chromium: Any) -> Iterator[Any]:
    """An empty page of a browser, for the scripts that a test loads alone."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()
