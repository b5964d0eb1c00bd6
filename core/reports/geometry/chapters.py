"""What a survey found, chapter by chapter, in words that a student understands."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...analysis.survey import Survey
from ...figures.finding import Chapter, Finding
from .bounds import bounds_found
from .diversity import diversity_found
from .holes import holes_found
from .image import image_found
from .radius import radius_found
from .verdicts import verdict_findings

__all__ = ["chapters", "verdict_findings"]

Tell = Callable[[Survey, Sequence[str]], list[Finding]]

CHAPTERS: tuple[tuple[str, str, Tell], ...] = (
    ("diversity", "Diversity", diversity_found),
    ("radius", "Class radius", radius_found),
    ("bounds", "Bounds on the mean radius", bounds_found),
    ("image", "In image space", image_found),
    ("holes", "Holes", holes_found),
)


def chapters(survey: Survey, names: Sequence[str]) -> tuple[Chapter, ...]:
    """All that the survey can say by now; names: of the K classes."""
    made = (Chapter(key, title, tuple(tell(survey, names))) for key, title, tell in CHAPTERS)
    return tuple(chapter for chapter in made if chapter.findings)
