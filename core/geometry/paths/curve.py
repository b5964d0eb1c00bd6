"""A curve in latent space as it is shown: frames, what the judge sees, where the class changes."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from ...figures.array import Array
from ...scene.scene import Scene
from ..evaluation import evaluate
from .crossings import Crossing, between, brackets

Family = Literal["straight", "slerp", "adversarial", "nearest", "geodesic", "avoiding", "crossings"]
Outcome = Literal["reached", "not reached", "absent"]

CHUNK = 32  # decodes in one step
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
    image_length: float  # l2 of the pixels, summed from frame to frame
    outcome: Outcome  # judged at the last point, whatever the search believed
    target: int | None  # the class it was to reach
    note: str  # one sentence for the screen
    step: int  # of the scene
    sketched: bool = False  # few frames, and crossings known only to lie between two of them


def sketch(
    scene: Scene,
    family: Family,
    nodes: Tensor,
    target: int | None = None,
    note: str = "",
) -> Path:
    """The Path along the polyline `nodes` (P, L) at a glance, for somebody who drags its end."""
    z = resampled(nodes, SKETCHED)
    images, t = evaluate(scene.decode, z), fractions(z)
    logs = None if scene.logits is None else _logs(scene, z, images)
    found = () if logs is None else _steps(z, t, logs.argmax(1))
    path = _path(scene, family, z, t, images.numpy(), logs, found, target, note)
    return replace(path, sketched=True)


def follow(
    scene: Scene,
    family: Family,
    nodes: Tensor,
    frames: int,
    target: int | None = None,
    note: str = "",
    absent: bool = False,
) -> Generator[None, Any, Path]:
    """The Path along the polyline `nodes` (P, L): decoded, judged, its crossings bisected."""
    z = resampled(nodes, frames)
    t = fractions(z)
    parts, logs, found = [], None, tuple[Crossing, ...]()
    for chunk in z.split(CHUNK):
        parts.append(evaluate(scene.decode, chunk))
        yield None
    images = torch.cat(parts)
    if scene.logits is not None:
        logs = _logs(scene, z, images)
        yield None
        found = yield from _crossings(scene, z, t, logs)
    return _path(scene, family, z, t, images.numpy(), logs, found, target, note, absent)


def _path(
    scene: Scene, family: Family, z: Tensor, t: Array, images: Array, logs: Array | None,
    found: tuple[Crossing, ...], target: int | None, note: str, absent: bool = False,
) -> Path:  # fmt: skip
    labels = None if logs is None else logs.argmax(1)
    reached = target is None or (labels is not None and labels[-1] == target)
    return Path(
        family=family,
        z=z.float().numpy(),
        images=images,
        probabilities=None if logs is None else np.exp(logs),
        labels=labels,
        t=t,
        crossings=found,
        length=latent_length(z) / scene.prior.deviation,
        image_length=_image_length(images),
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


def resampled(nodes: Tensor, frames: int) -> Tensor:
    """(P, L) -> (T, L), equally spaced along the polyline; all the same where it has no length"""
    return _at(nodes, np.linspace(0, 1, frames))


def fractions(nodes: Tensor) -> Array:
    """(T, L) -> (T,) the part of the polyline's length up to each node, from 0 to 1"""
    steps = nodes.double().diff(dim=0).norm(dim=1).numpy()
    if steps.sum() == 0:
        return np.linspace(0, 1, len(nodes))
    travelled = np.concatenate([[0.0], steps.cumsum()])
    share: Array = travelled / travelled[-1]
    return share


def latent_length(nodes: Tensor) -> float:
    """Of the polyline (P, L), in units of z"""
    return float(nodes.double().diff(dim=0).norm(dim=1).sum())


def _image_length(images: Array) -> float:
    steps = np.diff(images.reshape(len(images), -1), axis=0)
    return float(np.linalg.norm(steps, axis=1).sum())


def _at(nodes: Tensor, times: Array) -> Tensor:
    """Points (N, L) of the polyline at these fractions of its length; its ends exactly"""
    grid, fine = fractions(nodes), nodes.double().numpy()
    points = [np.interp(times, grid, column) for column in fine.T]
    return torch.from_numpy(np.stack(points, axis=1)).to(nodes)


def _steps(z: Tensor, t: Array, labels: Array) -> tuple[Crossing, ...]:
    """A change of class halfway between any two frames of different ones"""
    before = np.flatnonzero(labels[1:] != labels[:-1])
    where = (t[before] + t[before + 1]) / 2
    pairs = [(int(labels[row]), int(labels[row + 1])) for row in before]
    return _placed(z, where, pairs)


def _placed(z: Tensor, where: Array, pairs: list[tuple[int, int]]) -> tuple[Crossing, ...]:
    places = _at(z, where).float().numpy() if pairs else ()
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

    def judged(times: Array) -> Array:
        parts = [evaluate(logits, part) for part in _at(z, times).split(2 * CHUNK)]
        return torch.cat(parts).argmax(1).numpy()

    if len(extra := between(t, labels, _lead(logs))):
        seen = judged(extra)
        order = np.argsort(np.concatenate([t, extra]), kind="stable")
        t, labels = np.concatenate([t, extra])[order], np.concatenate([labels, seen])[order]
        yield None
    found = yield from brackets(judged, t, labels)
    where = np.array([(bracket.left + bracket.right) / 2 for bracket in found])
    return _placed(z, where, [(bracket.before, bracket.after) for bracket in found])


def _lead(logs: Array) -> Array:
    """(T, K) -> (T,) the first class over the second, in nats; infinite for a lone class"""
    if logs.shape[1] == 1:
        return np.full(len(logs), np.inf)
    ordered = np.partition(logs, -2, axis=1)
    margin: Array = ordered[:, -1] - ordered[:, -2]
    return margin
