"""The chapters of the geometry report: what a survey measured, in words for a student."""

from __future__ import annotations

from collections.abc import Sequence

from ...analysis.survey import Survey
from ...figures.finding import Chapter
from ..chapter_table import ChapterRow, write_chapters
from .bounds import bounds_chapter
from .diversity import diversity_chapter
from .holes import holes_chapter
from .image import image_chapter
from .radius import radius_chapter

CHAPTERS = (
    ChapterRow("diversity", "Diversity", diversity_chapter),
    ChapterRow("radius", "Class radius", radius_chapter),
    ChapterRow("bounds", "Bounds on the mean radius", bounds_chapter),
    ChapterRow("image", "In image space", image_chapter),
    ChapterRow("holes", "Holes", holes_chapter),
)


def chapters(survey: Survey, names: Sequence[str]) -> tuple[Chapter, ...]:
    """All that the survey can say by now; names: of the K classes."""
    return write_chapters(CHAPTERS, survey, names)
