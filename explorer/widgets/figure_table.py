"""A table of figures: label left, value right, the meaning in the tooltip."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from .canvas import NOTHING


@dataclass(frozen=True)
class Figure:
    """One row. tooltip: see `tip`; text: the value with its unit."""

    key: str
    label: str
    tooltip: str = ""
    text: str = NOTHING


class FigureTable(QWidget):
    """Figures by their keys, one a row."""

    def __init__(self, figures: Iterable[Figure] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: dict[str, tuple[QLabel, QLabel]] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)
        for figure in figures:
            self.add(figure)

    def add(self, figure: Figure) -> None:
        if figure.key in self.rows:
            raise ValueError(f"there is a row {figure.key!r} already")
        label, value = QLabel(figure.label), QLabel(figure.text)
        label.setProperty("role", "secondary")
        label.setWordWrap(True)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        value.setProperty("role", "number")
        value.setObjectName(figure.key)
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = len(self.rows)
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, row, 1)
        self.rows[figure.key] = label, value
        self._explain(figure.key, figure.tooltip)

    def clear(self) -> None:
        for pair in self.rows.values():
            for label in pair:
                self._grid.removeWidget(label)
                label.deleteLater()
        self.rows = {}

    def set_value(self, key: str, text: str | None, tooltip: str | None = None) -> None:
        """text: the value with its unit; None shows that there is none."""
        value = self.rows[key][1]
        if value.text() != (text or NOTHING):
            value.setText(text or NOTHING)
        if tooltip is not None:
            self._explain(key, tooltip)

    def show_row(self, key: str, visible: bool) -> None:
        """Shows or hides a row."""
        for label in self.rows[key]:
            label.setVisible(visible)

    def grey_row(self, key: str, late: bool) -> None:
        """Greys a row whose value is of another step."""
        for label in self.rows[key]:
            label.setEnabled(not late)

    def _explain(self, key: str, tooltip: str) -> None:
        for label in self.rows[key]:
            label.setToolTip(tooltip)
