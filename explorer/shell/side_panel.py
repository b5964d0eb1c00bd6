"""The panel at the left: a rail of icons and one open page, or folded to the rail."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QWidget,
)
from PySide6.QtWidgets import QVBoxLayout as Column

from ..look import icons

WIDTH = 268
RAIL = 72  # of an icon's name in the usual font


class SidePanel(QWidget):
    """A rail of named icons and the page of the chosen one; the chosen icon folds it."""

    folded = Signal(bool)

    def __init__(
        self, pages: dict[str, tuple[str, QWidget]], parent: QWidget | None = None
    ) -> None:
        """pages: title -> (icon, page)"""
        super().__init__(parent)
        self.pages, self.buttons = QStackedWidget(), {}
        self._group = QButtonGroup(self)
        rail = QWidget()
        column = Column(rail)
        column.setContentsMargins(4, 8, 4, 8)
        column.setSpacing(4)
        for at, (title, (icon, page)) in enumerate(pages.items()):
            self.pages.addWidget(page)
            button = QToolButton()
            icons.set_icon(button, icon)
            button.setText(title)
            button.setCheckable(True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setMinimumWidth(RAIL)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _=False, at=at: self.choose(at))
            self._group.addButton(button, at)
            self.buttons[title] = button
            column.addWidget(button)
        column.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(rail)
        row.addWidget(self.pages)
        self.pages.setFixedWidth(WIDTH)
        self._group.button(0).setChecked(True)

    def choose(self, at: int) -> None:
        """Open that page; fold where it is the open one."""
        again = self.pages.currentIndex() == at and self.pages.isVisibleTo(self)
        self.show_page(at, not again)

    def show_page(self, at: int, opened: bool = True) -> None:
        self.pages.setCurrentIndex(at)
        self.pages.setVisible(opened)
        self._group.setExclusive(False)
        for row, button in enumerate(self._group.buttons()):
            button.setChecked(opened and row == at)
        self._group.setExclusive(opened)
        self.folded.emit(not opened)
