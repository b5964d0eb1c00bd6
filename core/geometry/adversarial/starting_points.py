"""Starting points of an attack: points whose class is known, the nearest of other classes first."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...scene.scene import Logits
from ..evaluation import CHUNK
from .attack_problem import class_scores


@dataclass(frozen=True, eq=False)
class LabelledPoints:
    """Points whose class is known."""

    z: Tensor  # (P, L)
    label: Tensor  # (P,)


def label_points(
    logits: Logits, z: Tensor, chunk: int = CHUNK
) -> Generator[None, Any, tuple[LabelledPoints, int]]:
    """The points z (P, L) with their classes, and how many classes K there are."""
    labels, classes = [z.new_empty(0, dtype=torch.int64)], 0
    for part in z.split(chunk):
        scores = class_scores(logits, part)
        labels.append(scores.argmax(1))
        classes = scores.shape[1]
        yield None
    return LabelledPoints(z, torch.cat(labels)), classes


def nearest_of_other_classes(
    points: LabelledPoints, pool: LabelledPoints, count: int, target: int | None = None
) -> tuple[Tensor, Tensor]:
    """For each of N points the rows (N, S) of `pool` to start at, S <= count; whether they are any.

    Of another class, or of `target`: first the nearest of each class, by distance, then the second
    nearest of each, and so on, so that few starts lead to different borders.
    """
    rows = [torch.empty(len(points.z), 0, dtype=torch.int64)]
    away, rank = [torch.empty(len(points.z), 0)], [torch.empty(0)]
    for k in pool.label.unique().tolist() if target is None else [target]:
        members = (pool.label == k).nonzero()[:, 0]
        distance = torch.cdist(points.z, pool.z[members].to(points.z))
        near, order = distance.topk(min(count, len(members)), largest=False)
        away.append(near.masked_fill((points.label == k)[:, None], torch.inf))
        rows.append(members[order])
        rank.append(torch.arange(near.shape[1]))
    near = torch.cat(away, 1)
    ranks = torch.cat(rank).expand_as(near)
    keys = near.numpy(), ranks.numpy(), near.isinf().numpy()  # the last counts most
    best = torch.from_numpy(np.lexsort(keys, axis=1))[:, :count]
    return torch.cat(rows, 1).gather(1, best), near.gather(1, best).isfinite()
