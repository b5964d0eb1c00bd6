"""The editors of a form's fields: switch, choice, text and number."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QWidget,
)

from ..widgets.combo_box import ComboBox
from ..widgets.wheel import need_ctrl

STEPS = (1.0, 2.0, 5.0, 10.0)  # where the arrows of a logarithmic number stop, times 10**n


class Editor(QWidget):
    """The base: shows a value, emits `entered` with a new one or `refused` with the reason."""

    entered = Signal(object)
    refused = Signal(str)  # one sentence

    def _set_field(self, field: QWidget) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(field)
        self.field = field
        self.setFocusProxy(field)

    def show_value(self, value: Any) -> None:
        """Shows it and emits nothing."""
        raise NotImplementedError

    def set_wrong(self, wrong: bool) -> None:
        if bool(self.field.property("wrong")) != wrong:
            self.field.setProperty("wrong", wrong)
            self.field.style().unpolish(self.field)
            self.field.style().polish(self.field)


class BoolEditor(Editor):
    """A check box."""

    def __init__(self) -> None:
        super().__init__()
        self.box = QCheckBox()
        self._set_field(self.box)
        self.box.toggled.connect(self.entered.emit)

    def show_value(self, value: bool) -> None:
        with QSignalBlocker(self.box):
            self.box.setChecked(value)


class ChoiceEditor(Editor):
    """A combo box. choices: value -> its name."""

    def __init__(self, choices: Mapping[Any, str]) -> None:
        super().__init__()
        self.combo = ComboBox()
        for value, name in choices.items():
            self.combo.addItem(name, value)
        self._set_field(self.combo)
        self.combo.currentIndexChanged.connect(self._did_choose)

    def show_value(self, value: Any) -> None:
        with QSignalBlocker(self.combo):
            self.combo.setCurrentIndex(self.combo.findData(value))

    def _did_choose(self, index: int) -> None:
        self.entered.emit(self.combo.itemData(index))


class TextEditor(Editor):
    """A line of text."""

    def __init__(self) -> None:
        super().__init__()
        self.line = QLineEdit()
        self._set_field(self.line)
        self.line.editingFinished.connect(self._did_finish)

    def show_value(self, value: str) -> None:
        self.line.setText(value)

    def _did_finish(self) -> None:
        self.entered.emit(self.line.text())


class NumberEditor(Editor):
    """Accepted at Enter, at leaving the field and at each step; judged while typing."""

    def __init__(
        self,
        whole: bool = False,
        low: float | None = None,
        high: float | None = None,
        unit: str = "",
        logarithmic: bool = False,
    ) -> None:
        super().__init__()
        self.box = NumberBox(self._stepped)
        self._whole, self._unit, self._logarithmic = whole, unit, logarithmic
        self._low = -math.inf if low is None else low
        self._high = math.inf if high is None else high
        self._value, self._text = 0.0, ""
        self._set_field(self.box)
        self.box.lineEdit().textEdited.connect(self._did_type)
        self.box.editingFinished.connect(self._did_finish)

    def show_value(self, value: float) -> None:
        self._value, self._text = value, f"{format_number(value)} {self._unit}".strip()
        self.box.lineEdit().setText(self._text)

    def _did_type(self, text: str) -> None:
        try:
            self._read(text)
        except ValueError as error:
            self.refused.emit(str(error))
        else:
            self.refused.emit("")

    def _did_finish(self) -> None:
        if self.box.text() == self._text:
            return  # what is shown may be rounded: nobody entered it
        try:
            value = self._read(self.box.text())
        except ValueError as error:
            self.refused.emit(str(error))
        else:
            self.show_value(value)
            self.entered.emit(value)

    def _read(self, text: str) -> float:
        """The number typed; a ValueError says in one sentence what is wrong with it."""
        bare = "".join(text.strip().removesuffix(self._unit).split()).replace(",", ".")
        try:
            value = float(bare)
        except ValueError:
            raise ValueError("Enter a number.") from None
        if not math.isfinite(value):
            raise ValueError("Enter a finite number.")
        if self._whole and value != int(value):
            raise ValueError("Enter a whole number.")
        if not self._low <= value <= self._high:
            raise ValueError(self._range())
        return int(value) if self._whole else value

    def _range(self) -> str:
        if self._low == -math.inf:
            return f"Enter at most {format_number(self._high)}."
        if self._high == math.inf:
            return f"Enter at least {format_number(self._low)}."
        return f"Enter a number from {format_number(self._low)} to {format_number(self._high)}."

    def _stepped(self, steps: int) -> None:
        value = self._value
        for _ in range(abs(steps)):
            up = 1 if steps > 0 else -1
            value = factor_step(value, up) if self._logarithmic else value + up * self._step()
        value = min(max(value, self._low), self._high)
        value = round(value) if self._whole else float(f"{value:.12g}")
        self.show_value(value)
        self.entered.emit(value)

    def _step(self) -> float:
        """One for whole numbers; else a tenth of the value's power of ten."""
        if self._whole:
            return 1
        return 0.1 if not self._value else 10.0 ** (math.floor(math.log10(abs(self._value))) - 1)


class NumberBox(QAbstractSpinBox):
    """A spin box that lets anything be typed and leaves the judgement to its editor."""

    def __init__(self, step: Callable[[int], None]) -> None:
        super().__init__()
        self._step = step
        self.lineEdit().setTextMargins(6, 0, 0, 0)  # Qt 6.12 drops a spin box's left padding
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        need_ctrl(self)

    def stepBy(self, steps: int) -> None:
        self._step(steps)

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        flags = QAbstractSpinBox.StepEnabledFlag
        return flags.StepUpEnabled | flags.StepDownEnabled

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        return QValidator.State.Acceptable, text, position


def factor_step(value: float, up: int) -> float:
    """The next of 1, 2, 5, 10, ... above or below a positive value; one from zero."""
    if value <= 0:
        return 1.0 if up > 0 else 0.0
    power = 10.0 ** math.floor(math.log10(value) + 1e-9)
    places = [power * step for step in (0.5, *STEPS)] if up < 0 else [power * s for s in STEPS]
    if up > 0:
        return min(place for place in places if place > value * (1 + 1e-9))
    return max(place for place in places if place < value * (1 - 1e-9))


def format_number(value: float) -> str:
    """Every figure that matters, and powers of ten only where zeros would hide them."""
    if isinstance(value, int) or (value == int(value) and abs(value) < 1e7):
        return str(int(value))
    text = f"{value:.10g}"
    if abs(value) >= 1e-3 and "e" not in text:
        return text
    mantissa, exponent = f"{value:.10e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
