"""Evaluation of a function of latent points in chunks, checked to be numbers."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import torch
from torch import Tensor

from ..engine.errors import Problem

CHUNK = 32  # decodes in one step: the cursor waits for one at most


@torch.no_grad()  # on the helper: never around a yield
def evaluate(function: Callable[[Tensor], Tensor], points: Tensor) -> Tensor:
    """`function` of points (N, ...), (N, ...) float32 on the CPU.

    Raises Problem, with the place, where a value is no number.
    """
    values = function(points).float().cpu()
    broken = ~values.isfinite().flatten(1).all(1)
    if broken.any():
        where = ", ".join(f"{x:.2f}" for x in points[broken.to(points.device)][0].tolist()[:3])
        raise Problem(
            f"The model answers with no number (NaN) at ({where}). Its training may have diverged: "
            "go back to an earlier step, or train again at a lower rate."
        )
    return values


def evaluate_in_chunks(
    function: Callable[[Tensor], Tensor], points: Tensor, chunk: int = CHUNK
) -> Generator[None, Any, Tensor]:
    """`evaluate` of points (N, ...), a chunk at a time with a pause after each."""
    values = []
    for part in points.split(chunk):
        values.append(evaluate(function, part))
        yield None
    return torch.cat(values)
