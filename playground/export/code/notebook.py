"""A script as a Jupyter notebook: its head as words, then a cell for each of its parts."""

from __future__ import annotations

import ast
import json
from typing import Any


def notebook(text: str) -> str:
    """The notebook, version 4.5 of the format, of a script whose parts begin with ``# %% title``."""
    head = ast.get_docstring(ast.parse(text)) or ""
    body = text.split('"""\n', 1)[-1] if head else text
    first, *parts = body.split("\n# %% ")
    title, _blank, rest = head.partition("\n")
    cells = [_words(f"# {title}\n{rest}".strip()), _code(first)]
    for part in parts:
        name, _end, code = part.partition("\n")
        cells += [_words(f"## {name}"), _code(code)]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    found = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _words(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}


def _code(text: str) -> dict[str, Any]:
    lines = text.strip().splitlines(keepends=True)
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": lines}
