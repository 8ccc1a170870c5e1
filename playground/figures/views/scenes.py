"""What a model says about scenes: boxes drawn over the pictures, masks and depth beside the true ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from playground.basics.words import _
from playground.figures import style
from playground.figures.markup import counted, dot, panels, png, prediction
from playground.figures.style import Look, as_html, number
from playground.suites.base import Probe, Task

GLYPHS = ("●", "■", "▲", "✚", "◆", "★", "⬟", "⬢")
"""One sign a class, where there is no room for its name; they repeat after the eighth."""

ZOOM = 4
"""Pixels of a mask in the file for one in the picture, so that no browser blurs them."""

OUTLINE = "#fcfcfc"
"""Colour of what has to stand out from a picture; it is the same on a dark page, as the picture is."""

OVERLAP = 0.5
"""Intersection over union from which on a box counts as found."""


def scenes(probe: Probe, tasks: Sequence[Task], look: Look, outputs: Mapping[str, Sequence[Any]]) -> str:
    """A card a picture: the picture with boxes, beside it masks and depths, and below it the class with ✓ or ✗.

    probe.inputs: [N, 3, rows, columns] colours from 0 to 1.
    outputs: what `Kind.show` gives, per picture: probabilities of the classes, boxes [K, 6] (class, four sides, how sure),
        masks [rows, columns] of whole numbers, depths on a grid of any size.
    """
    cards = [_card(probe, tasks, look, outputs, place) for place in range(len(probe.inputs))]
    return f'<div class="entries">{_legend(probe, tasks, look, outputs)}</div>{panels(cards, "300px")}'


def scenes_text(probe: Probe, tasks: Sequence[Task], look: Look, outputs: Mapping[str, Sequence[Any]]) -> str:
    """The same in words: how well each task does on the pictures."""
    parts = [f"{look.title(task.name)}: {result(task, outputs[task.name], probe.targets[task.name])}" for task in tasks]
    return _("What the model says about {count} pictures.").format(count=len(probe.inputs)) + " " + style.sentence(parts)


def found(task: Task, output: Sequence[Any], truth: np.ndarray) -> str:
    """How many of the objects have a box of their class that covers them by half: "found 17 of 22, wrong boxes: 3"."""
    hit, named, there = 0, 0, 0
    for boxes, true in zip(output, np.asarray(truth, float), strict=True):
        hits, count = matched(np.asarray(boxes, float), true)
        hit, named, there = hit + hits, named + count, there + int((true[:, 0] >= 0).sum())
    return _("found {hit} of {there}, wrong boxes: {wrong}").format(hit=hit, there=there, wrong=named - hit)


def covered(task: Task, output: Sequence[Any], truth: np.ndarray) -> str:
    """How many pixels have the right class."""
    share = float((np.asarray(output) == truth).mean())
    return _("{percent} % of the pixels right").format(percent=round(100 * share))


def off(task: Task, output: Sequence[Any], truth: np.ndarray) -> str:
    """How far the distances are off, on average over the places that are shown."""
    said = np.asarray(output, float)
    error = float(np.abs(said - _shrunk(np.asarray(truth, float), said.shape[1:])).mean())
    return _("off by {error} on average").format(error=f"{number(error, 2)} {task.unit}".strip())


def right(task: Task, output: Sequence[Any], truth: np.ndarray) -> str:
    """How many pictures have the right class."""
    return counted(np.asarray(output, float).argmax(-1) == truth)


def result(task: Task, output: Sequence[Any], truth: np.ndarray) -> str:
    """How well a task does on the probe, in words."""
    return RESULTS.get(task.kind, right)(task, output, truth)


RESULTS: Mapping[str, Callable[[Task, Sequence[Any], np.ndarray], str]] = {"boxes": found, "mask": covered, "depth": off}
"""By kind of task: the words for how well it does on the probe."""


# --- parts -------------------------------------------------------------------------------------------------------------


def _legend(probe: Probe, tasks: Sequence[Task], look: Look, outputs: Mapping[str, Sequence[Any]]) -> str:
    """What the colours and signs stand for, and how well each task does."""
    entries = []
    for task in tasks:
        name = f"{dot(look.color(task.name))}{as_html(look.title(task.name))}"
        entries.append(_entry(name, result(task, outputs[task.name], probe.targets[task.name])))
    for task in tasks:
        if task.kind == "boxes":
            signs = (f"{sign} {as_html(_(name))}" for sign, name in zip(GLYPHS, task.classes, strict=False))
            entries += [_entry(" &nbsp;".join(signs), _("in full the model's boxes, dashed the true ones"))]
    if any(task.kind in ("mask", "depth") for task in tasks):
        entries.append(_entry("", _("masks and depths: above the model's, below the true ones; what is near shines")))
    return "".join(entries)


def _entry(name: str, words: str) -> str:
    """A name, as markup, and words about it."""
    return f'<span class="entry">{name} <span class="quiet">{as_html(words)}</span></span>'


def _card(probe: Probe, tasks: Sequence[Task], look: Look, outputs: Mapping[str, Sequence[Any]], place: int) -> str:
    """One picture with all that is said about it."""
    picture = png(np.moveaxis(np.asarray(probe.inputs[place], float), 0, -1))
    over, said, beside, rows = "", "", [], list[tuple[str, str]]()
    for task in tasks:
        output, truth = outputs[task.name][place], probe.targets[task.name]
        color = look.color(task.name)
        if task.kind in RESULTS:
            rows.append((look.title(task.name), result(task, [output], truth[place : place + 1])))
            rows += [(look.title(task.name), words) for words in _in_words(task, output)]
        if task.kind == "boxes":
            over = _boxes(np.asarray(output, float), np.asarray(truth[place], float), color)
        elif task.kind == "mask":
            levels = np.array([0.06, *np.linspace(1, 0.3, len(task.classes) - 1)])
            beside.append([_tinted(levels[np.asarray(grid, int)], color) for grid in (output, truth[place])])
        elif task.kind == "depth":
            low, high = float(truth.min()), float(truth.max())
            beside.append([_tinted((high - np.asarray(grid, float)) / (high - low), color) for grid in (output, truth[place])])
        else:
            said += prediction(task, look, output, truth, place)
    columns = "".join(f'<div class="pair">{"".join(both)}</div>' for both in beside)
    image = f'<div class="square scene"><img alt="" src="{picture}">{over}</div>'
    scenery = f'<div class="scenery" data-rows="{as_html(json.dumps(rows, ensure_ascii=False))}">{image}{columns}</div>'
    return f'<div class="card">{scenery}<div class="said">{said}</div></div>'


def _in_words(task: Task, output: Sequence[Any]) -> list[str]:
    """The boxes of a picture in words: class, how sure, left, top, right, bottom as parts of its sides. [] of other tasks."""
    boxes = [box for box in np.asarray(output, float) if box[0] >= 0] if task.kind == "boxes" else []
    return [f"{_(task.classes[int(box[0])])} {box[5]:.0%}: {', '.join(f'{side:.3f}' for side in box[1:5])}" for box in boxes]


def _tinted(levels: np.ndarray, color: str) -> str:
    """A square in which `color` shines through by levels [rows, columns] between 0 and 1."""
    large = np.kron(levels, np.ones((ZOOM, ZOOM)))
    mask = png(np.stack([np.zeros_like(large), large], axis=-1))
    tint = f'<div class="tint" style="background:{color};mask-image:url({mask})"></div>'
    return f'<div class="square" style="background:{style.PANEL}">{tint}</div>'


def _boxes(said: np.ndarray, truth: np.ndarray, color: str) -> str:
    """Boxes over a picture: dashed the true ones, in full the model's, each with the sign of its class."""
    shapes = [_frame(box[1:5], OUTLINE, 2, ' stroke-dasharray="5 4"') for box in truth[truth[:, 0] >= 0]]
    for box in said[said[:, 0] >= 0]:
        shapes += [_frame(box[1:5], OUTLINE, 5), _frame(box[1:5], color, 2.5)]
        x, y = 200 * np.clip(box[1:3], 0, 0.9)
        sign = GLYPHS[int(box[0]) % len(GLYPHS)]
        look = f'font-size="18" fill="{color}" stroke="{OUTLINE}" stroke-width="4" paint-order="stroke"'
        shapes.append(f'<text x="{x + 3:.0f}" y="{y + 17:.0f}" {look}>{sign}</text>')
    return f'<svg class="over" viewBox="0 0 200 200" aria-hidden="true">{"".join(shapes)}</svg>'


