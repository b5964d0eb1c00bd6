"""Frozen dataclasses as JSON and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import cattrs

from ..engine.errors import Problem
from .fields import check

T = TypeVar("T")

_converter = cattrs.Converter()


def to_json(value: Any) -> Any:
    """Only dicts, lists, strings, numbers, booleans and None."""
    return _converter.unstructure(value)


def register(base: type, write: Callable[[Any], Any], read: Callable[[Any], Any]) -> None:
    """How a `base`, of whatever kind below it, is written and read back."""
    _converter.register_unstructure_hook_func(
        lambda kind: isinstance(kind, type) and issubclass(kind, base), write
    )
    _converter.register_structure_hook_func(
        lambda kind: kind is base, lambda value, kind: read(value)
    )


def structure(value: Any, kind: type[T]) -> T:
    """The `kind` that JSON `value` describes; raises what cattrs and the types raise."""
    return _converter.structure(value, kind)


def from_json(value: Any, kind: type[T], where: str) -> T:
    """The `kind` that JSON `value` describes; raises Problem, naming `where`, if it is none.

    Fields that `value` does not name keep their defaults.
    """
    if not isinstance(value, dict):
        raise Problem(f"{where} does not hold what it should: {value!r:.40} is no set of fields.")
    try:
        config = _converter.structure(value, kind)
    except Exception as error:  # cattrs raises whatever the field's type raises
        reasons = "; ".join(cattrs.transform_error(error))
        raise Problem(f"{where} does not hold what it should: {reasons}.") from error
    try:
        check(config)
    except Problem as problem:
        raise Problem(f"{where} does not hold what it should: {problem}") from problem
    return config
