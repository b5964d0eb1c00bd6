"""Volume element of the decoder: is it torn or flat here? (theory: H7)"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import torch
from torch import Tensor

from ....engine.jobs import Progress
from ....scene.codes import Codes, Score
from ....scene.scene import Decode, Scene
from ...evaluation import CHUNK
from ...metric.forward_mode import load_forward_mode
from ...metric.pullback import jacobian
from .detector import Detector, DetectorInputs, HeldOutData, Uncalibrated, on_samples

DIMENSIONS = 64  # a pass for each and every point: beyond these nobody would wait
FLAT = 1e-12  # least squared stretch, so that a flat decoder has a logarithm


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


def _fit(inputs: DetectorInputs) -> Generator[Progress | None, Any, Uncalibrated]:
    yield from load_forward_mode()
    chunk = max(1, CHUNK // inputs.scene.latent)
    return on_samples(log_volume(inputs.decode), inputs, chunk)


def _lacks(scene: Scene, codes: Codes, held_out: HeldOutData) -> str | None:
    if scene.latent <= DIMENSIONS:
        return None
    return (
        f"It takes a pass for each of the {scene.latent} dimensions: "
        f"it is not computed beyond {DIMENSIONS}."
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
    theory="H7",
    fit=_fit,
    lacks=_lacks,
    both=True,
)
