"""What can be asked for by name: the palette, shortcuts and buttons are made of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from ..look import icons


@dataclass(frozen=True)
class Command:
    """Something the program does when asked."""

    name: str  # as the code says it
    title: str  # as a person reads it
    run: Callable[[], object]
    shortcut: str = ""
    icon: str = ""
    possible: Callable[[], bool] = lambda: True


def actions(
    commands: Sequence[Command], owner: QWidget, touched: Sequence[QWidget]
) -> dict[str, QAction]:
    """A QAction of each command, its shortcut alive in all of `owner`.

    A plain letter or Space is alive only in the widgets that are `touched`: elsewhere it types a
    letter or presses a button.
    """
    made = {}
    for command in commands:
        action = QAction(command.title, owner)
        if command.shortcut:
            action.setShortcut(QKeySequence(command.shortcut))
        action.triggered.connect(lambda _=False, command=command: run(command))
        if len(command.shortcut) == 1 or command.shortcut == "Space":
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            for widget in touched:
                widget.addAction(action)
        else:
            owner.addAction(action)
        made[command.name] = action
    return made


def run(command: Command) -> None:
    if command.possible():
        command.run()


def spoken(command: Command) -> str:
    """The title and the keys that do the same."""
    keys = QKeySequence(command.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
    return f"{command.title} ({keys})" if keys else command.title


class Palette(QDialog):
    """All commands, filtered as one types; Enter runs the one that is marked."""

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
                item = QListWidgetItem(icons.icon(command.icon or "commands"), spoken(command))
                item.setData(Qt.ItemDataRole.UserRole, command)
                self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _run(self) -> None:
        item = self.list.currentItem()
        command = None if item is None else item.data(Qt.ItemDataRole.UserRole)
        self.close()
        if command is not None:
            run(command)
