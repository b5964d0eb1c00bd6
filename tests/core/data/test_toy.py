"""Points of the plane: where they lie, how dense they are, and how they are looked at."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neighbors import KNeighborsClassifier

from lacuna.core.data.dataset import DataConfig, Dataset
from lacuna.core.data.drawn_points import write_points
from lacuna.core.data.registry import is_local, load
from lacuna.core.data.toy import GRID, MIXTURES, RING, TOYS, Mixture, is_points, to_images, to_plane
from lacuna.core.engine.errors import Problem
from lacuna.core.render.picture import contact_sheet, rgb_of, strip
from lacuna.core.render.points import AXIS, GROUND, as_pictures, point_pictures


def loaded(config: DataConfig) -> Dataset:
    return [report for report in load(config) if report is not None][-1]


def random(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


# ---- the plane ----


@settings(deadline=None)
@given(st.floats(-3, 3), st.floats(-3, 3))
def test_a_point_is_kept_by_its_image(x: float, y: float) -> None:
    points = torch.tensor([[x, y]], dtype=torch.float64)
    images = to_images(points)
    assert images.shape == (1, 1, 1, 2)
    assert 0 <= images.min() <= images.max() <= 1
    torch.testing.assert_close(to_plane(images), points)


def test_corners_of_the_square_are_those_of_the_unit_square() -> None:
    corners = to_images(torch.tensor([[-3.0, -3.0], [3.0, 3.0], [0.0, 1.5]]))
    assert corners.flatten(1).tolist() == [[0, 0], [1, 1], [0.5, 0.75]]


@pytest.mark.parametrize(
    ("shape", "answer"),
    [((1, 1, 2), True), ((5, 1, 1, 2), True), ((1, 2, 1), False), ((1, 28, 28), False)],
)
def test_points_are_told_from_images_by_their_shape(shape: tuple[int, ...], answer: bool) -> None:
    assert is_points(shape) is answer
    assert is_points(torch.Size(shape)) is answer


# ---- densities ----


def as_torch_has_it(mixture: Mixture) -> torch.distributions.Distribution:
    many = torch.distributions
    centres = mixture.centres.double()
    modes = many.Independent(many.Normal(centres, torch.full_like(centres, mixture.sigma)), 1)
    return many.MixtureSameFamily(many.Categorical(torch.ones(len(centres))), modes)


@pytest.mark.parametrize("mixture", MIXTURES.values(), ids=MIXTURES)
def test_the_density_is_that_of_torch(mixture: Mixture) -> None:
    points = torch.cat([mixture.sample(200, random()), 3 * torch.randn(200, 2)]).double()
    expected = as_torch_has_it(mixture).log_prob(points)
    torch.testing.assert_close(mixture.log_density(points), expected)


@pytest.mark.parametrize("mixture", MIXTURES.values(), ids=MIXTURES)
def test_the_density_integrates_to_one(mixture: Mixture) -> None:
    axis = torch.linspace(-3, 3, 601, dtype=torch.float64)  # a fifth of sigma from one to the next
    mass = mixture.log_density(torch.cartesian_prod(axis, axis)).exp().sum() * 0.01**2
    assert mass.item() == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("mixture", MIXTURES.values(), ids=MIXTURES)
def test_samples_have_the_entropy_of_the_density(mixture: Mixture) -> None:
    # far apart, so H = log M + log(2 pi e sigma^2); -log p has the variance 1, that of an
    # exponential, up to overlaps of exp(-(1/sigma)^2 / 8) = exp(-50)
    entropy = math.log(len(mixture.centres) * math.tau * math.e * mixture.sigma**2)
    result = -mixture.log_density(mixture.sample(20_000, random()))
    assert result.mean().item() == pytest.approx(entropy, abs=4 / math.sqrt(20_000))
    assert result.std().item() == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("mixture", MIXTURES.values(), ids=MIXTURES)
def test_samples_capture_every_mode(mixture: Mixture) -> None:
    """theory: E8: 2500 samples, a mode has 20 and more within 3 sigma."""
    near = torch.cdist(mixture.sample(2500, random()), mixture.centres) <= 3 * mixture.sigma
    assert near.sum(0).min() >= 20
    share = near.any(1).double().mean().item()  # P(|x| <= 3) = 1 - exp(-9/2) in the plane
    assert share == pytest.approx(1 - math.exp(-4.5), abs=4 * math.sqrt(0.0111 * 0.9889 / 2500))


def test_ring_and_grid_are_where_the_literature_has_them() -> None:
    torch.testing.assert_close(RING.centres.norm(dim=1), torch.full((8,), 2.0))
    apart = torch.cdist(RING.centres, RING.centres) + 9 * torch.eye(8)
    torch.testing.assert_close(apart.amin(1), torch.full((8,), 4 * math.sin(math.pi / 8)))
    assert GRID.centres.shape == (25, 2)
    assert set(GRID.centres.flatten().tolist()) == {-2, -1, 0, 1, 2}
    assert len(GRID.centres.unique(dim=0)) == 25
    assert RING.sigma == GRID.sigma == 0.05


# ---- data sets ----


@pytest.mark.parametrize("name", TOYS)
def test_a_toy_is_a_data_set_of_points(name: str) -> None:
    config = DataConfig(name, count=3000, seed=4)
    data, again, other = loaded(config), loaded(config), loaded(DataConfig(name, count=3000))
    assert is_local(config)
    assert data.train.images.shape == (2500, 1, 1, 2)
    assert data.test.images.shape == (500, 1, 1, 2)
    assert data.train.images.dtype == torch.float32
    assert 0 < data.train.images.min() < data.train.images.max() < 1
    assert torch.equal(data.train.images, again.train.images)
    assert torch.equal(data.test.images, again.test.images)
    assert not torch.equal(data.train.images, other.train.images)
    assert data.classes == tuple(map(str, range(1, 1 + TOYS[name].classes)))
    for batch in (data.train, data.test):
        assert batch.labels is not None
        counts = batch.labels.bincount(minlength=len(data.classes))
        assert counts.max() - counts.min() <= 1


@pytest.mark.parametrize("name", TOYS)
def test_classes_do_not_touch(name: str) -> None:
    data = loaded(DataConfig(name, count=3000))
    near = KNeighborsClassifier(1).fit(to_plane(data.train.images), data.train.labels)
    assert near.score(to_plane(data.test.images), data.test.labels) > 0.99


@pytest.mark.parametrize("name", MIXTURES)
def test_the_class_of_a_point_is_its_mode(name: str) -> None:
    data = loaded(DataConfig(name, count=1200))
    nearest = torch.cdist(to_plane(data.train.images), MIXTURES[name].centres).argmin(1)
    assert torch.equal(nearest, data.train.labels)


@pytest.mark.parametrize("name", ["moons", "spiral"])
def test_the_second_arm_is_the_first_turned_half_around(name: str) -> None:
    arms = [TOYS[name].draw(torch.full((500,), label), random()) for label in (0, 1)]
    turned = TOYS[name].draw(torch.zeros(500, dtype=torch.long), random())
    assert torch.equal(arms[0], turned)
    far = torch.cdist(-arms[0], arms[1]).diagonal()  # the same draws but for the sign of the noise
    assert far.max() < 2 * 0.05 * 5 * math.sqrt(2)


@pytest.mark.parametrize("name", TOYS)
def test_too_few_points_are_refused(name: str) -> None:
    fewest = 6 * TOYS[name].classes
    with pytest.raises(Problem, match=f"ask for {fewest} or more"):
        loaded(DataConfig(name, count=fewest - 1))
    data = loaded(DataConfig(name, count=fewest))
    assert data.test.labels is not None
    assert data.test.labels.bincount().tolist() == [1] * TOYS[name].classes


# ---- points that the user drew ----

DRAWN = np.random.default_rng(0).uniform(-3, 3, (30, 2))


def read(path: Path) -> Dataset:
    return loaded(DataConfig("drawn", str(path)))


def by_place(data: Dataset) -> dict[tuple[float, ...], int | None]:
    """The class of each point, held out or not."""
    points = torch.cat([data.train.images, data.test.images]).flatten(1).tolist()
    labels: list[Any] = [None] * len(points)
    if data.train.labels is not None and data.test.labels is not None:
        labels = torch.cat([data.train.labels, data.test.labels]).tolist()
    return dict(zip(map(tuple, points), labels, strict=True))


@pytest.mark.parametrize("name", ["mine.npz", "mine.csv", "MINE.CSV"])
@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (None, ()),
        (np.arange(30) % 3 + 1, ("1", "2", "3")),
        (np.arange(30) % 12, tuple(map(str, range(12)))),  # "10" comes after "9"
        (np.array(["red", "blue"])[np.arange(30) % 2], ("blue", "red")),
    ],
)
def test_what_is_written_is_read(
    tmp_path: Path, name: str, labels: Any, classes: tuple[str, ...]
) -> None:
    path = tmp_path / name
    path.write_text("what was there")
    write_points(path, DRAWN, labels)
    assert list(tmp_path.iterdir()) == [path]
    assert is_local(DataConfig("drawn", str(path)))
    data = read(path)
    assert (len(data.train.images), len(data.test.images)) == (25, 5)
    assert data.classes == classes
    places = to_images(torch.from_numpy(DRAWN.astype(np.float32))).flatten(1).tolist()
    expected = [None] * 30 if labels is None else [classes.index(str(label)) for label in labels]
    assert by_place(data) == dict(zip(map(tuple, places), expected, strict=True))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no column 'x'"),
        ("a,b\n" + "1,2\n" * 12, "no column 'x'"),
        ("x,z\n" + "1,2\n" * 12, "no column 'y'"),
        ("x,y\n" + "1,2\n" * 9, "holds 9 points, and 10 are needed"),
        ("x,y\n" + "1,2\n" * 12 + "1,\n", "does not hold plain columns"),
        ("x,y\n" + "1,2\n" * 12 + "1,two\n", "does not hold plain columns"),
        ("x,y\n" + "1,nan\n" * 12, "run from nan"),
        ("x,y\n" + "1,4\n" * 12, r"run from 1 to 4: scale them to -3\.\.3"),
        ("x,y,label\n" + "1,2,a\n" * 12 + "1,2\n", "labels .* one for each point"),
        ("x,y,label\n" + "".join(f"1,2,{n}\n" for n in range(101)), "101 different labels"),
    ],
)
def test_tables_that_cannot_be_used_are_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(text)
    with pytest.raises(Problem, match=message) as caught:
        read(path)
    assert "mine.csv" in str(caught.value)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"x": DRAWN, "y": DRAWN}, r"shape \(30, 2\)"),
        ({"x": DRAWN[:, 0], "y": DRAWN[:9, 1]}, r"shape \(9,\)"),
        ({"x": DRAWN[:, 0] > 0, "y": DRAWN[:, 1]}, "are bool"),
        ({"x": DRAWN[:, 0], "y": DRAWN[:, 1], "label": DRAWN[:, 0]}, "labels .* are float64"),
        ({"x": DRAWN[:, 0].astype(object), "y": DRAWN[:, 1]}, "does not hold plain columns"),
    ],
)
def test_arrays_that_cannot_be_used_are_refused(
    tmp_path: Path, arrays: dict[str, Any], message: str
) -> None:
    np.savez(tmp_path / "mine.npz", **arrays)
    with pytest.raises(Problem, match=message):
        read(tmp_path / "mine.npz")


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="There is no file"):
        read(tmp_path / "gone.csv")
    with pytest.raises(Problem, match="There is no file"):
        loaded(DataConfig("drawn"))
    (tmp_path / "mine.npz").write_text("x,y")
    with pytest.raises(Problem, match="does not hold plain columns"):
        read(tmp_path / "mine.npz")
    (tmp_path / "mine.txt").write_text("x,y")
    for use in (read, lambda path: write_points(path, DRAWN)):
        with pytest.raises(Problem, match=r"choose a name ending in \.npz or \.csv"):
            use(tmp_path / "mine.txt")


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="could not be written"):
        write_points(tmp_path / "no" / "mine.csv", DRAWN)


# ---- pictures ----


@settings(deadline=None)
@given(st.floats(0.2, 0.8), st.floats(0.2, 0.8), st.sampled_from([28, 29, 64]))
def test_a_dot_is_at_its_place(x: float, y: float, side: int) -> None:
    """The middle of its light; y grows upwards and row 0 is at the top."""
    picture = point_pictures(np.array([[[x, y]]]), side)[0].astype(np.float64)
    light = np.where(picture > AXIS, picture - AXIS, 0)  # what is brighter than the axes
    middles = (np.arange(side) + 0.5) / side
    result = (light.sum(0) @ middles / light.sum(), 1 - light.sum(1) @ middles / light.sum())
    assert result == pytest.approx((x, y), abs=0.2 / side)  # pixels of a fifth


def test_the_ground_is_dark_with_a_faint_cross() -> None:
    picture = point_pictures(np.zeros((1, 1, 2)), 29)[0]
    assert picture[14, -1] == picture[0, 14] == pytest.approx(AXIS)
    assert picture[:14, 15:].ravel() == pytest.approx(np.full(14 * 14, GROUND))
    assert GROUND < AXIS < 0.5
    assert 0.99 < point_pictures(np.full((1, 1, 2), 0.5), 29).max() <= 1


def test_pictures_of_points_keep_their_batch() -> None:
    points = np.random.default_rng(0).uniform(size=(3, 4, 1, 1, 2)).astype(np.float32)
    result = point_pictures(points, 16)
    assert result.shape == (3, 4, 1, 16, 16)
    assert result.dtype == np.float32
    assert np.array_equal(result[1, 2], point_pictures(points[1, 2], 16))
    assert np.array_equal(as_pictures(points), point_pictures(points))


def test_images_are_shown_as_they_are() -> None:
    images = np.random.default_rng(0).uniform(size=(2, 1, 8, 8))
    assert as_pictures(images) is images


def test_points_are_drawn_wherever_a_report_has_images() -> None:
    points = np.full((4, 1, 1, 2), 0.25, np.float32)
    expected = np.rint(255 * point_pictures(points[0])[0]).astype(np.uint8)
    assert np.array_equal(rgb_of(points[0]), expected[..., None].repeat(3, -1))
    assert contact_sheet(points, columns=2, gap=0).shape == (58, 58, 3)
    assert strip(points, None, np.linspace(0, 1, 4), [], (0, 0, 0), scale=1).shape[2] == 3
