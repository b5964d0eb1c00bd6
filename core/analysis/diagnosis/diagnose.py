"""What is wrong with a model, in words, and what could be set otherwise.

Pure functions of what was measured; each limit has its reason beside it. A person looks at the
evidence before training anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ...config.fields import check
from ...engine.errors import Problem
from .codes import holes_in_prior, over_regularised, posterior_collapse
from .critic_and_judge import unreliable_judge, vanishing_gradient
from .diagnosis import Diagnosis, DiagnosisInputs
from .samples import memorised, mode_collapse, stray_draws

RULES = (
    posterior_collapse,
    over_regularised,
    vanishing_gradient,
    unreliable_judge,
    mode_collapse,
    stray_draws,
    memorised,
    holes_in_prior,
)


def diagnose(inputs: DiagnosisInputs) -> tuple[Diagnosis, ...]:
    """What is wrong, the serious first; empty where nothing is. What follows stands under it."""
    present = {one.key: one for one in (rule(inputs) for rule in RULES) if one is not None}
    roots = [one for one in present.values() if _root(one, present) is one]
    whole = [_with_consequences(one, present) for one in roots]
    possible = [_possible(inputs, one) for one in whole]
    return tuple(sorted(possible, key=lambda one: one.severity != "serious"))


def _root(diagnosis: Diagnosis, present: Mapping[str, Diagnosis]) -> Diagnosis:
    """What it comes from in the end; itself where from nothing else"""
    for key in diagnosis.follows:
        if key in present:
            return _root(present[key], present)
    return diagnosis


def _with_consequences(root: Diagnosis, present: Mapping[str, Diagnosis]) -> Diagnosis:
    """As serious as the worst of them; the remedy is the root's"""
    below = [one for one in present.values() if one is not root and _root(one, present) is root]
    if any(one.severity == "serious" for one in below):
        root = replace(root, severity="serious")
    return replace(root, consequences=tuple(replace(one, remedy=None) for one in below))


def _possible(inputs: DiagnosisInputs, diagnosis: Diagnosis) -> Diagnosis:
    """Without its remedy where that is beyond what may be set"""
    remedy = diagnosis.remedy
    try:
        if remedy is not None:
            check(replace(inputs.model, **remedy.model))
            check(replace(inputs.train, **remedy.train))
    except Problem:
        return replace(diagnosis, remedy=None)
    return diagnosis
