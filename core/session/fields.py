"""Fields of the state as values: to be watched, and to say what a recipe reads.

`RESULTS.map` names the field `map` of Results. To a type checker it is what that field holds, so
that it knows the name, and what a watcher of it is called with.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from .results import Results
from .settings import Settings
from .state import State, same


@dataclass(frozen=True, eq=False)  # one object for each: told apart as such, at every change
class Field:
    """One field of the settings or of the results."""

    part: str  # of a State
    name: str

    def __str__(self) -> str:
        return f"{self.part}.{self.name}"

    def read(self, state: State) -> Any:
        """What the field holds in `state`."""
        return getattr(getattr(state, self.part), self.name)


class _Part:
    """Stands for settings or results: its attributes are fields"""

    def __init__(self, part: str, kind: type[Settings] | type[Results]) -> None:
        self.fields = {field.name: Field(part, field.name) for field in dataclasses.fields(kind)}

    def __getattr__(self, name: str) -> Field:
        if name not in self.fields:
            raise AttributeError(f"The state has no field {name!r}.")
        return self.fields[name]


_SETTINGS, _RESULTS = _Part("settings", Settings), _Part("results", Results)
SETTINGS = cast(Settings, _SETTINGS)
RESULTS = cast(Results, _RESULTS)
FIELDS = (*_SETTINGS.fields.values(), *_RESULTS.fields.values())
EVERY_SETTING: Mapping[str, object] = _SETTINGS.fields


def changed_fields(before: State, after: State) -> set[Field]:
    """The fields that hold something else in `after`: of a part that is the same, none."""
    return {
        field
        for field in FIELDS
        if getattr(before, field.part) is not getattr(after, field.part)
        and not same(field.read(before), field.read(after))
    }


def as_field(value: object) -> Field:
    """The field that `SETTINGS.x` or `RESULTS.x` is; raises TypeError for anything else."""
    if not isinstance(value, Field):
        raise TypeError(f"A field is to be named, e.g. RESULTS.map, not {value!r}.")
    return value


def result_field(name: str) -> Field:
    """The field of the results that the job of that name answers."""
    return _RESULTS.fields[name]