def _frame(box: np.ndarray, color: str, width: float, more: str = "") -> str:
    """A rectangle around a box (left, top, right, bottom) whose sides are parts of the picture's."""
    left, top, right, bottom = 200 * box
    place = f'x="{left:.1f}" y="{top:.1f}" width="{max(right - left, 0):.1f}" height="{max(bottom - top, 0):.1f}"'
    return f'<rect {place} fill="none" stroke="{color}" stroke-width="{width:g}"{more}/>'


# --- numbers -----------------------------------------------------------------------------------------------------------


def matched(said: np.ndarray, truth: np.ndarray) -> tuple[int, int]:
    """How many of the named boxes are found ones, the surest first, and how many are named."""
    said, free = said[said[:, 0] >= 0], [true for true in truth if true[0] >= 0]
    hits = 0
    for box in said[np.argsort(-said[:, 5], kind="stable")]:
        fits = [_overlap(box[1:5], true[1:]) if box[0] == true[0] else 0.0 for true in free]
        if fits and max(fits) >= OVERLAP:
            free.pop(int(np.argmax(fits)))
            hits += 1
    return hits, len(said)


def _overlap(first: np.ndarray, second: np.ndarray) -> float:
    """Intersection over union of two boxes (left, top, right, bottom)."""
    both = np.prod(np.clip(np.minimum(first[2:], second[2:]) - np.maximum(first[:2], second[:2]), 0, None))
    union = np.prod(first[2:] - first[:2]) + np.prod(second[2:] - second[:2]) - both
    return float(both / max(union, 1e-9))


def _shrunk(values: np.ndarray, grid: tuple[int, ...]) -> np.ndarray:
    """[N, rows, columns] averaged over squares to a coarser grid."""
    count, rows, columns = len(values), *grid
    return values.reshape(count, rows, values.shape[1] // rows, columns, values.shape[2] // columns).mean((2, 4))
