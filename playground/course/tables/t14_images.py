"""Table 14: image classification on real scans, with few labels and with all of them."""

from __future__ import annotations

from playground.basics.words import N_
from playground.course.measured.table import Column, Row, Table


def helped(helper: str, title: str) -> Row:
    """A row in which one helper with many labels stands beside the digit, which has few."""
    few = {"tasks": ("digit", helper), "labels.digit": 60, f"labels.{helper}": 1000, "steps": 600}
    return Row(helper, title, preset="digits_all_labels", set=few, task="digit")


TABLE = Table(
    number=14,
    title=N_("Image classification with few labels, and what helpers do for it"),
    about=N_("Real scans of digits. Which digit has 60 labels, its helpers have 1,000 each; in the last row all have all."),
    seeds=10,
    rows=(
        Row("three", N_("60 digits, three helpers"), preset="digits_three_helpers", task="digit"),
        helped("parity", N_("60 digits, with odd or even")),
        helped("loops", N_("60 digits, with closed loops")),
        Row(
            "cnn",
            N_("60 digits, three helpers, convolutions"),
            preset="digits_three_helpers",
            set={"backbone": "cnn"},
            task="digit",
        ),
        Row("all", N_("All labels, three helpers"), preset="digits_all_labels", task="digit"),
    ),
    columns=(
        Column("it", N_("Gain of which digit")),
        Column("it", N_("Together"), "score"),
        Column("it", N_("Alone"), "baseline"),
        Column("parameters", N_("Parameters"), "count"),
    ),
)
