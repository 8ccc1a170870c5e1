"""A sequence for a sequence, written word by word.

Sutskever, Vinyals & Le, NeurIPS 2014; with attention, Bahdanau, Cho & Bengio, ICLR 2015.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from playground.backbones.attention import FAR, Attention, Embedding, Held, LayerNorm, distances, present
from playground.backbones.layers import Linear
from playground.basics.random_streams import Streams
from playground.basics.words import N_
from playground.suites.base import Task
from playground.task_types.base import Kind, mean_over
from playground.task_types.sequences import mean_cross_entropy

NOTHING, END = 0, 1
"""Words that are none: what stands behind the last one, and the last one itself. Writing begins as if after an end."""

HEADS = 4


class Writer(nn.Module):
    """R decoders with one layer: attention over what is written, attention over the features, two linear maps, then words.

    length: the most words that it writes, the end counted.
    """

    teacher_forced = True

    def __init__(self, width: int, words: int, length: int, streams: Streams):
        super().__init__()
        self.length = length
        self.embedding = Embedding(words, width, streams.at("embedding"))
        self.written = Attention(width, HEADS, streams.at("written"))
        self.read = Attention(width, HEADS, streams.at("read"))
        self.widen = Linear(width, 2 * width, streams.at("widen"))
        self.narrow = Linear(2 * width, width, streams.at("narrow"))
        self.first_norm, self.second_norm, self.third_norm, self.last_norm = (LayerNorm(width, streams) for _norm in range(4))
        self.words = Linear(width, words, streams.at("words"))

    def forward(self, features: Tensor, target: Tensor | None) -> Tensor:
        """features [R, B, S, D] to what comes next, [R, B, M, V], after each true beginning of target [R, B, M].

        Without a target it reads what it has written itself, and gives [R, B, M, 2]: each word, and where it looked most.
        """
        source = self.read.hold(features)
        away = FAR * (~present(features))[:, :, None, None]
        return self._write(source, away) if target is None else self._taught(target, source, away)

    def _taught(self, target: Tensor, source: Held, away: Tensor) -> Tensor:
        """All positions at once; none sees what comes after it."""
        before = functional.pad(target[..., :-1], (1, 0), value=END)
        length = before.shape[-1]
        later = torch.ones(length, length, device=target.device).triu(1)
        x = self.embedding(before)
        past = self.written.hold(self.first_norm(x))
        return self._next(x, past, distances(HEADS, length, x.device) + FAR * later, source, away)[0]

    def _write(self, source: Held, away: Tensor) -> Tensor:
        """Word by word, always the likeliest one."""
        runs, count = away.shape[:2]
        word = torch.full((runs, count, 1), END, device=away.device)
        ended = torch.zeros_like(word, dtype=torch.bool)
        written = word.new_zeros(runs, count, self.length, 2)
        bias, keys, values = distances(HEADS, self.length, away.device), list[Tensor](), list[Tensor]()
        for place in range(self.length):
            x = self.embedding(word)
            # With one layer, what a word offers to later ones does not depend on them: it is computed once.
            key, value = self.written.hold(self.first_norm(x))
            keys.append(key)
            values.append(value)
            past = torch.cat(keys, dim=3), torch.cat(values, dim=3)
            scores, weights = self._next(x, past, bias[:, place : place + 1, : place + 1], source, away)
            word = (scores[..., 1:].argmax(-1) + 1).masked_fill(ended, NOTHING)
            written[:, :, place] = torch.cat([word, weights.mean(2).argmax(-1)], dim=-1)
            ended |= word == END
            if bool(ended.all()):
                break
        return written

    def _next(self, x: Tensor, past: Held, bias: Tensor, source: Held, away: Tensor) -> tuple[Tensor, Tensor]:
        """Scores of the next words [R, B, Q, V] after the words x [R, B, Q, D], and where they look [R, B, heads, Q, S]."""
        x = x + self.written(self.first_norm(x), past, bias)[0]
        found, weights = self.read(self.second_norm(x), source, away)
        x = x + found
        x = x + self.narrow(self.widen(self.third_norm(x)).relu())
        return self.words(self.last_norm(x)), weights


class Translation(Kind):
    """A decoder with attention, cross-entropy per word, share of sentences that are right in every word.

    Targets are [N, M] int64: words, an end, then nothing. The task's setting `length` is M, its classes are the words.
    """

    key = "translation"
    family = "classification"
    loss_name = N_("cross-entropy per word")
    loss_unit = "nats"
    metric = N_("exact translations")
    metric_unit = "%"
    higher_is_better = True

    def head(self, features: tuple[int, ...], task: Task, streams: Streams) -> nn.Module:
        """[R, B, S, D] to words; see `Writer`."""
        return Writer(features[-1], self.width(task), task.settings["length"], streams)

    def width(self, task: Task) -> int:
        return len(task.classes)

    def loss(self, output: Tensor, target: Tensor) -> Tensor:
        """output [R, B, M, V], target [R, B, M] int64 to [R, B] nats, the mean over words, the end among them."""
        return mean_cross_entropy(output, target, NOTHING)

    def reduce(self, output: Tensor) -> Tensor:
        """[R, N, M] the words that were written."""
        return output[..., 0]

    def score(self, output: Tensor, target: Tensor, known: Tensor) -> Tensor:
        """[R] share of sentences without a wrong, missing or needless word, in percent."""
        return 100 * mean_over((output == target).all(-1).float(), known)

    def show(self, output: Tensor) -> Tensor:
        """[R, N, M, 2] the words that were written, and for each the position that it looked at most."""
        return output.detach()
