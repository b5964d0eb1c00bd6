"""The chapters of the measures: what a quality measured, in words for a student."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...analysis.quality.quality import Quality
from ...figures.finding import Chapter, Finding
from .bound import bound_chapter
from .checks import disentanglement_chapter, judge_chapter, memorisation_chapter
from .classes import classes_chapter
from .latent import latent_chapter
from .samples import samples_chapter

Write = Callable[[Quality, Sequence[str]], list[Finding]]

CHAPTERS: tuple[tuple[str, str, Write], ...] = (
    ("bound", "Bound and reconstruction", bound_chapter),
    ("latent", "Latent use", latent_chapter),
    ("samples", "Samples against data", samples_chapter),
    ("classes", "Classes and modes", classes_chapter),
    ("memorisation", "Memorisation", memorisation_chapter),
    ("judge", "Judge", judge_chapter),
    ("disentanglement", "Disentanglement", disentanglement_chapter),
)


def quality_chapters(quality: Quality, names: Sequence[str]) -> tuple[Chapter, ...]:
    """All that can be said by now; names: of the K classes."""
    made = (Chapter(key, title, tuple(write(quality, names))) for key, title, write in CHAPTERS)
    return tuple(chapter for chapter in made if chapter.findings)
