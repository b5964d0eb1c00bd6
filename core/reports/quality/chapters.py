"""The chapters of the measures: what a quality measured, in words for a student."""

from __future__ import annotations

from collections.abc import Sequence

from ...analysis.quality.quality import Quality
from ...figures.finding import Chapter
from ..chapter_table import ChapterRow, write_chapters
from .bound import bound_chapter
from .checks import disentanglement_chapter, judge_chapter, memorisation_chapter
from .classes import classes_chapter
from .latent import latent_chapter
from .samples import samples_chapter

CHAPTERS = (
    ChapterRow("bound", "Bound and reconstruction", bound_chapter),
    ChapterRow("latent", "Latent use", latent_chapter),
    ChapterRow("samples", "Samples against data", samples_chapter),
    ChapterRow("classes", "Classes and modes", classes_chapter),
    ChapterRow("memorisation", "Memorisation", memorisation_chapter),
    ChapterRow("judge", "Judge", judge_chapter),
    ChapterRow("disentanglement", "Disentanglement", disentanglement_chapter),
)


def quality_chapters(quality: Quality, names: Sequence[str]) -> tuple[Chapter, ...]:
    """All that can be said by now; names: of the K classes."""
    return write_chapters(CHAPTERS, quality, names)
