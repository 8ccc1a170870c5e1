"""Layers over sequences for R runs at once: embedding, layer normalisation and attention.

A sequence is [R, B, S, D]: runs, examples, positions, features. A position whose features are all exactly zero is padding:
nobody attends to it, and what these layers would write there is left to their callers to put back to zero.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from playground.backbones.layers import Linear
from playground.basics.random_streams import Streams

FAR = -1e9
"""Added to a score so that nothing is left of it after the softmax; finite, so that a row of nothing else stays a number."""

LOOKS = ((-1, 1.0), (1, 1.0), (0, 0.5), (0, 0.0))
"""How heads see distance, in turn: the place they look at, counted from their own, and what a step away from it costs.

One head looks to the left, one to the right, one around itself, one everywhere alike."""

Held = tuple[Tensor, Tensor]
"""Keys and values."""


def present(x: Tensor) -> Tensor:
    """[R, B, S] which positions of x [R, B, S, D] are not padding."""
    return (x != 0).any(-1)


def distances(heads: int, length: int, device: torch.device) -> Tensor:
    """[heads, S, S] what position i pays for looking at position j: −slope · |j − i − place|, by the looks of the heads."""
    place, slope = torch.tensor([LOOKS[head % len(LOOKS)] for head in range(heads)], device=device).T[..., None, None]
    at = torch.arange(length, device=device)
    return -slope * (at - at[:, None] - place).abs()


class Embedding(nn.Module):
    """R tables with a vector of D numbers for each token: [R, B, S] int64 to [R, B, S, D]. Token 0 is padding: zeros."""

    def __init__(self, vocabulary: int, width: int, streams: Streams):
        super().__init__()
        self.table = nn.Parameter(torch.from_numpy(streams.at("table").normal(vocabulary, width)))

    def forward(self, tokens: Tensor) -> Tensor:
        runs, vocabulary, _width = self.table.shape
        # One long table for all runs, so that they are looked up by one call.
        first = vocabulary * torch.arange(runs, device=tokens.device).view(-1, *[1] * (tokens.dim() - 1))
        return functional.embedding(tokens + first, self.table.flatten(0, 1)) * (tokens > 0).unsqueeze(-1)


class LayerNorm(nn.Module):
    """R times layer normalisation over the last axis (Ba, Kiros & Hinton 2016), each run with its own scale and shift."""

    def __init__(self, width: int, streams: Streams):
        super().__init__()
        runs = len(streams.seeds)
        self.scale = nn.Parameter(torch.ones(runs, 1, 1, width))
        self.shift = nn.Parameter(torch.zeros(runs, 1, 1, width))

    def forward(self, x: Tensor) -> Tensor:
        """[R, B, S, D] to the same shape."""
        return torch.addcmul(self.shift, functional.layer_norm(x, x.shape[-1:]), self.scale)


class Attention(nn.Module):
    """R times attention with several heads (Vaswani et al., NeurIPS 2017): positions of x gather what others hold.

    Each head has width / heads units, rounded up.
    """

    def __init__(self, width: int, heads: int, streams: Streams):
        super().__init__()
        self.heads, self.size = heads, -(-width // heads)
        inner = heads * self.size
        self.query = Linear(width, inner, streams.at("query"))
        self.key_value = Linear(width, 2 * inner, streams.at("key_value"))
        self.out = Linear(inner, width, streams.at("out"))

    def hold(self, context: Tensor) -> Held:
        """What positions of context [R, B, K, D] offer: keys and values, each [R, B, heads, K, size]."""
        key, value = self._split(self.key_value(context), 2)
        return key, value

    def forward(self, x: Tensor, held: Held, bias: Tensor) -> tuple[Tensor, Tensor]:
        """x [R, B, Q, D], what K positions offer, and bias, which is added to the scores and spreads to [R, B, heads, Q, K].

        Gives [R, B, Q, D] and the weights [R, B, heads, Q, K], which are at least 0 and sum to 1 over K.
        """
        query, (key, value) = self._split(self.query(x), 1)[0], held
        weights = (torch.matmul(query * self.size**-0.5, key.transpose(-1, -2)) + bias).softmax(-1)
        return self.out(torch.matmul(weights, value).transpose(2, 3).flatten(3)), weights

    def _split(self, x: Tensor, parts: int) -> tuple[Tensor, ...]:
        """[R, B, S, parts · heads · size] to so many tensors [R, B, heads, S, size]."""
        return x.unflatten(-1, (parts, self.heads, self.size)).permute(3, 0, 1, 4, 2, 5).unbind(0)


class EncoderLayer(nn.Module):
    """R times one layer of an encoder: self-attention, then two linear maps with a rectifier between them.

    Both are added to what they read, which is normalised first (Xiong et al., ICML 2020). Padding stays exactly zero.

    last: normalise the output too, as the last layer of an encoder does.
    """

    def __init__(self, inputs: int, width: int, heads: int, last: bool, streams: Streams):
        super().__init__()
        self.heads = heads
        self.entry = Linear(inputs, width, streams.at("entry")) if inputs != width else nn.Identity()
        self.first_norm, self.second_norm = (LayerNorm(width, streams) for _norm in range(2))
        self.attention = Attention(width, heads, streams.at("attention"))
        self.widen = Linear(width, 2 * width, streams.at("widen"))
        self.narrow = Linear(2 * width, width, streams.at("narrow"))
        self.last_norm = LayerNorm(width, streams) if last else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """[R, B, S, inputs] to [R, B, S, D]."""
        here = present(x)
        bias = distances(self.heads, x.shape[2], x.device) + FAR * (~here)[:, :, None, None]
        x = self.entry(x)
        normal = self.first_norm(x)
        x = x + self.attention(normal, self.attention.hold(normal), bias)[0]
        x = x + self.narrow(self.widen(self.second_norm(x)).relu())
        return self.last_norm(x) * here.unsqueeze(-1)
