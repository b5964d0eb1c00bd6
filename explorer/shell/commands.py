"""Commands: what the palette, shortcuts and buttons run by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class Command:
    """Something the program does on request."""

    name: str  # in the code
    title: str  # on screen
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
    result = {}
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
        result[command.name] = action
    return result


def run(command: Command) -> None:
    """Run a command where it is possible."""
    if command.possible():
        command.run()


def title_with_keys(command: Command) -> str:
    """The title and the keys that do the same."""
    keys = QKeySequence(command.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
    return f"{command.title} ({keys})" if keys else command.title
