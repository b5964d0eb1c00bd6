"""The bar at the top of the window: which model is shown, and the buttons of common commands."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from lacuna.core.session.fields import RESULTS, SETTINGS
from lacuna.core.session.session import Session

from ..look import icons
from ..panels.titles import title_of
from .commands import Command, run, title_with_keys

BUTTONS = ("undo", "redo", "", "open", "save", "", "palette", "help")


class TopBar(QWidget):
    """One line at the head of the window."""

    def __init__(
        self, session: Session, commands: Mapping[str, Command], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._commands = session, commands
        self.name, self.title = QLabel("Lacuna"), QLabel()
        self.name.setProperty("role", "title")
        self.title.setProperty("role", "secondary")
        self.buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 8, 0)
        row.setSpacing(4)
        row.addWidget(self.name)
        row.addSpacing(12)
        row.addWidget(self.title, 1)
        for name in BUTTONS:
            if not name:
                row.addSpacing(12)
                continue
            row.addWidget(self._button(commands[name]))
        self.setFixedHeight(40)
        for field in (RESULTS.document, RESULTS.scene, SETTINGS.step):
            session.watch(field, lambda _: self._draw_title())

    def _button(self, command: Command) -> QToolButton:
        button = QToolButton()
        icons.set_icon(button, command.icon)
        button.setToolTip(title_with_keys(command))
        button.setAccessibleName(command.title)
        button.clicked.connect(lambda: run(command))
        self.buttons[command.name] = button
        return button

    def draw_possible(self) -> None:
        for name in ("undo", "redo"):
            self.buttons[name].setEnabled(self._commands[name].possible())

    def _draw_title(self) -> None:
        self.title.setText(title_of(self._session))
