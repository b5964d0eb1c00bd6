"""Holes as they are painted."""

import numpy as np
import pytest

from lacuna.core.geometry.holes.hole_map import HoleMap
from lacuna.core.render.picture import EDGE_OPACITY, FINEST, VEIL, VEIL_OPACITY
from lacuna.explorer.map.holes import HoleImage


@pytest.mark.parametrize("side", [17, 33, 65])
def test_the_edge_of_a_coarse_hole_is_no_bright_bar(side):
    x = np.linspace(-1, 1, side, dtype=np.float32)
    score = np.broadcast_to(x, (side, side)).copy()
    picture = HoleImage(HoleMap(score, 0.0, (-1, 1, -1, 1), 0, side**2), 0)
    share = picture.rgba.astype(float) / 255
    added = (share[..., 0] * share[..., 3]).max()  # light on a black ground
    most = VEIL / 255 * VEIL_OPACITY + EDGE_OPACITY * 4 * side / FINEST
    assert added <= most + 2 / 255
