"""Scenes in one frame: a planted turn is found, and a turned scene is the same model."""

import math
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import orthogonal_procrustes
from scipy.stats import norm

from lacuna.core.documents import archive
from lacuna.core.documents.scenes import scene_of
from lacuna.core.geometry.classes.masses import prior_masses
from lacuna.core.geometry.radius.exact import exact_radii
from lacuna.core.runs.encode import codes_of
from lacuna.core.scene.alignment import align_scene, align_timeline, is_alignable, procrustes
from lacuna.core.scene.prior import Gaussian
from lacuna.core.scene.scene import Scene
from lacuna.core.session.effort import Effort
from lacuna.core.session.session import Session
from lacuna.core.training.config import Cadence, TrainConfig
from tests.core.small_models import DENSE, GRAIN, HASTY, STROKES, equal
from tests.jobs import last, returned
from tests.waiting import settle

OFTEN = Cadence(snapshots=0.0)  # a snapshot at every step


def turned_by(angle, mirror=False):
    """(2, 2): codes times it are turned by so many degrees, after a reflection"""
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    rotation = torch.tensor([[c, s], [-s, c]], dtype=torch.float64)
    return torch.diag(torch.tensor([1.0, -1.0 if mirror else 1.0], dtype=torch.float64)) @ rotation


