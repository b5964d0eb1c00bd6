"""A checkpoint in a file: its plain part, and its tensors under flat names."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ..config.serialisation import from_json, to_json
from ..training.config import TrainConfig
from ..training.loop import Checkpoint


def split(checkpoint: Checkpoint) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """A checkpoint's plain part and its tensors, under flat names."""
    tensors = {f"model/{name}": part for name, part in checkpoint.model.items()}
    groups = {}
    for player, state in checkpoint.optimizers.items():
        groups[player] = state["param_groups"]
        for row, entries in state["state"].items():
            for name, part in entries.items():
                tensors[f"optimizer/{player}/{row}/{name}"] = torch.as_tensor(part)
    tensors["noise"] = checkpoint.noise
    log = [[step, to_json(config)] for step, config in checkpoint.log]
    position = {name: getattr(checkpoint, name) for name in ("step", "epoch", "offset")}
    return {**position, "groups": groups, "log": log}, tensors


def joined(value: Any, tensors: dict[str, Tensor], where: str) -> Checkpoint | None:
    """What `split` took apart; None where there was none."""
    if value is None:
        return None
    optimizers: dict[str, dict[str, Any]] = {
        player: {"state": {}, "param_groups": groups} for player, groups in value["groups"].items()
    }
    weights = {}
    for name, part in tensors.items():
        kind, _, rest = name.partition("/")
        if kind == "model":
            weights[rest] = part
        elif kind == "optimizer":
            player, row, entry = rest.rsplit("/", 2)
            optimizers[player]["state"].setdefault(int(row), {})[entry] = part
    log = tuple((step, from_json(config, TrainConfig, where)) for step, config in value["log"])
    step, epoch, offset = (int(value[name]) for name in ("step", "epoch", "offset"))
    return Checkpoint(step, epoch, offset, weights, optimizers, tensors["noise"], log)
