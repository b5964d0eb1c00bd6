"""Ellipses and arrows as they are painted."""

import numpy as np
import pytest

from lacuna.core.geometry.layers.glyphs import Glyphs
from lacuna.explorer.map.glyphs import LARGEST, TYPICAL, scaled


def glyphs(kind, *vectors):
    """At the same place, 0.5 from one to the next."""
    vectors = np.asarray(vectors, float)
    return Glyphs(kind, np.zeros((len(vectors), 2)), vectors, 0.5, 0)


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
    vectors = scaled(glyphs("ellipses", *circles, [[40, 0], [0, 10]], [[np.inf, 0], [0, 1]]))
    lengths = np.linalg.norm(vectors, axis=-1)
    np.testing.assert_allclose(lengths[3, 0], 4 * lengths[3, 1])
    assert (vectors[4] == 0).all()
    assert lengths.max() <= LARGEST * 0.5 / 2 + 1e-12


def test_no_glyph_is_drawn_where_nothing_changes():
    vectors = scaled(glyphs("arrows", [[0, 0]], [[0, 0]], [[0, 0]]))
    assert (vectors == 0).all()
