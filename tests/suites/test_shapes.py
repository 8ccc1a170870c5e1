"""What is drawn is what the labels say: looked up pixel by pixel, in slow loops."""

from __future__ import annotations

import math

import numpy as np
import pytest

from playground.basics.random_streams import stream
from playground.suites import shapes
from playground.suites.shapes import FAR, HORIZON, IMAGE_SIDE, LARGER, MAX_SHAPES, NEAR, SHAPES, VISIBLE, DrawnPictures, draw


@pytest.fixture(scope="module")
def drawn() -> DrawnPictures:
    return draw(stream(0, "shapes"), 300)


def test_pictures_are_colours(drawn: DrawnPictures) -> None:
    assert drawn.pictures.shape == (300, 3, IMAGE_SIDE, IMAGE_SIDE)
    assert drawn.pictures.dtype == np.uint8
    assert drawn.pictures.max() > 200
    assert np.ptp(drawn.pictures.astype(int), axis=1).max() > 100, "shapes should be vivid"


def test_masks_say_which_shape_a_pixel_shows(drawn: DrawnPictures) -> None:
    segments = drawn.segments()
    for picture in range(20):
        for row in range(IMAGE_SIDE):
            for column in range(IMAGE_SIDE):
                place = drawn.owner[picture, row, column]
                expected = 0 if place < 0 else 1 + drawn.shapes[picture, place]
                assert segments[picture, row, column] == expected
    assert set(np.unique(segments)) == set(range(len(SHAPES) + 1))


def test_pixels_of_a_shape_have_its_colour_and_its_distance(drawn: DrawnPictures) -> None:
    for picture in range(100):
        for place in range(MAX_SHAPES):
            mask = drawn.owner[picture] == place
            if mask.any():
                assert np.ptp(drawn.depth[picture][mask]) == 0
                # Noise of 0.03 and nothing else within a shape.
                assert drawn.pictures[picture][:, mask].std(axis=1).max() < 16
                assert NEAR <= drawn.depth[picture][mask][0] <= HORIZON


def test_the_ground_recedes_upwards(drawn: DrawnPictures) -> None:
    ground = np.where(drawn.owner < 0, drawn.depth, np.nan)
    rows = np.nanmean(ground, axis=(0, 2))
    assert (np.diff(rows) < 0).all()
    assert (rows[0], rows[-1]) == pytest.approx((FAR, HORIZON))


def test_near_shapes_hide_what_is_behind_them(drawn: DrawnPictures) -> None:
    for picture in range(300):
        away = [drawn.depth[picture][drawn.owner[picture] == place] for place in range(MAX_SHAPES)]
        seen = [float(one[0]) for one in away if len(one)]
        assert seen == sorted(seen, reverse=True)


def test_boxes_are_the_smallest_around_the_pixels_of_a_shape(drawn: DrawnPictures) -> None:
    boxes = drawn.boxes()
    assert boxes.shape == (300, MAX_SHAPES, 5)
    assert boxes.dtype == np.float32
    for picture in range(300):
        for place in range(MAX_SHAPES):
            rows, columns = np.nonzero(drawn.owner[picture] == place)
            if len(rows) == 0:
                assert boxes[picture, place].tolist() == [-1] * 5
                assert drawn.shapes[picture, place] == -1
            else:
                expected = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]) / IMAGE_SIDE
                assert boxes[picture, place].tolist() == pytest.approx([drawn.shapes[picture, place], *expected])


def test_the_dominant_shape_is_clearly_the_largest(drawn: DrawnPictures) -> None:
    for picture in range(300):
        pixels = sorted(
            (int((drawn.owner[picture] == place).sum()), int(drawn.shapes[picture, place])) for place in range(MAX_SHAPES)
        )
        assert drawn.dominant()[picture] == pixels[-1][1]
        assert pixels[-1][0] >= LARGER * pixels[-2][0]


def test_every_shape_is_seen_by_more_than_half() -> None:
    drawn = draw(stream(1, "shapes"), 300)
    for picture in range(300):
        for place in range(MAX_SHAPES):
            mask = drawn.owner[picture] == place
            if mask.any():
                radius = 9 - 1.25 * float(drawn.depth[picture][mask][0])
                assert mask.sum() >= VISIBLE * math.pi * radius**2 - 1e-3


@pytest.mark.parametrize("number", range(len(SHAPES)))
def test_every_shape_covers_as_much_as_a_disc(number: int) -> None:
    """And lies around its centre, whatever its turn."""
    centre = np.full((9, 2), IMAGE_SIDE / 2, np.float32)
    turn = np.linspace(-0.4, 0.4, 9, dtype=np.float32)
    masks = shapes._inside(number, centre, np.full(9, 8, np.float32), turn)
    assert masks.sum((1, 2)) == pytest.approx(math.pi * 64, rel=0.06)
    places = np.arange(IMAGE_SIDE) + 0.5
    for mask in masks:
        rows, columns = np.nonzero(mask)
        assert (places[columns].mean(), places[rows].mean()) == pytest.approx((16, 16), abs=0.6)


def test_shapes_are_told_apart_by_their_outline() -> None:
    """Of the smallest box around it a square fills all, a disc π / 4, a cross 5 / 9 and a triangle one half."""
    still = np.zeros(1, np.float32)
    for number, part in enumerate((math.pi / 4, 1, 1 / 2, 5 / 9)):
        mask = shapes._inside(number, np.full((1, 2), 16, np.float32), np.full(1, 8, np.float32), still)[0]
        height, width = (np.ptp(np.nonzero(mask.any(axis))[0]) + 1 for axis in (1, 0))
        assert mask.sum() / (height * width) == pytest.approx(part, abs=0.06)


def test_more_pictures_begin_with_the_same_ones() -> None:
    few, many = draw(stream(3, "x"), 50), draw(stream(3, "x"), 700)
    assert np.array_equal(few.pictures, many.pictures[:50])
    assert np.array_equal(few.depth, many.depth[:50])
    assert len(many.shapes) == 700
    assert not np.array_equal(few.pictures, draw(stream(4, "x"), 50).pictures)


def test_one_two_and_three_shapes_occur_and_every_kind_dominates(drawn: DrawnPictures) -> None:
    counts = np.bincount((drawn.shapes >= 0).sum(1), minlength=MAX_SHAPES + 1)
    assert counts[0] == 0
    assert (counts[1:] > 20).all()
    assert (np.bincount(drawn.dominant(), minlength=len(SHAPES)) > 50).all()
