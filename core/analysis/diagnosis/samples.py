"""What is wrong with the samples: they leave out, join or repeat what the data has."""

from __future__ import annotations

from ...figures.finding import share
from ...figures.intervals import wilson
from .diagnosis import Diagnosis, DiagnosisInputs, bounded
from .keys import CODES, COLLAPSE, CRITIC, DRAWINGS, JUDGE
from .remedies import held_critic, longer, wider

EXPECTED = 0.5  # classes that as many images of the data would miss: below, none is missed by luck
HALF = 0.5  # of the classes or modes: fewer, and the model draws another thing than the data
LEAST_QUALITY = 0.9  # of the draws near a mode, of which Gaussian modes have 0.989


def mode_collapse(inputs: DiagnosisInputs) -> Diagnosis | None:
    """The samples leave out what the data has"""
    return _lost_modes(inputs) or _lost_classes(inputs)


def _lost_modes(inputs: DiagnosisInputs) -> Diagnosis | None:
    modes = inputs.quality.modes
    if modes is None or modes.captured == len(modes.counts):
        return None
    return _collapse(
        inputs,
        modes.captured <= HALF * len(modes.counts),
        "modes",
        f"{modes.captured} of {len(modes.counts)} modes drawn",
        (CRITIC, *CODES),
    )


def _lost_classes(inputs: DiagnosisInputs) -> Diagnosis | None:
    classes = inputs.quality.classes
    if classes is None or not classes.missing or classes.by_chance >= EXPECTED:
        return None
    there = len(classes.counts)
    names = [
        inputs.classes[lost.label] if inputs.classes else str(lost.label)
        for lost in classes.missing
    ]
    return _collapse(
        inputs,
        classes.effective.value <= HALF * there,
        "classes",
        f"{len(names)} of {there} classes never drawn: {', '.join(names)}",
        (CRITIC, *CODES, JUDGE, *((DRAWINGS,) if bounded(inputs) else ())),
    )


def _collapse(
    inputs: DiagnosisInputs, most: bool, what: str, number: str, follows: tuple[str, ...]
) -> Diagnosis:
    return Diagnosis(
        COLLAPSE,
        "Mode collapse",
        "serious" if most else "worth a look",
        f"The model draws only some of the {what} of the data, and these again and again."
        if most
        else f"The model leaves out {what} that the data has.",
        number,
        "Classes and modes, below",
        longer(inputs) or held_critic(inputs) or wider(inputs),
        follows=follows,
    )


def stray_draws(inputs: DiagnosisInputs) -> Diagnosis | None:
    """Draws between the modes of a toy"""
    modes = inputs.quality.modes
    if modes is None or modes.quality.high >= LEAST_QUALITY:
        return None
    return Diagnosis(
        "stray draws",
        "Draws between the modes",
        "worth a look",
        "Too many draws are near no mode of the data: the model joins what is apart.",
        f"{share(modes.quality.value)} near a mode",
        "Classes and modes, below",
        longer(inputs) or wider(inputs),
        follows=(CRITIC, *CODES, COLLAPSE),
    )


def memorised(inputs: DiagnosisInputs) -> Diagnosis | None:
    """More samples look like copies of training images than images held out do"""
    memorisation = inputs.quality.memorisation
    if memorisation is None:
        return None
    low, _ = wilson(len(memorisation.flagged), memorisation.n)
    if float(low) <= memorisation.by_chance.high:
        return None
    return Diagnosis(
        "memorisation",
        "Memorised training images",
        "serious",
        "Samples look like copies of training images, more often than images held out do: the "
        "model repeats what it saw.",
        f"{share(len(memorisation.flagged) / memorisation.n)} look like copies, "
        f"{share(memorisation.by_chance.value)} by chance",
        "Memorisation, below",
    )
