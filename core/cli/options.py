"""Options of the command line, made from the fields of the configurations."""

from __future__ import annotations

import argparse
from contextlib import suppress
from dataclasses import MISSING, Field, fields, replace
from typing import Any, Literal, get_args, get_origin, get_type_hints

from ..config.fields import check


def add_fields(parser: argparse.ArgumentParser, kind: type, skip: tuple[str, ...] = ()) -> None:
    """An option for each field of a configuration; one that is there already stays as it is."""
    hints = get_type_hints(kind)
    for field in fields(kind):
        if field.name not in skip:
            with suppress(argparse.ArgumentError):  # raised of an option that is there
                _add_field(parser, field, hints[field.name])


def _add_field(parser: argparse.ArgumentParser, field: Field[Any], hint: Any) -> None:
    assert field.default is not MISSING
    said = f"{field.metadata.get('help', '')} (default: {field.default})".replace("%", "%%")
    if hint is bool:
        parser.add_argument(f"--{field.name}", action="store_true", help=said)
    elif get_origin(hint) is Literal:
        choices = get_args(hint)
        parser.add_argument(
            f"--{field.name}", type=type(choices[0]), choices=choices, default=None, help=said
        )
    else:
        parser.add_argument(f"--{field.name}", type=hint, default=None, help=said)


def chosen(config: Any, asked: argparse.Namespace, **given: Any) -> Any:
    """`config` with the fields that were given on the command line."""
    named = {f.name: vars(asked).get(f.name) for f in fields(config) if f.name not in given}
    said = {name: value for name, value in named.items() if value is not None}
    config = replace(config, **given, **said)
    check(config)
    return config
