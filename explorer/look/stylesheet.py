"""The one stylesheet of the program, a template filled from the theme's tokens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import Template

from lacuna.core.files.locations import resources

ICONS = resources() / "icons"


def stylesheet(tokens: Mapping[str, str], px: Callable[[float], int]) -> str:
    """The stylesheet of the program.

    tokens: the theme's colours by name; px: a length of the design in screen pixels.
    """
    sizes = {f"px{size}": f"{px(size)}px" for size in (12, 15, 18, 20)}
    return Template(TEMPLATE).substitute(tokens, icons=ICONS.as_posix(), **sizes)


TEMPLATE = """
QToolTip {
    background: $raised; color: $text; border: 1px solid $outline; padding: 5px 7px;
}
QLabel { background: transparent; }
QLabel[role="secondary"], QLabel[role="caption"] { color: $secondary; }
QLabel[role="caption"], QLabel[role="error"] { font-size: $px12; }
QLabel[role="title"] { font-size: $px15; font-weight: 600; }
QLabel[role="number"] { font-weight: 500; }
QLabel[role="error"] { color: $error; }
QLabel:disabled { color: $disabled; }

QPushButton {
    background: $raised; color: $text; border: 1px solid $outline; border-radius: 6px;
    padding: 5px 12px; min-height: $px18;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $hairline; }
QPushButton:focus { border-color: $accent; }
QPushButton:checked { border-color: $accent; color: $accent; }
QPushButton:disabled { color: $disabled; background: $panel; border-color: $hairline; }
QPushButton[role="primary"] {
    background: $accent; color: $on_accent; border-color: $accent; font-weight: 600;
}
QPushButton[role="primary"]:hover { border-color: $text; }
QPushButton[role="primary"]:focus { border-color: $text; }
QPushButton[role="primary"]:disabled {
    background: $raised; color: $disabled; border-color: $hairline;
}
QPushButton[role="flat"] { background: transparent; border-color: transparent; color: $accent; }
QPushButton[role="flat"] { padding: 5px 8px; }
QPushButton[role="flat"]:hover { background: $hover; }
QPushButton[role="flat"]:focus { border-color: $accent; }
QPushButton[role="header"], QPushButton[role="header"]:checked {
    background: transparent; border-color: transparent; color: $text; font-weight: 600;
    padding: 4px 2px 5px 2px; text-align: left; min-height: $px18;
}
QPushButton[role="header"]:hover { background: $hover; }
QPushButton[role="header"]:focus { border-color: $accent; }

QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }

QToolButton {
    background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 4px;
}
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $hairline; }
QToolButton:focus { border-color: $accent; }
QToolButton:checked { background: $raised; color: $accent; }
QToolButton:disabled { color: $disabled; }
QToolButton[role="header"] { font-weight: 600; padding: 4px 2px; }
QToolButton[role="bare"]:checked { background: transparent; }
QToolButton[role="bare"]:hover { background: $hover; }
QToolButton::menu-indicator { image: none; }

QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit, QTextEdit {
    background: $window; color: $text; border: 1px solid $outline; border-radius: 6px;
    padding: 3px 7px; min-height: $px18;
    selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: $secondary; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus {
    border-color: $accent;
}
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {
    color: $disabled; background: $panel; border-color: $hairline;
}
QLineEdit[wrong="true"], QAbstractSpinBox[wrong="true"] { border-color: $error; }
QAbstractSpinBox { padding-right: 20px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    subcontrol-origin: border; width: 18px; border: none; background: transparent;
}
QAbstractSpinBox::up-button { subcontrol-position: top right; margin: 2px 2px 0 0; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; margin: 0 2px 2px 0; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover {
    background: $hover; border-radius: 4px;
}
QAbstractSpinBox::up-arrow { image: url($icons/up-$name.svg); width: 9px; height: 9px; }
QAbstractSpinBox::down-arrow { image: url($icons/down-$name.svg); width: 9px; height: 9px; }
QComboBox { padding-right: 1px; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url($icons/down-$name.svg); width: 10px; height: 10px; }
QComboBox QAbstractItemView {
    background: $raised; border: 1px solid $outline; border-radius: 6px; padding: 4px;
    selection-background-color: $accent; selection-color: $on_accent; outline: none;
}

QCheckBox { spacing: 8px; background: transparent; }
QCheckBox:disabled { color: $disabled; }
QCheckBox::indicator {
    width: 15px; height: 15px; border: 1px solid $outline; border-radius: 4px; background: $window;
}
QCheckBox::indicator:hover { border-color: $secondary; }
QCheckBox::indicator:focus { border-color: $accent; }
QCheckBox::indicator:checked {
    background: $accent; border-color: $accent; image: url($icons/check-$name.svg);
}
QCheckBox::indicator:checked:focus { border-color: $text; }
QCheckBox::indicator:disabled { background: $hover; border-color: $hairline; }

QSlider { background: transparent; min-height: $px20; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $hover; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $accent; }
QSlider::sub-page:horizontal:disabled { background: $hover; }
QSlider::handle:horizontal {
    width: 12px; height: 12px; margin: -5px 0; border-radius: 7px;
    background: $panel; border: 1px solid $secondary;
}
QSlider::handle:horizontal:hover { border-color: $accent; }
QSlider::handle:horizontal:focus { border: 2px solid $accent; width: 10px; height: 10px; }
QSlider::handle:horizontal:disabled { border-color: $hover; background: $hover; }

QProgressBar {
    background: $hover; border: none; border-radius: 2px; min-height: 4px; max-height: 4px;
}
QProgressBar::chunk { background: $accent; border-radius: 2px; }

QMenu { background: $raised; border: 1px solid $outline; border-radius: 6px; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 10px; border-radius: 4px; }
QMenu::item:selected { background: $accent; color: $on_accent; }
QMenu::item:disabled { color: $disabled; background: transparent; }
QMenu::separator { height: 1px; background: $outline; margin: 4px 8px; }
QMenu::icon { padding-left: 8px; }
QMenu::indicator { width: 13px; height: 13px; left: 6px; }

QScrollArea, QScrollArea > QWidget, QScrollArea > QWidget > QWidget#page {
    background: transparent; border: none;
}
QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $outline; border-radius: 3px; margin: 2px; }
QScrollBar::handle:hover { background: $secondary; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSplitter::handle { background: $hairline; }
QSplitter::handle:horizontal { width: 1px; }
QListView, QTreeView, QTableView {
    background: $panel; border: none; outline: none;
    selection-background-color: $accent; selection-color: $on_accent;
}
QHeaderView::section {
    background: $panel; color: $secondary; border: none; padding: 4px 8px;
    border-bottom: 1px solid $hairline;
}
*[surface="panel"] { background: $panel; }
QFrame[role="hairline"] { background: $hairline; border: none; }
*[surface="raised"] { background: $raised; border: 1px solid $hairline; border-radius: 6px; }
"""
