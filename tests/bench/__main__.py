"""make bench: the claims of the program, measured; one table, ratios taken side by side."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import sys
import tempfile
from collections.abc import Iterator

os.environ["LACUNA_HOME"] = tempfile.mkdtemp(prefix="lacuna-bench-")

import torch  # noqa: F401  before Qt, as the program does
from rich.console import Console
from rich.table import Table

from lacuna.core.engine import device
from lacuna.core.files.locations import bundled
from tests.bench import families, gans, geodesics, geometry, maps, perturbation, remedies, window


def main(chosen: list[str]) -> None:
    """`chosen` names the rows to run, by a part of their title; all where it is empty."""
    device.settle_threads()
    sys.setswitchinterval(0.0005)
    table = Table("what", "measured", "must reach")
    try:
        for row in _rows(chosen):
            table.add_row(*row)
    finally:  # what is measured by then, where a row fails
        Console(width=130).print(table)


def _rows(chosen: list[str]) -> Iterator[tuple[str, str, str]]:
    for path in bundled().values():
        if _is_chosen(chosen, "class map"):
            yield maps.against_brute_force(path)
        for row in (maps.holes_of_all, geodesics.least_energy, geodesics.first_answers):
            if _is_chosen(chosen, row.__doc__ or ""):
                yield row(path)
        if _is_chosen(chosen, "mean radius"):
            yield geometry.mean_radius(path)
    for row in (*perturbation.ROWS, *window.ROWS, *families.ROWS, *gans.ROWS):
        if _is_chosen(chosen, row.__doc__ or ""):
            yield row()
    for recipe in remedies.RECIPES:
        if _is_chosen(chosen, recipe.title):
            yield recipe.row()


def _is_chosen(chosen: list[str], title: str) -> bool:
    return not chosen or any(word in title for word in chosen)


if __name__ == "__main__":
    main(sys.argv[1:])
