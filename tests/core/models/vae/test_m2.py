"""The bounds of M2, in models small enough to be added up (theory: D14)."""

import math

import pytest
import torch

from lacuna.core.data.dataset import Batch
from lacuna.core.documents import archive
from lacuna.core.documents.document import Document
from lacuna.core.documents.scenes import scene_of
from lacuna.core.models.judge import Judge
from lacuna.core.models.labels import labelled
from lacuna.core.models.registry import build
from lacuna.core.models.vae.m2 import M2Config, bound_terms
from lacuna.core.training.config import TrainConfig
from lacuna.core.training.loop import train
from tests.core.small_models import SHAPE, dataset, equal, images

CONFIG = M2Config(body="dense", hidden=16)
N, K = 7, 3


def m2(config=CONFIG, classes=K):
    return build(config, SHAPE, classes=classes)


def random(seed=0):
    return torch.Generator().manual_seed(seed)


def rows(n, m, seed=0):
    """n laws over m outcomes."""
    return torch.rand(n, m, generator=random(seed), dtype=torch.float64).add(0.05).log_softmax(1)


def bound(recon, kl, log_guess, truth, known):
    """U(x) or J(x, y), (N,)"""
    terms = bound_terms(recon, kl, log_guess, truth, torch.tensor(known).expand(len(recon)))
    assert list(terms) == ["recon", "kl", "guess"]
    return -sum(terms.values())


def nats(seed):
    return 5 * torch.rand(N, K, generator=random(seed), dtype=torch.float64)


TRUTH = torch.eye(K, dtype=torch.float64)[torch.arange(N) % K]


# ---- the bounds ----


def test_a_guess_that_is_sure_is_as_good_as_a_label():
    recon, kl = nats(1), nats(2)
    unknown = bound(recon, kl, TRUTH.log(), TRUTH, False)
    torch.testing.assert_close(unknown, bound(recon, kl, rows(N, K), TRUTH, True))


def test_without_a_label_it_is_the_mean_bound_and_the_entropy_of_the_guess():
    recon, kl, log_guess = nats(1), nats(2), rows(N, K)
    joint = -recon - kl - math.log(K)
    expected = [
        sum(
            float(log_guess[i, y].exp() * (joint[i, y] - log_guess[i, y]))  # E[J] + H
            for y in range(K)
        )
        for i in range(N)
    ]
    found = bound(recon, kl, log_guess, TRUTH, False)
    torch.testing.assert_close(found, torch.tensor(expected, dtype=torch.float64))


def of_tables(log_posterior, log_guess):
    """log p(x) and U(x) of 7 images, 3 classes and 4 values of z, from random tables of p."""
    log_image = rows(K * 4, N, 3).view(K, 4, N).permute(2, 0, 1)  # log p(x|y, z), (N, K, 4)
    log_prior = rows(1, 4, 4)[0]
    log_joint = log_image + log_prior - math.log(K)
    if log_posterior is None:
        log_posterior, log_guess = log_joint.log_softmax(2), log_joint.logsumexp(2).log_softmax(1)
    posterior = log_posterior.exp()
    recon = -(posterior * log_image).sum(2)
    kl = (posterior * (log_posterior - log_prior)).sum(2)
    return log_joint.logsumexp((1, 2)), bound(recon, kl, log_guess, TRUTH, False)


@pytest.mark.parametrize("seed", range(5))
def test_it_is_below_the_likelihood(seed):
    log_posterior = rows(N * K, 4, 10 + seed).view(N, K, 4)
    exact, found = of_tables(log_posterior, rows(N, K, 20 + seed))
    assert (found < exact).all()


def test_with_the_true_posteriors_it_is_the_likelihood():
    exact, found = of_tables(None, None)
    torch.testing.assert_close(found, exact)


# ---- which images have a label ----


def test_an_image_has_a_label_or_not_whatever_is_beside_it():
    x = images(200)
    known = labelled(x, 0.3)
    order = torch.randperm(200, generator=random())
    assert torch.equal(labelled(x[order], 0.3), known[order])
    assert torch.equal(torch.cat([labelled(one, 0.3) for one in x.split(1)]), known)
    assert torch.equal(labelled(torch.cat([x, x]), 0.3), torch.cat([known, known]))


