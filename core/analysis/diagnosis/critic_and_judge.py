"""What is wrong with who says what is real, the critic, and what it shows, the judge."""

from __future__ import annotations

from ...figures.finding import number, share
from ...models.gan.gan import GANConfig
from .diagnosis import Diagnosis, DiagnosisInputs, bounded
from .keys import CODES, COLLAPSE, CRITIC, DRAWINGS, JUDGE
from .remedies import held_critic, longer, wider

SURE = 0.05  # nats of the standard critic's loss, 2 log 2 = 1.386 where it knows nothing: on
# average it is 97.5 % sure, and its estimate of the Jensen-Shannon divergence, log 2 less half of
# the loss, is within 4 % of the greatest there is
LATELY = 0.1  # of the training: single entries of its history jump
ACCURATE = 0.9  # of the judge on images: one in ten named wrongly shows in every class measure
LOST = 0.1  # of its accuracy, from images to their reconstructions
UNSURE = "As unsure"  # what is said of classes is the judge's own verdict
STANDARD = ("non-saturating", "saturating")  # losses whose critic ends at 0 where it is sure


def vanishing_gradient(inputs: DiagnosisInputs) -> Diagnosis | None:
    """A critic that is always right teaches nothing (Arjovsky & Bottou 2017, arXiv:1701.04862)."""
    if not isinstance(inputs.model, GANConfig) or inputs.model.loss not in STANDARD:
        return None
    critic = [losses["critic"] for _, losses in inputs.history if "critic" in losses]
    if not critic:
        return None
    late = critic[-max(1, round(LATELY * len(critic))) :]
    mean = sum(late) / len(late)
    if mean >= SURE:
        return None
    return Diagnosis(
        CRITIC,
        "The critic is too sure",
        "serious",
        "The critic tells images from drawings almost without fail, so that its slope says little "
        "about how to draw better.",
        f"its loss is {number(mean)} of 1.386 nats",
        "The losses, on the Train page",
        held_critic(inputs),
    )


def unreliable_judge(inputs: DiagnosisInputs) -> Diagnosis | None:
    """What classes are told by is wrong on what the model draws"""
    figures = inputs.quality.held_out
    if figures is None or figures.accuracy is None:
        return None
    decoded = figures.accuracy_decoded
    if figures.accuracy < ACCURATE:
        return Diagnosis(
            JUDGE,
            "The judge errs",
            "serious",
            "The judge names too many images wrongly: all that is said of classes is as unsure.",
            f"right on {share(figures.accuracy)} of images held out",
            "Judge, below",
            brings=UNSURE,
        )
    if decoded is None or figures.accuracy - decoded <= LOST:
        return None
    return Diagnosis(
        DRAWINGS,
        "The judge is unsure of drawings",
        "worth a look",
        "On reconstructions the judge is wrong more often than on images: they have lost what "
        "tells the classes apart, or it does not know such drawings. Class regions and radii are "
        "as unsure.",
        f"right on {share(decoded)} of reconstructions, {share(figures.accuracy)} of images",
        "Judge, below",
        longer(inputs) or wider(inputs),
        follows=CODES if bounded(inputs) else (CRITIC, COLLAPSE),
        brings=UNSURE,
    )
