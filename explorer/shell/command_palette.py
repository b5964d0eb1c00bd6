"""The command palette: all commands in a list, filtered as one types."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from ..look import icons
from .commands import Command, run, title_with_keys


class CommandPalette(QDialog):
    """A list of commands and a line that filters it; Enter runs the marked one."""

    def __init__(self, commands: Sequence[Command], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._commands = [command for command in commands if command.possible()]
        self.entry, self.list = QLineEdit(), QListWidget()
        self.entry.setPlaceholderText("What should Lacuna do?")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.entry)
        layout.addWidget(self.list)
        self.entry.textChanged.connect(self._filter)
        self.entry.returnPressed.connect(self._run)
        self.list.itemActivated.connect(lambda _: self._run())
        self.list.itemClicked.connect(lambda _: self._run())
        self.setFixedSize(440, 360)
        self._filter("")

    def open_over(self, window: QWidget) -> None:
        middle = window.mapToGlobal(window.rect().center())
        self.move(middle.x() - self.width() // 2, window.mapToGlobal(window.pos() * 0).y() + 72)
        self.show()
        self.entry.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            by = 1 if event.key() == Qt.Key.Key_Down else -1
            self.list.setCurrentRow((self.list.currentRow() + by) % max(1, self.list.count()))
        else:
            super().keyPressEvent(event)

    def _filter(self, typed: str) -> None:
        words = typed.lower().split()
        self.list.clear()
        for command in self._commands:
            if all(word in command.title.lower() for word in words):
                item = QListWidgetItem(
                    icons.icon(command.icon or "commands"), title_with_keys(command)
                )
                item.setData(Qt.ItemDataRole.UserRole, command)
                self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _run(self) -> None:
        item = self.list.currentItem()
        command = None if item is None else item.data(Qt.ItemDataRole.UserRole)
        self.close()
        if command is not None:
            run(command)
