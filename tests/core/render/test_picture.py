import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lacuna.core.render import picture
from lacuna.core.render.colours import DARK, LIGHT, class_colours

# Machado, Oliveira & Fernandes 2009, severity 1, on linear RGB
SIGHTS = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def linear(rgb):
    s = np.asarray(rgb) / 255
    return np.where(s <= 0.04045, s / 12.92, ((s + 0.055) / 1.055) ** 2.4)


def lab(light):
    """Linear RGB (..., 3) -> CIELAB (D65)"""
    to_xyz = np.array(
        [[0.4125, 0.3576, 0.1804], [0.2127, 0.7152, 0.0722], [0.0193, 0.1192, 0.9503]]
    )
    t = np.clip(light, 0, 1) @ to_xyz.T / to_xyz.sum(1)
    f = np.where(t > 216 / 24389, np.cbrt(t), (24389 / 27 * t + 16) / 116)
    x, y, z = np.moveaxis(f, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)


def difference(one, two):
    """CIE dE2000 (Sharma, Wu & Dalal 2005)"""
    (light1, a1, b1), (light2, a2, b2) = np.moveaxis(one, -1, 0), np.moveaxis(two, -1, 0)
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 1.5 - 0.5 * np.sqrt(mean**7 / (mean**7 + 25.0**7))
    chroma1, chroma2 = np.hypot(stretch * a1, b1), np.hypot(stretch * a2, b2)
    hue1 = np.degrees(np.arctan2(b1, stretch * a1)) % 360
    hue2 = np.degrees(np.arctan2(b2, stretch * a2)) % 360
    turn = (hue2 - hue1 + 180) % 360 - 180
    hue = np.where(abs(hue1 - hue2) > 180, (hue1 + hue2 + 360) / 2 % 360, (hue1 + hue2) / 2)
    light, chroma = (light1 + light2) / 2, (chroma1 + chroma2) / 2
    waves = [(-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.2, 4, -63)]
    shape = 1 + sum(size * np.cos(np.radians(n * hue + at)) for size, n, at in waves)
    lights = (light2 - light1) / (1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2))
    chromas = (chroma2 - chroma1) / (1 + 0.045 * chroma)
    hues = 2 * np.sqrt(chroma1 * chroma2) * np.sin(np.radians(turn / 2))
    hues = hues / (1 + 0.015 * chroma * shape)
    blue = np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2)))
    mixed = -np.sin(blue) * 2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7))
    return np.sqrt(lights**2 + chromas**2 + hues**2 + mixed * chromas * hues)


def nearest_two(colours, sight):
    observed = lab(linear(colours) @ SIGHTS[sight].T)
    first, second = np.triu_indices(len(observed), 1)
    return difference(observed[first], observed[second]).min()


def test_the_colour_difference_is_that_of_the_literature():
    # Sharma, Wu & Dalal 2005, table 1, pairs 1, 7 and 17
    pairs = [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ]
    for one, two, truth in pairs:
        result = difference(np.array(one, float), np.array(two, float))
        assert result == pytest.approx(truth, abs=1e-4)


@pytest.mark.parametrize("sight", SIGHTS)
def test_every_pair_of_the_ten_can_be_told_apart(sight):
    # one dE2000 is just noticeable side by side; patches apart, seen at a glance, take several.
    # Ten even steps of L* alone, 45 to 85, would give 4 to 5: hue has to carry as much again.
    assert nearest_two(class_colours(10), sight) > 9


def test_the_ten_show_on_dark_and_light():
    lightness = lab(linear(class_colours(10)))[:, 0]
    assert lightness.min() >= 45
    assert lightness.max() <= 85


@given(st.integers(1, 60))
@settings(max_examples=20, deadline=None)
def test_more_classes_keep_the_first_colours(classes):
    colours = class_colours(classes)
    assert colours.shape == (classes, 3)
    assert (colours == class_colours(60)[:classes]).all()
    assert len(np.unique(colours, axis=0)) == classes
    lightness = lab(linear(colours))[:, 0]
    assert ((lightness > 44) & (lightness < 85)).all()


def halves(side, at, slope=0.5):
    """Class 1 to the right of the pixel coordinate `at`; margin tanh(lead / 2)"""
    lead = slope * np.abs(np.arange(side, dtype=np.float32) - at)
    lead = np.broadcast_to(lead, (side, side)).copy()
    label = np.broadcast_to(np.arange(side) > at, (side, side)).astype(np.int16)
    return label, np.tanh(lead / 2), lead


@given(st.floats(100, 400), st.floats(0.02, 5), st.booleans())
@settings(max_examples=12, deadline=None)
def test_the_border_is_drawn_where_it_is(at, slope, upright):
    # the line's centre of mass is the border
    label, _, lead = (field if upright else field.T for field in halves(513, at, slope))
    line = picture.border_opacity(label, lead)
    light = (line[100] if upright else line[:, 100]) / 255
    assert light.max() > 0.3
    assert (light > 0.02).sum() <= 3
    assert (light @ np.arange(513)) / light.sum() == pytest.approx(at, abs=0.15)


def test_the_line_lies_over_the_colour():
    # half a pixel from the border the line covers 0.65 of 0.92; its border is at 256.5
    label, margin, lead = halves(513, 256.5)
    fills = picture.fills_rgba(label, margin, np.array([[100, 0, 50]] * 2))
    lines = picture.line_rgba(picture.border_opacity(label, lead), (0, 0, 0))
    fill, line = 0.10 + 0.76 * margin[9, 256], 0.65 * 0.92
    expected = [fill * (1 - line) * colour + 255 * line for colour in (100, 0, 50)]
    assert picture.over([fills, lines], (0, 0, 0))[513 - 1 - 9, 256] == pytest.approx(
        expected, abs=2
    )


