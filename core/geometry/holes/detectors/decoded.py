"""Detectors that look at what is drawn: is it clear, real, steady? (THEORY.md, H5 to H7)"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import torch
from torch import Tensor, nn

from ....engine.jobs import Progress
from ....scene.codes import Codes, Score
from ....scene.scene import Decode, Logits, Scene
from ...metric.forward_mode import prepared
from ...metric.pullback import jacobian
from .base import CHUNK, Detector, Features, Held, Material, Scale, scale_of
from .encoded import neighbour_distance

DIMENSIONS = 64  # a pass for each and every point: beyond these nobody would wait
FLAT = 1e-12  # least squared stretch, so that a flat decoder has a logarithm
MEMORY = 2000  # images at most that a drawing is compared with


def class_entropy(logits: Logits) -> Score:
    """How undecided the judge is about what z (N, L) decodes to, (N,) nats in [0, log K]."""

    def entropy(z: Tensor) -> Tensor:
        total: Tensor = torch.special.entr(logits(z).softmax(-1)).sum(-1)
        return total

    return entropy


def log_volume(decode: Decode) -> Score:
    """How much the decoder stretches volume at z (N, L): half log det JᵀJ, (N,) nats.

    Bishop, Svensén & Williams 1997, "Magnification factors for the GTM algorithm".
    """

    def volume(z: Tensor) -> Tensor:
        columns = jacobian(decode, z).cpu().double()
        stretch = torch.linalg.eigvalsh(columns.mT @ columns).clamp_min(FLAT)
        half: Tensor = 0.5 * stretch.log().sum(1)
        return half.to(z.device)

    return volume


def penultimate(judge: nn.Module) -> Features:
    """What a judge sees before it decides: images (N, C, H, W) -> (N, F)."""
    assert isinstance(judge.body, nn.Sequential)
    return judge.body[:-1]


def _entropy(of: Material) -> Generator[Progress | None, Any, Scale]:
    yield None
    assert of.scene.logits is not None
    return scale_of(class_entropy(of.scene.logits), of)


def _realism(of: Material) -> Generator[Progress | None, Any, Scale]:
    """Compared with one half of the images, or with drawings where there are none"""

    def seen(images: Tensor) -> Tensor:
        return (of.held.features or nn.Flatten())(images)

    images = of.held.images
    if images is None:
        memory = yield from _looked(lambda z: seen(of.decode(z)), of.reference.mean[:MEMORY])
    else:
        memory = yield from _looked(seen, images[::2][:MEMORY])
    near = neighbour_distance(memory)

    def score(z: Tensor) -> Tensor:
        return near(seen(of.decode(z)))

    if images is None:
        note = "The images are not on this machine: what is drawn from their codes stands in."
        return scale_of(score, of, note=note)
    shape, pixels = images.shape[1:], images[1::2][:MEMORY].flatten(1)
    whose = f"{len(pixels)} images held out"
    return Scale(score, pixels, lambda x: near(seen(x.unflatten(1, shape))), whose)


def _looked(look: Features, subjects: Tensor) -> Generator[Progress | None, Any, Tensor]:
    """`look` of all subjects (N, ...), (N, F)"""
    found = []
    for some in subjects.split(CHUNK):
        found.append(_look(look, some))
        yield Progress(len(found) * CHUNK / len(subjects), "remembering what images look like")
    return torch.cat(found)


@torch.no_grad()
def _look(look: Features, some: Tensor) -> Tensor:
    return look(some)


def _volume(of: Material) -> Generator[Progress | None, Any, Scale]:
    yield from prepared()
    chunk = max(1, CHUNK // of.scene.latent)
    return scale_of(log_volume(of.decode), of, chunk)


def _needs_classes(scene: Scene, codes: Codes, held: Held) -> str | None:
    return None if scene.logits else "It needs classes, and no judge was trained for this model."


def _needs_two_images(scene: Scene, codes: Codes, held: Held) -> str | None:
    if held.images is not None and len(held.images) < 2:
        return "It needs two images held out at least."
    return None


def _needs_few_dimensions(scene: Scene, codes: Codes, held: Held) -> str | None:
    if scene.latent <= DIMENSIONS:
        return None
    return (
        f"It takes a pass for each of the {scene.latent} dimensions: "
        f"it is not computed beyond {DIMENSIONS}."
    )


ENTROPY = Detector(
    key="entropy",
    name="Undecided",
    side="decoder",
    meaning="The judge cannot say which class is drawn here.",
    unit="nats",
    cost="a decode and a look of the judge",
    blind="It marks where classes meet rather than holes, and a judge that is too sure of itself "
    "misses them.",
    formula="entropy of softmax s(g(z))",
    source="Shannon 1948, A mathematical theory of communication",
    scale=_entropy,
    lacks=_needs_classes,
)

REALISM = Detector(
    key="realism",
    name="Unlike any image",
    side="decoder",
    meaning="What is drawn here resembles no image of the data.",
    unit="distance of features",
    cost="a decode and a search among 2000 images",
    blind="A blurred model is far from every image; compared with its own drawings it looks "
    "more real than it is.",
    formula="distance of φ(g(z)) to the nearest φ(x), φ the judge's last layer but one or pixels",
    source="after Kynkäänniemi et al. 2019, arXiv:1904.06991",
    scale=_realism,
    lacks=_needs_two_images,
)

VOLUME = Detector(
    key="volume",
    name="Torn or flat",
    side="decoder",
    meaning="A small step here changes the drawing far more, or far less, than among the data.",
    unit="nats",
    cost="a pass for each dimension",
    blind="A smooth way through a hole is not seen; a decoder of ReLUs has stretches of constant "
    "slope.",
    formula="½ log det JᵀJ, J the decoder's Jacobian",
    source="Bishop, Svensén & Williams 1997",
    scale=_volume,
    lacks=_needs_few_dimensions,
    both=True,
)
