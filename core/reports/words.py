"""What the chapters share: sources, and reasons as they stand in a sentence."""

from __future__ import annotations

from ..analysis.survey import Survey
from ..figures.array import Array

SHANNON = "Shannon 1948, A mathematical theory of communication"
RENYI = "Rényi 1961, On measures of entropy and information"
ISOPERIMETRY = "Borell 1975; Sudakov & Tsirelson 1974, Gaussian isoperimetry"
FAWZI = "Fawzi, Fawzi & Fawzi 2018, arXiv:1802.08686"
SURGERY = "Hoffman & Johnson 2016, ELBO surgery"
PULLBACK = "Arvanitidis, Hansen & Hauberg 2018, arXiv:1710.11379"
EVIDENCE = "Kingma & Welling 2014, arXiv:1312.6114"

RADIUS = "r(z) = min |z - z'| with class(z') ≠ class(z)"


def counts_of(survey: Survey) -> Array | None:
    """(K,) draws of the prior that show each class; None where there are no classes."""
    counts = None if survey.masses is None else survey.masses.counts
    return counts if counts is not None and counts.sum() > 1 else None


def clause(sentence: str) -> str:
    """A sentence as the second half of another: no capital, no full stop."""
    text = sentence.removeprefix("Not applicable because ").rstrip(".")
    return text[:1].lower() + text[1:]
