"""Small data and small models, as they are shared by the tests."""

import torch

from lacuna.core.data.dataset import Batch, DataConfig, Dataset
from lacuna.core.documents.document import Document
from lacuna.core.geometry.map.refinement import Grain
from lacuna.core.models.judge import Judge
from lacuna.core.models.latent_model import LatentModel
from lacuna.core.models.registry import build
from lacuna.core.models.vae.vae import VAEConfig
from lacuna.core.runs.fit import RunConfig
from lacuna.core.runs.train_judge import JudgeConfig
from lacuna.core.scene.codes import Codes

GRAIN = Grain(finest=33)
SHAPE = (1, 8, 8)
DENSE = VAEConfig(body="dense", hidden=16)
STROKES = DataConfig(count=60)  # 50 to train on
HASTY = RunConfig(judge=JudgeConfig(steps=1))  # a judge of six epochs, however few steps they are


class ModelAtRest(LatentModel):
    """A model of a test, that nobody trains."""

    def players(self):
        return {}

    def loss(self, player, batch, noise):
        raise NotImplementedError


def gaussian_noise(*shape, seed=0):
    """Standard normal numbers, the same at every call, in double precision."""
    random = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=random, dtype=torch.float64)


def equal(one, other):
    """Whether two models, or two dicts of tensors, are the same bit for bit."""
    one, other = (m if isinstance(m, dict) else m.state_dict() for m in (one, other))
    return one.keys() == other.keys() and all(torch.equal(one[k], other[k]) for k in one)


def images(n=300, shape=SHAPE, seed=0):
    return torch.rand(n, *shape, generator=torch.Generator().manual_seed(seed))


def dataset(config=STROKES, n=60, classes=("left", "right"), shape=SHAPE):
    """Images whose brighter half is their class."""
    pixels, labels = images(n, shape), torch.arange(n) % 2
    for label, half in enumerate(pixels.split(shape[2] // 2, dim=3)):
        half[labels != label] *= 0.1
    batch = Batch(pixels, labels if classes else None)
    held_out = n // 6
    return Dataset(config, batch.at(slice(held_out, n)), batch.at(slice(held_out)), classes)


def document(config=DENSE, shape=SHAPE, classes=("left", "right"), **more):
    """An untrained model and its judge, as a file holds them."""
    model = build(config, shape, classes=len(classes)).eval().requires_grad_(False)
    judge = Judge(len(classes), shape).eval().requires_grad_(False) if classes else None
    more = {"data": STROKES} | more
    return Document(model, config, shape, classes=classes, judge=judge, **more)


def codes_of_zero(n, latent=2):
    """Of the step at which a document has not been trained yet"""
    mean = torch.randn(n, latent, generator=torch.Generator().manual_seed(0))
    return Codes(mean, torch.full_like(mean, -2.0), torch.arange(n) % 3, torch.arange(n), 0)
