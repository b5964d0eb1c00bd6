"""Realism: is what is drawn here like any image of the data? (theory: H6)"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import torch
from torch import Tensor, nn

from ....engine.jobs import Progress
from ....scene.codes import Codes
from ....scene.scene import Scene
from ...evaluation import CHUNK
from .detector import Detector, DetectorInputs, Features, HeldOutData, Uncalibrated, on_samples
from .nearest_code import neighbour_distance

MEMORY = 2000  # images at most that a drawing is compared with


def penultimate(judge: nn.Module) -> Features:
    """What a judge's last layer reads: images (N, C, H, W) -> (N, F)."""
    assert isinstance(judge.body, nn.Sequential)
    return judge.body[:-1]


def _fit(inputs: DetectorInputs) -> Generator[Progress | None, Any, Uncalibrated]:
    """Compared with one half of the images, or with drawings where there are none"""
    features = inputs.held_out.features or nn.Flatten()
    images = inputs.held_out.images
    if images is None:
        memory = yield from _remembered(
            lambda z: features(inputs.decode(z)), inputs.reference.mean[:MEMORY]
        )
    else:
        memory = yield from _remembered(features, images[::2][:MEMORY])
    distance = neighbour_distance(memory)

    def score(z: Tensor) -> Tensor:
        return distance(features(inputs.decode(z)))

    if images is None:
        note = "The images are not on this machine: what is drawn from their codes stands in."
        return on_samples(score, inputs, note=note)
    shape, pixels = images.shape[1:], images[1::2][:MEMORY].flatten(1)
    whose = f"{len(pixels)} images held out"
    return Uncalibrated(score, pixels, lambda x: distance(features(x.unflatten(1, shape))), whose)


def _remembered(features: Features, subjects: Tensor) -> Generator[Progress | None, Any, Tensor]:
    """`features` of all subjects (N, ...), (N, F)"""
    parts = []
    for some in subjects.split(CHUNK):
        parts.append(_without_graph(features, some))
        yield Progress(len(parts) * CHUNK / len(subjects), "remembering what images look like")
    return torch.cat(parts)


@torch.no_grad()
def _without_graph(features: Features, some: Tensor) -> Tensor:
    return features(some)


def _lacks(scene: Scene, codes: Codes, held_out: HeldOutData) -> str | None:
    if held_out.images is not None and len(held_out.images) < 2:
        return "It needs two images held out at least."
    return None


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
    theory="H6",
    fit=_fit,
    lacks=_lacks,
)
