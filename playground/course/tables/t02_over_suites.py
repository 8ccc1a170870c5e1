"""Table 2: the same way of sharing on many sets of tasks: where it gains, where it loses, where nothing can be told."""

from __future__ import annotations

from playground.basics.words import N_
from playground.course.measured.table import Column, Row, Table

TABLE = Table(
    number=2,
    title=N_("What hard sharing brings on different sets of tasks"),
    about=N_("The examples of the playground as they are, each with all of its tasks in one network."),
    seeds=20,
    rows=tuple(
        Row(preset, title, preset=preset, task=task, seeds=seeds)
        for preset, title, task, seeds in (
            ("functions_same", N_("Equal functions, A has 50 labels"), "a", None),
            ("digits_three_helpers", N_("Digits, 60 labels and three easy helpers"), "digit", 10),
            ("toy_plane_related", N_("Patterns in the plane, alike"), "half", None),
            ("digits_few_labels", N_("Digits, three tasks with 60 labels"), "parity", None),
            ("digits_all_labels", N_("Digits, every label"), "digit", 10),
            ("diabetes_few_labels", N_("Patients: few labels of blood pressure"), "pressure", None),
            ("two_digits_conflict", N_("Two digits in one picture, a small network"), "left", None),
            ("toy_plane_crowded", N_("Patterns in the plane, unlike, a small network"), "spiral", None),
            ("functions_unrelated", N_("Unrelated functions, A has 50 labels"), "a", None),
        )
    ),
    columns=(Column("it", N_("The task in question")), Column("delta_m", N_("Δm of all tasks"))),
)
