"""The colours of heights and what their legend says of them."""

import numpy as np

from lacuna.core.geometry.layers.height_map import HeightMap
from lacuna.explorer.map.height_legend import HeightLegend
from lacuna.explorer.map.heights import HeightImage

WINDOW = (-1.0, 1.0, -1.0, 1.0)


def height_map(kind, values):
    return HeightMap(kind, np.asarray(values, np.float32), WINDOW, 0)


def test_the_scale_names_the_heights_that_the_colours_have(shown):
    row = shown(HeightLegend())
    heights = np.linspace(0, 2, 101) ** 2  # even in its root, as the colours of a radius are
    row.show_image(HeightImage(height_map("radius", np.tile(heights, (101, 1))), 0))
    assert row.heights() == ("0.0004", "1", "3.9")  # of 0.02, 1 and 1.98
    assert "to the border" in row.accessibleName()
    row.show_image(None)
    assert not row.isVisible()


def test_a_true_minus_stands_before_a_score(shown):
    row = shown(HeightLegend())
    row.show_image(HeightImage(height_map("score", np.full((9, 9), -5.0)), 0))
    assert row.heights()[0] == "\N{MINUS SIGN}5"
