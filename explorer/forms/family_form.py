"""The form of a model: the choice of its family, and the fields of that family."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any, get_args

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from lacuna.core.models.family import Family, Group
from lacuna.core.models.latent_model import ModelConfig
from lacuna.core.models.registry import MODELS, family_of, name_of

from ..widgets.combo_box import ComboBox
from ..widgets.section import Section
from ..widgets.tip import tip
from .editors import Editor
from .form import Form

SHARED = [field.name for field in fields(ModelConfig)]


class FamilyForm(QWidget):
    """Emits a new configuration at every accepted change, another family's when one is chosen."""

    changed = Signal(object)
    family_chosen = Signal(object, object)  # the Family, and its configuration to begin with

    def __init__(self, config: ModelConfig, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._locked = ""
        self.chooser, self.summary, self.more = ComboBox(), QLabel(), Section("More", opened=False)
        self._list_families()
        self.chooser.setAccessibleName("Kind of model")
        self.chooser.setMaxVisibleItems(self.chooser.count())
        self.summary.setProperty("role", "caption")
        self.summary.setWordWrap(True)
        self._shared, self._own = QVBoxLayout(), self.more.rows
        self._own.setContentsMargins(0, 4, 0, 0)  # in line with what stands above
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.chooser)
        column.addWidget(self.summary)
        column.addLayout(self._shared)
        column.addWidget(self.more)
        self._forms: tuple[Form[ModelConfig], ...] = ()
        self._make(config)
        self.chooser.activated.connect(self._did_choose)

    def value(self) -> ModelConfig:
        """The last accepted configuration."""
        return self._forms[0].value()

    def set_value(self, config: ModelConfig) -> None:
        """Shows it and emits nothing."""
        if type(config) is not type(self.value()):
            self._make(config)
            if self._locked:
                self.lock(self._locked, self.names(live=False))
        for form in self._forms:
            form.set_value(config)

    def names(self, live: bool | None = None) -> list[str]:
        """Its fields, as in `Form.names`."""
        return [name for form in self._forms for name in form.names(live)]

    def editor(self, name: str) -> Editor:
        return self._form_of(name).editor(name)

    def message(self, name: str) -> str:
        """What is wrong with a field's entry; nothing if nothing is."""
        return self._form_of(name).message(name)

    def lock(self, why: str, names: Iterable[str]) -> None:
        """Greys out the kind of model and these fields, and says why in their tooltips."""
        self._locked = why
        self.chooser.setEnabled(False)
        for name in names:
            self._form_of(name).lock(why, [name])

    def unlock(self) -> None:
        self._locked = ""
        self.chooser.setEnabled(True)
        for form in self._forms:
            form.unlock()

    def _form_of(self, name: str) -> Form[ModelConfig]:
        return next(form for form in self._forms if name in form.names())

    def _list_families(self) -> None:
        for group in get_args(Group):
            members = {name: one for name, one in MODELS.items() if one.group == group}
            if members:
                self.chooser.add_heading(group)
            for name, family in members.items():
                self.chooser.addItem(family.title, name)

    def _make(self, config: ModelConfig) -> None:
        """The fields that all families share, and below those of this family alone."""
        family = family_of(config)
        own = [field.name for field in fields(config) if field.name not in SHARED]
        for old in self._forms:
            old.hide()
            old.setParent(None)
            old.deleteLater()
        shared = Form(config, skip=(*own, *family.unused))
        rest = Form(config, skip=SHARED)
        self._forms = shared, rest
        for form, place in zip(self._forms, (self._shared, self._own), strict=True):
            place.addWidget(form)
            form.changed.connect(self._did_change)
        self.more.setVisible(bool(own))
        self.chooser.setCurrentIndex(self.chooser.findData(name_of(config)))
        self.summary.setText(family.sentence)
        for part in (self.chooser, self.summary):
            part.setToolTip(tip(f"{family.title}. {family.sentence}", source=family.source))

    def _did_change(self, config: ModelConfig) -> None:
        for form in self._forms:
            if form.value() != config:
                form.set_value(config)
        self.changed.emit(config)

    def _did_choose(self) -> None:
        family = MODELS[self.chooser.currentData()]
        if family.config is not type(self.value()):
            self.family_chosen.emit(family, starting_config(family, self.value()))


def starting_config(family: Family, before: ModelConfig) -> ModelConfig:
    """The family's configuration with what all families share as it was."""
    shared: dict[str, Any] = {name: getattr(before, name) for name in SHARED}
    return replace(family.config(), **shared)
