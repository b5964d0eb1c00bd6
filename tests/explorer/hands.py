"""Eyes and hands for the tests of widgets."""

from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest


def colour_at(widget, x, y):
    return widget.grab().toImage().pixelColor(round(x), round(y))


def said(signal):
    seen = []
    signal.connect(seen.append)
    return seen


def move(widget, x, y):
    """A real mouse move, twice: Qt drops one that repeats the last place."""
    QTest.mouseMove(widget, QPoint(round(x) + 1, round(y)))
    QTest.mouseMove(widget, QPoint(round(x), round(y)))
