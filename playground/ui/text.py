"""Words of others on the page: Streamlit reads labels and sentences as Markdown, and what a visitor brought is none."""

from __future__ import annotations

import re


def as_markdown(text: str) -> str:
    """Words without the signs that Markdown would read as markup."""
    for sign in "\\`*_{}[]<>#|$~:":
        text = text.replace(sign, "\\" + sign)
    return text


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula, should somebody download what is shown."""
    return f"'{cell}" if re.match(r"[=@]|[+-](?![\d\s.,%]*$)", cell) else cell
