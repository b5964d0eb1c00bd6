"""A page of findings: chapters that fold, below the progress of their job."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from lacuna.core.engine.jobs import Progress
from lacuna.core.figures.finding import Chapter, Finding

from ..widgets.empty_state import EmptyState
from ..widgets.finding_row import FindingRow
from ..widgets.page import Page
from ..widgets.section import Section


class ChaptersPage(Page):
    """The base of the Geometry and the Measures page."""

    theory_requested = Signal(str)  # the key of a passage

    def __init__(self, nothing: str, order: Sequence[str], parent: QWidget | None = None) -> None:
        """An empty page. nothing: its text; order: the keys of its chapters from the top down."""
        super().__init__(0, parent)
        self._order = order
        self.sections: dict[str, Section] = {}
        self.rows: dict[str, FindingRow] = {}
        self._keys: dict[str, set[str]] = {}  # chapter -> its findings, as far as known by now
        self.empty, self.bar, self.status = EmptyState(nothing), QProgressBar(), QLabel()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        as_caption(self.status)
        self.add(self.empty)
        self.add_inset(self.bar)
        self.add(self.status)

    def add_inset(self, part: QWidget, align: Qt.AlignmentFlag = Qt.AlignmentFlag(0)) -> None:
        """As far from the left as a caption's text."""
        row = QHBoxLayout()
        row.setContentsMargins(4, 4, 4, 4)
        row.addWidget(part, 0, align)
        self.column.insertLayout(self.column.count() - 1, row)

    def _draw_progress(self, progress: Progress | None) -> None:
        self.bar.setVisible(progress is not None)
        if progress is not None:
            self.bar.setValue(round(1000 * (progress.fraction or 0)))

    def _draw_chapter(self, chapter: Chapter) -> None:
        section = self.sections.get(chapter.key) or self._new_section(chapter)
        rows = [self._row_of(finding) for finding in chapter.findings]
        for at, part in enumerate(self._among(chapter.key, rows)):
            if section.rows.indexOf(part) != at:
                section.rows.insertWidget(at, part)
        self._keys[chapter.key] = {finding.key for finding in chapter.findings}

    def _among(self, chapter: str, rows: list[FindingRow]) -> list[QWidget]:
        """All parts of a chapter, from the top down."""
        return [*rows]

    def _show_known(self) -> None:
        """Hides what has no finding."""
        keys = {key for known in self._keys.values() for key in known}
        for part, known in (
            *((section, key in self._keys) for key, section in self.sections.items()),
            *((row, key in keys) for key, row in self.rows.items()),
        ):
            part.setVisible(known)

    def _new_section(self, chapter: Chapter) -> Section:
        section = Section(chapter.title)
        section.rows.setSpacing(2)
        later = self._order[self._order.index(chapter.key) :]
        below = [self.sections[key] for key in later if key in self.sections]
        at = self.column.indexOf(below[0]) if below else self._end()
        self.column.insertWidget(at, section)
        self.sections[chapter.key] = section
        return section

    def _end(self) -> int:
        """Where in the column the last chapter ends."""
        return self.column.count() - 1

    def _row_of(self, finding: Finding) -> FindingRow:
        if finding.key in self.rows:
            self.rows[finding.key].show_finding(finding)
        else:
            row = self.rows[finding.key] = FindingRow(finding)
            row.theory_requested.connect(self.theory_requested)
        return self.rows[finding.key]


def as_caption(label: QLabel) -> None:
    """Small print between two parts of a page."""
    label.setProperty("role", "caption")
    label.setWordWrap(True)
    label.setContentsMargins(4, 2, 4, 4)
