"""Table 12: text classification with few labels, alone and with helpers that know all of the sentences."""

from __future__ import annotations

from typing import Any

from playground.basics.words import N_
from playground.course.measured.table import Column, Row, Table

LABELS = 30


def helped(key: str, title: str, **changes: Any) -> Row:
    """A row in which topic has few labels."""
    return Row(key, title, preset="sentences_all_labels", set={**changes, "labels.topic": LABELS}, task="topic")


TABLE = Table(
    number=12,
    title=N_("Text classification with few labels, and what helpers do for it"),
    about=N_(
        "Topic is labelled in 30 of 4,000 sentences, or in all of them; its helpers in all of them. "
        "Beside translation networks take 200 steps, otherwise 300."
    ),
    seeds=5,
    rows=(
        helped("sentiment", N_("30 topics, with sentiment"), tasks=("topic", "sentiment")),
        helped("entities", N_("30 topics, with named entities"), tasks=("topic", "entities")),
        helped("both", N_("30 topics, with both")),
        helped("translation", N_("30 topics, with translation"), tasks=("topic", "translation"), steps=200),
        Row("all", N_("All topics, with both"), preset="sentences_all_labels", task="topic"),
    ),
    columns=(
        Column("it", N_("Gain of topic")),
        Column("it", N_("Together"), "score"),
        Column("it", N_("Alone"), "baseline"),
    ),
)
