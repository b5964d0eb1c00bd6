"""Colours of heights."""

import numpy as np

from lacuna.core.render.colours import heights_rgba, ramp


def test_the_ramp_grows_lighter_all_the_way():
    light = ramp(64).astype(float) @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(light) > 0).all()


def test_what_is_no_number_is_clear():
    rgba = heights_rgba(np.array([[0.0, np.inf], [np.nan, 1.0]]), 0, 1)
    assert (rgba[..., 3] == [[255, 0], [0, 255]]).all()
    assert (rgba[0, 0, :3] == ramp(256)[0]).all()
    assert (rgba[1, 1, :3] == ramp(256)[-1]).all()
