"""What a model makes of sentences: names marked in them, topic and sentiment, a translation, and the word that comes next."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from playground.basics.words import _
from playground.figures import style
from playground.figures.markup import counted, dot, panels, prediction
from playground.figures.style import Look, as_html, faint
from playground.suites.base import Probe, Task

Outputs = Mapping[str, Sequence[Any]]

NEXT = "next"
"""The task that reads beginnings; the others read whole sentences."""

MARK = 1
"""Tokens up to this one are no words: padding, and the mark that ends a beginning or a translation."""

Span = tuple[str, int, int]
"""The type of a named entity, its first word and the one behind its last."""


def sentences(probe: Probe, tasks: Sequence[Task], look: Look, outputs: Outputs, attention: bool = False) -> str:
    """A card a sentence, then one a beginning; ✓ and ✗ say what is right.

    probe.inputs: [N, S] tokens, whole sentences first; probe.shape: (how many of them there are, S).
    outputs: of classes [N, C] probabilities, of tags [N, S] numbers, of a translation [N, M, 2] words and where each looked.
    attention: show below each word of a translation the word that it looked at most.
    """
    count, cards = probe.shape[0], []
    reading = [task for task in tasks if task.name != NEXT]
    for place in range(count) if reading else ():
        parts = [_text(probe, reading, look, outputs, place)]
        said = "".join(
            prediction(task, look, outputs[task.name][place], probe.targets.get(task.name), place)
            for task in reading
            if task.kind == "classes"
        )
        parts.append(f'<div class="said row">{said}</div>')
        parts += [
            _translated(probe, task, look, outputs[task.name][place], place, attention)
            for task in reading
            if task.kind == "translation"
        ]
        cards.append(f'<div class="card">{"".join(parts)}</div>')
    following = [
        _following(probe, task, look, outputs[task.name][place], place)
        for task in tasks
        if task.name == NEXT
        for place in range(count, len(probe.inputs))
    ]
    key = "".join(
        f'<span class="entry">{dot(look.color(task.name))}{as_html(look.title(task.name))} '
        f'<span class="quiet">{as_html(result(probe, task, outputs))}</span></span>'
        for task in tasks
    )
    return f'<div class="entries">{key}</div>{panels(cards, "300px")}{panels(following, "300px")}'


def sentences_with_attention(probe: Probe, tasks: Sequence[Task], look: Look, outputs: Outputs) -> str:
    """The same, with the word that each word of a translation looked at most below it."""
    return sentences(probe, tasks, look, outputs, attention=True)


def sentences_text(probe: Probe, tasks: Sequence[Task], look: Look, outputs: Outputs) -> str:
    """How well each task does, and what the model makes of the first sentence."""
    count = probe.shape[0]
    results = [f"{look.title(task.name)}: {result(probe, task, outputs)}" for task in tasks]
    parts = [_("What the model says about {count} sentences.").format(count=count), style.sentence(results)]
    for task in tasks:
        if task.kind == "translation":
            source, said = (
                joined(_words(probe.inputs[0], probe.words)),
                joined(_words(_written(task, outputs)[0], task.classes)),
            )
            parts.append(_("It translates “{source}” as “{said}”.").format(source=source, said=said))
    return " ".join(parts)


# --- numbers -----------------------------------------------------------------------------------------------------------


def result(probe: Probe, task: Task, outputs: Outputs) -> str:
    """How well a task does on the probe; "" without truth."""
    count, truth = probe.shape[0], probe.targets.get(task.name)
    if truth is None:
        return ""
    if task.kind == "tags":
        pairs = [
            (set(spans(task, said, true)), set(spans(task, true, true))) for said, true in _both(task, truth, outputs, count)
        ]
        right, total = sum(len(said & true) for said, true in pairs), sum(len(said) + len(true) for said, true in pairs)
        return _("F1 {percent} %").format(percent=round(200 * right / max(total, 1)))
    if task.kind == "translation":
        said, true = _written(task, outputs)[:count], np.asarray(truth)[:count]
        exact = round(100 * float((said == true).all(1).mean()))
        return _("{percent} % exact, chrF {score}").format(percent=exact, score=round(chrf(task, said, true)))
    rows = slice(count, None) if task.name == NEXT else slice(count)
    chosen = np.asarray(outputs[task.name], float)[rows].argmax(-1)
    return counted(chosen == np.asarray(truth)[rows])


def chrf(task: Task, said: np.ndarray, true: np.ndarray) -> float:
    """chrF of translations [N, M] beside the true ones [N, M], from 0 to 100 (Popović, WMT 2015): how many pieces of up to
    six characters they have in common."""
    # Imported here because it takes a moment to load, and every page imports the figures.
    from sacrebleu.metrics.chrf import CHRF

    texts, references = ([joined(_words(row, task.classes)) for row in rows] for rows in (said, true))
    return float(CHRF().corpus_score(texts, [references]).score)


def spans(task: Task, tags: Sequence[int], true: Sequence[int]) -> list[Span]:
    """The spans that tags name, from left to right, as far as the sentence goes: up to the first word with no true tag.

    A tag that goes on with a span of another type, or of none, begins one.
    """
    found: list[Span] = []
    for place, (tag, there) in enumerate(zip(tags, true, strict=True)):
        if there < 0:
            break
        letter, _dash, name = task.classes[tag].partition("-")
        if letter == "I" and found and found[-1][0] == name and found[-1][2] == place:
            found[-1] = (name, found[-1][1], place + 1)
        elif name:
            found.append((name, place, place + 1))
    return found


def _both(task: Task, truth: np.ndarray, outputs: Outputs, count: int) -> list[tuple[list[int], list[int]]]:
    """Said and true tags of each sentence."""
    said = np.asarray(outputs[task.name], int)[:count].tolist()
    return list(zip(said, np.asarray(truth)[:count].tolist(), strict=True))


def _written(task: Task, outputs: Outputs) -> np.ndarray:
    """[N, M] words of the translations."""
    return np.asarray(outputs[task.name], int)[..., 0]


def _words(tokens: Sequence[int] | np.ndarray, words: Sequence[str]) -> list[str]:
    """The words among tokens."""
    return [words[token] for token in tokens if token > MARK]


def joined(words: Sequence[str]) -> str:
    """Words as a text: blanks between them, but none in Chinese and none before a comma or a full stop."""
    text = re.sub(r" (?=[,.])", "", " ".join(words))
    return re.sub(f"(?<=[{style.WIDE}]) | (?=[{style.WIDE}])", "", text)


# --- markup ------------------------------------------------------------------------------------------------------------


def _mark(right: bool | None) -> str:
    """✓ or ✗ in its colour; nothing where the truth is not known."""
    if right is None:
        return ""
    color, sign = (style.RIGHT, "✓") if right else (style.WRONG, "✗")
    return f' <span class="mark" style="color:{color}">{sign}</span>'


def _text(probe: Probe, tasks: Sequence[Task], look: Look, outputs: Outputs, place: int) -> str:
    """The sentence, with the entities that the model finds in it, and below it those that it overlooks."""
    words = _words(probe.inputs[place], probe.words)
    for task in tasks:
        truth = probe.targets.get(task.name)
        if task.kind == "tags" and truth is not None:
            said, true = np.asarray(outputs[task.name], int)[place].tolist(), np.asarray(truth)[place].tolist()
            return _named(task, look, words, spans(task, said, true), spans(task, true, true))
    return f'<div class="text" data-part="">{as_html(joined(words))}</div>'


def _named(task: Task, look: Look, words: Sequence[str], said: Sequence[Span], true: Sequence[Span]) -> str:
    """Words with spans marked: in the colour of the task where they are right, framed in dashes where they are wrong."""
    parts, at = [], 0
    for span in said:
        name, start, end = span
        parts.append(as_html(joined(words[at:start])))
        frame = "" if span in true else f";outline:1px dashed {style.WRONG}"
        parts.append(
            f'<span class="span" style="background:{faint(look.color(task.name), 0.22)}{frame}">'
            f"{as_html(joined(words[start:end]))} <small>{as_html(name)}{_mark(span in true)}</small></span>"
        )
        at = end
    parts.append(as_html(joined(words[at:])))
    # A full stop stands right behind its word, everything else behind a blank.
    text = re.sub(r" (?=[,.])", "", " ".join(part for part in parts if part))
    missed = [f"{joined(words[start:end])} ({name})" for name, start, end in true if (name, start, end) not in said]
    overlooked = ""
    if missed:
        sentence = _("Not found: {names}").format(names=style.listed(missed))
        overlooked = f'<div class="quiet" data-part="{as_html(look.title(task.name))}">{as_html(sentence)}</div>'
    return f'<div class="text" data-part="{as_html(look.title(task.name))}">{text}</div>{overlooked}'


def _translated(probe: Probe, task: Task, look: Look, output: Any, place: int, attention: bool) -> str:
    """The translation, and below it the true one where it is another."""
    pairs, truth = np.asarray(output, int), probe.targets.get(task.name)
    right = None if truth is None else bool((pairs[:, 0] == np.asarray(truth)[place]).all())
    said = as_html(joined(_words(pairs[:, 0], task.classes)) or "–")
    if attention:
        said = "".join(_pair(task.classes[word], probe.words[probe.inputs[place][at]]) for word, at in pairs if word > MARK)
    reference = ""
    if right is False and truth is not None:
        true = _("Reference: {text}").format(text=joined(_words(np.asarray(truth)[place], task.classes)))
        reference = f'<div class="quiet" data-part="{as_html(look.title(task.name))}">{as_html(true)}</div>'
    part = f'data-part="{as_html(look.title(task.name))}"'
    return f'<div class="text" {part}>{dot(look.color(task.name))}{said}{_mark(right)}</div>{reference}'


def _pair(word: str, below: str) -> str:
    """A word over another one."""
    return f'<span class="pair"><span>{as_html(word)}</span><small>{as_html(below)}</small></span>'


def _following(probe: Probe, task: Task, look: Look, output: Any, place: int) -> str:
    """A beginning, the likeliest next word with its probability, and the true one where it is another."""
    values, truth = np.asarray(output, float), probe.targets.get(task.name)
    chosen = int(values.argmax())
    right = None if truth is None else chosen == int(truth[place])
    word = f'<span class="span" style="background:{faint(look.color(task.name), 0.22)}">{as_html(task.classes[chosen])}</span>'
    sure = _("{sentence}.").format(sentence=_("{percent} % sure").format(percent=round(100 * float(values[chosen]))))
    reference = ""
    if right is False and truth is not None:
        reference = " " + as_html(_("It is {truth}.").format(truth=task.classes[int(truth[place])]))
    beginning = as_html(joined(_words(probe.inputs[place], probe.words)))
    part = f'data-part="{as_html(look.title(task.name))}"'
    return (
        f'<div class="card"><div class="text" {part}>{beginning} … {word}{_mark(right)}</div>'
        f'<div class="quiet" {part}>{as_html(sure)}{reference}</div></div>'
    )
