"""What `lacuna report` says of a model."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import asdict
from typing import Any

from rich.table import Table
from rich.text import Text

from ..analysis.diagnosis.case import Case
from ..analysis.diagnosis.diagnose import diagnose
from ..analysis.quality.measure import quality
from ..data.dataset import Dataset
from ..documents.document import Document
from ..documents.scenes import scene_of
from ..engine.drivers import answered
from ..engine.jobs import Progress
from ..figures.finding import to_json
from ..geometry.classes.masses import PriorMasses, prior_masses
from .quality.chapters import quality_chapters

THRESHOLD = math.log(20.0)  # nats; a hole is where log p - log q is above it
SAMPLE = 10_000  # points of the prior

Report = dict[str, Any]


def report(document: Document, condition: int = 0) -> Generator[Progress | None, Any, Report]:
    """Class masses and hole mass, measured now, beside the figures on images held out.

    condition: what a conditional model is asked to draw; the figures are over all of them.
    """
    scene = scene_of(document, "report", condition)
    found = None
    for said in prior_masses(scene, document.codes, THRESHOLD, n=SAMPLE):
        if isinstance(said, PriorMasses):
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


def measures_report(
    document: Document, dataset: Dataset | None, condition: int = 0
) -> Generator[Progress | None, Any, Report]:
    """The quality in chapters, and what is wrong: {"diagnoses": [...], "measures": {...}}."""
    scene = scene_of(document, "report", condition)
    shares = None
    if scene.logits is not None or document.codes is not None:
        shares = yield from answered(prior_masses(scene, document.codes, THRESHOLD, n=SAMPLE))
    found = yield from answered(quality(document, dataset, scene))
    case = Case(found, shares, document.history, document.config, document.train, document.classes)
    return {
        "diagnoses": [asdict(one) for one in diagnose(case)],
        "measures": {
            chapter.title: {finding.key: to_json(finding) for finding in chapter.findings}
            for chapter in quality_chapters(found, document.classes)
        },
    }


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
        if name in ("geometry", "measures"):
            _add_chapters(rows, value)
            continue
        if name == "diagnoses":
            _add_diagnoses(rows, value)
            continue
        said, form = SPOKEN.get(name, (name.replace("_", " "), "{}"))
        rows.add_row(said, _spoken(value) if isinstance(value, dict) else Text(form.format(value)))
    return rows


def _add_diagnoses(rows: Table, found: list[dict[str, Any]]) -> None:
    """What is wrong, what says so, and what could be set otherwise"""
    rows.add_row("", "")
    rows.add_row(Text("Diagnosis", style="bold"), "" if found else "nothing that is looked for")
    for one in found:
        said = Text(f"{one['severity']}: {one['number']}\n{one['sentence']}")
        if one["remedy"] is not None:
            said.append(f"\nTry: {one['remedy']['sentence']}.", style="dim")
        rows.add_row(Text(one["name"]), said)


def _add_chapters(rows: Table, chapters: dict[str, dict[str, dict[str, Any]]]) -> None:
    """Each chapter's findings, with their intervals or why there is no number."""
    for title, findings in chapters.items():
        rows.add_row("", "")
        rows.add_row(Text(title, style="bold"), "")
        for found in findings.values():
            said = Text(found["text"])
            low, high = found.get("low"), found.get("high")  # a word where one is infinite
            if isinstance(low, float) and isinstance(high, float) and low < high:
                said.append(f"  (95 % interval {low:.3g} to {high:.3g})")
            if "remark" in found:
                said.append(f"\n{found['remark']}", style="dim")
            rows.add_row(Text(found["label"]), said)


def _spoken(mass: dict[str, float]) -> str:
    return f"{mass['share']:.1%}  (95 % interval {mass['low']:.1%} to {mass['high']:.1%})"
