"""Seeds of a class: points known to be of it, where a path to it can end."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import torch
from torch import Tensor

from ...scene.codes import Codes
from ...scene.scene import Logits
from ..evaluation import evaluate
from ..map.class_map import ClassMap
from ..map.grid import points_of
from ..map.plane import Plane

CLEAR = 0.8  # margin from which the map is sure of a class
MARCH = 32  # points at which a segment is looked at before it is bisected
HALVINGS = 10  # of a 32nd of the segment


def target_seeds(
    label_map: ClassMap | None,
    plane: Plane,
    codes: Codes | None,
    target: int,
    near: Tensor,
    count: int = 64,
) -> Tensor:
    """Points (M, L), M <= count, that should decode to `target`, the nearest to `near` (L,) first.

    Half of them cells of the map, half codes of the class; of the cells half where the map is sure
    of the class, for the nearest ones lie at its very border.
    """
    seeds = [near.new_empty(0, len(near))]
    if label_map is not None:
        cells = torch.from_numpy(label_map.label == target)
        inside = cells & torch.from_numpy(label_map.margin > CLEAR)
        for mask in (inside, cells & ~inside):
            z = plane.to_latent(points_of(label_map.window, mask)).to(near)
            seeds.append(_nearest(z, near, count // 4))
    if codes is not None and codes.labels is not None:
        room = count - sum(map(len, seeds))
        seeds.append(_nearest(codes.mean[codes.labels == target].to(near), near, room))
    return _nearest(torch.cat(seeds), near, count)


def _nearest(z: Tensor, near: Tensor, count: int) -> Tensor:
    away = (z - near).norm(dim=1)
    return z[away.topk(min(count, len(z)), largest=False).indices]


def target_confidence(logits: Logits, z: Tensor, target: int) -> Tensor:
    """z: (N, L) -> (N,) the target's probability where it is the first class, 0 elsewhere"""
    probabilities = evaluate(logits, z).softmax(1)
    return torch.where(probabilities.argmax(1) == target, probabilities[:, target], 0.0)


def nearest_confirmed(
    logits: Logits, near: Tensor, seeds: Tensor, target: int, sure: float, chunk: int
) -> Generator[None, Any, tuple[Tensor, bool] | None]:
    """The nearest of `seeds` (M, L) that decodes to the target, and whether it does so surely.

    A farther seed that is sure of it goes before a nearer one that is not.
    """
    seeds = seeds[(seeds - near).norm(dim=1).argsort()]
    doubtful = None
    for part in seeds.split(chunk):
        sureness = target_confidence(logits, part, target)
        yield None
        if (sureness >= sure).any():
            return part[int((sureness >= sure).int().argmax())], True
        if doubtful is None and (sureness > 0).any():
            doubtful = part[int((sureness > 0).int().argmax())]
    return None if doubtful is None else (doubtful, False)


def first_sure_point(
    logits: Logits, start: Tensor, end: Tensor, target: int, sure: float
) -> Generator[None, Any, Tensor]:
    """The first point (L,) of a segment, as seen in steps of a 32nd, that surely shows the target.

    `end` surely does.
    """
    times = torch.linspace(0, 1, MARCH, dtype=start.dtype)
    there = target_confidence(logits, start + times[:, None] * (end - start), target) >= sure
    yield None
    first = int(there.int().argmax()) if there.any() else MARCH - 1
    if first == 0:
        return start
    low, high = float(times[first - 1]), float(times[first])
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if target_confidence(logits, (start + middle * (end - start))[None], target)[0] >= sure:
            high = middle
        else:
            low = middle
        yield None
    return start + high * (end - start) if high < 1 else end
