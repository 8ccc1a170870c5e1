"""Draws small pictures of shapes in fog, and knows of every pixel what it shows and how far away it is.

A picture holds one to three shapes over a textured ground. Near shapes are larger and hide what is behind them; the further
away something is, the more of its colour is lost in the fog. All arrays are drawn for many pictures at once.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from playground.basics.words import N_

IMAGE_SIDE = 32
"""Rows and columns of a picture."""

SHAPES = (N_("circle"), N_("square"), N_("triangle"), N_("cross"))
"""Names of the shapes; their numbers are 0, 1, ….  In masks these are one larger, and 0 is the ground."""

MAX_SHAPES = 3
"""Shapes in one picture, at most."""

NEAR, FAR = 1.0, 5.0
"""How far away things can be, in metres."""

HORIZON = 4.0
"""How far away the ground is at the lower edge of a picture; at the upper edge it is `FAR`."""

VISIBLE = 0.6
"""The part of each shape that is seen at least: neither hidden by another one nor outside the picture."""

LARGER = 1.25
"""How many times the pixels of the second one the largest shape has at least, so that it is clear which one dominates."""

SHEET = 512
"""Pictures that are tried at once."""


@dataclass(frozen=True)
class DrawnPictures:
    """N pictures and what is on them.

    pictures: [N, 3, IMAGE_SIDE, IMAGE_SIDE] uint8, red, green and blue.
    shapes: [N, MAX_SHAPES] int8, the number of each shape, -1 for none; from far to near.
    owner: [N, IMAGE_SIDE, IMAGE_SIDE] int8, which of these shapes a pixel shows, -1 for the ground.
    depth: [N, IMAGE_SIDE, IMAGE_SIDE] float32, how far away it is, in metres.
    """

    pictures: np.ndarray
    shapes: np.ndarray
    owner: np.ndarray
    depth: np.ndarray

    def segments(self) -> np.ndarray:
        """[N, IMAGE_SIDE, IMAGE_SIDE] int8: 0 for the ground, else one more than the number of the shape."""
        # The last place stands for the ground: -1 counts from the end.
        numbers = np.concatenate([self.shapes, np.full((len(self.shapes), 1), -1, np.int8)], axis=1)
        places = self.owner.reshape(len(numbers), -1) % (MAX_SHAPES + 1)
        return 1 + np.take_along_axis(numbers, places, axis=1).reshape(self.owner.shape)

    def visible(self) -> np.ndarray:
        """[N, MAX_SHAPES] how many pixels each shape has."""
        return np.stack([(self.owner == place).sum((1, 2)) for place in range(MAX_SHAPES)], axis=1)

    def dominant(self) -> np.ndarray:
        """[N] int64: the number of the shape that has most pixels."""
        return np.take_along_axis(self.shapes, self.visible().argmax(1)[:, None], axis=1)[:, 0].astype(np.int64)

    def boxes(self) -> np.ndarray:
        """[N, MAX_SHAPES, 5] float32: number of the shape, -1 for none, and the smallest box around its pixels.

        A box is left, top, right, bottom as parts of the picture's sides: 0 is the left or upper edge, 1 the other one.
        """
        boxes = np.full((*self.shapes.shape, 5), -1, np.float32)
        for place in range(MAX_SHAPES):
            mask = self.owner == place
            for axis, (low, high) in ((1, (1, 3)), (2, (2, 4))):
                hit = mask.any(axis)
                boxes[:, place, low] = hit.argmax(1) / IMAGE_SIDE
                boxes[:, place, high] = 1 - hit[:, ::-1].argmax(1) / IMAGE_SIDE
            boxes[:, place, 0] = self.shapes[:, place]
        boxes[self.shapes < 0] = -1
        return boxes


def draw(rng: np.random.Generator, count: int) -> DrawnPictures:
    """`count` pictures; more pictures from an equal generator begin with the same ones."""
    sheets: list[DrawnPictures] = []
    while sum(len(sheet.shapes) for sheet in sheets) < count:
        sheets.append(_sheet(rng))
    return DrawnPictures(
        *(np.concatenate([getattr(sheet, field.name) for sheet in sheets])[:count] for field in fields(DrawnPictures))
    )


def _sheet(rng: np.random.Generator) -> DrawnPictures:
    """Those of `SHEET` pictures on which everything is seen well enough."""
    numbers = rng.integers(len(SHAPES), size=(SHEET, MAX_SHAPES))
    away = _between(rng, NEAR, HORIZON, SHEET, MAX_SHAPES)
    # One, two or three shapes are tried equally often; those that are none stand first, and nothing is painted for them.
    absent = np.arange(MAX_SHAPES) >= rng.integers(1, MAX_SHAPES + 1, size=(SHEET, 1))
    away[absent], numbers[absent] = np.inf, -1
    order = np.argsort(-away, axis=1)
    away, numbers = np.take_along_axis(away, order, axis=1), np.take_along_axis(numbers, order, axis=1).astype(np.int8)
    # A shape is as large as a disc of this radius, in pixels: four for far ones, nearly twice as much for near ones.
    radius = 9.0 - 1.25 * np.minimum(away, HORIZON)
    centre = radius[..., None] + _between(rng, 0, 1, SHEET, MAX_SHAPES, 2) * (IMAGE_SIDE - 2 * radius[..., None])
    turn = _between(rng, -0.12, 0.12, SHEET, MAX_SHAPES)
    owner = np.full((SHEET, IMAGE_SIDE, IMAGE_SIDE), -1, np.int8)
    for place in range(MAX_SHAPES):
        for number in range(len(SHAPES)):
            rows = np.flatnonzero(numbers[:, place] == number)
            at = rows, np.full(len(rows), place)
            owner[rows] = np.where(_inside(number, centre[at], radius[at], turn[at]), np.int8(place), owner[rows])
    seen = np.stack([(owner == place).sum((1, 2)) for place in range(MAX_SHAPES)], axis=1)
    ranked = np.sort(seen, axis=1)
    well = ((seen >= VISIBLE * np.pi * radius**2) | (numbers < 0)).all(1) & (ranked[:, -1] >= LARGER * ranked[:, -2])
    kept = np.flatnonzero(well)
    pictures, depth = _paint(rng, owner[kept], away[kept])
    return DrawnPictures(pictures, numbers[kept], owner[kept], depth)


def _inside(number: int, centre: np.ndarray, radius: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """[N, IMAGE_SIDE, IMAGE_SIDE] bool: which pixels belong to a shape; centre [N, 2] (x, y), radius [N] pixels, turn [N] rad.

    Every shape covers as much as a disc of the radius, so that which one is largest does not depend on its form.
    """
    places = np.arange(IMAGE_SIDE, dtype=np.float32) + 0.5
    x = (places[None, :] - centre[:, :1])[:, None, :] / radius[:, None, None]
    y = (places[None, :] - centre[:, 1:])[:, :, None] / radius[:, None, None]
    cos, sin = np.cos(turn)[:, None, None], np.sin(turn)[:, None, None]
    u, v = cos * x + sin * y, cos * y - sin * x
    if number == 0:
        return x * x + y * y <= 1
    if number == 1:
        side = np.float32(np.sqrt(np.pi) / 2)
        return np.maximum(abs(u), abs(v)) <= side
    if number == 2:
        # Three edges around the middle, each at the same distance from it; the first one is below.
        edge = np.float32(np.sqrt(np.pi / np.sqrt(27)))
        return (v <= edge) & (np.float32(np.sqrt(0.75)) * abs(u) - v / 2 <= edge)
    # Two bars, each three times as long as wide: 5 / 9 of a square.
    reach = np.float32(np.sqrt(np.pi * 9 / 5) / 2)
    a, b = abs(u), abs(v)
    return (np.maximum(a, b) <= reach) & (np.minimum(a, b) <= reach / 3)


def _paint(rng: np.random.Generator, owner: np.ndarray, away: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pictures [N, 3, IMAGE_SIDE, IMAGE_SIDE] uint8 and depth [N, IMAGE_SIDE, IMAGE_SIDE] in metres, of who owns each pixel."""
    count = len(owner)
    slope = np.linspace(FAR, HORIZON, IMAGE_SIDE, dtype=np.float32)[None, :, None]
    depth = np.broadcast_to(slope, owner.shape).copy()
    colors = _ground(rng, count)
    paints = _vivid(rng, count * MAX_SHAPES).reshape(count, MAX_SHAPES, 3)
    for place in range(MAX_SHAPES):
        mask = owner == place
        depth = np.where(mask, away[:, place, None, None], depth)
        colors = np.where(mask[:, None], paints[:, place, :, None, None], colors)
    # Fog: of what is `FAR` away three quarters of the colour are lost.
    fog = _between(rng, 0.15, 0.3, count, 1, 1, 1)
    thick = 0.75 * (depth[:, None] - NEAR) / (FAR - NEAR)
    colors = colors + thick * (fog - colors) + 0.03 * rng.standard_normal(colors.shape, np.float32)
    return (255 * np.clip(colors, 0, 1)).round().astype(np.uint8), depth


