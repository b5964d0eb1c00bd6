"""Which family of models is trained, and the form of what it can be set to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from core.models import MODELS, Family, ModelConfig, family_of
from core.models.base import ModelConfig as Shared
from explorer.form import Form
from explorer.pieces.tip import tip


class FamilyForm(QWidget):
    """Emits a new configuration at every accepted change, another family's when one is chosen."""

    changed = Signal(object)
    family_chosen = Signal(object, object)  # the Family, and its configuration to begin with

    def __init__(
        self, config: ModelConfig, words: Mapping[str, str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._words, self._locked = words, ""
        self.chooser, self.said = QComboBox(), QLabel()
        for name, family in MODELS.items():
            self.chooser.addItem(family.title, name)
        self.chooser.setAccessibleName("Kind of model")
        self.said.setProperty("role", "caption")
        self.said.setWordWrap(True)
        self.form = self._form(config)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        for part in (self.chooser, self.said, self.form):
            self._column.addWidget(part)
        self.chooser.activated.connect(self._did_choose)
        self.form.changed.connect(self.changed)
        self._show(family_of(config))

    def value(self) -> ModelConfig:
        """The last accepted configuration."""
        config: ModelConfig = self.form.value()
        return config

    def set_value(self, config: ModelConfig) -> None:
        """Shows it and emits nothing."""
        if type(config) is not type(self.value()):
            old, self.form = self.form, self._form(config)
            self._column.replaceWidget(old, self.form)
            old.hide()
            old.deleteLater()
            self.form.changed.connect(self.changed)
            self._show(family_of(config))
            if self._locked:
                self.lock(self._locked, self.names(live=False))
        self.form.set_value(config)

    def names(self, live: bool | None = None) -> list[str]:
        """The form's fields, as `Form.names` tells them."""
        return self.form.names(live)

    def lock(self, why: str, names: Iterable[str]) -> None:
        """Greys out the kind of model and these fields, and says why in their tooltips."""
        self._locked = why
        self.chooser.setEnabled(False)
        self.form.lock(why, names)

    def unlock(self) -> None:
        self._locked = ""
        self.chooser.setEnabled(True)
        self.form.unlock()

    def _form(self, config: ModelConfig) -> Form:
        return Form(config, self._words, skip=family_of(config).unused)

    def _show(self, family: Family) -> None:
        self.chooser.setCurrentText(family.title)
        self.said.setText(family.sentence)
        about = tip(family.sentence, source=family.source)
        self.chooser.setToolTip(about)
        self.said.setToolTip(about)

    def _did_choose(self) -> None:
        family = MODELS[self.chooser.currentData()]
        if family.config is not type(self.value()):
            self.family_chosen.emit(family, begun(family, self.value()))


def begun(family: Family, before: ModelConfig) -> ModelConfig:
    """The family's configuration with what all families share as it was."""
    shared: dict[str, Any] = {field.name: getattr(before, field.name) for field in fields(Shared)}
    return replace(family.config(), **shared)
