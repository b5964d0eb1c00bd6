"""Effort: how much the jobs of a session spend, given to it once; tests pass less."""

from __future__ import annotations

from dataclasses import dataclass

from ..analysis.measure_config import MeasureConfig


@dataclass(frozen=True)
class Effort:
    """Sizes of what is measured and drawn on screen."""

    masses: int = 4096  # points of the prior that masses are measured on, at rest
    quick_masses: int = 1024  # the same while a model trains or a step is dragged
    sketch: int = 256  # codes that stand for all while a step is dragged
    survey: MeasureConfig = MeasureConfig()
