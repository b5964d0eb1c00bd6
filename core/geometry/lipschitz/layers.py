"""A network as the sequence of its layers, for bounds that go through them."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ...engine.errors import Problem
from ...models.judge import Judge
from ...models.latent_model import LatentModel

PROBES = 8  # points at which a chain must say what the model says


def apply_layers(layers: Sequence[nn.Module], x: Tensor) -> Tensor:
    """x through the layers, one after the other."""
    for layer in layers:
        x = layer(x)
    return x


def flatten_layers(module: nn.Module) -> tuple[nn.Module, ...]:
    """The layers of nested Sequentials, in order."""
    if not isinstance(module, nn.Sequential):
        return (module,)
    return tuple(layer for part in module for layer in flatten_layers(part))


def decoder_layers(model: LatentModel, latent: int) -> tuple[nn.Module, ...]:
    """The layers of `model.decode`, latent points (N, L) to images.

    Those of `model.decoder_network()`, with a sigmoid where it draws logits. Raises Problem where
    neither says what the model says: then nothing can be proven about it.
    """
    decoder = model.decoder_network()
    if decoder is not None:
        layers = flatten_layers(decoder)
        for chain in (layers, (*layers, nn.Sigmoid())):
            if _same(chain, model, latent):
                return chain
    raise Problem(
        "Nothing can be proven about this model: its decoder is more than layers in a row."
    )


def logit_layers(model: LatentModel, judge: nn.Module, latent: int) -> tuple[nn.Module, ...]:
    """The layers from latent points (N, L) to the judge's logits; Problem where there are others.

    The judge's are those of its `body`, or its own where it has none.
    """
    body = judge.body if isinstance(judge, Judge) else judge
    return (*decoder_layers(model, latent), *flatten_layers(body))


@torch.no_grad()
def _same(chain: Sequence[nn.Module], model: LatentModel, latent: int) -> bool:
    weight = next(model.parameters())
    random = torch.Generator().manual_seed(0)
    z = torch.randn(PROBES, latent, generator=random).to(weight)
    return torch.allclose(apply_layers(chain, z), model.decode(z), atol=1e-5)
