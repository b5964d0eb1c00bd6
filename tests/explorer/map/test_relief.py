"""Heights and glyphs as they are painted."""

import numpy as np
import pytest

from lacuna.core.geometry.layers.relief import Glyphs, Relief
from lacuna.core.render.colours import heights_rgba, ramp
from lacuna.explorer.map.glyphs import LARGEST, TYPICAL, scaled
from lacuna.explorer.map.height_legend import HeightLegend
from lacuna.explorer.map.relief import SCALES, ReliefImage

WINDOW = (-1.0, 1.0, -1.0, 1.0)


def relief(kind, values):
    return Relief(kind, np.asarray(values, np.float32), WINDOW, 0)


def glyphs(kind, *vectors):
    """At the same place, 0.5 from one to the next."""
    vectors = np.asarray(vectors, float)
    return Glyphs(kind, np.zeros((len(vectors), 2)), vectors, 0.5, 0)


def test_the_ramp_grows_lighter_all_the_way():
    light = ramp(64).astype(float) @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(light) > 0).all()


def test_what_is_no_number_is_clear():
    rgba = heights_rgba(np.array([[0.0, np.inf], [np.nan, 1.0]]), 0, 1)
    assert (rgba[..., 3] == [[255, 0], [0, 255]]).all()
    assert (rgba[0, 0, :3] == ramp(256)[0]).all()
    assert (rgba[1, 1, :3] == ramp(256)[-1]).all()


def test_the_scale_names_the_heights_that_the_colours_have(shown):
    row = shown(HeightLegend())
    heights = np.linspace(0, 2, 101) ** 2  # even in its root, as the colours of a radius are
    row.show_image(ReliefImage(relief("radius", np.tile(heights, (101, 1))), 0))
    assert row.heights() == ("0.0004", "1", "3.9")  # of 0.02, 1 and 1.98
    assert "to the border" in row.accessibleName()
    row.show_image(None)
    assert not row.isVisible()


@pytest.mark.parametrize("kind", SCALES)
def test_the_middle_of_the_scale_has_the_middle_colour(kind):
    picture = ReliefImage(relief(kind, np.linspace(0.5, 60, 101 * 101).reshape(101, 101)), 0)
    assert picture.low < picture.middle < picture.high
    bent = SCALES[kind].bend(np.array([picture.low, picture.middle, picture.high]))
    np.testing.assert_allclose(np.diff(bent, 2), 0, atol=1e-9)
    np.testing.assert_allclose(SCALES[kind].back(bent)[1], picture.middle)


def test_a_stretch_that_is_the_same_everywhere_is_told_as_it_is():
    picture = ReliefImage(relief("stretch", np.full((9, 9), 100.0)), 0)
    np.testing.assert_allclose([picture.low, picture.high], 100.0, rtol=1e-6)


def test_a_true_minus_stands_before_a_score(shown):
    row = shown(HeightLegend())
    row.show_image(ReliefImage(relief("score", np.full((9, 9), -5.0)), 0))
    assert row.heights()[0] == "\N{MINUS SIGN}5"


@pytest.mark.parametrize(("kind", "whole"), [("ellipses", 2), ("arrows", 1)])
def test_the_median_glyph_fills_half_of_its_cell_and_no_glyph_leaves_it(kind, whole):
    """`whole` times a vector is what is drawn: vectors are half-axes, or whole arrows."""
    vectors = [[1, 0]], [[1, 0]], [[1, 0]], [[50, 0]], [[np.inf, 0]]
    lengths = np.linalg.norm(scaled(glyphs(kind, *vectors)), axis=-1)
    assert np.isfinite(lengths).all()
    assert whole * lengths.max() <= LARGEST * 0.5 + 1e-12
    np.testing.assert_allclose(whole * lengths[0, 0], TYPICAL * 0.5)


def test_an_ellipse_that_is_made_smaller_keeps_its_form():
    circles = [[[1, 0], [0, 1]]] * 3
    found = scaled(glyphs("ellipses", *circles, [[40, 0], [0, 10]], [[np.inf, 0], [0, 1]]))
    lengths = np.linalg.norm(found, axis=-1)
    np.testing.assert_allclose(lengths[3, 0], 4 * lengths[3, 1])
    assert (found[4] == 0).all()
    assert lengths.max() <= LARGEST * 0.5 / 2 + 1e-12


def test_no_glyph_is_drawn_where_nothing_changes():
    found = scaled(glyphs("arrows", [[0, 0]], [[0, 0]], [[0, 0]]))
    assert (found == 0).all()
