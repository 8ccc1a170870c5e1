"""The code of an experiment as `playground.export` writes it, and where its parts stand: for figures 15 to 17 and table 15."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache

from playground.basics.knobs import Knob
from playground.basics.words import N_, _, language
from playground.course.measured.figure import Figure
from playground.course.measured.table import Row
from playground.export.code.choice import Export
from playground.figures import style
from playground.figures.style import as_html
from playground.presets import presets

FRAMEWORKS = {"pytorch": "PyTorch", "tensorflow": "TensorFlow"}

PARTS: Mapping[str, tuple[str, str, str]] = {
    "data": (
        "part",
        N_("Data"),
        N_("One split as arrays: inputs, a target for each task, and a table that says which labels are known."),
    ),
    "block": ("tower", N_("A block"), N_("What the network is built of: a linear layer and a rectifier.")),
    "shared": (
        "self.shared self.towers",
        N_("Shared and own layers"),
        N_("The first blocks exist once, so every task changes them; what follows exists once a task."),
    ),
    "heads": (
        "self.heads",
        N_("Heads"),
        N_("A last layer a task, as wide as its answer: ten digits, one number for yes or no."),
    ),
    "losses": (
        "losses_of",
        N_("Losses"),
        N_("A loss for each task: the mean over the examples of the batch that have its label. They are not added yet."),
    ),
    "test": ("evaluate", N_("Scores"), N_("The metric of each task on a whole split, in its own unit.")),
    "weigh": (
        "weigh",
        N_("Task weights"),
        N_("From the losses of this step the weights of this step. Another method is another function."),
    ),
    "best": ("look", N_("The best step"), N_("Validation decides which weights are kept; test data is not asked.")),
    "step": (
        "for",
        N_("A training step"),
        N_("A batch, its losses, their weights, the gradient of the weighted sum, one step of the optimizer."),
    ),
}
"""For each part by key: the function or loop that is it, or what of the model is made there; its title; what it does."""

WHOLE = "whole"
"""Chosen in place of a part: all of the script."""
AROUND = 4
"""Lines that are shown before and behind a part."""
PART = Knob(
    "shared",
    choices=(*PARTS, WHOLE),
    words=(*(title for _name, title, _does in PARTS.values()), N_("Whole script")),
    label=N_("Part"),
)
"""The control of figures 15 and 16."""


@cache
def _text(preset: str, weighting: str, framework: str, _words: str) -> str:
    # Loads torch, so it is imported when somebody asks.
    from playground.export.code.script import script
    from playground.export.code.start import rows_of

    export = Export(presets()[preset].experiment.set(weighting=weighting), 0, framework)
    return script(export, rows_of(export))


def text(framework: str, preset: str = "digits_few_labels", weighting: str = "uncertainty") -> str:
    """The script that trains a preset with a weighting method and seed 0, in the visitor's language."""
    return _text(preset, weighting, framework, language())


def lines(code: str, part: str) -> tuple[int, int]:
    """The first and the last line of a part in a script, counted from 1."""
    name = PARTS[part][0]
    tree = ast.parse(code)
    if name.startswith("self."):
        made = [one for one in ast.walk(tree) if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) in name.split()]
        return made[0].lineno, int(made[-1].end_lineno or made[-1].lineno)
    for node in ast.walk(tree):
        if name == "for" and isinstance(node, ast.For) and ast.unparse(node.target).startswith("(step,"):
            return node.lineno, int(node.end_lineno or node.lineno)
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return min([node.lineno, *(one.lineno for one in node.decorator_list)]), int(node.end_lineno or node.lineno)
    raise KeyError(part)


def listing(code: str, marked: str, around: int = AROUND) -> str:
    """A part of a script as markup with its line numbers, tinted between the lines around it; `WHOLE` is all of the script."""
    every = code.splitlines()
    first, last = (1, len(every)) if marked == WHOLE else lines(code, marked)
    rows = []
    for number in range(max(first - around, 1), min(last + around, len(every)) + 1):
        tint = f"background:{style.faint(style.TASK_COLORS[0], 0.14)};" if first <= number <= last and around else ""
        rows.append(
            f'<div style="display:flex;{tint}"><span aria-hidden="true" style="flex:none;width:3.2em;padding-right:0.9em;'
            f'text-align:right;opacity:0.7;user-select:none">{number}</span>'
            f'<span style="white-space:pre">{as_html(every[number - 1]) or " "}</span></div>'
        )
    name = as_html(_("Code"))
    return (
        f'<div tabindex="0" role="region" aria-label="{name}" style="max-height:34rem;overflow:auto;'
        f"font-family:var(--st-code-font,monospace);font-size:0.78em;line-height:1.5;"
        f'color:var(--st-text-color);background:var(--st-secondary-background-color);border-radius:8px;padding:0.6rem 0">'
        f'<div style="width:max-content;min-width:100%">{"".join(rows)}</div></div>'
    )


def figure(framework: str, part: str) -> str:
    """What figures 15 and 16 show: what a part does, and the part with the lines around it."""
    code = text(framework)
    return listing(code, WHOLE, around=0) if part == WHOLE else note(part, code) + listing(code, part)


def code_figure(number: int, title: str, framework: str) -> Figure:
    """The figure of an experiment in one framework: the part between the lines around it, and what it does."""

    def draw(part: str = "shared") -> str:
        return figure(framework, part)

    def describe(part: str = "shared") -> str:
        return described(framework, part)

    return Figure(number=number, title=title, draw=draw, describe=describe, knobs={"part": PART})


def note(part: str, code: str) -> str:
    """What a part is, in one line of markup above a listing."""
    _name, title, does = PARTS[part]
    first, last = lines(code, part)
    where = _("lines {first} to {last}").format(first=first, last=last)
    return (
        f'<div style="margin:0 0 0.5rem;color:var(--st-text-color)"><b>{as_html(_(title))}</b> '
        f'<span class="quiet">{as_html(where)}</span><br>{as_html(_(does))}</div>'
    )


def described(framework: str, part: str) -> str:
    """A listing in words: what it trains in which framework, how long it is, and where the part stands."""
    code = text(framework)
    if part == WHOLE:
        return _("The whole script in {framework}, {count} lines.").format(
            framework=FRAMEWORKS[framework], count=len(code.splitlines())
        )
    first, last = lines(code, part)
    _name, title, does = PARTS[part]
    words = _("The script in {framework}, {count} lines. {part}, lines {first} to {last}: {does}")
    count = len(code.splitlines())
    return words.format(framework=FRAMEWORKS[framework], count=count, part=_(title), first=first, last=last, does=_(does))


class Places(Mapping[str, str]):
    """The cells of one row of table 15, read from the scripts when they are shown: so no line number is typed."""

    def __init__(self, part: str):
        self.part = part

    def __getitem__(self, column: str) -> str:
        if column == "does":
            return PARTS[self.part][2]
        first, last = lines(text(column), self.part)
        return f"{first}–{last}"

    def __iter__(self) -> Iterator[str]:
        return iter(("does", *FRAMEWORKS))

    def __len__(self) -> int:
        return 1 + len(FRAMEWORKS)

    def __contains__(self, column: object) -> bool:
        return column == "does" or column in FRAMEWORKS


def rows() -> tuple[Row, ...]:
    """A row for each part."""
    return tuple(Row(key, title, notes=Places(key)) for key, (_name, title, _does) in PARTS.items())
