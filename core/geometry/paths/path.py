"""A path in latent space as it is shown: frames, class probabilities, where the class changes."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from ...figures.array import Array
from ...scene.scene import Scene
from ..evaluation import CHUNK, evaluate, evaluate_in_chunks
from .crossings import Crossing, bisect_crossings, revisit_times
from .image_steps import image_steps
from .polyline import arc_fractions, latent_length, points_at, resample

Family = Literal["straight", "slerp", "adversarial", "nearest", "geodesic", "avoiding", "crossings"]
Outcome = Literal["reached", "not reached", "absent"]

SKETCHED = 16  # frames of a sketch


@dataclass(frozen=True, eq=False)
class Path:
    """T points of a curve, equally spaced in latent length, and what the model draws at them."""

    family: Family
    z: Array  # (T, L) float32
    images: Array  # (T, C, H, W) float32 in [0, 1]
    probabilities: Array | None  # (T, K) float32; None where the data has no classes
    labels: Array | None  # (T,) int64
    t: Array  # (T,) in [0, 1], fraction of the latent length
    crossings: tuple[Crossing, ...]
    length: float  # latent, in deviations of the prior
    image_length: float  # in `units.IMAGE`, summed from frame to frame
    outcome: Outcome  # judged at the last point, whatever the search believed
    target: int | None  # the class it was to reach
    note: str  # one sentence for the screen
    step: int  # of the scene
    sketched: bool = False  # few frames, and crossings known only to lie between two of them


def sketch_path(
    scene: Scene,
    family: Family,
    nodes: Tensor,
    target: int | None = None,
    note: str = "",
) -> Path:
    """The path along the polyline `nodes` (P, L) in few frames, for somebody who drags its end."""
    z = resample(nodes, SKETCHED)
    images, t = evaluate(scene.decode, z), arc_fractions(z)
    logs = None if scene.logits is None else _logs(scene, z, images)
    crossings = () if logs is None else _between_frames(z, t, logs.argmax(1))
    path = _path(scene, family, z, t, images.numpy(), logs, crossings, target, note)
    return replace(path, sketched=True)


def decode_path(
    scene: Scene,
    family: Family,
    nodes: Tensor,
    frames: int,
    target: int | None = None,
    note: str = "",
    absent: bool = False,
) -> Generator[None, Any, Path]:
    """The path along the polyline `nodes` (P, L): decoded, judged, its crossings bisected."""
    z = resample(nodes, frames)
    t = arc_fractions(z)
    images = yield from evaluate_in_chunks(scene.decode, z)
    logs, crossings = None, tuple[Crossing, ...]()
    if scene.logits is not None:
        logs = _logs(scene, z, images)
        yield None
        crossings = yield from _crossings(scene, z, t, logs)
    return _path(scene, family, z, t, images.numpy(), logs, crossings, target, note, absent)


def _path(
    scene: Scene,
    family: Family,
    z: Tensor,
    t: Array,
    images: Array,
    logs: Array | None,
    crossings: tuple[Crossing, ...],
    target: int | None,
    note: str,
    absent: bool = False,
) -> Path:
    labels = None if logs is None else logs.argmax(1)
    reached = target is None or (labels is not None and labels[-1] == target)
    return Path(
        family=family,
        z=z.float().numpy(),
        images=images,
        probabilities=None if logs is None else np.exp(logs),
        labels=labels,
        t=t,
        crossings=crossings,
        length=latent_length(z) / scene.prior.deviation,
        image_length=float(image_steps(images).sum()),
        outcome="reached" if reached else "absent" if absent else "not reached",
        target=target,
        note=note,
        step=scene.step,
    )


@torch.no_grad()
def _logs(scene: Scene, z: Tensor, images: Tensor) -> Array:
    """(T, K) log probabilities; what is decoded already is not decoded again to be judged"""
    if scene.judge is not None:
        logits = evaluate(scene.judge, images)
    else:
        assert scene.logits is not None
        logits = evaluate(scene.logits, z)
    logs: Array = logits.log_softmax(-1).numpy()
    return logs


def _between_frames(z: Tensor, t: Array, labels: Array) -> tuple[Crossing, ...]:
    """A change of class halfway between any two frames of different ones"""
    before = np.flatnonzero(labels[1:] != labels[:-1])
    where = (t[before] + t[before + 1]) / 2
    pairs = [(int(labels[row]), int(labels[row + 1])) for row in before]
    return _placed(z, where, pairs)


def _placed(z: Tensor, where: Array, pairs: list[tuple[int, int]]) -> tuple[Crossing, ...]:
    places = points_at(z, where).float().numpy() if pairs else ()
    return tuple(
        Crossing(float(at), place, *pair)
        for at, place, pair in zip(where, places, pairs, strict=True)
    )


def _crossings(
    scene: Scene, z: Tensor, t: Array, logs: Array
) -> Generator[None, Any, tuple[Crossing, ...]]:
    """Every change of class along the polyline z (T, L), a visit between two frames included"""
    logits, labels = scene.logits, logs.argmax(1)
    assert logits is not None

    def labels_at(times: Array) -> Array:
        parts = [evaluate(logits, part) for part in points_at(z, times).split(2 * CHUNK)]
        return torch.cat(parts).argmax(1).numpy()

    if len(extra := revisit_times(t, labels, _lead(logs))):
        more = labels_at(extra)
        order = np.argsort(np.concatenate([t, extra]), kind="stable")
        t, labels = np.concatenate([t, extra])[order], np.concatenate([labels, more])[order]
        yield None
    brackets = yield from bisect_crossings(labels_at, t, labels)
    where = np.array([(bracket.left + bracket.right) / 2 for bracket in brackets])
    return _placed(z, where, [(bracket.before, bracket.after) for bracket in brackets])


def _lead(logs: Array) -> Array:
    """(T, K) -> (T,) the first class over the second, in nats; infinite for a lone class"""
    if logs.shape[1] == 1:
        return np.full(len(logs), np.inf)
    ordered = np.partition(logs, -2, axis=1)
    margin: Array = ordered[:, -1] - ordered[:, -2]
    return margin
