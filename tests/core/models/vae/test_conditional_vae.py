"""A conditional VAE draws the class that is asked for, all through the program (theory: D14)."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.distributions import Bernoulli, Independent, Normal, kl_divergence

from lacuna.core.data.dataset import Batch
from lacuna.core.documents import archive
from lacuna.core.documents.scenes import scene_of
from lacuna.core.engine.errors import Problem
from lacuna.core.geometry.lipschitz.layers import decoder_layers
from lacuna.core.models.judge import Judge
from lacuna.core.models.registry import build
from lacuna.core.models.vae.conditional_vae import CVAEConfig
from lacuna.core.reports.map_image import draw_map
from lacuna.core.reports.summary import report
from lacuna.core.runs.encode import codes_of
from lacuna.core.runs.fit import finished
from lacuna.core.session.session import Session
from lacuna.core.session.settings import Settings
from lacuna.core.training.config import TrainConfig
from lacuna.core.training.loop import train
from tests.core.small_models import GRAIN, HASTY, SHAPE, STROKES, dataset, document, equal, images
from tests.jobs import returned
from tests.waiting import settle

CONFIG = CVAEConfig(body="dense", hidden=16)
SIDE = (1, 28, 28)
CLASSES = tuple("0123456789")


def cvae(classes=3):
    return build(CONFIG, SHAPE, classes=classes)


def held(shape=SHAPE, classes=("left", "right"), **more):
    """An untrained conditional model and its judge, as a file holds them"""
    model = build(CONFIG, shape, classes=len(classes)).eval().requires_grad_(False)
    judge = Judge(len(classes), shape).eval().requires_grad_(False)
    made = document(shape=shape, classes=classes, **more)
    return replace(made, model=model, config=CONFIG, judge=judge)


# ---- the model ----


def test_the_terms_are_those_of_the_elbo_of_the_class():
    model, x, y = cvae(), images(30), torch.arange(30) % 3
    with torch.no_grad():
        recon, kl = model.terms(x, torch.Generator().manual_seed(3), y)
        mean, logvar = model.encode(x, y)
        draws = torch.randn(mean.shape, generator=torch.Generator().manual_seed(3))
        z = mean + (0.5 * logvar).exp() * draws
        pixels = Independent(Bernoulli(probs=model.decode(z, y), validate_args=False), 3)
        posterior = Independent(Normal(mean, (0.5 * logvar).exp()), 1)
        prior = Independent(Normal(torch.zeros_like(mean), 1.0), 1)
    torch.testing.assert_close(kl, kl_divergence(posterior, prior), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(recon, -pixels.log_prob(x), rtol=1e-4, atol=1e-3)


def test_the_class_is_heard_on_both_sides():
    model, x, z = cvae(), images(5), torch.randn(5, 2)
    one, other = torch.zeros(5, dtype=torch.long), torch.full((5,), 2)
    assert not torch.equal(model.decode(z, one), model.decode(z, other))
    assert not torch.equal(model.encode(x, one)[0], model.encode(x, other)[0])


def test_rows_of_different_classes_are_drawn_as_each_alone():
    model, z, y = cvae(), torch.randn(6, 2), torch.arange(6) % 3
    alone = torch.cat([model.decode(z[k : k + 1], y[k : k + 1]) for k in range(6)])
    torch.testing.assert_close(model.decode(z, y), alone)


def test_without_classes_there_is_nothing_to_ask_for():
    with pytest.raises(Problem, match="needs data with classes"):
        build(CONFIG, SHAPE)


def test_a_training_is_a_function_of_its_seed():
    run = TrainConfig(epochs=2, batch=16, device="cpu")
    batch = Batch(images(50), torch.arange(50) % 3)
    ends = [list(train(cvae, batch, lambda: run))[-1].model for _ in range(2)]
    assert equal(*ends)


def test_it_learns_to_draw_what_it_is_told():
    """The brighter half of an image is its class: whatever z, it is drawn so."""
    run = TrainConfig(epochs=40, batch=50, rate=3e-3, device="cpu")
    model = list(train(lambda: cvae(2), dataset(n=300).train, lambda: run))[-1].model
    z = torch.randn(50, 2, generator=torch.Generator().manual_seed(0))
    for label in (0, 1):
        halves = model.decode(z, torch.full((50,), label)).mean((0, 1, 2)).view(2, 4).mean(1)
        assert halves[label] > 3 * halves[1 - label]


# ---- as a scene and a file ----


def test_a_scene_is_of_one_class_and_leads_to_the_others():
    one, z = held(), torch.randn(4, 2)
    scene = scene_of(one, "")
    assert (scene.condition, scene.conditioned(1).condition) == (0, 1)
    assert scene.conditioned(1) is scene.conditioned(1)
    for label in (0, 1):
        labels = torch.full((4,), label)
        expected = one.model.decode(z, labels)
        assert torch.equal(scene.conditioned(label).decode(z), expected)
        assert torch.equal(scene.conditioned(label).logits(z), one.judge(expected))


def test_codes_are_of_the_images_of_the_class():
    scene, data = scene_of(held(), ""), dataset().train
    codes = returned(codes_of(scene.conditioned(1), data))
    assert set(codes.labels.tolist()) == {1}
    mean, _ = scene.conditioned(1).encode(data.images[codes.index])
    assert torch.equal(codes.mean, mean.half().float())  # codes have 16 bits


def test_a_class_without_images_has_no_codes():
    with pytest.raises(Problem, match="no image"):
        returned(codes_of(scene_of(held(), ""), Batch(images(5), torch.ones(5, dtype=torch.long))))


def test_a_finished_file_holds_figures_and_no_codes(tmp_path):
    """Those of one class would be taken for those of all."""
    done = returned(finished(held(), dataset()))
    assert done.codes is None
    assert done.test is None
    assert math.isfinite(done.measures["negative_elbo"])
    assert "accuracy_decoded" in done.measures
    archive.save(tmp_path / "a.lacuna", done)
    again, z = archive.load(tmp_path / "a.lacuna"), torch.randn(4, 2)
    drawn = [scene_of(one, "").conditioned(1).decode(z) for one in (done, again)]
    assert torch.equal(*drawn)


def test_it_is_reported_and_drawn_as_its_first_class(tmp_path):
    done = held()
    answer = returned(report(done))
    assert answer["hole"] is None
    assert sum(row["share"] for row in answer["classes"].values()) == pytest.approx(1)
    returned(draw_map(done, 2.0, "dark", tmp_path / "map.png"))
    assert (tmp_path / "map.png").stat().st_size > 0


def test_nothing_is_proven_of_a_decoder_that_is_told_more():
    with pytest.raises(Problem, match="Nothing can be proven"):
        decoder_layers(held().model, 2)


# ---- in a session ----


def there(session, label, *before):
    """Whether codes of that class have come, and others than those values `before`."""

    def done():
        found = session.results
        now = (found.codes, found.map, found.samples, found.sample)
        if any(part is None for part in now) or any(part is one for part in now for one in before):
            return False
        return set(found.codes.labels.tolist()) == {label}

    return done


@pytest.fixture
def session(engine, tmp_path):
    """With an untrained model of ten classes opened, and its images."""
    archive.save(tmp_path / "a.lacuna", held(SIDE, CLASSES, step=1))
    session = Session(engine, run_config=HASTY)
    session.set(grain=GRAIN, data=STROKES, columns=2)
    session.files.open(tmp_path / "a.lacuna")
    settle(session, there(session, 0))
    return session


def seen(session):
    found = session.results
    return found.scene, found.codes, found.samples.images, found.sample.image


def test_another_class_changes_all_that_is_seen(session):
    scene, codes, samples, image = seen(session)
    found = session.results
    before = (found.codes, found.map, found.samples, found.sample)
    assert scene.condition == 0
    assert set(codes.labels.tolist()) == {0}
    session.set(condition=1)
    settle(session, there(session, 1, *before))
    assert session.results.failure is None
    now = seen(session)
    assert now[0].condition == 1
    assert set(now[1].labels.tolist()) == {1}
    assert not np.array_equal(samples, now[2])
    assert not np.array_equal(image, now[3])
    session.history.undo()
    assert session.results.scene is scene
    session.set(condition=99)  # of another model: the last class there is
    assert session.results.scene.condition == 9


def test_a_save_keeps_the_class_and_no_codes(session, tmp_path):
    session.set(condition=1)
    settle(session, there(session, 1))
    session.files.save(tmp_path / "b.lacuna")
    settle(session, lambda: (tmp_path / "b.lacuna").exists() and not session.jobs.live("save"))
    saved = archive.load(tmp_path / "b.lacuna")
    assert saved.codes is None
    assert saved.settings["condition"] == 1
    assert Settings().condition == 0
    session.files.open(tmp_path / "b.lacuna")
    settle(session, lambda: session.results.scene is not None and session.settings.condition == 1)
    assert session.results.scene.condition == 1
