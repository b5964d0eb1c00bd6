"""What `lacuna report` prints of a model."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import asdict
from typing import Any

from rich.table import Table
from rich.text import Text

from ..analysis.diagnosis.diagnose import diagnose
from ..analysis.diagnosis.diagnosis import DiagnosisInputs
from ..analysis.measure_config import MeasureConfig
from ..analysis.quality.measure import quality
from ..data.dataset import Dataset
from ..data.toy import is_points
from ..documents.document import Document
from ..documents.scenes import scene_of
from ..engine.drivers import result_of
from ..engine.jobs import Progress
from ..figures.finding import to_json
from ..geometry.classes.masses import HoleMass, PriorMasses, prior_masses
from ..runs.train_judge import FLOOR
from .quality.chapters import quality_chapters

Report = dict[str, Any]
Part = Generator[Progress | None, Any, Report]


def report(document: Document, condition: int = 0, config: MeasureConfig = MeasureConfig()) -> Part:
    """Class masses and hole mass, measured now, beside the figures on images held out.

    condition: what a conditional model is to draw; the figures are over all of them.
    """
    scene = scene_of(document, "report", condition)
    counted = None
    for progress in prior_masses(scene, document.codes, config.threshold, n=config.masses):
        if isinstance(progress, PriorMasses):
            counted = progress
            yield Progress(counted.n / config.masses, "measuring the masses of classes and holes")
        else:
            yield None
    assert counted is not None
    answer: Report = {
        "data": document.data.name,
        **({} if document.summary is None else {"trained_on": str(document.summary)}),
        "latent": document.config.latent,
        "step": document.step,
        **{name: value for name, value in document.measures.items() if name != "step"},
        **_holes(counted.holes),
        **_warning(document),
    }
    if document.judge is not None:
        rows = zip(counted.share, counted.low, counted.high, strict=True)
        answer["classes"] = {
            name: _interval(*row) for name, row in zip(document.classes, rows, strict=True)
        }
    return answer


def _warning(document: Document) -> Report:
    """Where the judge does not know these images: what is said by class is as wrong"""
    right = document.measures.get("accuracy")
    if right is None or right >= FLOOR:
        return {}
    sentence = (
        f"the judge names {right:.0%} of the images held out as they are labelled: all that is "
        "said by class is as unsure. Are they the images it was trained on?"
    )
    return {"warning": sentence}


def measures_report(
    document: Document,
    dataset: Dataset | None,
    config: MeasureConfig = MeasureConfig(),
) -> Part:
    """The quality in chapters, and what is wrong: {"diagnoses": [...], "measures": {...}}."""
    scene = scene_of(document, "report")
    counted = None  # a conditional model has other masses for every class that it draws
    if scene.condition is None and (scene.logits is not None or document.codes is not None):
        job = prior_masses(scene, document.codes, config.threshold, n=config.masses)
        counted = yield from result_of(job)
    known = yield from result_of(quality(document, dataset, config=config))
    inputs = DiagnosisInputs(
        known,
        counted,
        document.history,
        document.config,
        document.train,
        document.classes,
        is_points(document.shape),
    )
    return {
        "diagnoses": [_plain(asdict(one)) for one in diagnose(inputs)],
        "measures": {
            chapter.title: {finding.key: to_json(finding) for finding in chapter.findings}
            for chapter in quality_chapters(known, document.classes)
        },
    }


def _holes(holes: HoleMass | None) -> Report:
    """Their mass, of which codes it is, and what these know of other images"""
    if holes is None:
        return {"hole": None}
    answer: Report = {"hole": _interval(*holes.share) if holes.share else None}
    if holes.left_out is not None:
        answer["left_out"] = holes.left_out
    remark = holes.refusal or holes.part
    return answer | ({"codes": remark} if remark else {})


def _interval(share: float, low: float, high: float) -> dict[str, float]:
    return {"share": float(share), "low": float(low), "high": float(high)}


# ---- as printed ----

LINES = {  # key: label, format
    "negative_elbo": ("-ELBO on images held out", "{:.2f} nats"),
    "error": ("its standard error", "{:.2f} nats"),
    "recon": ("of it reconstruction", "{:.2f} nats"),
    "kl": ("of it KL to the prior", "{:.2f} nats"),
    "accuracy": ("judge right on images held out", "{:.2%}"),
    "accuracy_decoded": ("judge right on their reconstructions", "{:.2%}"),
    "images": ("images held out", "{:.0f}"),
    "hole": ("prior mass in holes (log p - log q > log 20)", ""),
    "left_out": ("of it for images left out", "{:.2%}"),
    "codes": ("by the codes of", "{}"),
}


def table(answer: Report) -> Table:
    """The answer of a command, for people."""
    rows = Table(show_header=False, box=None, pad_edge=False)
    for name, value in answer.items():
        if name == "classes":
            for label, mass in value.items():
                rows.add_row(Text(f"prior mass of class {label}"), _mass(mass))
        elif name in ("geometry", "measures"):
            _add_chapters(rows, value)
        elif name == "diagnoses":
            _add_diagnoses(rows, value)
        else:
            label, form = LINES.get(name, (name.replace("_", " "), "{}"))
            text = _mass(value) if isinstance(value, dict) else Text(form.format(value))
            rows.add_row(label, text)
    return rows


def _plain(diagnosis: dict[str, Any]) -> dict[str, Any]:
    """As JSON has it: lists, not tuples"""
    consequences = [_plain(one) for one in diagnosis["consequences"]]
    return diagnosis | {"follows": list(diagnosis["follows"]), "consequences": consequences}


def _add_diagnoses(rows: Table, diagnoses: list[dict[str, Any]]) -> None:
    """What is wrong, what shows it, and what could be set otherwise"""
    rows.add_row("", "")
    rows.add_row(Text("Diagnosis", style="bold"), "" if diagnoses else "nothing that is looked for")
    for one in diagnoses:
        text = Text(f"{one['severity']}: {one['number']}\n{one['sentence']}")
        for other in one["consequences"]:
            text.append(f"\n{one['brings']}: {other['name'].lower()}, {other['number']}.")
        if one["remedy"] is not None:
            text.append(f"\nTry: {one['remedy']['sentence']}.", style="dim")
        rows.add_row(Text(one["name"]), text)


def _add_chapters(rows: Table, chapters: dict[str, dict[str, dict[str, Any]]]) -> None:
    """Each chapter's findings, with their intervals or why there is no number."""
    for title, findings in chapters.items():
        rows.add_row("", "")
        rows.add_row(Text(title, style="bold"), "")
        for finding in findings.values():
            text = Text(finding["text"])
            low, high = finding.get("low"), finding.get("high")  # a word where one is infinite
            if isinstance(low, float) and isinstance(high, float) and low < high:
                text.append(f"  (95 % interval {low:.3g} to {high:.3g})")
            if "remark" in finding:
                text.append(f"\n{finding['remark']}", style="dim")
            rows.add_row(Text(finding["label"]), text)


def _mass(mass: dict[str, float]) -> str:
    return f"{mass['share']:.1%}  (95 % interval {mass['low']:.1%} to {mass['high']:.1%})"
