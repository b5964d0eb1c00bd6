"""What is wrong with the samples: they leave out, join or repeat what the data has."""

from __future__ import annotations

from ...figures.finding import share
from ...figures.intervals import wilson
from .case import Case, Diagnosis, Remedy, held_critic, longer, wider

EXPECTED = 0.5  # classes that as many images of the data would miss: below, none is missed by luck
HALF = 0.5  # of the classes or modes: fewer, and the model draws another thing than the data
LEAST_QUALITY = 0.9  # of the draws near a mode, of which Gaussian modes have 0.989


def mode_collapse(case: Case) -> Diagnosis | None:
    """The samples leave out what the data has"""
    return _lost_modes(case) or _lost_classes(case)


def _lost_modes(case: Case) -> Diagnosis | None:
    modes = case.quality.modes
    if modes is None or modes.captured == len(modes.counts):
        return None
    return _collapse(
        case, modes.captured <= HALF * len(modes.counts), "modes",
        f"{modes.captured} of {len(modes.counts)} modes drawn",
    )  # fmt: skip


def _lost_classes(case: Case) -> Diagnosis | None:
    classes = case.quality.classes
    if classes is None or not classes.missing or classes.by_chance >= EXPECTED:
        return None
    there = len(classes.counts)
    names = [case.classes[lost.label] if case.classes else str(lost.label)
             for lost in classes.missing]  # fmt: skip
    return _collapse(
        case, classes.effective.value <= HALF * there, "classes",
        f"{len(names)} of {there} classes never drawn: {', '.join(names)}",
    )  # fmt: skip


def _collapse(case: Case, most: bool, what: str, said: str) -> Diagnosis:
    return Diagnosis(
        "mode collapse", "Mode collapse", "serious" if most else "worth a look",
        f"The model draws only some of the {what} of the data, and these again and again."
        if most else f"The model leaves out {what} that the data has.",
        said, "Classes and modes, below", longer(case) or held_critic(case) or wider(case),
    )  # fmt: skip


def stray_draws(case: Case) -> Diagnosis | None:
    """Draws between the modes of a toy"""
    modes = case.quality.modes
    if modes is None or modes.quality.high >= LEAST_QUALITY:
        return None
    return Diagnosis(
        "stray draws", "Draws between the modes", "worth a look",
        "Too many draws are near no mode of the data: the model joins what is apart.",
        f"{share(modes.quality.value)} near a mode", "Classes and modes, below",
        longer(case) or wider(case),
    )  # fmt: skip


def memorised(case: Case) -> Diagnosis | None:
    """More samples look like copies of training images than images held out do"""
    found = case.quality.memorisation
    if found is None:
        return None
    low, _ = wilson(len(found.flagged), found.n)
    if float(low) <= found.by_chance.high:
        return None
    epochs = max(1, case.train.epochs // 2)
    remedy = Remedy(f"Train for {epochs} epochs", train={"epochs": epochs})
    return Diagnosis(
        "memorisation", "Memorised training images", "serious",
        "Samples look like copies of training images, more often than images held out do: the "
        "model repeats what it saw.",
        f"{share(len(found.flagged) / found.n)} look like copies, "
        f"{share(found.by_chance.value)} by chance",
        "Memorisation, below", remedy if epochs < case.train.epochs else None,
    )  # fmt: skip
