"""What is wrong with the codes: they tell nothing, too little, or leave the prior empty."""

from __future__ import annotations

from ...figures.finding import number, share
from ...geometry.holes.wording import DRAWN_THERE, HOLE
from ...measures.elbo_surgery import COLLAPSED
from .diagnosis import Diagnosis, DiagnosisInputs
from .keys import POSTERIOR, REGULARISED
from .remedies import closer, lighter, more_information

IDLE = 0.5  # of the latent coordinates: where more carry nothing, fewer would have done
TELLS = 1.0  # nats per coordinate: with less it tells fewer than three places apart
EXPLAINED = 0.5  # of the pixels' variance: the mean image explains none, a good model most of it
IN_HOLES = 0.1  # of the prior: every tenth draw is from where the decoder never learnt to draw
MOSTLY = 0.5  # of the prior, beyond which a draw is more likely than not from such a place


def posterior_collapse(inputs: DiagnosisInputs) -> Diagnosis | None:
    """Codes that tell next to nothing of their images (Bowman et al. 2016, arXiv:1511.06349)."""
    used, figures = inputs.quality.activity, inputs.quality.held_out
    if used is not None and not used.collapsed:
        return _idle(inputs)
    kl = float(used.kl.sum()) if used is not None else None if figures is None else figures.kl
    if kl is None or (used is None and kl >= COLLAPSED):
        return None
    return Diagnosis(
        POSTERIOR,
        "Posterior collapse",
        "serious",
        "The codes tell next to nothing of their images: the decoder draws the same without them.",
        f"KL {number(kl)} nats per image",
        "Latent use, below",
        more_information(inputs),
    )


def _idle(inputs: DiagnosisInputs) -> Diagnosis | None:
    used = inputs.quality.activity
    assert used is not None
    active, latent = int(used.active.sum()), len(used.active)
    if active > IDLE * latent:
        return None
    return Diagnosis(
        "idle coordinates",
        "Idle coordinates",
        "worth a look",
        "At least half of the latent coordinates carry nothing: the model would do as well with "
        "fewer, or can be made to use them.",
        f"{active} of {latent} active",
        "Latent use, below",
        more_information(inputs),
        follows=(REGULARISED,),
    )


def over_regularised(inputs: DiagnosisInputs) -> Diagnosis | None:
    """Reconstructions are poor while codes are kept cheap: beta, or the pixel noise, is too high"""
    figures, variance = inputs.quality.held_out, inputs.quality.variance
    if figures is None or figures.kl is None or figures.squared_error is None or not variance:
        return None
    explained = 1 - figures.squared_error / variance
    if not COLLAPSED <= figures.kl < TELLS * inputs.quality.latent or explained >= EXPLAINED:
        return None
    return Diagnosis(
        REGULARISED,
        "Over-regularised",
        "worth a look",
        "Codes are kept so close to the prior that they cannot say enough to redraw their images.",
        f"{share(max(0.0, explained))} of the pixels' variance redrawn, KL {number(figures.kl)} "
        "nats",
        "Bound and reconstruction, below",
        lighter(inputs),
    )


def holes_in_prior(inputs: DiagnosisInputs) -> Diagnosis | None:
    """Draws of the prior come from where the encoder hardly ever sends anything"""
    hole = None if inputs.masses is None else inputs.masses.hole
    if hole is None or hole[1] < IN_HOLES:
        return None
    return Diagnosis(
        "holes",
        "Prior mass in holes",
        "serious" if hole[1] >= MOSTLY else "worth a look",
        f"So much of what the prior draws comes from holes. {HOLE} {DRAWN_THERE}",
        f"{share(hole[0])} of the prior",
        "Holes, on the Geometry page",
        closer(inputs),
    )
