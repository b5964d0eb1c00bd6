"""Drawn digits: the same from the same seed, and written just as their factors say."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from lacuna.core.data.dataset import DataConfig, Dataset
from lacuna.core.data.pen import pens
from lacuna.core.data.registry import load
from lacuna.core.data.skeletons import SKELETONS
from lacuna.core.data.strokes import CLASSES, draw, sample_habits
from lacuna.core.engine.errors import Problem
from lacuna.core.engine.jobs import Progress

LABELS = torch.arange(10).repeat_interleave(20)
USUAL = {
    "slant": 0.1,
    "thickness": 2.3,
    "scale": 0.9,
    "aspect": 1.0,
    "shift_x": 0.0,
    "shift_y": 0.0,
    "wobble": 0.7,
}


@pytest.fixture(scope="module")
def drawn() -> Dataset:
    return _loaded(DataConfig(count=2400, seed=7))


def _loaded(config: DataConfig) -> Dataset:
    return [report for report in load(config) if report is not None][-1]


def _written(**habits: float) -> Tensor:
    """The same 200 digits of the same hand, but for the habits given."""
    chosen = USUAL | habits
    generator = torch.Generator().manual_seed(3)
    values = sample_habits(LABELS, generator)  # the variants stay as sampled
    values |= {name: torch.full((len(LABELS),), value) for name, value in chosen.items()}
    return draw(LABELS, values, generator)[:, 0]


def _middle(images: Tensor) -> Tensor:
    """(N, 2): the centre of mass x, y in pixels from the centre of images (N, 28, 28)."""
    grid = torch.arange(28) - 13.5
    ink = images.sum((1, 2))
    return (
        torch.stack([(images.sum(1) * grid).sum(1), (images.sum(2) * grid).sum(1)], 1)
        / ink[:, None]
    )


def _covariance(images: Tensor) -> Tensor:
    """(N, 2, 2) second moments of the ink about its centre, in square pixels."""
    grid = torch.arange(28) - 13.5
    places = torch.stack(torch.meshgrid(grid, grid, indexing="xy"), -1).reshape(1, -1, 2)
    offsets = places - _middle(images)[:, None]
    weights = images.flatten(1) / images.sum((1, 2))[:, None]
    return torch.einsum("np,npi,npj->nij", weights, offsets, offsets)


def _shear(images: Tensor) -> Tensor:
    covariance = _covariance(images)
    return -covariance[:, 0, 1] / covariance[:, 1, 1]  # y is downwards


def test_the_same_seed_draws_the_same_digits(drawn: Dataset) -> None:
    again = _loaded(DataConfig(count=2400, seed=7))
    assert torch.equal(drawn.train.images, again.train.images)
    assert torch.equal(drawn.test.images, again.test.images)
    assert all(torch.equal(drawn.factors[name], again.factors[name]) for name in drawn.factors)


def test_another_seed_draws_others(drawn: Dataset) -> None:
    other = _loaded(DataConfig(count=2400, seed=8))
    assert not torch.equal(drawn.train.images, other.train.images)


def test_images_are_white_ink_on_black_paper(drawn: Dataset) -> None:
    images = drawn.train.images
    assert images.shape == (2000, 1, 28, 28)
    assert drawn.test.images.shape == (400, 1, 28, 28)
    assert images.dtype == torch.float32
    assert images.min() == 0
    assert images.max() == 1
    assert 0.09 < images.mean() < 0.17  # MNIST: 0.13
    assert (images.flatten(1).amax(1) > 0.9).all()
    assert images[..., 0, 0].max() == 0


def test_classes_are_balanced_and_mixed(drawn: Dataset) -> None:
    for batch in (drawn.train, drawn.test):
        assert batch.labels is not None
        assert set(batch.labels.bincount(minlength=10).tolist()) == {len(batch.labels) // 10}
        assert not torch.equal(batch.labels, batch.labels.sort().values)
    assert drawn.classes == tuple("0123456789")


def test_held_out_digits_are_drawn_anew(drawn: Dataset) -> None:
    nearest = torch.cdist(drawn.test.images.flatten(1), drawn.train.images.flatten(1)).amin(1)
    assert nearest.min() > 0.5


def test_digits_can_be_told_apart(drawn: Dataset) -> None:
    nearest = torch.cdist(drawn.test.images.flatten(1), drawn.train.images.flatten(1)).argmin(1)
    assert drawn.train.labels is not None
    right = (drawn.train.labels[nearest] == drawn.test.labels).float().mean()
    assert 0.85 < right < 1  # a plain neighbour knows most of them, not all


def test_factors_belong_to_the_training_images(drawn: Dataset) -> None:
    assert set(drawn.factors) == {"variant", *USUAL}
    assert all(values.shape == (2000,) for values in drawn.factors.values())
    assert all(values.isfinite().all() for values in drawn.factors.values())
    assert all(
        values.unique().numel() > 100 for name, values in drawn.factors.items() if name != "variant"
    )


def test_every_way_of_writing_a_digit_occurs(drawn: Dataset) -> None:
    for row, ways in enumerate(SKELETONS.values()):
        variants = drawn.factors["variant"][drawn.train.labels == row]
        assert variants.unique().tolist() == list(range(len(ways)))


def test_recorded_factors_are_seen_in_the_images(drawn: Dataset) -> None:
    images, factors = drawn.train.images[:, 0], drawn.factors
    shift = torch.stack([factors["shift_x"], factors["shift_y"]], 1)
    assert (_middle(images) - shift).abs().max() < 1.0
    ones = drawn.train.labels == 1
    observed = torch.stack([_shear(images[ones]), factors["slant"][ones]])
    assert torch.corrcoef(observed)[0, 1] > 0.7


@pytest.mark.parametrize("axis", [0, 1])
def test_a_shift_moves_the_centre_of_mass(axis: int) -> None:
    name = ("shift_x", "shift_y")[axis]
    moved = _middle(_written(**{name: 1.5})) - _middle(_written())
    assert (moved[:, axis] - 1.5).abs().max() < 0.2
    assert moved[:, 1 - axis].abs().max() < 0.2
    assert moved[:, axis].mean().item() == pytest.approx(1.5, abs=0.01)


def test_a_thicker_pen_leaves_more_ink() -> None:
    inks = torch.stack([_written(thickness=t).sum((1, 2)) for t in (1.4, 2.0, 2.8, 3.8)])
    assert (inks.diff(dim=0) > 0).all()


def test_a_stroke_is_as_wide_as_recorded() -> None:
    labels = torch.ones(1, dtype=torch.long)
    widths = []
    for thickness in (2.0, 3.0, 4.0):
        habits = {name: torch.tensor([value]) for name, value in USUAL.items()}
        habits |= {
            "variant": torch.zeros(1),
            "thickness": torch.tensor([thickness]),
            "slant": torch.zeros(1),
            "wobble": torch.zeros(1),
        }
        image = draw(labels, habits, torch.Generator().manual_seed(0))[0, 0]
        widths.append(image[10:18].sum(1).mean().item())  # a row across an upright 1
    assert widths == pytest.approx([2.0, 3.0, 4.0], rel=0.1)


def test_slant_is_the_shear_of_the_ink() -> None:
    leaned = _shear(_written(slant=0.4)) - _shear(_written(slant=0.0))
    assert (leaned > 0.25).all()
    assert leaned.mean().item() == pytest.approx(0.4, abs=0.04)


def test_scale_and_aspect_are_those_of_the_ink() -> None:
    plain, large = _covariance(_written(slant=0)), _covariance(_written(slant=0, scale=1.08))
    wide = _covariance(_written(slant=0, aspect=1.3))
    grown = (large / plain).diagonal(dim1=1, dim2=2).sqrt().mean(0)
    assert grown[1].item() == pytest.approx(1.2, rel=0.04)
    widened = (wide / plain).diagonal(dim1=1, dim2=2).sqrt()
    assert widened[LABELS != 1, 0].mean().item() == pytest.approx(1.3, rel=0.08)
    assert widened[:, 1].mean().item() == pytest.approx(1.0, rel=0.02)


def test_wobble_leads_away_from_the_calm_hand() -> None:
    calm = _written(wobble=0.0)
    away = [(_written(wobble=w) - calm).square().mean().item() for w in (0.3, 0.8, 1.6)]
    assert 0 < away[0] < away[1] < away[2]


@settings(deadline=None, max_examples=25)
@given(
    label=st.integers(0, 9),
    slant=st.floats(-0.4, 0.65, allow_subnormal=False),
    thickness=st.floats(1.3, 3.75, allow_subnormal=False),
    scale=st.floats(0.75, 1.125, allow_subnormal=False),
    seed=st.integers(0, 99),
)
def test_any_hand_leaves_ink_within_range(
    label: int, slant: float, thickness: float, scale: float, seed: int
) -> None:
    values = USUAL | {"slant": slant, "thickness": thickness, "scale": scale}
    habits = {name: torch.tensor([value]) for name, value in values.items()}
    image = draw(
        torch.tensor([label]),
        habits | {"variant": torch.zeros(1)},
        torch.Generator().manual_seed(seed),
    )
    assert image.shape == (1, 1, 28, 28)
    assert image.isfinite().all()
    assert image.min() >= 0
    assert image.max() <= 1
    assert image.sum() > 8


def test_curves_pass_through_their_skeletons() -> None:
    pen = pens()
    curve = pen.middles @ pen.points  # (V, P, 2)
    steps = (pen.steps @ pen.points).norm(dim=-1)
    used = pen.middles.abs().sum(1) > 0  # (V, K): the rest is padding
    gaps = torch.cdist(pen.points, curve).amin(-1)
    assert gaps[used].max() < 0.75 * steps.max()
    assert (pen.middles.sum(-1) - 1).abs().max() < 1e-5  # so that a moved skeleton moves its curve
    assert pen.steps.sum(-1).abs().max() < 1e-5
    assert len(curve) == sum(map(len, SKELETONS.values()))
    assert len(CLASSES) == len(pen.first)


def test_progress_rises_and_ends_with_the_data() -> None:
    reports = list(load(DataConfig(count=600)))
    fractions = [report.fraction for report in reports if isinstance(report, Progress)]
    assert fractions == sorted(set(fractions))
    assert 0 < fractions[0] < fractions[-1] == 1
    assert isinstance(reports[-1], Dataset)


def test_too_few_digits_are_refused() -> None:
    with pytest.raises(Problem, match="59 drawn digits are too few"):
        next(load(DataConfig(count=59)))
