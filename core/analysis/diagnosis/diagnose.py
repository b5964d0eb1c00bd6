"""What is wrong with a model, in words, and what could be set otherwise.

Pure functions of what was measured; each limit has its reason beside it. A person looks at the
evidence before training anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...config.fields import check
from ...engine.errors import Problem
from .case import Case, Diagnosis, Remedy, Severity, remedied
from .codes import holes_in_prior, over_regularised, posterior_collapse
from .critic_and_judge import unreliable_judge, vanishing_gradient
from .samples import memorised, mode_collapse, stray_draws

__all__ = ["Case", "Diagnosis", "Remedy", "Severity", "diagnose", "remedied"]

RULES = (
    posterior_collapse, over_regularised, mode_collapse, stray_draws, memorised,
    vanishing_gradient, holes_in_prior, unreliable_judge,
)  # fmt: skip


def diagnose(case: Case) -> tuple[Diagnosis, ...]:
    """What is wrong, the serious first; empty where nothing is."""
    found = [_possible(case, one) for one in (rule(case) for rule in RULES) if one is not None]
    return _advised_once(sorted(found, key=lambda one: one.severity != "serious"))


def _advised_once(found: Sequence[Diagnosis]) -> tuple[Diagnosis, ...]:
    """Each remedy where it stands first: one press helps against all that it is good for"""
    told: list[Diagnosis] = []
    for one in found:
        known = any(one.remedy == other.remedy for other in told)
        told.append(replace(one, remedy=None) if known else one)
    return tuple(told)


def _possible(case: Case, found: Diagnosis) -> Diagnosis:
    """Without its remedy where that is beyond what may be set"""
    try:
        if found.remedy is not None:
            for config in remedied(found.remedy, case.model, case.model, case.train).values():
                check(config)
    except Problem:
        return replace(found, remedy=None)
    return found
