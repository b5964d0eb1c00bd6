"""What `lacuna report` says of a model."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any

from rich.table import Table
from rich.text import Text

from .engine import Progress
from .fit import scene_of
from .geometry.masses import Masses, masses
from .store import Document

THRESHOLD = math.log(20.0)  # nats; a hole is where log p - log q is above it
SAMPLE = 10_000  # points of the prior

Report = dict[str, Any]


def report(document: Document) -> Generator[Progress | None, Any, Report]:
    """Class masses and hole mass, measured now, beside the figures on images held out."""
    scene = scene_of(document, "report")
    found = None
    for said in masses(scene, document.codes, THRESHOLD, n=SAMPLE):
        if isinstance(said, Masses):
            found = said
            yield Progress(found.n / SAMPLE, "measuring the masses of classes and holes")
        else:
            yield None
    assert found is not None
    answer: Report = {
        "data": document.data.name, "latent": document.config.latent, "step": document.step,
        **{name: value for name, value in document.measures.items() if name != "step"},
        "hole": _interval(*found.hole) if found.hole else None,
    }  # fmt: skip
    if document.judge is not None:
        rows = zip(found.share, found.low, found.high, strict=True)
        answer["classes"] = {
            name: _interval(*row) for name, row in zip(document.classes, rows, strict=True)
        }
    return answer


def _interval(share: float, low: float, high: float) -> dict[str, float]:
    return {"share": float(share), "low": float(low), "high": float(high)}


SPOKEN = {
    "negative_elbo": ("-ELBO on images held out", "{:.2f} nats"),
    "error": ("its standard error", "{:.2f} nats"),
    "recon": ("of it reconstruction", "{:.2f} nats"),
    "kl": ("of it KL to the prior", "{:.2f} nats"),
    "accuracy": ("judge right on images held out", "{:.2%}"),
    "accuracy_decoded": ("judge right on their reconstructions", "{:.2%}"),
    "images": ("images held out", "{:.0f}"),
    "hole": ("prior mass in holes (log p - log q > log 20)", ""),
}


def table(answer: Report) -> Table:
    """The answer of a command, for people."""
    rows = Table(show_header=False, box=None, pad_edge=False)
    for name, value in answer.items():
        if name == "classes":
            for label, mass in value.items():
                rows.add_row(Text(f"prior mass of class {label}"), _spoken(mass))
            continue
        if name == "geometry":
            _add_geometry(rows, value)
            continue
        said, form = SPOKEN.get(name, (name.replace("_", " "), "{}"))
        rows.add_row(said, _spoken(value) if isinstance(value, dict) else Text(form.format(value)))
    return rows


def _add_geometry(rows: Table, chapters: dict[str, dict[str, dict[str, Any]]]) -> None:
    """Each chapter's findings, with their intervals or why there is no number."""
    for title, findings in chapters.items():
        rows.add_row("", "")
        rows.add_row(Text(title, style="bold"), "")
        for found in findings.values():
            said = Text(found["said"])
            if isinstance(found.get("low"), float) and found["low"] < found["high"]:
                said.append(f"  (95 % interval {found['low']:.3g} to {found['high']:.3g})")
            if "remark" in found:
                said.append(f"\n{found['remark']}", style="dim")
            rows.add_row(Text(found["label"]), said)


def _spoken(mass: dict[str, float]) -> str:
    return f"{mass['share']:.1%}  (95 % interval {mass['low']:.1%} to {mass['high']:.1%})"
