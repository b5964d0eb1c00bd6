"""What a quality found, chapter by chapter, in words that a student understands."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...analysis.quality.quality import Quality
from ...figures.finding import Chapter, Finding
from .bound import bound_found
from .checks import disentanglement_found, judge_found, memorisation_found
from .classes import classes_found
from .latent import latent_found
from .samples import samples_found

Tell = Callable[[Quality, Sequence[str]], list[Finding]]

CHAPTERS: tuple[tuple[str, str, Tell], ...] = (
    ("bound", "Bound and reconstruction", bound_found),
    ("latent", "Latent use", latent_found),
    ("samples", "Samples against data", samples_found),
    ("classes", "Classes and modes", classes_found),
    ("memorisation", "Memorisation", memorisation_found),
    ("judge", "Judge", judge_found),
    ("disentanglement", "Disentanglement", disentanglement_found),
)


def quality_chapters(quality: Quality, names: Sequence[str]) -> tuple[Chapter, ...]:
    """All that can be said by now; names: of the K classes."""
    made = (Chapter(key, title, tuple(tell(quality, names))) for key, title, tell in CHAPTERS)
    return tuple(chapter for chapter in made if chapter.findings)
