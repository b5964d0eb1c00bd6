"""A curve in latent space as it is shown: frames, what the judge sees, where the class changes."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from ..scene import Scene
from .crossings import Crossing, between, brackets
from .regions import Array, evaluate

Family = Literal["straight", "slerp", "adversarial", "nearest", "geodesic", "avoiding", "crossings"]
Outcome = Literal["reached", "not reached", "absent"]

CHUNK = 32  # decodes in one step


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
    parts = []
    for chunk in z.split(CHUNK):
        parts.append(evaluate(scene.decode, chunk).numpy())
        yield None
    images = np.concatenate(parts)
    probabilities, labels, found = None, None, tuple[Crossing, ...]()
    if scene.logits is not None:
        logs = evaluate(scene.logits, z).log_softmax(-1).numpy()
        probabilities, labels = np.exp(logs), logs.argmax(1)
        yield None
        found = yield from _crossings(scene, z, t, labels, logs)
    reached = target is None or (labels is not None and labels[-1] == target)
    return Path(
        family=family,
        z=z.float().numpy(),
        images=images,
        probabilities=probabilities,
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


def _crossings(
    scene: Scene, z: Tensor, t: Array, labels: Array, logs: Array
) -> Generator[None, Any, tuple[Crossing, ...]]:
    """Every change of class along the polyline z (T, L), a visit between two frames included"""
    logits = scene.logits
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
    places = _at(z, where).float().numpy() if found else ()
    return tuple(
        Crossing(float(at), place, bracket.before, bracket.after)
        for at, place, bracket in zip(where, places, found, strict=True)
    )


def _lead(logs: Array) -> Array:
    """(T, K) -> (T,) the first class over the second, in nats; infinite for a lone class"""
    if logs.shape[1] == 1:
        return np.full(len(logs), np.inf)
    ordered = np.partition(logs, -2, axis=1)
    margin: Array = ordered[:, -1] - ordered[:, -2]
    return margin
