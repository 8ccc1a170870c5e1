"""Nothing that came from outside is read as Markdown or markup, on any page: titles of a table that are all of these."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from playground.runs.store.store import Store
from playground.ui.text import as_markdown
from tests.pages.hostile import TITLES, hostile
from tests.pages.visitor import PAGES, Hand, Visitor

READ = {"body", "label", "help", "content", "caption", "text", "placeholder", "title"}
"""Fields of Streamlit's messages that its pages read as Markdown; `st.html` is looked at, too."""
PLAIN = {"arrow_data_frame", "bidi_component", "text_input", "file_uploader"}
"""Elements whose texts are shown as they are, or by a script that escapes them, which tests of figures hold."""


def texts(message: Message) -> Iterator[str]:
    """Every text of a message that a page reads as Markdown."""
    for field, value in message.ListFields():
        for one in value if field.is_repeated else [value]:
            if field.type == FieldDescriptor.TYPE_MESSAGE and field.name not in PLAIN:
                yield from texts(one) if isinstance(one, Message) else ()
            elif field.type == FieldDescriptor.TYPE_STRING and field.name in READ:
                yield one


def read_as_markdown(ann: Visitor) -> list[str]:
    found: list[str] = []

    def walk(block: Any) -> None:
        for child in block.children.values():
            proto = getattr(child, "proto", None)
            if isinstance(proto, Message) and child.type not in PLAIN:
                found.extend(texts(proto))
            if hasattr(child, "children"):
                walk(child)

    walk(ann.app._tree)
    return found


def raw(found: list[str]) -> list[str]:
    """Texts in which a title stands unescaped."""
    return [text for text in found if any(title in text.replace(as_markdown(title), "") for title in TITLES)]


@pytest.fixture
def ann(store: Store, hand: Hand, tmp_path: Path) -> Visitor:
    """Somebody who trained on such a table, under two ways of weighing."""
    key = hostile(tmp_path, name="**t**.csv")
    link = {"suite": "table", "suite.table": key, "steps": "60", "seeds": "2", "backbone.width": "4"}
    ann = Visitor(link=link)
    ann.press("play")
    hand.finish()
    return ann


@pytest.mark.parametrize("page", PAGES)
def test_titles_of_a_table_are_words_on_every_page(page: str, ann: Visitor, hand: Hand) -> None:
    link = ann.address
    ann.turn_to(page)
    if page == "sharing.py":
        ann = Visitor(page=page, link=link)
        ann.press("play")
        hand.finish()
        ann.look()
    if page == "runs.py":
        table = ann.app.dataframe[0]
        ann.app.session_state[table.key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
        ann.look()
    found = read_as_markdown(ann)
    assert len(found) > 5
    assert raw(found) == []


def test_it_would_be_seen(ann: Visitor) -> None:
    assert raw([f"x {TITLES[0]} y", as_markdown(TITLES[1])]) == [f"x {TITLES[0]} y"]
    assert any(as_markdown(TITLES[-1]) in text for text in read_as_markdown(ann)), "the titles are there, escaped"
