"""A combo box with headings, for long lists."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter

from .wheel import need_ctrl


class ComboBox(QComboBox):
    """A combo box that the wheel changes only with Ctrl; long texts end in an ellipsis."""

    def __init__(self) -> None:
        super().__init__()
        need_ctrl(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def add_heading(self, text: str) -> None:
        """A line among the choices that cannot be chosen."""
        self.addItem(text)
        items = self.model()
        assert isinstance(items, QStandardItemModel)
        heading, font = items.item(self.count() - 1), self.font()
        heading.setFlags(Qt.ItemFlag.NoItemFlags)
        font.setWeight(font.Weight.DemiBold)
        heading.setFont(font)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        field = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, field.width()
        )
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()
