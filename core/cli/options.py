"""Options of the command line, made from the fields of the configurations."""

from __future__ import annotations

from argparse import ArgumentError, ArgumentParser, Namespace
from contextlib import suppress
from dataclasses import MISSING, Field, fields, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from ..config.fields import check

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

C = TypeVar("C", bound="DataclassInstance")


def add_fields(parser: ArgumentParser, kind: type, skip: tuple[str, ...] = ()) -> None:
    """An option for each field of a configuration; one that is there already stays as it is."""
    hints = get_type_hints(kind)
    for field in fields(kind):
        if field.name not in skip:
            with suppress(ArgumentError):  # there is an option of this name
                _add_field(parser, field, hints[field.name])


def _add_field(parser: ArgumentParser, field: Field[Any], hint: Any) -> None:
    assert field.default is not MISSING
    text = f"{field.metadata.get('help', '')} (default: {field.default})".replace("%", "%%")
    if hint is bool:
        parser.add_argument(f"--{field.name}", action="store_true", help=text)
    elif get_origin(hint) is Literal:
        choices = get_args(hint)
        parser.add_argument(
            f"--{field.name}", type=type(choices[0]), choices=choices, default=None, help=text
        )
    else:
        parser.add_argument(f"--{field.name}", type=hint, default=None, help=text)


def config_from(config: C, options: Namespace, **fixed: Any) -> C:
    """`config` with the fields that the command line sets, and those that are `fixed`."""
    named = {f.name: vars(options).get(f.name) for f in fields(config) if f.name not in fixed}
    values = {name: value for name, value in named.items() if value is not None}
    config = replace(config, **fixed, **values)
    check(config)
    return config
