"""Alignment of the scenes of a training: each is turned to lie over the one before it.

Nothing in a loss fixes the axes of an isotropic prior: the space of a model may turn while it
trains. The newest scene is always shown in the model's own frame, which is that of its files, its
codes and the places a user chose. An earlier step that is scrubbed to is turned to lie over the
scene that was last shown in its own frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from ..engine.jobs import Job
from .prior import Gaussian
from .scene import Scene
from .timeline import Timeline

LANDMARKS = 128  # training images whose codes are laid over one another
CHUNK = 32  # images to encode between two pauses
FAINT = 1e-9  # of the cross-covariance: directions without any stay as they are


@dataclass(frozen=True, eq=False)
class Alignment:
    """How the scenes of a timeline lie to one another, each turned to lie over the one before."""

    rotations: Mapping[int, Tensor]  # (L, L) by step: codes of that scene times it are the first's
    means: Tensor  # (M, L) the landmarks' codes in the newest of them

    def between(self, step: int, other: int) -> Tensor | None:
        """(L, L) that turns codes of `step` into the frame of `other`; None where not known"""
        if step not in self.rotations or other not in self.rotations:
            return None
        return self.rotations[step] @ self.rotations[other].mT


def procrustes(codes: Tensor, onto: Tensor) -> Tensor:
    """The rotation or reflection that lays `codes` over `onto`, both (M, L): (L, L) in float64.

    It minimises |codes R - onto| (Schönemann 1966, "A generalized solution of the orthogonal
    Procrustes problem"): neither scaled nor moved, for the prior is neither.
    """
    cross = codes.double().mT @ onto.double()
    stay = FAINT * cross.norm() * torch.eye(len(cross), dtype=cross.dtype, device=cross.device)
    left, _, right = torch.linalg.svd(cross + stay)
    rotation: Tensor = left @ right
    return rotation


def is_alignable(scene: Scene) -> bool:
    """Whether a turned scene is as good as it was: its prior looks the same from all sides.

    One with conditions draws another space for each of them: there is no one rotation.
    """
    prior = scene.prior
    isotropic = isinstance(prior, Gaussian) and prior.mean == 0
    return scene.encode is not None and not scene.conditions and isotropic


def align_scene(scene: Scene, rotation: Tensor) -> Scene:
    """The same model with its codes times `rotation` (L, L).

    A turned posterior has covariances that a scene has no place for: of its covariance matrix the
    diagonal is kept, which is exact where the variances of a code are alike.
    """

    def back(z: Tensor) -> Tensor:
        return z @ rotation.mT.to(z.device, z.dtype)

    def encode(images: Tensor) -> tuple[Tensor, Tensor]:
        assert scene.encode is not None
        mean, logvar = scene.encode(images)
        turn = rotation.to(mean.device, mean.dtype)
        return mean @ turn, (logvar.exp() @ turn.square()).log()

    decode, logits = scene.decode, scene.logits
    return replace(
        scene,
        decode=lambda z: decode(back(z)),
        logits=None if logits is None else lambda z: logits(back(z)),
        encode=None if scene.encode is None else encode,
    )


def align_timeline(
    timeline: Timeline, images: Tensor, before: Alignment | None = None
) -> Job[Alignment]:
    """How each scene lies to the one before it, by its codes of the first of `images`.

    From scene to scene and not at once onto the last: neighbours are alike, a beginning and an
    end are not. What `before` knows is kept, so that a timeline that was thinned stays as it was.
    """
    known = {} if before is None else dict(before.rotations)
    means = None if before is None else before.means
    turn = known[max(known)] if known else None
    for scene in timeline:
        if scene.step in known or not is_alignable(scene):
            continue
        if known and scene.step < max(known):
            continue  # it was passed over: there is nothing beside it to go by
        parts = []
        for part in images[:LANDMARKS].split(CHUNK):
            parts.append(_means(scene, part))
            yield None
        fresh = torch.cat(parts)
        if means is None or turn is None:
            turn = torch.eye(scene.latent, dtype=torch.float64)
        else:
            turn = procrustes(fresh, means) @ turn
        means, known[scene.step] = fresh, turn
        yield Alignment(dict(known), means)


@torch.no_grad()
def _means(scene: Scene, images: Tensor) -> Tensor:
    assert scene.encode is not None
    return scene.encode(images)[0].clone()
