from __future__ import annotations

import numpy as np
import pytest

from playground.basics.random_streams import stream
from playground.suites.road import CONTRAST, PIXELS, Road, Roads, roads, scan_lines, shadows


def one(**changed: float) -> Roads:
    """A road of two lanes from −0.5 to 0.5, its line at 0."""
    values = {"left": -0.5, "right": 0.5, "middle": 0.0, "road": 0.2, "verge": 0.6, "line": 1.0} | changed
    return Roads(np.array([not np.isnan(values["middle"])]), **{name: np.array([value]) for name, value in values.items()})


def test_a_scan_line_by_hand() -> None:
    line = scan_lines(one())[0]
    assert len(line) == PIXELS == 32
    # A pixel is 1/16 wide: 8 of verge, 16 of road, 8 of verge; the line covers the 0.05 on both sides of the middle.
    assert line[:8] == pytest.approx(0.6)
    assert line[8:15] == pytest.approx(0.2)
    assert line[17:24] == pytest.approx(0.2)
    assert line[24:] == pytest.approx(0.6)
    share = 6 / 8  # of the 8 points in the pixels beside the middle, 6 lie within 0.05 of it
    assert line[15:17] == pytest.approx(0.2 + share * 0.8)


def test_an_edge_between_two_pixels_shows_as_a_mixture() -> None:
    half = scan_lines(one(left=-0.5 + 1 / 32))[0]
    assert half[8] == pytest.approx((0.6 + 0.2) / 2)


def test_where_to_steer() -> None:
    assert one(left=-0.6, middle=0.1, right=0.5).steering.tolist() == pytest.approx([0.3])
    assert one(left=-0.6, middle=np.nan, right=0.5).steering.tolist() == pytest.approx([-0.05])


def test_a_road_of_one_lane_has_no_line() -> None:
    line = scan_lines(one(middle=np.nan, line=np.nan))[0]
    assert line[8:24] == pytest.approx(0.2)


def test_roads_lie_on_the_scan_line_and_can_be_told_from_what_is_beside_them() -> None:
    many = roads(5000, stream(0, "roads"))
    assert many.two.mean() == pytest.approx(0.7, abs=0.03)
    assert (many.left > -1).all()
    assert (many.right < 1).all()
    assert ((many.right - many.left) > 0.49).all()
    two = many.two
    assert (many.left[two] < many.middle[two]).all()
    assert (many.middle[two] < many.right[two]).all()
    assert np.isnan(many.middle[~two]).all()
    assert np.isnan(many.line[~two]).all()
    assert 0.1 <= many.road.min() < 0.11
    assert 0.49 < many.road.max() <= 0.5
    for brighter in (many.verge, many.line[two]):
        assert brighter.max() <= 1
    assert (many.verge - many.road >= CONTRAST).all()
    assert (many.line - many.road >= CONTRAST)[two].all()


def test_a_shadow_halves_two_to_eight_pixels_in_a_row() -> None:
    dark = shadows(2000, stream(0, "shadows")) == 0.5
    sizes = dark.sum(1)
    assert set(sizes) == {2, 3, 4, 5, 6, 7, 8}
    # One way in and one way out, except at the ends of the scan line.
    assert (np.abs(np.diff(dark, axis=1)).sum(1) <= 2).all()
    assert dark.any(0).all()


def test_facts_of_the_line_are_known_on_two_lanes_only() -> None:
    train = Road().load(0).train
    two = train.targets["lanes"] == 1
    assert two.mean() > 0.5
    for task in Road().tasks():
        expected = two if task.name in ("middle", "line") else np.ones(len(train), bool)
        assert np.array_equal(train.known[task.name], expected), task.name


def test_the_truth_can_be_read_off_a_clean_scan_line() -> None:
    """Without noise and shadows the first pixel is the verge, and the road begins where the light changes."""
    test = Road(noise=0.0, shadows=0).load(3).test
    assert test.inputs[:, 0] == pytest.approx(test.targets["verge"], abs=1e-6)
    first = np.argmax(np.abs(test.inputs - test.inputs[:, :1]) > 1e-4, axis=1)
    places = -1 + first / 16
    assert np.abs(places - test.targets["left"]).max() <= 1 / 16


def test_more_examples_are_the_same_ones_and_some_further_ones() -> None:
    few, more = Road(examples=50).load(0).train, Road(examples=80).load(0).train
    assert np.array_equal(few.targets["steering"], more.targets["steering"][:50])


def test_the_picture_does_not_show_lines_that_are_not_there() -> None:
    probe = Road().load(0).probe
    one_lane = probe.targets["lanes"] == 0
    assert np.array_equal(np.isnan(probe.targets["middle"]), one_lane)
    assert not np.isnan(probe.targets["steering"]).any()
