"""A person at the program: looks at what is on the screen, and has one mouse and one keyboard.

Events go to the windows, as the system sends them: Qt itself finds the widget they are for.
"""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


class Person:
    def __init__(self, program, qtbot):
        self.program, self.session = program, program.session
        self.window, self.map = program.window, program.window.map
        self._qtbot = qtbot

    # ---- eyes ----

    def until(self, condition):
        self._qtbot.waitUntil(condition)

    def settled(self):
        """Every answer is there, and painted."""
        self.until(lambda: not self.program.engine.busy(self.session.name))

    def sample(self):
        """The picture of the cursor's panel, once it is the one of where the cursor is."""
        now = self.session
        self.until(lambda: now.results.sample.z == now.settings.cursor)
        return self.window.cursor_panel.sample.image.copy()

    def bars(self):
        """The probabilities as they are painted."""
        return self.window.cursor_panel.bars.grab().toImage()

    def said(self):
        """The line of the message bar; "" where there is none."""
        messages = self.window.messages
        return messages.sentence() if messages.isVisible() else ""

    def at(self, name):
        """Where a mark of the map is, on the map."""
        return self.map.canvas.layers.marks.point(self.map.canvas.viewport, name)

    def place(self, x, y):
        """Where (x, y) of the latent plane is, on the map."""
        return self.map.canvas.viewport.point(x, y)

    def handle(self, at):
        """What could be grabbed there, if anything."""
        return self.map.canvas.layers.marks.nearest(self.map.canvas.viewport, at)

    def free(self):
        """A place of the map with nothing to grab, to click or to cover it."""
        width, height = self.map.width(), self.map.height()
        spots = (QPointF(x, y) for x in range(40, width - 200, 7) for y in range(40, height, 7))
        return next(at for at in spots if self._is_free(at))

    def _is_free(self, at):
        cloud = self.map.canvas.layers.cloud.nearest(self.map.canvas.viewport, at)
        return cloud is None and not self.handle(at) and not self.map.childAt(at.toPoint())

    # ---- the mouse ----

    def click(self, widget, at=None, button=LEFT):
        QTest.mouseClick(*self._touch(widget, at, button))

    def double_click(self, widget, at):
        window, button, keys, at = self._touch(widget, at)
        QTest.mouseClick(window, button, keys, at)
        QTest.mouseDClick(window, button, keys, at)

    def press(self, widget, at):
        self.move(widget, at)
        QTest.mousePress(*self._touch(widget, at))

    def move(self, widget, at):
        window, _, _, at = self._touch(widget, at)
        QTest.mouseMove(window, at)

    def release(self, widget, at):
        QTest.mouseRelease(*self._touch(widget, at))

    def drag(self, widget, start, end, steps=6):
        self.press(widget, start)
        for step in range(1, steps + 1):
            self.move(widget, QPointF(start) + QPointF(end - start) * (step / steps))
        self.release(widget, end)

    def wheel(self, widget, at, notches):
        window, _, _, at = self._touch(widget, at)
        QTest.wheelEvent(window, QPointF(at), QPoint(0, 120 * notches))

    def choose(self, combo, text):
        """Opens the list of a combo box and clicks the row that says `text`."""
        row = combo.findText(text)
        assert row >= 0, [combo.itemText(row) for row in range(combo.count())]
        self.see(combo)
        self.click(combo)
        self.until(combo.view().isVisible)
        index = combo.model().index(row, 0)
        combo.view().scrollTo(index)
        self.click(combo.view().viewport(), combo.view().visualRect(index).center())
        self.until(lambda: not combo.view().isVisible())

    def see(self, widget):
        """Scrolls the panel of a widget until it is in sight."""
        panels = (self.window.explore_panel, self.window.train_panel, self.window.cursor_panel)
        for panel in panels:
            if panel.isAncestorOf(widget):
                panel.ensureWidgetVisible(widget)
        QApplication.processEvents()

    def _touch(self, widget, at=None, button=LEFT):
        at = QPointF(widget.rect().center() if at is None else at).toPoint()
        self._top = top = widget.window()  # held: Python would forget its handle with it
        return top.windowHandle(), button, NONE, widget.mapTo(top, at)

    # ---- the keyboard ----

    def key(self, key, keys=NONE):
        QTest.keyClick(self._listening(), key, keys)

    def hold(self, key, keys=NONE):
        QTest.keyPress(self._listening(), key, keys)

    def let_go(self, key, keys=NONE):
        QTest.keyRelease(self._listening(), key, keys)

    def type(self, text):
        for sign in text:
            QTest.keyClick(self._listening(), sign)

    def enter(self, form, name, text):
        """Types a value into a field of a form, and presses Enter."""
        field = form.editor(name).field
        self.see(field)
        self.click(field, QPoint(12, field.height() // 2))
        self.key(Qt.Key.Key_A, CTRL)
        self.type(text)
        self.key(Qt.Key.Key_Return)

    def ask(self, words):
        """Runs a command by its name: Ctrl+K, a few words of it, Enter."""
        self.key(Qt.Key.Key_K, CTRL)
        self.until(lambda: self.palette() is not None)
        self.type(words)
        self.key(Qt.Key.Key_Return)
        self.until(lambda: self.palette() is None)

    def palette(self):
        result = QApplication.activePopupWidget()
        return result if isinstance(result, QDialog) else None

    def _listening(self):
        popup = QApplication.activePopupWidget()
        return (popup or QApplication.activeWindow() or self.window).windowHandle()