@pytest.mark.parametrize("share", [0.0, 0.01, 0.1, 0.5, 1.0])
def test_the_share_is_that_asked_for(share):
    """Within 4 standard errors; images of one dot are as good as any."""
    for x in (images(4000), torch.eye(4000).mul(0.3).view(4000, 1, 1, 4000)):
        known = labelled(x, share)
        error = math.sqrt(share * (1 - share) / 4000)
        assert abs(known.double().mean() - share) <= 4 * error


def test_who_has_a_label_still_has_it_where_more_have():
    few, more = labelled(images(300), 0.1), labelled(images(300), 0.4)
    assert (more | ~few).all()


# ---- the model ----


def test_labels_that_it_may_not_see_change_nothing():
    x, y = images(60), torch.arange(60) % K
    model, known = m2(), labelled(x, CONFIG.labelled_fraction)
    assert 0 < known.sum() < 60
    other = torch.where(known, y, (y + 1) % K)
    one, same = (model.loss("vae", Batch(x, labels), random()) for labels in (y, other))
    assert all(torch.equal(one[name], same[name]) for name in one)
    told = model.loss("vae", Batch(x, (y + 1) % K), random())
    assert not torch.equal(one["teaching"], told["teaching"])


def test_with_all_labels_it_is_a_conditional_vae_and_a_classifier():
    """J(x, y) of the draws that belong to the true class, and the cross-entropy."""
    x, y = images(30), torch.arange(30) % K
    model = m2(M2Config(body="dense", hidden=16, labelled_fraction=1.0, classification_weight=0.7))
    terms = model.loss("vae", Batch(x, y), random())
    draws = torch.randn(30 * K, 2, generator=random()).view(30, K, 2)[torch.arange(30), y]
    mean, logvar = model.encode(x, y)
    drawn = model.decode(mean + (0.5 * logvar).exp() * draws, y)
    recon = torch.nn.functional.binary_cross_entropy(drawn, x, reduction="sum") / 30
    torch.testing.assert_close(terms["recon"], recon, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(terms["kl"], model.terms(x, random(), y)[1].mean())
    assert terms["guess"].item() == pytest.approx(math.log(K))
    cross = torch.nn.functional.cross_entropy(model.classify(x), y)
    torch.testing.assert_close(terms["teaching"], 0.7 * cross)


def test_it_learns_the_classes_from_a_few_labels():
    """The brighter half of an image is its class; one image in ten says so."""
    data = dataset(n=360)
    run = TrainConfig(epochs=25, batch=50, rate=3e-3, device="cpu")
    model = list(train(lambda: m2(classes=2), data.train, lambda: run))[-1].model
    right = model.classify(data.test.images).argmax(1).eq(data.test.labels)
    assert right.double().mean() > 0.95
    z = torch.zeros(2, 2)
    halves = model.decode(z, torch.arange(2)).mean((1, 2)).view(2, 2, 4).mean(2)
    assert halves[0, 0] > halves[0, 1]
    assert halves[1, 1] > halves[1, 0]


def test_a_training_is_a_function_of_its_seed():
    run = TrainConfig(epochs=2, batch=16, device="cpu")
    batch = Batch(images(50), torch.arange(50) % K)
    ends = [list(train(m2, batch, lambda: run))[-1].model for _ in range(2)]
    assert equal(*ends)


def test_what_is_opened_again_draws_the_same(tmp_path):
    data = dataset()
    model, judge = m2(classes=2).requires_grad_(False), Judge(2, SHAPE).requires_grad_(False)
    saved = Document(model, CONFIG, SHAPE, data.config, classes=data.classes, judge=judge)
    archive.save(tmp_path / "a.lacuna", saved)
    z = torch.randn(5, 2)
    one, other = (scene_of(each, "") for each in (saved, archive.load(tmp_path / "a.lacuna")))
    assert one.condition == 0
    assert torch.equal(one.conditioned(1).decode(z), other.conditioned(1).decode(z))


def test_a_guess_that_is_certain_has_a_slope():
    logits = torch.tensor([[0.0, 300.0, -300.0]], requires_grad=True)  # exp underflows
    parts = torch.ones(1, 3)
    truth, known = torch.tensor([[1.0, 0.0, 0.0]]), torch.tensor([False])
    said = bound_terms(parts, parts, logits.log_softmax(1), truth, known)
    sum(term.sum() for term in said.values()).backward()
    assert logits.grad.isfinite().all()
