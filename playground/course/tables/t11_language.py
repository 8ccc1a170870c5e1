"""Table 11: language tasks that read the same sentences, with few and with all labels of named entities."""

from __future__ import annotations

from playground.basics.words import N_
from playground.course.measured.table import Column, Row, Table

TABLE = Table(
    number=11,
    title=N_("Language tasks together, and each alone"),
    about=N_("Sentences of a small grammar in English and Chinese, one transformer for all tasks of a row."),
    seeds=5,
    rows=(
        Row("names", N_("Entities in 60 sentences, translations in 4,000"), preset="sentences_names"),
        Row(
            "few",
            N_("Entities in 60 sentences, topic and sentiment in 4,000"),
            preset="sentences_all_labels",
            set={"labels.entities": 60},
        ),
        Row("all", N_("All three in 4,000 sentences"), preset="sentences_all_labels"),
    ),
    columns=(
        Column("entities", N_("Named entities")),
        Column("translation", N_("Translation")),
        Column("topic", N_("Topic")),
        Column("sentiment", N_("Sentiment")),
        Column("shared", N_("Shared parameters"), "count"),
    ),
)
