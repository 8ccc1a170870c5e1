"""Sentences: what is drawn is what is true of the labels and of the outputs that it is drawn from."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from playground.figures.style import WRONG, faint, look_of
from playground.figures.views import sentences, views
from playground.suites.sentences import SHOWN, Sentences
from tests.figures import samples


def drawn(attention: bool = False) -> str:
    probe, tasks, outputs = samples.sentence_probe()
    return sentences.sentences(probe, tasks, look_of(tasks), outputs, attention)


def cards(markup: str) -> list[str]:
    return markup.split('<div class="card">')[1:]


def plain(markup: str) -> str:
    """The words of a piece of markup."""
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", markup)).strip()


def test_right_and_wrong_have_their_marks() -> None:
    first, second, third, fourth = cards(drawn())
    assert (first.count("✓"), first.count("✗")) == (3, 0)
    # The topic is right; the name, the translation are not.
    assert (second.count("✓"), second.count("✗")) == (1, 2)
    assert (third.count("✓"), third.count("✗")) == (1, 0)
    assert (fourth.count("✓"), fourth.count("✗")) == (0, 1)


def test_a_name_that_is_found_stands_in_its_span_with_its_type() -> None:
    first, second = cards(drawn())[:2]
    _probe, tasks, _outputs = samples.sentence_probe()
    color = faint(look_of(tasks).color("names"), 0.22)
    assert plain(first).startswith("may lee PER ✓ saw the court.")
    assert first.count(color) == second.count(color) == 1
    assert f"dashed {WRONG}" in second
    assert f"dashed {WRONG}" not in first
    assert plain(second).startswith("lee DATE ✗ saw court in may. Not found: lee (PER), may (DATE)")
    assert "Not found" not in first


def test_a_wrong_translation_stands_beside_the_true_one() -> None:
    first, second = cards(drawn())[:2]
    assert "梅李看见球场。" in plain(first)
    assert "Reference: 李五月看见法庭。" in plain(second)
    assert "李梅看见法庭。" in plain(second)
    assert "Reference" not in plain(first)


def test_attention_is_shown_on_request_only() -> None:
    first = cards(drawn(attention=True))[0]
    assert next(plain(pair) for pair in first.split('class="pair">')[1:]).startswith("梅 may")
    assert "球场 court" in plain(first)
    assert 'class="pair"' not in drawn()
    probe, tasks, outputs = samples.attention_probe()
    assert views.view(probe, tasks, look_of(tasks), outputs)[0] == drawn(attention=True)


def test_a_beginning_is_followed_by_the_likeliest_word() -> None:
    third, fourth = cards(drawn())[2:]
    assert plain(third) == "may lee … saw ✓ 100 % sure."
    assert plain(fourth) == "lee saw … the ✗ 100 % sure. It is court."


def test_results_are_counted_over_the_right_rows() -> None:
    probe, tasks, outputs = samples.sentence_probe()
    results = {task.name: sentences.result(probe, task, outputs) for task in tasks}
    assert results["topic"] == "2 of 2 right"
    assert results["next"] == "1 of 2 right"
    # One span of two said is right, and three are true.
    assert results["names"] == f"F1 {round(100 * 2 * 1 / (2 + 3))} %"
    assert results["translation"].startswith("50 % exact, chrF ")
    text = views.view(probe, tasks, look_of(tasks), outputs)[1]
    assert all(result in text for result in results.values())
    assert "“may lee saw the court.” as “梅李看见球场。”" in text


def test_chrf_is_that_of_its_formula() -> None:
    """F₂ over characters, averaged over pieces of one to six of them, for one pair of sentences."""
    task = samples.sentence_probe()[1][2]
    said, true = np.array([[3, 2, 4, 5, 7, 1, 0]]), np.array([[3, 8, 4, 5, 7, 1, 0]])
    one, other = "李梅看见法庭。", "李五月看见法庭。"

    def pieces(text: str, size: int) -> list[str]:
        return [text[at : at + size] for at in range(len(text) - size + 1)]

    precisions, recalls = [], []
    for size in range(1, 7):
        left, right = pieces(one, size), pieces(other, size)
        common = sum(min(left.count(piece), right.count(piece)) for piece in set(left))
        precisions.append(common / len(left))
        recalls.append(common / len(right))
    precision, recall = np.mean(precisions), np.mean(recalls)
    assert sentences.chrf(task, said, true) == pytest.approx(100 * 5 * precision * recall / (4 * precision + recall), rel=1e-3)
    assert sentences.chrf(task, true, true) == pytest.approx(100)


def test_a_model_that_is_always_right_has_no_cross() -> None:
    suite = Sentences(sentences=200)
    probe, tasks = suite.load(0).probe, suite.tasks()
    outputs = {}
    for task in tasks:
        truth = probe.targets[task.name]
        if task.kind == "classes":
            outputs[task.name] = np.eye(len(task.classes))[truth].tolist()
        elif task.kind == "tags":
            outputs[task.name] = truth.tolist()
        else:
            outputs[task.name] = np.stack([truth, np.zeros_like(truth)], axis=-1).tolist()
    markup = sentences.sentences(probe, tasks, look_of(tasks), outputs)
    assert "✗" not in markup
    assert len(cards(markup)) == 2 * SHOWN
    assert "F1 100 %" in markup
    assert "100 % exact, chrF 100" in markup
    for card, row in zip(cards(markup), probe.inputs, strict=True):
        for token in row[row > 1]:
            assert probe.words[token] in plain(card)


def test_tasks_that_are_not_learned_are_left_out() -> None:
    probe, tasks, outputs = samples.sentence_probe()
    markup = sentences.sentences(probe, tasks[:1], look_of(tasks), outputs)
    assert len(cards(markup)) == 2
    assert "may lee saw the court." in plain(markup)
    assert len(cards(sentences.sentences(probe, tasks[3:], look_of(tasks), outputs))) == 2


def test_words_are_not_markup() -> None:
    probe, tasks, outputs = samples.sentence_probe()
    evil = replace(probe, words=tuple(f"<b>{word}" for word in probe.words))
    for attention in (False, True):
        assert "<b>" not in sentences.sentences(evil, tasks, look_of(tasks), outputs, attention)


def test_blanks_stand_where_each_language_has_them() -> None:
    assert sentences.joined(["while", "anna", "sang", ",", "it", "rained", "."]) == "while anna sang, it rained."
    assert sentences.joined(["虽然", "安娜", "唱歌", "，", "下雨", "。"]) == "虽然安娜唱歌，下雨。"
    assert sentences.joined([]) == ""
