"""A table of two models: one figure a row, whether it differs, its meaning in a tooltip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from lacuna.core.compare.figure_table import row_title, texts
from lacuna.core.compare.significance import Change
from lacuna.core.figures.estimate import Estimate
from lacuna.core.figures.finding import Quantity

from .canvas import NOTHING
from .tip import tip

MARKS: dict[Change, str] = {
    "lower": "\N{DOWNWARDS ARROW} lower",
    "higher": "\N{UPWARDS ARROW} higher",
    "not told apart": "not told apart",
}


@dataclass(frozen=True)
class ComparisonRow:
    """One figure of both models. tooltip: see `tip`."""

    key: str
    label: str
    first: str  # the value; empty where there is none yet
    second: str
    first_interval: str = ""  # or why there is no value
    second_interval: str = ""
    mark: str = ""  # what the difference comes to
    tooltip: str = ""


class ComparisonTable(QWidget):
    """The figures of two models in two columns."""

    def __init__(self, first: str = "", second: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heads = QLabel(first), QLabel(second)
        self.rows: dict[str, tuple[QLabel, ...]] = {}  # label, two values, two intervals, mark
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(0)
        for column, stretch in enumerate((5, 3, 3, 3)):
            self._grid.setColumnStretch(column, stretch)
        for column, head in enumerate(self.heads, 1):
            head.setProperty("role", "title")
            head.setContentsMargins(0, 0, 0, 6)
            self._grid.addWidget(head, 0, column)

    def set_heads(self, first: str, second: str) -> None:
        for head, text in zip(self.heads, (first, second), strict=True):
            head.setText(text)

    def set_rows(self, rows: Sequence[ComparisonRow]) -> None:
        """Shows exactly these rows, in the order in which their keys first came."""
        for row in rows:
            labels = self.rows.get(row.key) or self._new_row(row.key)
            texts = (
                row.label,
                row.first or NOTHING,
                row.second or NOTHING,
                row.first_interval,
                row.second_interval,
                row.mark,
            )
            for label, text in zip(labels, texts, strict=True):
                label.setText(text)
                label.setToolTip(row.tooltip)
        keys = {row.key for row in rows}
        for key, labels in self.rows.items():
            for label in labels:
                label.setVisible(key in keys)

    def _new_row(self, key: str) -> tuple[QLabel, ...]:
        labels = label, first, second, low, high, mark = tuple(QLabel() for _ in range(6))
        top, at = Qt.AlignmentFlag.AlignTop, 1 + 2 * len(self.rows)
        self._grid.setRowStretch(at + 1, 1)  # a long label makes room below the interval
        for column, part in ((0, label), (3, mark)):
            self._grid.addWidget(part, at, column, 2, 1, top)
            part.setProperty("role", "secondary")
            part.setWordWrap(True)
            part.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            part.setContentsMargins(0, 0, 0, 6)
        for column, (value, interval) in enumerate(((first, low), (second, high)), 1):
            self._grid.addWidget(value, at, column, top)
            self._grid.addWidget(interval, at + 1, column, top)
            value.setProperty("role", "number")
            interval.setProperty("role", "caption")
            interval.setContentsMargins(0, 0, 0, 6)
        self.rows[key] = labels
        return labels


def row_of(
    key: str,
    figure: Quantity,
    one: Estimate | None,
    other: Estimate | None,
    change: Change | None = None,
    missing: tuple[str, str] = ("", ""),
) -> ComparisonRow:
    """The row of a figure. missing: why there is no value, of each."""
    (first, low), (second, high) = texts(figure, one, other)
    low, high = (
        why if value == "" else interval
        for value, interval, why in ((first, low, missing[0]), (second, high, missing[1]))
    )
    tooltip = tip(figure.meaning, unit=figure.unit, formula=figure.formula, source=figure.source)
    mark = "" if change is None else MARKS[change]
    return ComparisonRow(key, row_title(figure), first, second, low, high, mark, tooltip)
