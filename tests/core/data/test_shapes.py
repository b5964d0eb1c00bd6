"""Drawn shapes: no two the same, and each just as its factors say."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lacuna.core.data.dataset import DataConfig, Dataset
from lacuna.core.data.registry import is_local, load
from lacuna.core.data.shapes import CLASSES, FACTORS, draw
from lacuna.core.engine.errors import Problem
from lacuna.core.engine.jobs import Progress

AXIS = torch.arange(28) - 13.5


@pytest.fixture(scope="module")
def drawn():
    return loaded(DataConfig(name="shapes", count=3000, seed=7))


def loaded(config):
    return [report for report in load(config) if report is not None][-1]


def one(shape, scale=8.0, orientation=0.0, x=0.0, y=0.0):
    """(28, 28)"""
    values = [torch.tensor([float(v)]) for v in (CLASSES.index(shape), scale, orientation, x, y)]
    return draw(*values)[0, 0]


def moments(image):
    """Ink, its centre x, y, and its second moments about it"""
    ink = image.sum()
    x, y = (image.sum(0) @ AXIS) / ink, (image.sum(1) @ AXIS) / ink
    right, down = AXIS - x, AXIS - y
    across = (image * right * down[:, None]).sum() / ink
    return ink, x, y, (image.sum(0) @ right**2) / ink, (image.sum(1) @ down**2) / ink, across


def test_a_data_set_of_shapes(drawn):
    assert drawn.train.images.shape == (2500, 1, 28, 28)
    assert drawn.test.images.shape == (500, 1, 28, 28)
    assert drawn.train.images.min() == 0
    assert drawn.train.images.max() == 1
    assert drawn.classes == CLASSES
    assert set(drawn.train.labels.tolist()) == set(drawn.test.labels.tolist()) == {0, 1, 2}
    assert is_local(DataConfig(name="shapes"))


def test_the_same_seed_draws_the_same_and_another_others(drawn):
    again, other = (loaded(DataConfig(name="shapes", count=3000, seed=seed)) for seed in (7, 8))
    assert torch.equal(drawn.train.images, again.train.images)
    assert all(torch.equal(drawn.factors[name], again.factors[name]) for name in FACTORS)
    assert not torch.equal(drawn.train.images, other.train.images)


def test_every_image_is_the_only_one_of_its_kind(drawn):
    images = torch.cat([drawn.train.images, drawn.test.images]).flatten(1)
    assert len(np.unique(images.numpy(), axis=0)) == 3000
    # in one place all 120 differ, and clearly: by more than a pixel's ink
    place = torch.cartesian_prod(*list(FACTORS.values())[:3], torch.tensor([0.4]))
    kinds = draw(*place.T, torch.full((len(place),), 0.4)).flatten(1)
    distances = torch.pdist(kinds)
    assert len(kinds) == 3 * 5 * 8
    assert distances.min() > 0.5


def test_factors_are_recorded_balanced_and_independent(drawn):
    table = torch.stack(list(drawn.factors.values()))  # (5, N)
    assert list(drawn.factors) == list(FACTORS)
    assert torch.equal(drawn.factors["shape"].long(), drawn.train.labels)
    for name, values in FACTORS.items():
        levels, counts = drawn.factors[name].unique(return_counts=True)
        assert torch.equal(levels, values)
        expected = 2500 / len(values)
        assert ((counts - expected).abs() < 4 * expected**0.5).all()
    assert (table.corrcoef() - torch.eye(5)).abs().max() < 4 / 2500**0.5
    again = draw(*table[:, :50])
    assert torch.equal(again, drawn.train.images[:50])


@settings(deadline=None, max_examples=40)
@given(
    shape=st.sampled_from(CLASSES),
    scale=st.floats(5, 9),
    orientation=st.floats(0, 90),
    x=st.floats(-6, 6),
    y=st.floats(-6, 6),
)
def test_ink_is_the_area_and_its_middle_the_place(shape, scale, orientation, x, y):
    image = one(shape, scale, orientation, x, y)
    ink, at_x, at_y, *_ = moments(image)
    assert image.min() >= 0
    assert image.max() <= 1
    assert ink.item() == pytest.approx(scale**2, rel=0.06)  # all of it is inside the image
    assert at_x.item() == pytest.approx(x, abs=0.12)
    assert at_y.item() == pytest.approx(y, abs=0.12)


@pytest.mark.parametrize("orientation", [0, 20, 45, 78.75])
def test_an_ellipse_lies_as_it_is_oriented(orientation):
    _, _, _, xx, yy, xy = moments(one("ellipse", orientation=orientation))
    angle = 0.5 * torch.atan2(2 * xy, xx - yy).rad2deg()
    assert angle.item() % 180 == pytest.approx(orientation % 180, abs=1.5)


@pytest.mark.parametrize(("shape", "turn"), [("square", 90), ("ellipse", 180), ("triangle", 120)])
def test_a_full_turn_of_its_symmetry_draws_the_same_shape(shape, turn):
    assert (one(shape, orientation=10) - one(shape, orientation=10 + turn)).abs().max() < 1e-4
    assert (one(shape, orientation=10) - one(shape, orientation=10 + turn / 2)).abs().max() > 0.3


def test_second_moments_are_those_of_the_shapes():
    # of area a: a square a/12 about each axis, an equilateral triangle a/(6 sqrt 3), and an
    # ellipse twice as long as wide a/(2 pi) along and a/(8 pi) across; a soft edge adds little
    area, pi = 81.0, torch.pi
    expected = {
        "square": (area / 12, area / 12),
        "triangle": (area / (6 * 3**0.5), area / (6 * 3**0.5)),
        "ellipse": (area / (2 * pi), area / (8 * pi)),
    }
    for shape, (along, across) in expected.items():
        _, _, _, xx, yy, xy = moments(one(shape, scale=9.0))
        assert (xx.item(), yy.item()) == pytest.approx((along, across), rel=0.05)
        assert abs(xy.item()) < 0.1


def test_progress_rises_and_ends_with_the_data():
    reports = list(load(DataConfig(name="shapes", count=600)))
    fractions = [report.fraction for report in reports if isinstance(report, Progress)]
    assert fractions == sorted(set(fractions))
    assert fractions[-1] == 1
    assert isinstance(reports[-1], Dataset)


@pytest.mark.parametrize("count", [59, 30_721])
def test_a_count_that_there_is_not_is_refused(count):
    with pytest.raises(Problem, match="30,720 different shapes"):
        next(load(DataConfig(name="shapes", count=count)))
