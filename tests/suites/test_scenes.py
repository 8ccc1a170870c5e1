from __future__ import annotations

import numpy as np

from playground.suites.scenes import TEST, VALIDATION, Scenes, drawn


def test_labels_are_those_of_what_was_drawn() -> None:
    data, scenes = Scenes(pictures=120).load(5), drawn(5, "test", TEST)
    assert np.array_equal(np.round(255 * data.test.inputs), scenes.pictures)
    assert np.array_equal(data.test.targets["kind"], scenes.dominant())
    assert np.array_equal(data.test.targets["objects"], scenes.boxes())
    assert np.array_equal(data.test.targets["segments"], scenes.segments())
    assert np.array_equal(data.test.targets["depth"], scenes.depth)
    assert all(known.all() for known in data.test.known.values())


def test_splits_hold_different_pictures() -> None:
    data = Scenes(pictures=500).load(0)
    assert [len(part) for part in (data.train, data.validation, data.test)] == [500, VALIDATION, TEST]
    seen = [{row.tobytes() for row in part.inputs} for part in (data.train, data.validation, data.test)]
    assert not seen[0] & seen[1]
    assert not seen[0] & seen[2]
    assert not seen[1] & seen[2]


def test_more_pictures_keep_the_first_ones_and_what_is_held_out() -> None:
    few, many = Scenes(pictures=100).load(0), Scenes(pictures=600).load(0)
    assert np.array_equal(few.train.inputs, many.train.inputs[:100])
    assert np.array_equal(few.test.inputs, many.test.inputs)


def test_who_gets_the_data_may_change_it() -> None:
    data = Scenes(pictures=100).load(0)
    before = data.train.inputs.copy()
    for values in (data.train.inputs, *data.train.targets.values()):
        values[...] = 0
    again = Scenes(pictures=100).load(0)
    assert np.array_equal(again.train.inputs, before)
    assert again.train.targets["depth"].min() >= 1


def test_the_page_shows_pictures_of_the_test_split() -> None:
    data = Scenes(pictures=100).load(0)
    assert data.probe.view == "scenes"
    assert np.array_equal(data.probe.inputs, data.test.inputs[: len(data.probe.inputs)])
    assert set(data.probe.targets) == {"kind", "objects", "segments", "depth"}
