"""One field of a configuration that a person edits: its help, unit and range beside its default."""

from __future__ import annotations

from dataclasses import field, fields, is_dataclass
from typing import Any

from ..engine.errors import Problem


def setting(
    default: Any,
    help: str,
    *,
    label: str = "",
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    logarithmic: bool = False,
    live: bool = False,
    when: tuple[str, ...] = (),
) -> Any:
    """A dataclass field that the window's form and the command line's help are made from.

    `low` and `high` bound what may be entered (inclusive); `live`: may change while it trains;
    `when`: another field, and the values of it that give this one an effect.
    """
    range_ = {"low": low, "high": high, "logarithmic": logarithmic}
    words = {"help": help, "label": label, "unit": unit}
    return field(default=default, metadata={**words, **range_, "live": live, "when": when})


def idle(config: Any) -> set[str]:
    """The fields of `config` that have no effect beside what its others are."""
    places = [(place.name, place.metadata.get("when")) for place in fields(config)]
    return {name for name, when in places if when and getattr(config, when[0]) not in when[1:]}


def check(config: Any) -> None:
    """Raises Problem where a field of `config`, or of a dataclass in it, is out of its range."""
    for place in fields(config):
        value, metadata = getattr(config, place.name), place.metadata
        if is_dataclass(value):
            check(value)
        name = metadata.get("label") or place.name
        low, high = metadata.get("low"), metadata.get("high")
        if low is not None and not low <= value:
            raise Problem(f"{name} is {value}: it must be at least {low}.")
        if high is not None and not value <= high:
            raise Problem(f"{name} is {value}: it must be at most {high}.")
