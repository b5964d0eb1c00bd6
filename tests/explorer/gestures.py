"""What a mouse does to a widget, and what a widget answers: its colours, its signals."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication


def colour_at(widget, x, y):
    return widget.grab().toImage().pixelColor(round(x), round(y))


def emitted(signal):
    """The values of a signal from now on, as they come."""
    values = []
    signal.connect(values.append)
    return values


def texts_of(labels):
    return [label.text() for label in labels]


def visible_fields(form):
    """The names of the fields that a form shows, in order."""
    return [name for name in form.names() if not form.editor(name).isHidden()]


def move(widget, x, y):
    """A real mouse move, twice: Qt drops one that repeats the last place."""
    QTest.mouseMove(widget, QPoint(round(x) + 1, round(y)))
    QTest.mouseMove(widget, QPoint(round(x), round(y)))


def point_at(chart, x, y):
    """The mouse over a chart, at a place on its widget."""
    offset = chart.view.pos()
    move(chart.view.viewport(), x - offset.x(), y - offset.y())


def click_entry(qtbot, chart, name):
    """A click on a name in the legend of a chart."""
    entry = chart.legend.mapRectToScene(dict(chart.legend.rects())[name]).center().toPoint()
    qtbot.mouseClick(chart.view.viewport(), Qt.MouseButton.LeftButton, pos=entry)


def spray(qtbot, sheet, x, y, button=Qt.MouseButton.LeftButton):
    """A press and a release at a place of the plane."""
    sheet.grab()  # lays its scene out
    at = sheet.to_screen(x, y).toPoint() - sheet.view.pos()
    qtbot.mousePress(sheet.view.viewport(), button, pos=at)
    qtbot.mouseRelease(sheet.view.viewport(), button, pos=at)


def drag(qtbot, view, start, *ways, release=True):
    left = Qt.MouseButton.LeftButton
    qtbot.mousePress(view, left, pos=start)
    for way in ways:
        qtbot.mouseMove(view, way)
    if release:
        qtbot.mouseRelease(view, left, pos=ways[-1])


def turn_wheel(view, at, notches=1, keys=Qt.KeyboardModifier.NoModifier):
    turned = QPoint(0, 120 * notches)
    event = QWheelEvent(
        QPointF(at),
        view.mapToGlobal(QPointF(at)),
        QPoint(),
        turned,
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)
    return event


def wheel_over(widget, notches=1, keys=Qt.KeyboardModifier.NoModifier):
    """The wheel turned with the mouse over the middle of a widget: who does not want it passes it
    on to what lies below."""
    window = widget.window()
    at = QPointF(widget.mapTo(window, widget.rect().center()))
    QTest.wheelEvent(window.windowHandle(), at, QPoint(0, 120 * notches), stateKey=keys)
    QApplication.processEvents()
