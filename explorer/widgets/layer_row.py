"""A row for one layer of the map: its visibility and its opacity."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSlider, QToolButton, QWidget

from ..look import icons
from .wheel import need_ctrl


class LayerRow(QWidget):
    """An eye, a name and a slider."""

    changed = Signal(bool, float)  # visible, opacity in [0, 1]

    def __init__(
        self,
        name: str,
        visible: bool = True,
        opacity: float = 1.0,
        tooltip: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.eye, self.label, self.slider = QToolButton(), QLabel(name), QSlider()
        self._name = name
        self.eye.setCheckable(True)
        self.eye.setProperty("role", "bare")
        self.slider.setOrientation(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 100)
        self.slider.setPageStep(10)
        self.slider.setFixedWidth(88)
        need_ctrl(self.slider)
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.label.setToolTip(tooltip or name)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.eye)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.slider)
        self.set_value(visible, opacity)
        self.eye.toggled.connect(self._did_change)
        self.slider.valueChanged.connect(self._did_change)

    def value(self) -> tuple[bool, float]:
        return self.eye.isChecked(), self.slider.value() / 100

    def set_value(self, visible: bool, opacity: float) -> None:
        """Shows a value and emits nothing."""
        with QSignalBlocker(self.eye), QSignalBlocker(self.slider):
            self.eye.setChecked(visible)
            self.slider.setValue(round(100 * opacity))
        self._describe()

    def _did_change(self) -> None:
        self._describe()
        self.changed.emit(*self.value())

    def _describe(self) -> None:
        visible, opacity = self.value()
        icons.set_icon(self.eye, "eye" if visible else "eye-off", lit=False)
        text = f"{'Hide' if visible else 'Show'} {self._name.lower()}"
        self.eye.setToolTip(text)
        self.eye.setAccessibleName(text)
        self.slider.setEnabled(visible)
        self.slider.setToolTip(f"Opacity: {100 * opacity:.0f} %")
        self.slider.setAccessibleName(f"Opacity of {self._name.lower()}")
        self.label.setEnabled(visible)