@pytest.mark.parametrize("background", [DARK, LIGHT])
def test_the_line_stands_out_from_what_classes_fade_to(background):
    line = picture.line_rgba(np.full((1, 1), 255, np.uint8), background)[0, 0, :3].astype(int)
    assert abs(line - background).min() > 96


@given(st.lists(st.floats(0, 1), min_size=2, max_size=2))
@settings(max_examples=30, deadline=None)
def test_opacity_rises_with_the_margin(margins):
    low, high = sorted(margins)
    margin = np.array([[low, high]] * 2, np.float32)
    label = np.zeros((2, 2), np.int16)
    alpha = picture.fills_rgba(label, margin, class_colours(2))[0, :, 3]
    assert alpha[0] <= alpha[1]
    assert alpha[0] > 0
    assert alpha[1] < 255


@given(st.lists(st.integers(1, 64), min_size=0, max_size=4, unique=True))
@settings(max_examples=20, deadline=None)
def test_bands_make_up_the_whole(cuts):
    noise = np.random.default_rng(0)
    score = noise.normal(size=(65, 65)).astype(np.float32)
    label, lead = (score > 0).astype(np.int16), np.abs(score)
    colours, edges = class_colours(2), [0, *sorted(cuts), 65]
    bands = [slice(*pair) for pair in itertools.pairwise(edges)]
    for paint in (
        lambda rows: picture.fills_rgba(label, lead / 9, colours, rows),
        lambda rows: picture.border_opacity(label, lead, rows),
        lambda rows: picture.holes_rgba(score, 0.3, rows),
    ):
        assert (np.concatenate([paint(rows) for rows in bands]) == paint(slice(None))).all()


def test_the_hatch_is_inside_the_hole_only():
    score = np.broadcast_to(np.linspace(-5, 5, 513, dtype=np.float32), (513, 513))
    alpha = picture.holes_rgba(score, 1.0)[..., 3]
    inside = score[0] > 1.0
    assert (alpha[:, inside][:, 1:] > 60).all()
    assert (alpha[:, ~inside][:, :-2] == 0).all()


@pytest.mark.parametrize("background", [DARK, LIGHT])
def test_the_hatch_is_legible_on_every_colour(background):
    # 1.2 : 1 between the lightest and the darkest of the strokes, where the judge is sure or not
    hatch = picture.holes_rgba(np.full((513, 513), 9.0, np.float32), 1.0)[:32, :32]
    for colour in class_colours(10):
        for alpha in (60, 220):
            fill = np.full((32, 32, 4), [*colour, alpha], np.uint8)
            light = linear(picture.over([fill, hatch], background)) @ LUMINANCE
            assert (light.max() + 0.05) / (light.min() + 0.05) > 1.2
            plain = linear(picture.over([fill], background)) @ LUMINANCE
            assert abs(light - plain).max() > 0.01


@pytest.mark.parametrize("side", [17, 33, 65, 129, 257, 513])
def test_a_coarse_level_is_as_grey_as_a_fine_one(side):
    alpha = picture.holes_rgba(np.full((side, side), 9.0, np.float32), 1.0)[..., 3]
    fine = picture.holes_rgba(np.full((513, 513), 9.0, np.float32), 1.0)[..., 3]
    assert alpha.mean() == pytest.approx(fine.mean(), abs=8)


def test_layers_are_laid_over_the_background():
    clear, red = np.zeros((2, 2, 4), np.uint8), np.zeros((2, 2, 4), np.uint8)
    red[0] = [255, 0, 0, 128]  # the bottom row
    result = picture.over([red, clear], (0, 0, 100), scale=3)
    assert result.shape == (6, 6, 3)
    assert (result[:3] == [0, 0, 100]).all()
    assert (result[3:] == [128, 0, 50]).all()


def test_a_strip_has_frames_bars_and_ticks():
    images = np.linspace(0, 1, 4)[:, None, None, None] * np.ones((4, 1, 5, 6))
    bars = class_colours(4)
    result = picture.strip(images, bars, np.linspace(0, 1, 4), [0.5], DARK, scale=4)
    # gap 4; frames of 6 x 4 and 5 x 4; bars of 8
    assert result.shape == (4 + 20 + 4 + 8 + 4, 4 + 4 * 28, 3)
    for k in range(4):
        assert (result[4:24, 4 + 28 * k : 28 + 28 * k] == round(255 * k / 3)).all()
        assert (result[28:36, 6 + 28 * k] == bars[k]).all()
    assert (result[28:36, 57:59] == 255).all()  # half-way between the frames 1 and 2
    assert (result[:4] == DARK).all()


def test_a_strip_without_classes():
    result = picture.strip(np.zeros((3, 3, 2, 2)), None, np.array([0, 0.5, 1]), [], LIGHT)
    assert (result[-8:] == LIGHT).all()


def test_a_sheet_fills_its_rows():
    images = np.arange(5)[:, None, None, None] / 4 * np.ones((5, 3, 2, 2))
    result = picture.contact_sheet(images, columns=3, scale=2, gap=1)
    assert result.shape == (1 + 2 * 5, 1 + 3 * 5, 3)
    assert (result[6:10, 6:10] == 255).all()
    assert (result[6:10, 11:15] == DARK).all()
