"""Words of others on the page: Streamlit reads labels and sentences as Markdown, and what a visitor brought is none."""

from __future__ import annotations


def escaped(text: str) -> str:
    """Words without the signs that Markdown would read as markup."""
    for sign in "\\`*_{}[]<>#|$~:":
        text = text.replace(sign, "\\" + sign)
    return text
