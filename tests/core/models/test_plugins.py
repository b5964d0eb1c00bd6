"""Families of models from outside the package."""

import sys
from importlib.metadata import EntryPoint
from types import SimpleNamespace

import pytest
import torch

from lacuna.core.cli import main
from lacuna.core.documents import archive
from lacuna.core.documents.scenes import scene_of
from lacuna.core.engine.errors import Problem
from lacuna.core.models import Family, plugins
from lacuna.core.models.registry import MODELS
from lacuna.core.models.vae.vae import VAE, VAEConfig
from lacuna.core.runs.fit import Plan, Trained, fit
from lacuna.core.training.config import TrainConfig
from tests.core.command_line import options
from tests.core.small_models import HASTY, dataset
from tests.jobs import last

BLOBS = '''
"""A decoder that blurs two numbers into an image, and an encoder that learns them back."""
from dataclasses import dataclass
import torch
from torch import nn
from lacuna.core.models import Family, LatentModel, ModelConfig
from lacuna.core.config.fields import setting

@dataclass(frozen=True)
class BlobsConfig(ModelConfig):
    gain: float = setting(2.0, "contrast of what is drawn", label="Gain", low=0, live=True)

class Blobs(LatentModel):
    def __init__(self, config, shape, classes=0):
        super().__init__()
        self.config, self.shape = config, shape
        pixels = shape[0] * shape[1] * shape[2]
        self.body, self.head = nn.Linear(pixels, config.latent), nn.Linear(config.latent, pixels)

    def players(self):
        return {"blobs": self}

    def loss(self, player, batch, noise):
        drawn = self.decode(self.encode(batch.images)[0])
        return {"recon": (drawn - batch.images).square().flatten(1).sum(1).mean()}

    def decode(self, z, labels=None):
        return (self.config.gain * self.head(z)).sigmoid().unflatten(1, self.shape)

    def encode(self, images, labels=None):
        mean = self.body(images.flatten(1))
        return mean, torch.zeros_like(mean)

FAMILY = Family("Blobs", "Draws blobs.", "nobody 2026", BlobsConfig, Blobs, rate=0.01, epochs=3)
'''


@pytest.fixture
def blobs(tmp_path):
    path = tmp_path / "blobs.py"
    path.write_text(BLOBS)
    before = dict(MODELS)
    yield path
    MODELS.clear()
    MODELS.update(before)
    sys.modules.pop("lacuna_model_blobs", None)


def test_a_model_of_a_file_trains_saves_and_opens(blobs, tmp_path):
    rest = plugins.taken(["a", "--model-file", str(blobs), "b"], MODELS)
    assert rest == ["a", "b"]
    family, data = MODELS["blobs"], dataset()
    plan = Plan(data.config, family.config(body="dense", hidden=8))
    result = last(fit(plan, lambda: TrainConfig(epochs=2, batch=20), data, run_config=HASTY))
    assert isinstance(result, Trained)
    archive.save(tmp_path / "m.lacuna", result.document)
    again = archive.load(tmp_path / "m.lacuna")
    assert again.config == plan.model
    z = torch.randn(5, 2)
    assert torch.equal(scene_of(again, "a").decode(z), scene_of(result.document, "b").decode(z))


def test_the_command_line_trains_it(blobs, tmp_path, capsys):
    words = options(model="blobs", gain=3, epochs=1, count=60, out=tmp_path / "m.lacuna")
    words = ["train", "--model-file", str(blobs), *words, "--json"]
    assert main.main(words, HASTY) == 0
    assert archive.load(tmp_path / "m.lacuna").config.gain == 3


def test_without_it_its_files_say_what_is_missing(blobs, tmp_path):
    plugins.taken(["--model-file", str(blobs)], MODELS)
    data = dataset()
    config = MODELS["blobs"].config(body="dense", hidden=8)
    result = last(
        fit(Plan(data.config, config), lambda: TrainConfig(epochs=1), data, run_config=HASTY)
    )
    archive.save(tmp_path / "m.lacuna", result.document)
    del MODELS["blobs"]
    with pytest.raises(Problem, match="does not know: 'blobs'"):
        archive.load(tmp_path / "m.lacuna")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1 / 0", "could not be run: ZeroDivisionError"),
        ("FAMILY = 3", "defines no FAMILY"),
        (BLOBS.replace("(LatentModel)", "(nn.Module)"), "Blobs is no LatentModel"),
    ],
)
def test_a_file_that_will_not_do(tmp_path, text, sentence):
    path = tmp_path / "other.py"
    path.write_text(text)
    with pytest.raises(Problem, match=sentence):
        plugins.from_file(path)


def test_there_must_be_such_a_file(tmp_path, blobs):
    with pytest.raises(Problem, match="no Python file"):
        plugins.from_file(tmp_path / "none.py")
    with pytest.raises(Problem, match="followed by"):
        plugins.taken(["--model-file"], MODELS)
    plugins.taken(["--model-file", str(blobs)], MODELS)
    with pytest.raises(Problem, match="already"):
        plugins.taken(["--model-file", str(blobs)], MODELS)


def test_packages_name_their_families(monkeypatch, capsys):
    family = Family("Mine", "Mine.", "me", VAEConfig, VAE)
    good = SimpleNamespace(name="mine", value="mine:FAMILY", load=lambda: family)
    none = SimpleNamespace(name="none", value="none:FAMILY", load=lambda: 3)
    broken = EntryPoint("broken", "no_such_module_at_all:FAMILY", plugins.GROUP)
    monkeypatch.setattr(plugins, "entry_points", lambda group: [broken, none, good])
    assert dict(plugins.installed()) == {"mine": family}
    errors = capsys.readouterr().err
    assert "'broken' could not be loaded" in errors
    assert "'none' could not be loaded" in errors
