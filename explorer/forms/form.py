"""A form for any frozen dataclass of settings, made from the metadata of its fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import Field, dataclass, fields, replace
from typing import (
    Any,
    ClassVar,
    Generic,
    Literal,
    Protocol,
    TypeVar,
    get_args,
    get_origin,
    get_type_hints,
)

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from lacuna.core.config.fields import idle
from lacuna.core.config.words import choice_name, label_of

from ..look import theme
from ..widgets.tip import tip
from .editors import BoolEditor, ChoiceEditor, Editor, NumberEditor, TextEditor

REFUSED = (ValueError, TypeError)  # what a configuration raises at values that do not fit together


class Settings(Protocol):
    """A dataclass of settings."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


T = TypeVar("T", bound=Settings)


@dataclass(frozen=True)
class Row:
    """The widgets of one field."""

    editor: Editor
    label: QLabel
    message: QLabel
    help: str
    live: bool


class Form(QWidget, Generic[T]):
    """Emits a new instance at every accepted change; a refused one is explained below its field.

    A field that has no effect beside what the others are is hidden, and keeps its value.
    """

    changed = Signal(object)

    def __init__(
        self,
        instance: T,
        parent: QWidget | None = None,
        skip: Iterable[str] = (),
    ) -> None:
        """A form of `instance`; `skip`: fields that are not shown and keep their values."""
        super().__init__(parent)
        self._value = instance
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 1)
        self._rows: dict[str, Row] = {}
        self._hidden: frozenset[str] = frozenset()
        hints = get_type_hints(type(instance))
        for field in fields(instance):
            if field.name not in skip:
                editor = editor_of(hints[field.name], field.metadata)
                if editor is not None:
                    self._add(field, editor)
        self.set_value(instance)

    def value(self) -> T:
        """The last accepted instance."""
        return self._value

    def set_value(self, instance: T) -> None:
        """Shows an instance of the same class and emits nothing."""
        self._value = instance
        for name, row in self._rows.items():
            row.editor.show_value(getattr(instance, name))
            self._set_message(name, "")
        self._place()

    def hide_fields(self, names: Iterable[str]) -> None:
        """Hides these, and shows all others that have an effect."""
        self._hidden = frozenset(names)
        self._place()

    def names(self, live: bool | None = None) -> list[str]:
        """Its fields, hidden or not: all, or those that may (or may not) change in a training."""
        return [name for name, row in self._rows.items() if live is None or row.live == live]

    def editor(self, name: str) -> Editor:
        return self._rows[name].editor

    def message(self, name: str) -> str:
        """What is wrong with a field's entry; nothing if nothing is."""
        return self._rows[name].message.text()

    def lock(self, why: str, names: Iterable[str] | None = None) -> None:
        """Greys out these fields (all, if none are named) and says why in their tooltips."""
        for name in self.names() if names is None else names:
            self._set_locked(self._rows[name], why)

    def unlock(self, names: Iterable[str] | None = None) -> None:
        for name in self.names() if names is None else names:
            self._set_locked(self._rows[name], "")

    def _add(self, place: Field[Any], editor: Editor) -> None:
        name, metadata = place.name, place.metadata
        label, message = QLabel(label_of(place)), QLabel()
        label.setProperty("role", "secondary")
        label.setWordWrap(True)
        label.setContentsMargins(0, 3, 0, 3)  # one of several lines keeps off its neighbours
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        label.setBuddy(editor)
        message.setProperty("role", "error")
        message.setWordWrap(True)
        message.hide()
        editor.setFixedWidth(theme.current().px(128))
        editor.setAccessibleName(label.text())
        at = 2 * len(self._rows)
        self._grid.addWidget(label, at, 0, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(editor, at, 1, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(message, at + 1, 0, 1, 2)
        help, live = metadata.get("help", ""), bool(metadata.get("live"))
        self._rows[name] = row = Row(editor, label, message, help, live)
        self._set_locked(row, "")
        editor.entered.connect(lambda value: self._did_enter(name, value))
        editor.refused.connect(lambda sentence: self._set_message(name, sentence))

    def _did_enter(self, name: str, value: Any) -> None:
        self._set_message(name, "")
        if value == getattr(self._value, name):
            return
        try:
            self._value = replace(self._value, **{name: value})
        except REFUSED as error:
            self._set_message(name, f"{error}")
        else:
            self._place()
            self.changed.emit(self._value)

    def _place(self) -> None:
        """Hides the fields that have no effect."""
        without = self._hidden | idle(self._value)
        for place, (name, row) in enumerate(self._rows.items()):
            visible = name not in without
            row.label.setVisible(visible)
            row.editor.setVisible(visible)
            row.message.setVisible(visible and bool(row.message.text()))
            self._grid.setRowMinimumHeight(2 * place, theme.current().px(34) if visible else 0)

    def _set_message(self, name: str, sentence: str) -> None:
        row = self._rows[name]
        row.message.setText(sentence)
        row.message.setVisible(bool(sentence))
        row.editor.set_wrong(bool(sentence))

    def _set_locked(self, row: Row, why: str) -> None:
        row.editor.setEnabled(not why)
        row.label.setEnabled(not why)
        text = tip(". ".join(part.rstrip(".") for part in (_sentence(row.help), why) if part) + ".")
        for widget in (row.label, row.editor):
            widget.setToolTip(text if row.help or why else "")


def editor_of(hint: Any, metadata: Mapping[str, Any]) -> Editor | None:
    """The editor of a type, or None where a form has none: such a field keeps its value."""
    if get_origin(hint) is Literal:
        return ChoiceEditor({choice: choice_name(choice) for choice in get_args(hint)})
    if hint is bool:
        return BoolEditor()
    if hint in (int, float):
        limits = {key: metadata.get(key) for key in ("low", "high")}
        logarithmic, unit = bool(metadata.get("logarithmic")), metadata.get("unit") or ""
        return NumberEditor(hint is int, unit=unit, logarithmic=logarithmic, **limits)
    return TextEditor() if hint is str else None


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
