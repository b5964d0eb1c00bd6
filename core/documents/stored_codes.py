"""Codes as a file keeps them: 16 bits for each number that these can hold."""

from __future__ import annotations

import torch
from torch import Tensor

from ..engine.errors import Problem
from ..scene.codes import Codes
from ..scene.held_out_scores import HeldOutScores

OLD_LIMIT = 5000  # codes in a file of a Lacuna that did not count the images they stand for


def tensors_of(codes: Codes) -> dict[str, Tensor]:
    """Under the names of a file; an index that only counts is left out."""
    count = len(codes.mean)
    tensors = {"mean": _short(codes.mean), "logvar": _short(codes.logvar)}
    tensors["total"] = torch.tensor(count if codes.total is None else codes.total)
    if codes.held_out is not None:
        tensors["left_out"] = torch.from_numpy(codes.held_out.scores)
        tensors["smoothing"] = torch.tensor(codes.smoothing, dtype=torch.float64)
    if codes.labels is not None:
        tensors["labels"] = codes.labels.to(torch.int16)
    if not torch.equal(codes.index.cpu(), torch.arange(count)):
        tensors["index"] = codes.index.to(torch.int32)
    return tensors


def codes_from(tensors: dict[str, Tensor], latent: int, step: int, where: str) -> Codes:
    """What `tensors_of` wrote; raises Problem where it is of another model than `latent` says."""
    mean, logvar = tensors["mean"].float(), tensors["logvar"].float()
    index = tensors["index"].long() if "index" in tensors else torch.arange(len(mean))
    labels = tensors["labels"].long() if "labels" in tensors else None
    rows = {len(part) for part in (mean, logvar, index, index if labels is None else labels)}
    right = mean.shape == logvar.shape and mean.shape[1:] == (latent,)
    if not right or len(rows) > 1 or not (mean.isfinite().all() and logvar.isfinite().all()):
        raise Problem(f"{where} does not hold what it should: its codes are of another model.")
    unknown = 0 if len(mean) == OLD_LIMIT else len(mean)
    total, held_out = int(tensors.get("total", unknown)), None
    if "left_out" in tensors:
        held_out = HeldOutScores(tensors["left_out"].numpy(), float(tensors["smoothing"]))
    return Codes(mean, logvar, labels, index, step, total, held_out)


def _short(values: Tensor) -> Tensor:
    """In 16 bits where nothing is lost by it"""
    short = values.half()
    return short if torch.equal(short.float(), values) else values
