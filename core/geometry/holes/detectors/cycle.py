"""Cycle error: does a point come back that is decoded and encoded again? (theory: H3, H4)"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from scipy.special import chdtri
from torch import Tensor

from ....engine.jobs import Progress
from ....scene.codes import ACTIVE, Codes, Score
from ....scene.scene import Decode, Encode, Scene
from .calibration import FALSE_ALARM
from .detector import Detector, DetectorInputs, HeldOutData, Uncalibrated, on_samples


def cycle_error(encode: Encode, decode: Decode) -> Score:
    """How far z (N, L) is from the code of what it decodes to, (N,)."""

    def error(z: Tensor) -> Tensor:
        distance: Tensor = (encode(decode(z))[0] - z).norm(dim=1)
        return distance

    return error


def cycle_in_deviations(encode: Encode, decode: Decode, active: Tensor) -> Score:
    """Squared cycle error in deviations of the posterior, over the active coordinates.

    z: (N, L), active: (L,) bool -> (N,). Chi-squared of as many degrees where g inverts q.
    """

    def error(z: Tensor) -> Tensor:
        mean, logvar = encode(decode(z))
        return ((mean - z).square() * (-logvar).exp())[:, active.to(z.device)].sum(1)

    return error


def active_units(means: Tensor) -> Tensor:
    """Which coordinates of the posterior means (M, L) tell images apart, (L,) bool.

    Burda, Grosse & Salakhutdinov 2016, "Importance weighted autoencoders", arXiv:1509.00519.
    """
    return means.double().var(0) > ACTIVE


def _needs_encoder(scene: Scene, codes: Codes, held_out: HeldOutData) -> str | None:
    return None if scene.encode else "It needs an encoder, and this model has none."


def _needs_active_units(scene: Scene, codes: Codes, held_out: HeldOutData) -> str | None:
    if scene.encode and not active_units(codes.mean).any():
        return (
            "It needs an active coordinate, and this model has none: its codes do not tell images "
            "apart. Train it with a smaller weight of the KL term."
        )
    return _needs_encoder(scene, codes, held_out)


def _fit_cycle(inputs: DetectorInputs) -> Generator[Progress | None, Any, Uncalibrated]:
    yield None
    return on_samples(cycle_error(inputs.encode, inputs.decode), inputs)


def _fit_in_deviations(inputs: DetectorInputs) -> Generator[Progress | None, Any, Uncalibrated]:
    yield None
    active = active_units(inputs.codes.mean)
    ideal = chdtri(int(active.sum()), FALSE_ALARM)
    note = f"With a decoder that undoes its encoder the limit would be {ideal:.2f}."
    score = cycle_in_deviations(inputs.encode, inputs.decode, active)
    return on_samples(score, inputs, note=note)


CYCLE = Detector(
    key="cycle",
    name="Does not come back",
    side="decoder",
    meaning="What is drawn here is encoded somewhere else.",
    unit="units of z",
    cost="a decode and an encode",
    blind="Coordinates that the model does not use never come back, so the holes of the others "
    "are lost among them.",
    formula="‖f(g(z)) - z‖",
    source="cycle consistency: Zhu et al. 2017, arXiv:1703.10593",
    theory="H3",
    fit=_fit_cycle,
    lacks=_needs_encoder,
)

CYCLE_IN_DEVIATIONS = Detector(
    key="cycle in deviations",
    name="Does not come back within its spread",
    side="decoder",
    meaning="What is drawn here is encoded elsewhere, by more than the encoder's own doubt.",
    unit="squared posterior deviations",
    cost="a decode and an encode",
    blind="An encoder that is too sure of itself makes holes everywhere; only coordinates in "
    "use are looked at.",
    formula="sum over active j of (f(g(z)) - z)_j² / σ_j(g(z))²",
    source="Mahalanobis 1936; units in use: Burda et al. 2016, arXiv:1509.00519",
    theory="H4",
    fit=_fit_in_deviations,
    lacks=_needs_active_units,
)