def random(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def orthogonal(latent, seed):
    return torch.linalg.qr(random(latent, latent, seed=seed))[0]


def formula(step=0, turn=None):
    """Two classes, beside the line z0 = 0.5, of images that are their codes."""
    back = torch.eye(2, dtype=torch.float64) if turn is None else turn

    def decode(z):
        return (z @ back.mT.to(z))[:, None, None, :]

    def encode(images):
        means = images[:, 0, 0] @ back.to(images)
        return means, torch.zeros_like(means) - torch.tensor([1.0, 3.0]).to(means)

    def logits(z):
        upper = 4 * (decode(z)[:, 0, 0, 0] - 0.5)
        return torch.stack([-upper, upper], 1)

    return Scene("formula", step, decode, logits, encode, classes=("left", "right"))


@settings(deadline=None)
@given(st.integers(1, 12), st.integers(0, 1000))
def test_a_planted_rotation_or_reflection_is_found(latent, seed):
    codes, planted = random(60, latent, seed=seed), orthogonal(latent, seed + 1)
    result = procrustes(codes, codes @ planted)
    torch.testing.assert_close(result, planted, atol=1e-6, rtol=0)


@pytest.mark.parametrize("mirror", [False, True])
def test_a_planted_turn_of_the_plane_is_found(mirror):
    planted = turned_by(130, mirror)
    assert torch.det(planted).sign() == (-1 if mirror else 1)
    codes = random(40, 2)
    result = procrustes(codes.float(), (codes @ planted).float())
    torch.testing.assert_close(result, planted, atol=1e-6, rtol=0)


def test_it_is_the_nearest_of_all_where_none_fits():
    codes, onto = random(50, 3), random(50, 3, seed=1)
    result = procrustes(codes, onto)
    expected, _ = orthogonal_procrustes(codes.numpy(), onto.numpy())
    torch.testing.assert_close(result, torch.from_numpy(expected), atol=1e-6, rtol=0)


def test_what_the_codes_say_nothing_of_stays():
    """A collapsed space: all codes are 0; and one with fewer landmarks than dimensions."""
    nothing = torch.zeros(20, 3)
    assert torch.equal(procrustes(nothing, nothing), torch.eye(3, dtype=torch.float64))
    few = torch.zeros(2, 6)
    few[0, 0] = few[1, 1] = 1
    swapped = few.flip(0)
    result = procrustes(few, swapped)
    torch.testing.assert_close(result[2:, 2:], torch.eye(4, dtype=torch.float64), atol=1e-6, rtol=0)
    torch.testing.assert_close(few.double() @ result, swapped.double(), atol=1e-6, rtol=0)


def test_an_aligned_scene_draws_the_same_at_turned_places():
    scene, turn, z = formula(), turned_by(70, mirror=True), random(30, 2)
    other = align_scene(scene, turn)
    torch.testing.assert_close(other.decode(z @ turn), scene.decode(z))
    torch.testing.assert_close(other.logits(z @ turn), scene.logits(z))
    images = scene.decode(z)
    torch.testing.assert_close(other.encode(images)[0], scene.encode(images)[0] @ turn)
    assert other.step == scene.step


def test_the_variance_of_a_turned_code_is_the_diagonal_of_the_turned_covariance():
    scene, turn = formula(), turned_by(25)
    images = scene.decode(random(4, 2))
    covariance = turn.mT @ torch.diag(scene.encode(images)[1][0].exp()) @ turn
    variance = align_scene(scene, turn).encode(images)[1][0].exp()
    torch.testing.assert_close(variance, covariance.diagonal())


def test_a_line_is_turned_too_and_a_missing_part_stays_missing():
    line = Scene("line", 0, lambda z: z[:, None, None], latent=1)
    other = align_scene(line, torch.tensor([[-1.0]], dtype=torch.float64))
    assert other.decode(torch.tensor([[2.0]])).item() == -2
    assert other.logits is None
    assert other.encode is None


def test_masses_and_the_expected_radius_stay():
    """Of the half-plane z0 > c: its mass is Phi(-c), and E|z0 - c| = 2 phi(c) + c (2 Phi(c) - 1)"""
    c, scene = 0.5, formula()
    mass, points = norm.cdf(-c), 4096
    expected = 2 * norm.pdf(c) + c * (2 * norm.cdf(c) - 1)
    for one in (
        scene,
        align_scene(scene, turned_by(33)),
        align_scene(scene, turned_by(200, mirror=True)),
    ):
        result = last(prior_masses(one, None, 3.0, points))
        assert result.share[1] == pytest.approx(mass, abs=4 * math.sqrt(mass * (1 - mass) / points))
        radii = last(exact_radii(one))
        assert (radii.weight * radii.radius).sum() == pytest.approx(expected, abs=1e-3)


def test_only_what_looks_the_same_from_all_sides_is_turned():
    scene = formula()
    assert is_alignable(scene)
    assert is_alignable(replace(scene, prior=Gaussian(0, 2)))
    assert not is_alignable(replace(scene, prior=Gaussian(0.5)))
    assert not is_alignable(replace(scene, encode=None))
    assert not is_alignable(replace(scene, conditions=("left", "right")))


def timeline(*angles):
    return tuple(formula(step, turned_by(angle)) for step, angle in enumerate(angles))


def test_every_frame_lies_over_every_other():
    """A space that turned by 50 degrees from step to step is turned back, wherever one looks."""
    images = random(40, 1, 1, 2)
    kept = timeline(0, 50, 100, 150)
    result = last(align_timeline(kept, images))
    for one in range(4):
        for other in range(4):
            rotation = result.between(one, other)
            torch.testing.assert_close(rotation, turned_by(50 * (other - one)), atol=1e-6, rtol=0)
    over = align_scene(kept[0], result.between(0, 3))
    torch.testing.assert_close(over.encode(images)[0], kept[3].encode(images)[0])
    assert result.between(0, 9) is None


def test_frames_that_are_known_are_not_looked_for_again():
    images, kept = random(40, 1, 1, 2), timeline(0, 50, 100, 150)
    before = last(align_timeline(kept[:2], images))
    thinned = (kept[1], *(replace(scene) for scene in kept[2:]))
    result = last(align_timeline(thinned, images, before))
    torch.testing.assert_close(result.between(0, 3), turned_by(150), atol=1e-6, rtol=0)
    assert [report for report in align_timeline(kept, images, result) if report is not None] == []


# ---- in a session ----


@pytest.fixture
def trained(engine):
    session = Session(engine, "main", replace(HASTY, cadence=OFTEN), Effort(sketch=20))
    train = TrainConfig(epochs=4, batch=16, device="cpu")
    session.set(grain=GRAIN, data=STROKES, model=DENSE, train=train)
    session.training.start()
    settle(session)
    return session


def shown_codes(session):
    data = session.results.dataset.train
    return returned(codes_of(session.results.scene, data))


def test_a_held_step_lies_over_the_newest_and_its_codes_are_its_own(trained):
    results = trained.results
    first, newest = results.timeline[0], results.timeline[-1]
    trained.set(step=first.step)
    settle(trained)
    results = trained.results
    assert results.failure is None
    assert results.scene.step == results.codes.step == results.map.step == first.step
    rotation = results.alignment.between(first.step, newest.step)
    means = returned(codes_of(first, results.dataset.train)).mean
    turned = means @ rotation.float()
    torch.testing.assert_close(results.codes.mean, turned, rtol=2**-10, atol=2**-10)  # 16 bits
    with torch.no_grad():
        z = torch.tensor([[0.3, -0.8]])
        torch.testing.assert_close(results.scene.decode(z @ rotation.float()), first.decode(z))
    held = results.scene
    trained.set(cursor=(0.5, 0.5))
    settle(trained)
    assert trained.results.scene is held  # nothing is drawn again
    trained.set(step=None)
    assert trained.results.scene is newest


def test_what_is_saved_while_a_turned_picture_is_shown_is_the_model_itself(
    trained, engine, tmp_path
):
    trained.set(step=trained.results.timeline[0].step)
    settle(trained)
    own = trained.results.document
    trained.files.save(tmp_path / "a.lacuna")
    settle(trained)
    result = archive.load(tmp_path / "a.lacuna")
    assert equal(result.model, own.model)
    scene = scene_of(result, "again")
    means = returned(codes_of(scene, trained.results.dataset.train)).mean
    torch.testing.assert_close(result.codes.mean, means)
    other = Session(engine, "other")
    other.files.open(tmp_path / "a.lacuna")
    settle(other)
    assert other.settings.step is None
    with torch.no_grad():
        z = torch.randn(5, 2)
        assert torch.equal(other.results.scene.decode(z), scene_of(own, "own").decode(z))
    torch.testing.assert_close(other.results.codes.mean, means)


def test_the_picture_of_a_drag_is_quick_and_the_last_one_is_thorough(trained):
    steps = [scene.step for scene in trained.results.timeline]
    trained.set(step=steps[1], moving=True)
    assert trained.results.scrubbing
    settle(trained)
    assert len(trained.results.codes.mean) == 20
    trained.set(step=steps[1])
    assert not trained.results.scrubbing
    settle(trained)
    assert len(trained.results.codes.mean) == 50
    assert len(trained.results.map.label) == GRAIN.finest
    trained.history.undo()
    assert trained.settings.step is None


def test_a_drag_that_is_cancelled_is_over(trained):
    trained.set(step=trained.results.timeline[0].step, moving=True)
    trained.history.cancel_gesture()
    assert not trained.results.scrubbing
    assert trained.results.scene is trained.results.timeline[-1]


# ---- replay ----


def test_starting_again_replays_the_run_bit_for_bit(engine):
    """Even where one is drawn at every step and the other hardly ever."""
    train = TrainConfig(epochs=2, batch=16, seed=5, device="cpu")
    often = Session(engine, "often", replace(HASTY, cadence=OFTEN))
    hardly = Session(engine, "hardly", replace(HASTY, cadence=Cadence(snapshots=3600.0)))
    runs = []
    for session in (often, often, hardly):
        session.set(grain=GRAIN, data=STROKES, model=DENSE, train=train)
        session.training.start()
        settle(session)
        runs.append(session.results.document)
    one, again, seldom = runs
    assert len(one.history) == 8
    assert one.history == again.history
    for other in (again, seldom):
        assert other.step == one.step == 8
        assert equal(one.model, other.model)
        assert torch.equal(one.checkpoint.noise, other.checkpoint.noise)
