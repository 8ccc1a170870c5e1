"""Nested values as JSON with tensors beside it, and back. What is read is data: it is checked, and nothing of it is run.

A value is written by what it is: numbers, words, lists, tuples, dicts, tensors and arrays as such, generators of chance by
their state, objects of this program field by field. It is read into the place of a value of the same kind, which says what
it should be: objects and generators are never made from what is read, only filled. Tensors lie in the format of safetensors.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.numpy import load, save
from torch import Tensor

from playground.basics.errors import Invalid, Problem, quote
from playground.basics.random_streams import Streams
from playground.basics.words import _

log = logging.getLogger("playground.training")

MOST_TEXT = 2**24
"""Characters of JSON at most."""

FAULTS = (SafetensorError, KeyError, TypeError, ValueError, IndexError, RuntimeError, RecursionError, AttributeError)
"""What reading something else may raise."""

Tree = Any
"""Of plain JSON: None, numbers and words stand for themselves, lists for lists; all else is a dict of one entry, its kind."""


@dataclass(frozen=True)
class Packed:
    """A value as it is kept. text: JSON. numbers: its tensors, as safetensors. digest: of both, to find damage by."""

    text: str
    numbers: bytes
    digest: str

    @classmethod
    def of(cls, text: str, numbers: bytes) -> Packed:
        """With the digest that belongs to it."""
        return cls(text, numbers, _digest(text, numbers))


def pack(value: object) -> Packed:
    """`value` as text and numbers; raises Invalid for one that cannot be written, as its kind is not known."""
    arrays: dict[str, np.ndarray] = {}
    text = json.dumps(_tree(value, "value", arrays), separators=(",", ":"))
    return Packed.of(text, save(arrays))


def fill(packed: Packed, like: object) -> Any:
    """The value that was packed, in the place of `like`: its tensors on the device of those there, its objects filled.

    Raises Invalid for what is damaged, or no value of that kind; objects may then be filled in part.
    """
    if len(packed.text) > MOST_TEXT or _digest(packed.text, packed.numbers) != packed.digest:
        raise _unfit("value", _("what is damaged or too long"))
    try:
        return _Filling(load(packed.numbers)).value(json.loads(packed.text), like, "value")
    except FAULTS as error:
        log.warning("a saved state does not fit: %s", error)
        raise _unfit("value", quote(f"{type(error).__name__}: {error}")) from error


def _digest(text: str, numbers: bytes) -> str:
    return hashlib.blake2b(numbers, digest_size=16, key=hashlib.blake2b(text.encode(), digest_size=16).digest()).hexdigest()


def _unfit(where: str, found: object) -> Invalid:
    return Invalid([Problem(f"saved state, {where}", _("should be what this program wrote of the same training"), found)])


# --- writing -----------------------------------------------------------------------------------------------------------


def _tree(value: object, where: str, arrays: dict[str, np.ndarray]) -> Tree:
    """What stands for a value; its tensors go into `arrays` under the name of their place."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case list():
            return [_tree(one, f"{where}.{place}", arrays) for place, one in enumerate(value)]
        case tuple():
            return {"tuple": _tree(list(value), where, arrays)}
        case dict():
            return {"dict": [[_tree(key, where, arrays), _tree(one, f"{where}.{key}", arrays)] for key, one in value.items()]}
        case Tensor():
            arrays[where] = np.ascontiguousarray(value.detach().cpu().numpy()).reshape(value.shape)
            return {"tensor": where}
        case np.ndarray():
            arrays[where] = np.ascontiguousarray(value).reshape(value.shape)
            return {"array": where}
        case np.random.Generator():
            return {"chance": value.bit_generator.state}
        case Streams():
            return {"streams": [generator.bit_generator.state for generator in value.generators]}
    if type(value).__module__.startswith("playground.") and hasattr(value, "__dict__"):
        fields = {name: _tree(one, f"{where}.{name}", arrays) for name, one in vars(value).items()}
        return {"object": [type(value).__qualname__, fields]}
    raise Invalid([Problem(f"saved state, {where}", _("should be made of numbers, tensors and streams"), type(value).__name__)])


# --- reading -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Filling:
    """Reads trees whose tensors are `arrays`. Whatever does not fit raises one of the errors that `fill` knows."""

    arrays: dict[str, np.ndarray]

    def value(self, tree: Tree, like: Any, where: str) -> Any:
        """The value of a tree in the place of `like`; None there may become anything, and anything may become None."""
        if tree is None or isinstance(tree, (bool, int, float, str)):
            if tree is not None and like is not None and type(like) is not type(tree):
                raise TypeError(f"{where}: {type(tree).__name__} in the place of {type(like).__name__}")
            return tree
        if isinstance(tree, list):
            return self._list(tree, like, where)
        ((kind, inner),) = tree.items()
        match kind:
            case "tuple":
                return tuple(self._list(inner, like, where))
            case "dict":
                known = like if isinstance(like, dict) else {}
                pairs = [(self.value(key, None, where), one) for key, one in inner]
                return {key: self.value(one, known.get(key), f"{where}.{key}") for key, one in pairs}
            case "tensor":
                return self._tensor(inner, like, where)
            case "array":
                found = self.arrays[inner].copy()
                if isinstance(like, np.ndarray) and (found.shape, found.dtype) != (like.shape, like.dtype):
                    raise TypeError(f"{where}: {found.dtype}{found.shape}")
                return found
            case "chance":
                like.bit_generator.state = inner
            case "streams":
                for generator, state in zip(like.generators, inner, strict=True):
                    generator.bit_generator.state = state
            case "object":
                self._object(*inner, like, where)
            case _:
                raise TypeError(f"{where}: {kind}")
        return like

    def _list(self, trees: list[Tree], like: Any, where: str) -> list[Any]:
        known = [*like] if isinstance(like, (list, tuple)) else []
        known += [None] * (len(trees) - len(known))
        return [self.value(tree, one, f"{where}.{place}") for place, (tree, one) in enumerate(zip(trees, known, strict=False))]

    def _tensor(self, name: str, like: Any, where: str) -> Tensor:
        found = torch.from_numpy(self.arrays[name].copy())
        if not isinstance(like, Tensor):
            return found
        if (found.shape, found.dtype) != (like.shape, like.dtype):
            raise TypeError(f"{where}: {found.dtype}{tuple(found.shape)}")
        return found.to(like.device)

    def _object(self, kind: str, fields: dict[str, Tree], like: Any, where: str) -> None:
        if not type(like).__module__.startswith("playground.") or type(like).__qualname__ != kind:
            raise TypeError(f"{where}: {kind} in the place of {type(like).__name__}")
        for name, tree in fields.items():
            inherited = getattr(type(like), name, None)
            if name.startswith("__") or callable(inherited) or isinstance(inherited, property):
                raise TypeError(f"{where}.{name}")
            # Also of frozen classes, as what a method knows before its first step.
            object.__setattr__(like, name, self.value(tree, getattr(like, name, None), f"{where}.{name}"))
