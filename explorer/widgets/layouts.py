"""Layouts edge to edge, and the hairline between two surfaces."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

Stretched = tuple[QWidget, int]  # a widget and its stretch


def fill_row(holder: QWidget, *parts: Stretched) -> None:
    """Widgets from left to right, without a gap."""
    _fill(QHBoxLayout(holder), parts)


def fill_column(holder: QWidget, *parts: Stretched) -> None:
    """Widgets from the top down, without a gap."""
    _fill(QVBoxLayout(holder), parts)


def hairline(upright: bool = False) -> QFrame:
    """A line of one pixel."""
    line = QFrame()
    line.setProperty("role", "hairline")
    line.setFixedWidth(1) if upright else line.setFixedHeight(1)
    return line


def _fill(layout: QBoxLayout, parts: Sequence[Stretched]) -> None:
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for part, stretch in parts:
        layout.addWidget(part, stretch)
