"""Table 5: one transformer for sentences, shared in five ways."""

from __future__ import annotations

from playground.basics.words import N_
from playground.course.measured.table import Column, Row, Table

WAYS = {
    "heads": (N_("Shared trunk, own heads"), "hard,depth=3"),
    "adapters": (N_("Adapters on a resting trunk"), "adapters"),
    "lora": (N_("LoRA on a resting trunk"), "lora"),
    "prompt": (N_("Prompts before the input"), "prompt"),
    "separate": (N_("Separate transformers"), "separate"),
}

TABLE = Table(
    number=5,
    title=N_("One transformer, several ways to give each task something of its own"),
    about=N_("Made sentences: entities with 60 labelled sentences, topic and sentiment with all; a transformer of two blocks."),
    seeds=5,
    rows=tuple(
        Row(key, title, preset="sentences_all_labels", set={"sharing": sharing, "steps": 150, "labels.entities": 60})
        for key, (title, sharing) in WAYS.items()
    ),
    columns=(
        Column("entities", N_("Entities, 60 labels")),
        Column("topic", N_("Topic")),
        Column("sentiment", N_("Sentiment")),
        Column("parameters", N_("Parameters"), "count"),
        Column("shared", N_("of these shared"), "count"),
    ),
)
