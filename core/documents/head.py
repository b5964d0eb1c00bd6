"""All of a file but its weights and codes: plain JSON, of which nothing is taken on trust."""

from __future__ import annotations

import json
import zipfile
import zlib
from typing import Any, TypeAlias

from ..config.serialisation import from_json
from ..data.summary import DataSummary
from ..engine.errors import Problem
from ..models.latent_model import Shape
from .document import History
from .migration import SCHEMA, migrated

Head: TypeAlias = dict[str, Any]

DAMAGED = (zipfile.BadZipFile, zlib.error, json.JSONDecodeError, EOFError)  # no whole file
WRONG = (KeyError, TypeError, ValueError, AttributeError, RuntimeError, OverflowError)


def read_head(archive: zipfile.ZipFile, where: str) -> Head:
    """All of a file but its weights and codes, as it is written now; Problem where it is newer."""
    head: Head = json.loads(archive.read("settings.json"))
    schema = head.get("schema")
    if type(schema) is not int or schema < 1:
        raise Problem(f"{where} does not hold what it should: its format is {schema!r}.")
    if schema > SCHEMA:
        raise Problem(
            f"{where} was written by a newer Lacuna (format {schema}; this one reads {SCHEMA}): "
            "update Lacuna to open it."
        )
    return migrated(head)


def step_of(head: Head, where: str) -> int:
    """The step that the model is at."""
    step = head["step"]
    if type(step) is not int or step < 0:
        raise Problem(f"{where} does not hold what it should: its step is {step!r}.")
    return step


def history_of(head: Head) -> History:
    """The losses by step."""
    return tuple((int(step), _numbers(losses)) for step, losses in head.get("history", ()))


def measures_of(head: Head) -> dict[str, float]:
    return _numbers(head.get("measures", {}))


def _numbers(values: Head) -> dict[str, float]:
    return {name: float(value) for name, value in values.items()}


def summary_of(head: Head, where: str) -> DataSummary | None:
    """What the model was trained on; files of before it do not say."""
    value = head.get("summary")
    return None if value is None else from_json(value, DataSummary, f"{where} (data)")


def shape_of(head: Head, where: str) -> Shape:
    shape = head.get("shape")
    sizes = shape if isinstance(shape, list) else []
    if len(sizes) != 3 or not all(type(n) is int and 0 < n < 1025 for n in sizes):
        raise Problem(f"{where} does not hold what it should: its images have shape {shape}.")
    return sizes[0], sizes[1], sizes[2]
