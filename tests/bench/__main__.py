"""make bench: the claims of the program, measured; one table, ratios taken side by side."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import sys
import tempfile

os.environ["LACUNA_HOME"] = tempfile.mkdtemp(prefix="lacuna-bench-")

import torch  # noqa: F401  before Qt, as the program does
from rich.console import Console
from rich.table import Table

from lacuna.core.engine import device
from lacuna.core.files.locations import bundled
from tests.bench import families, gans, geodesics, geometry, maps, perturbation, window


def main(chosen: list[str]) -> None:
    """`chosen` names the rows to run, by a part of their title; all where it is empty."""
    device.settle_threads()
    sys.setswitchinterval(0.0005)
    table = Table("what", "measured", "must reach")
    for path in bundled().values():
        if _asked(chosen, "class map"):
            table.add_row(*maps.against_brute_force(path))
        for row in (geodesics.least_energy, geodesics.first_answers):
            if _asked(chosen, row.__doc__ or ""):
                table.add_row(*row(path))
        if _asked(chosen, "mean radius"):
            table.add_row(*geometry.mean_radius(path))
    for row in (*perturbation.ROWS, *window.ROWS, *families.ROWS, *gans.ROWS):
        if _asked(chosen, row.__doc__ or ""):
            table.add_row(*row())
    Console(width=130).print(table)


def _asked(chosen: list[str], title: str) -> bool:
    return not chosen or any(word in title for word in chosen)


if __name__ == "__main__":
    main(sys.argv[1:])
