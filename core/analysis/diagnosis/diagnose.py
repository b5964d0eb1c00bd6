"""What is wrong with a model, in words, and what could be set otherwise.

Pure functions of what was measured; each limit has its reason beside it. A person looks at the
evidence before training anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...config.fields import check
from ...engine.errors import Problem
from .codes import holes_in_prior, over_regularised, posterior_collapse
from .critic_and_judge import unreliable_judge, vanishing_gradient
from .diagnosis import Diagnosis, DiagnosisInputs, remedied
from .samples import memorised, mode_collapse, stray_draws

RULES = (
    posterior_collapse,
    over_regularised,
    mode_collapse,
    stray_draws,
    memorised,
    vanishing_gradient,
    holes_in_prior,
    unreliable_judge,
)


def diagnose(inputs: DiagnosisInputs) -> tuple[Diagnosis, ...]:
    """What is wrong, the serious first; empty where nothing is."""
    diagnoses = [one for one in (rule(inputs) for rule in RULES) if one is not None]
    possible = [_possible(inputs, one) for one in diagnoses]
    return _advised_once(sorted(possible, key=lambda one: one.severity != "serious"))


def _advised_once(diagnoses: Sequence[Diagnosis]) -> tuple[Diagnosis, ...]:
    """Each remedy where it stands first: one press helps against all that it is good for"""
    kept: list[Diagnosis] = []
    for one in diagnoses:
        known = any(one.remedy == other.remedy for other in kept)
        kept.append(replace(one, remedy=None) if known else one)
    return tuple(kept)


def _possible(inputs: DiagnosisInputs, diagnosis: Diagnosis) -> Diagnosis:
    """Without its remedy where that is beyond what may be set"""
    remedy = diagnosis.remedy
    try:
        if remedy is not None:
            for config in remedied(remedy, inputs.model, inputs.model, inputs.train).values():
                check(config)
    except Problem:
        return replace(diagnosis, remedy=None)
    return diagnosis
