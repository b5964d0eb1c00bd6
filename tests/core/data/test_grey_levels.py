"""Which number is white: whatever is saved is seen, and it is said what was made of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lacuna.core.data.grey_levels import grey_levels, range_of, to_pixels
from lacuna.core.engine.errors import Problem

RAMP = np.linspace(0, 1, 256).reshape(4, 1, 8, 8)


def read(images: NDArray[Any]) -> tuple[NDArray[np.float64], str]:
    """In [0, 1], and what is said."""
    levels = grey_levels(*range_of(images, "They"), images.dtype.kind == "f", "They")
    pixels = to_pixels(images, levels)
    return pixels / (255.0 if pixels.dtype == np.uint8 else 1.0), str(levels)


@pytest.mark.parametrize(
    ("images", "said"),
    [
        ((RAMP * 255).round().astype(np.uint8), "values 0-255"),
        ((RAMP > 0.5).astype(np.uint8), "values 0-1 stretched"),
        ((RAMP * 16).round().astype(np.uint8), "values 0-16 stretched"),
        ((RAMP * 255).round().astype(np.int32), "values 0-255"),
        ((RAMP * 4095).round().astype(np.uint16), "values 0-4\N{NO-BREAK SPACE}095 of 12 bits"),
        ((RAMP * 65535).round().astype(np.uint16), "values 0-65\N{NO-BREAK SPACE}535 of 16 bits"),
        ((RAMP * 255).round().astype(np.float32), "values 0-255"),
        (RAMP * 300.5, "values 0-300 stretched"),
        (RAMP.astype(np.float16), "values 0-1"),
        (RAMP * 0.01, "values 0-0.01 stretched"),
        (RAMP * 2 - 1, "values \N{MINUS SIGN}1 to 1"),
        (RAMP * 5 - 2, "values \N{MINUS SIGN}2 to 3 stretched"),
        (RAMP.astype(">f4"), "values 0-1"),
    ],
    ids=lambda value: value if isinstance(value, str) else str(value.dtype),
)
def test_a_ramp_is_a_ramp_however_it_is_saved(images: NDArray[Any], said: str) -> None:
    shares, text = read(images)
    assert text == said
    if len(np.unique(images)) > 2:
        coarse = (1 / 32 if "0-16" in said else 0) + 1 / 255  # half a step of each
        assert abs(shares - RAMP).max() <= coarse
    assert (shares.min(), shares.max()) == (0, 1)


@given(st.integers(1, 65535))
def test_the_brightest_is_never_dark(highest: int) -> None:
    shares, text = read(np.array([[0, highest]], np.uint16))
    assert shares.max() >= 0.5 - 1 / 255
    assert str(highest) in text.replace("\N{NO-BREAK SPACE}", "")


def test_eight_bits_that_reach_far_enough_stay_the_very_bytes() -> None:
    images = np.random.default_rng(0).integers(20, 200, (5, 1, 4, 4)).astype(np.uint8)
    levels = grey_levels(*range_of(images, ""), False, "")
    assert to_pixels(images, levels) is images


def test_there_is_something_to_see_or_a_problem() -> None:
    with pytest.raises(Problem, match="They are 128 everywhere"):
        read(np.full((3, 1, 4, 4), 128))
    broken = RAMP.copy()
    broken[2, 0, 3, 3] = np.nan
    with pytest.raises(Problem, match=r"NaN.*in 1 of 4, first in image 2"):
        read(broken)
