"""The menu of a chart, in the words of the program."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

LOG = {"x": "Logarithmic scale across", "y": "Logarithmic scale upwards"}
SAVES = {".png": "Save as PNG…", ".svg": "Save as SVG…", ".csv": "Save the numbers as CSV…"}


class Offering(Protocol):
    """What a chart lets its menu do."""

    log_axes: tuple[str, ...]

    def view_all(self) -> None: ...
    def is_log(self, axis: str) -> bool: ...
    def set_log(self, axis: str, on: bool) -> None: ...
    def names(self) -> tuple[str, ...]: ...
    def is_hidden(self, name: str) -> bool: ...
    def toggle(self, name: str) -> None: ...
    def zooms_by_rectangle(self) -> bool: ...
    def zoom_by_rectangle(self, on: bool) -> None: ...
    def copy_picture(self) -> None: ...
    def copy_numbers(self) -> None: ...
    def ask_save(self, ending: str) -> None: ...


def menu_of(chart: Offering, parent: QWidget) -> QMenu:
    """Made when it is opened, so that it shows how things stand."""
    menu = QMenu(parent)
    _add(menu, "View all", chart.view_all)
    _switch(
        menu, "Drag zooms into a rectangle", chart.zooms_by_rectangle(), chart.zoom_by_rectangle
    )
    for axis in chart.log_axes:
        _switch(menu, LOG[axis], chart.is_log(axis), partial(chart.set_log, axis))
    if chart.names():
        curves = menu.addMenu("Curves")
        for name in chart.names():
            shown = not chart.is_hidden(name)
            _switch(curves, name, shown, partial(_toggle, chart, name))
    menu.addSeparator()
    _add(menu, "Copy the picture", chart.copy_picture)
    _add(menu, "Copy the numbers", chart.copy_numbers)
    menu.addSeparator()
    for ending, words in SAVES.items():
        _add(menu, words, partial(chart.ask_save, ending))
    return menu


def _toggle(chart: Offering, name: str, _: bool) -> None:
    chart.toggle(name)


def _add(menu: QMenu, words: str, act: Callable[[], None]) -> QAction:
    action = QAction(words, menu)
    action.triggered.connect(lambda: act())
    menu.addAction(action)
    return action


def _switch(menu: QMenu, words: str, on: bool, act: Callable[[bool], None]) -> None:
    action = QAction(words, menu)
    action.setCheckable(True)
    action.setChecked(on)
    action.toggled.connect(act)
    menu.addAction(action)
