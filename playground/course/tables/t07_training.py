"""Table 7: the same four tasks trained jointly, alternately, one after the other, and tied by a constraint."""

from __future__ import annotations

from playground.basics.words import N_
from playground.course.measured.table import Column, Row, Table

WAYS = {
    "joint": (N_("Jointly: every step learns from all"), {}),
    "alternate": (N_("Alternating: one task a step"), {"schedule": "alternate"}),
    "finetune": (N_("First all four tasks, then the first alone"), {"schedule": "pretrain_finetune"}),
    "constraint": (N_("Own networks, weights tied by a penalty"), {"sharing": "soft_l2"}),
}

TABLE = Table(
    number=7,
    title=N_("Ways of joint training on four tasks of digits"),
    about=N_("Which digit has 1,000 labels, the three others 60 each. All ways take the same number of steps."),
    seeds=20,
    rows=tuple(Row(key, title, preset="digits_few_labels", set=changes) for key, (title, changes) in WAYS.items()),
    columns=(
        Column("digit", N_("Which digit")),
        Column("parity", N_("Odd or even")),
        Column("large", N_("Five or more")),
        Column("loops", N_("Closed loops")),
        Column("delta_m", N_("Δm")),
    ),
)
