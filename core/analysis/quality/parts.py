"""The parts of a quality: each answers the field of its name, or says in a Problem why it cannot.

A part may read those before it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...engine.jobs import Job
from .codes import (
    activity_part,
    codes_part,
    disentanglement_part,
    held_out_part,
    likelihood_part,
    surgery_part,
    variance_part,
)
from .inputs import QualityInputs
from .quality import Quality, Samples
from .samples import (
    classes_part,
    discrepancy_part,
    distinction_part,
    frechet_part,
    jensen_shannon_part,
    kernel_part,
    manifold_part,
    memorisation_part,
    modes_part,
    samples_part,
)

__all__ = ["PARTS", "QualityInputs", "Samples"]

Part = Callable[[QualityInputs, Quality], Job[Any]]

PARTS: dict[str, Part] = {
    "held_out": held_out_part,
    "variance": variance_part,
    "codes": codes_part,
    "activity": activity_part,
    "surgery": surgery_part,
    "samples": samples_part,
    "classes": classes_part,
    "modes": modes_part,
    "jensen_shannon": jensen_shannon_part,
    "kernel": kernel_part,
    "frechet": frechet_part,
    "manifold": manifold_part,
    "distinction": distinction_part,
    "discrepancy": discrepancy_part,
    "memorisation": memorisation_part,
    "likelihood": likelihood_part,
    "disentanglement": disentanglement_part,
}
