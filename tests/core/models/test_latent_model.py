"""What every family of models offers, and what some offer besides."""

import pytest
import torch

from lacuna.core.models.latent_model import LatentModel, one_hot
from lacuna.core.models.protocols import Adversarial, Encoding, EvidenceBound, Likelihood
from lacuna.core.models.registry import MODELS, build
from lacuna.core.scene.prior import Gaussian
from tests.core.small_models import SHAPE, images

CLASSES = ("a", "b", "c")
CONDITIONAL = {"cvae", "m2", "cgan"}
BOUNDED = {"vae", "infovae", "pca", "vamp", "flow", "cvae", "m2", "dann"}
LIKELY = {"vae", "infovae", "vamp", "flow", "dann"}
GANS = {"gan", "cgan", "sgan", "madgan"}

each = pytest.mark.parametrize("name", MODELS)


def made(name):
    return build(MODELS[name].config(body="dense", hidden=8), SHAPE, classes=len(CLASSES)).eval()


@each
def test_it_decodes_and_encodes_with_labels_or_without(name):
    model, z = made(name), torch.randn(3, 2)
    assert isinstance(model, LatentModel)
    assert isinstance(model, Encoding)
    labels = torch.arange(3)
    assert model.decode(z, labels).shape == (3, *SHAPE)
    assert all(part.shape == (3, 2) for part in model.encode(images(3), labels))
    if name not in CONDITIONAL:
        assert torch.equal(model.decode(z), model.decode(z, labels))
        return
    with pytest.raises(ValueError, match="label"):
        model.decode(z)


@each
def test_what_it_offers_besides(name):
    model = made(name)
    assert isinstance(model, EvidenceBound) == (name in BOUNDED)
    assert isinstance(model, Likelihood) == (name in LIKELY)
    assert isinstance(model, Adversarial) == (name in GANS)
    assert model.conditions(CLASSES) == (CLASSES if name in CONDITIONAL else ())
    assert isinstance(model.prior, Gaussian) == (name != "vamp")


@each
def test_the_layers_of_a_conditional_decoder_are_no_row(name):
    network = made(name).decoder_network()
    assert (network is None) == (name in CONDITIONAL | {"pca", "madgan"})


def test_one_hot_has_a_one_in_the_column_of_the_class():
    found = one_hot(torch.tensor([2, 0]), 3, torch.zeros(1).double())
    assert torch.equal(found, torch.eye(3).double()[[2, 0]])