def _ground(rng: np.random.Generator, count: int) -> np.ndarray:
    """[N, 3, IMAGE_SIDE, IMAGE_SIDE] colours of grounds: a dark colour with two waves over it, each in its own direction."""
    ground = _between(rng, 0.1, 0.35, count, 3, 1, 1)
    places = np.arange(IMAGE_SIDE, dtype=np.float32)
    for _wave in range(2):
        angle, phase = np.pi * _between(rng, 0, 1, count, 1, 1), 2 * np.pi * _between(rng, 0, 1, count, 1, 1)
        pitch, height = _between(rng, 0.3, 1.2, count, 1, 1), _between(rng, 0, 0.06, count, 3, 1, 1)
        along = np.cos(angle) * places[None, None, :] + np.sin(angle) * places[None, :, None]
        ground = ground + height * np.sin(pitch * along + phase)[:, None]
    return ground


def _vivid(rng: np.random.Generator, count: int) -> np.ndarray:
    """[N, 3] vivid colours of all hues."""
    hue, strength, light = _between(rng, 0, 1, count, 1), _between(rng, 0.6, 1, count, 1), _between(rng, 0.6, 1, count, 1)
    wheel = np.clip(abs((6 * hue + np.array([[0, 4, 2]], np.float32)) % 6 - 3) - 1, 0, 1)
    return light * (1 - strength * (1 - wheel))


def _between(rng: np.random.Generator, low: float, high: float, *shape: int) -> np.ndarray:
    """Numbers of a shape from U(low, high), float32."""
    return np.float32(low) + np.float32(high - low) * rng.random(shape, np.float32)
