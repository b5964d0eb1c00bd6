"""No rule of the stylesheet is without a widget."""

import re
from pathlib import Path

import pytest
from PySide6 import QtWidgets

import lacuna.explorer
from lacuna.explorer.look.stylesheet import TEMPLATE

SOURCE = "\n".join(
    path.read_text()
    for path in Path(lacuna.explorer.__file__).parent.rglob("*.py")
    if path.name != "stylesheet.py"
)
WITHIN = {"QScrollBar", "QTreeView", "QToolTip"}  # parts of areas, of file dialogs, of all widgets
USED = [
    getattr(QtWidgets, name)
    for name in set(re.findall(r"\bQ[A-Z]\w+", SOURCE))
    if isinstance(getattr(QtWidgets, name, None), type)
]


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\bQ[A-Z]\w+", TEMPLATE))))
def test_every_class_is_of_a_widget(name):
    kind = getattr(QtWidgets, name)
    assert name in WITHIN or any(issubclass(used, kind) for used in USED)


@pytest.mark.parametrize(
    ("key", "value"), sorted(set(re.findall(r'\[(\w+)="(\w+)"\]', TEMPLATE)) - {("wrong", "true")})
)
def test_every_variant_is_set_by_a_widget(key, value):
    assert f'"{key}", "{value}"' in SOURCE
