"""The dialog in which the points to train on are drawn."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from lacuna.core.data.dataset import SMALLEST
from lacuna.core.data.drawn_points import write_points
from lacuna.core.engine.errors import Problem
from lacuna.core.render.colours import class_colours

from ..plots.sheet import CLASSES, Sheet
from ..widgets.canvas import class_colour
from ..widgets.file_choice import file_to_save

SIDE, EDGE, CLOSE = 520, 16, 4  # pixels of the design: of the sheet, around it, between classes
SWATCH = QSize(12, 12)
FILTER = "Columns x, y and label (*.csv *.npz)"
HINT = (
    "Left button: spray points. Right button: erase. Keys 1 to 9: the class. "
    "The square is 6 units wide, from \N{MINUS SIGN}3 to 3."
)


class DrawingDialog(QDialog):
    """A sheet, the classes to draw, and buttons that undo, clear and save."""

    saved = Signal(Path)  # where to; it is to be used

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Draw points")
        self.sheet, self.count = Sheet(SIDE), QLabel()
        self.undo, self.clear = QPushButton("Undo stroke"), QPushButton("Clear")
        self.save = QPushButton("Save and use…")
        self.classes = QButtonGroup(self)
        column = self._lay_out()
        self.sheet.changed.connect(self._draw_count)
        self.sheet.chosen.connect(lambda label: self.classes.button(label).setChecked(True))
        self.classes.idClicked.connect(self._did_choose)
        self.undo.clicked.connect(self.sheet.undo)
        self.clear.clicked.connect(self.sheet.clear)
        self.save.clicked.connect(self.ask_save)
        QShortcut(QKeySequence.StandardKey.Undo, self, self.sheet.undo)
        self._draw_count()
        self.resize(SIDE + 2 * EDGE, column.totalHeightForWidth(SIDE + 2 * EDGE))
        self.sheet.setFocus()

    def _lay_out(self) -> QVBoxLayout:
        hint = QLabel(HINT)
        hint.setProperty("role", "caption")
        hint.setWordWrap(True)
        foot = QHBoxLayout()
        foot.addWidget(self.count, 1)
        for button in (self.undo, self.clear, self.save):
            button.setAutoDefault(False)
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(EDGE, EDGE, EDGE, EDGE)
        column.setSpacing(8)
        column.addLayout(self._class_row())
        column.addWidget(self.sheet, 1)
        column.addWidget(hint)
        column.addLayout(foot)
        return column

    def _class_row(self) -> QHBoxLayout:
        row, colours = QHBoxLayout(), class_colours(CLASSES)
        row.setSpacing(CLOSE)
        row.addWidget(QLabel("Class"))
        for label in range(1, CLASSES + 1):
            button, swatch = QToolButton(), QPixmap(SWATCH)
            swatch.fill(class_colour(colours, label - 1))
            button.setIcon(QIcon(swatch))
            button.setText(str(label))
            button.setToolTip(f"Spray points of class {label}: key {label}")
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.classes.addButton(button, label)
            row.addWidget(button)
        self.classes.button(self.sheet.current).setChecked(True)
        row.addStretch()
        return row

    def _draw_count(self) -> None:
        points, classes = len(self.sheet.points), len(set(self.sheet.labels.tolist()))
        enough = points >= SMALLEST
        text = f"{points:,} points" + (f" of {classes} classes" if classes > 1 else "")
        self.count.setText(text if enough else f"{text}; {SMALLEST} are needed")
        self.undo.setEnabled(self.sheet.can_undo)
        self.clear.setEnabled(bool(points))
        self.save.setEnabled(enough)

    def _did_choose(self, label: int) -> None:
        self.sheet.choose(label)
        self.sheet.setFocus()

    def ask_save(self) -> None:
        """Ask which file the points are written to, and write it."""
        if path := file_to_save(self, "Save the points as", "points.csv", FILTER):
            self.save_to(path)

    def save_to(self, path: Path) -> None:
        try:
            write_points(path, self.sheet.points, self.sheet.labels)
        except (Problem, OSError) as problem:
            QMessageBox.warning(self, "Not saved", str(problem))
            return
        self.saved.emit(path)
        self.accept()
