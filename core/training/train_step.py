"""One training step: of every player of a game, on one batch."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from ..data.dataset import Batch
from ..models.latent_model import TrainableModel
from ..models.protocols import Constrained, Tuned
from .config import Precision, TrainConfig
from .distributed import ALONE, Share


def train_step(
    model: TrainableModel,
    optimizers: Mapping[str, torch.optim.Optimizer],
    batch: Batch,
    noise: torch.Generator,
    config: TrainConfig,
    share: Share | None = None,
) -> dict[str, Tensor]:
    """One step of every player on `batch`; the detached terms of all.

    Where that is a `share` of a batch, gradients and terms are those of the whole.
    """
    all_terms: dict[str, Tensor] = {}
    share = share or ALONE.share(len(batch.images))
    for player, optimizer in optimizers.items():
        with share.drawing(noise), _autocast(batch.images.device, config.precision):
            terms = model.loss(player, batch, noise)
        weighed = [config.beta * term if name == "kl" else term for name, term in terms.items()]
        optimizer.param_groups[0]["lr"] = config.rate
        optimizer.zero_grad(set_to_none=True)
        torch.stack(weighed).sum().backward()
        terms = {name: term.detach() for name, term in terms.items()}
        share.average([*_gradients(optimizer), *terms.values()])
        optimizer.step()
        if isinstance(model, Constrained):
            model.constrain()
        all_terms |= terms
    return all_terms


def _autocast(where: torch.device, precision: Precision) -> torch.autocast:
    return torch.autocast(where.type, torch.bfloat16, enabled=precision == "bfloat16")


def _gradients(optimizer: torch.optim.Optimizer) -> list[Tensor]:
    parts = (part for group in optimizer.param_groups for part in group["params"])
    return [part.grad for part in parts if part.grad is not None]


def optimizer_of(
    model: TrainableModel, player: str, part: nn.Module, rate: float
) -> torch.optim.Optimizer:
    """Adam, unless the model has its own for this player."""
    if isinstance(model, Tuned):
        return model.optimizer(player, part.parameters(), rate)
    return torch.optim.Adam(part.parameters(), lr=rate, fused=True)
