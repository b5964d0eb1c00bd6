import numpy as np
import pytest

from lacuna.core.figures.array import PIXELS
from lacuna.core.render import picture
from lacuna.core.render.colours import class_colours
from lacuna.core.render.map_painting import paint_map


def noise_map(side, classes):
    """Label, margin and lead of noise"""
    noise = np.random.default_rng(side)
    lead = noise.gamma(1.0, size=(side, side)).astype(np.float32)
    return noise.integers(classes, size=lead.shape), np.tanh(lead / 2), lead


def result(job):
    """What a generator returns, and how often it paused"""
    pauses = 0
    while True:
        try:
            next(job)
            pauses += 1
        except StopIteration as end:
            return end.value, pauses


@pytest.mark.parametrize("side", [17, 129, 257])
def test_bands_make_up_the_map(side):
    label, margin, lead = noise_map(side, 7)
    painting, pauses = result(paint_map(label, margin, lead, 7))
    fills = picture.fills_rgba(label, margin, class_colours(7))
    assert (painting.fills == fills).all()
    assert (painting.border == picture.border_opacity(label, lead)).all()
    assert pauses >= side**2 / PIXELS


def test_a_lone_class_is_of_one_colour_without_a_line():
    label, side = np.zeros((17, 17), np.int16), (17, 17)
    painting, _ = result(paint_map(label, np.ones(side), np.full(side, np.inf), 1))
    assert (painting.fills == painting.fills[0, 0]).all()
    assert not painting.border.any()
