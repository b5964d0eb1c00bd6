"""Heights as colours."""

import numpy as np
import pytest

from lacuna.core.geometry.layers.height_map import HeightMap
from lacuna.explorer.map.heights import SCALES, HeightImage

WINDOW = (-1.0, 1.0, -1.0, 1.0)


def height_map(kind, values):
    return HeightMap(kind, np.asarray(values, np.float32), WINDOW, 0)


@pytest.mark.parametrize("kind", SCALES)
def test_the_middle_of_the_scale_has_the_middle_colour(kind):
    image = HeightImage(height_map(kind, np.linspace(0.5, 60, 101 * 101).reshape(101, 101)), 0)
    assert image.low < image.middle < image.high
    bent = SCALES[kind].bend(np.array([image.low, image.middle, image.high]))
    np.testing.assert_allclose(np.diff(bent, 2), 0, atol=1e-9)
    np.testing.assert_allclose(SCALES[kind].back(bent)[1], image.middle)


def test_a_stretch_that_is_the_same_everywhere_is_told_as_it_is():
    image = HeightImage(height_map("stretch", np.full((9, 9), 100.0)), 0)
    np.testing.assert_allclose([image.low, image.high], 100.0, rtol=1e-6)
