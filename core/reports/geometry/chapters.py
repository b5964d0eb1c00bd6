"""The chapters of the geometry report: what a survey measured, in words for a student."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...analysis.survey import Survey
from ...figures.finding import Chapter, Finding
from .bounds import bounds_chapter
from .diversity import diversity_chapter
from .holes import holes_chapter
from .image import image_chapter
from .radius import radius_chapter

Write = Callable[[Survey, Sequence[str]], list[Finding]]

CHAPTERS: tuple[tuple[str, str, Write], ...] = (
    ("diversity", "Diversity", diversity_chapter),
    ("radius", "Class radius", radius_chapter),
    ("bounds", "Bounds on the mean radius", bounds_chapter),
    ("image", "In image space", image_chapter),
    ("holes", "Holes", holes_chapter),
)


def chapters(survey: Survey, names: Sequence[str]) -> tuple[Chapter, ...]:
    """All that the survey can say by now; names: of the K classes."""
    made = (Chapter(key, title, tuple(write(survey, names))) for key, title, write in CHAPTERS)
    return tuple(chapter for chapter in made if chapter.findings)
