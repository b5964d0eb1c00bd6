"""Families of models from outside: of installed packages, and of Python files that a user names.

A package names its families in the entry point group "lacuna.models"; a file defines `FAMILY`. A
file is code: it runs only where the user names it, and is never looked for.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator, MutableMapping
from importlib.metadata import entry_points
from pathlib import Path

from ..engine.errors import Problem
from .family import Family
from .latent_model import LatentModel

GROUP = "lacuna.models"
OPTION = "--model-file"


def installed() -> Iterator[tuple[str, Family]]:
    """The families that installed packages name; one that fails to load is passed over."""
    for entry in entry_points(group=GROUP):
        try:
            family = _checked(entry.load(), entry.value)
        except Exception as error:  # someone else's code: the program starts all the same
            print(f"The model {entry.name!r} could not be loaded: {error}", file=sys.stderr)
        else:
            yield entry.name, family


def from_file(path: Path) -> tuple[str, Family]:
    """Run a Python file and take its `FAMILY`, under the file's name.

    Raises Problem where there is no such file, it does not run, or defines none.
    """
    spec = importlib.util.spec_from_file_location(f"lacuna_model_{path.stem}", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise Problem(f"{path} is no Python file: name one that defines FAMILY.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # a dataclass looks its own module up
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # whatever a user's file raises
        raise Problem(f"{path.name} could not be run: {error!r}. Mend it first.") from error
    return path.stem, _checked(vars(module).get("FAMILY"), path.name)


def _checked(family: object, where: str) -> Family:
    """`family`, where it is one of models with a latent space."""
    if not isinstance(family, Family):
        raise Problem(f"{where} defines no FAMILY (lacuna.core.models.Family): see the README.")
    if not issubclass(family.model, LatentModel):
        raise Problem(f"{where}: {family.model.__name__} is no LatentModel: see the README.")
    return family


def taken(arguments: list[str], models: MutableMapping[str, Family]) -> list[str]:
    """The arguments without those that name files of models, which are in `models` now.

    Raises Problem where a file will not do, or is called as a model that is there already.
    """
    rest = list(arguments)
    while OPTION in rest:
        at = rest.index(OPTION)
        if at + 1 == len(rest):
            raise Problem(f"{OPTION} is followed by the name of a Python file.")
        name, family = from_file(Path(rest[at + 1]))
        if name in models:
            raise Problem(f"There is a model {name!r} already: give the file another name.")
        models[name] = family
        del rest[at : at + 2]
    return rest
