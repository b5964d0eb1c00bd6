"""The geometry of a model as a report: measured, in words, and as one HTML file with figures."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import torch

from ..analysis.measure_config import MeasureConfig
from ..analysis.survey import Insides, Survey, survey
from ..documents.document import Document
from ..documents.scenes import scene_of
from ..engine.device import visiting
from ..engine.drivers import result_of
from ..engine.errors import Problem
from ..engine.jobs import Progress
from ..figures.array import Array
from ..figures.finding import to_json
from ..files.atomic import write
from ..geometry.classes.masses import prior_masses
from ..geometry.holes.detectors.density_ratio import density_ratio_detector
from ..geometry.holes.detectors.detector import HeldOutData
from ..geometry.holes.detectors.realism import penultimate
from ..geometry.holes.detectors.registry import fit_detector, unavailable
from ..geometry.holes.hole import Hole
from ..geometry.holes.hole_list import hole_list
from ..geometry.radius.halfspace import survival_bound
from ..geometry.radius.radii import RadiusSample
from ..render import picture
from ..render.colours import LIGHT
from ..scene.codes import Codes
from ..scene.scene import Scene
from . import path_exports
from .geometry.chapters import chapters
from .html import Curve, Figure, chart, image, page
from .map_image import map_picture

HALF = 3.5  # of the map's side, in prior deviations
SIDE = 257  # pixels of the map
LENGTHS = 120  # of the survival curve
SAMPLES, COLUMNS = 64, 16
LISTED = 16  # holes whose middle is drawn
MEASURED, LIMIT = "#2a78c8", "#c9662b"  # readable on black and on white

Answer: TypeAlias = Generator[Progress | None, Any, dict[str, Any]]
Part: TypeAlias = Generator[Progress | None, Any, list[Figure]]


def geometry_report(
    document: Document,
    out: Path | None,
    condition: int = 0,
    config: MeasureConfig = MeasureConfig(),
) -> Answer:
    """Measures everything: findings by chapter, and the file `out` where one is asked for."""
    if out is not None:
        _check(out)
    scene, codes = scene_of(document, "report", condition), document.codes
    known = yield from _survey(scene, document, config)
    holes: tuple[Hole, ...] = ()
    if codes is not None:
        detector = density_ratio_detector(codes, scene.prior, config.threshold)
        holes = yield from result_of(hole_list(scene, codes, detector), "looking for holes")
    answer: dict[str, Any] = {
        chapter.title: {finding.key: to_json(finding) for finding in chapter.findings}
        for chapter in chapters(known, scene.classes)
    }
    if out is not None:
        yield from write_report(scene, codes, known, holes, document.data.name, out)
    return answer


def _check(out: Path) -> None:
    """Before anything is measured: whether the file can be written"""
    path_exports.check_ending(out, (".html",))
    if not out.absolute().parent.is_dir():
        raise Problem(f"{out} could not be written: choose a folder that exists.")


def write_report(
    scene: Scene,
    codes: Codes | None,
    known: Survey,
    holes: tuple[Hole, ...],
    title: str,
    out: Path,
) -> Generator[Progress | None, Any, None]:
    """Draws the figures and writes the file; what was there stays until it is complete."""
    figures = yield from _figures(scene, codes, known, holes)
    lead = (
        f"Step {known.step:,}, {known.latent} latent dimensions. Lengths are in standard "
        "deviations of the prior (σ); intervals are of 95 %."
    )
    text = page(f"Latent geometry: {title}", lead, chapters(known, scene.classes), figures)
    write(out, text.encode())


def _survey(
    scene: Scene, document: Document, config: MeasureConfig
) -> Generator[Progress | None, Any, Survey]:
    codes, judge, detectors = document.codes, document.judge, []
    job = prior_masses(scene, codes, config.threshold, n=config.masses)
    counted = yield from result_of(job, "measuring the masses of classes and holes")
    features = None
    if judge is not None:
        features = visiting(penultimate(judge), next(judge.parameters()).device)
    held_out = HeldOutData(document.test, None, features)
    for key in ("density", "realism"):
        if unavailable(key, scene, codes, held_out) is None:
            fitted = fit_detector(key, scene, codes, held_out)
            detectors.append((yield from result_of(fitted, "learning what is normal")))
    insides = Insides(document.model, judge, document.measures.get("accuracy_decoded"))
    measuring = survey(scene, codes, counted, tuple(detectors), insides, config)
    known: Survey = yield from result_of(measuring, "measuring the geometry")
    return known


# ---- figures ----


def _figures(scene: Scene, codes: Codes | None, known: Survey, holes: tuple[Hole, ...]) -> Part:
    figures = []
    if scene.logits is not None or codes is not None:
        figures.append((yield from _map(scene, codes)))
    random = torch.Generator().manual_seed(0)
    z = scene.prior.sample(SAMPLES, scene.latent, random)
    sheet = yield from _sheet(scene, z)
    figures.append(Figure("", "Samples of the prior.", image(sheet, "samples")))
    if known.radii is not None and np.isfinite(known.radii.radius).all():
        figures.append(_survival(known.radii, known.gaussian))
    middles = [hole.centre for hole in holes if hole.centre is not None][:LISTED]
    if middles:
        sheet = yield from _sheet(scene, torch.tensor(middles, dtype=torch.float32))
        caption = "What is drawn in the middle of the largest holes, the largest first."
        figures.append(Figure("holes", caption, image(sheet, "holes")))
    return figures


def _map(scene: Scene, codes: Codes | None) -> Generator[Progress | None, Any, Figure]:
    rgb = yield from map_picture(scene, codes, HALF, LIGHT, SIDE)
    kind = "a 2-D slice of the space" if scene.latent > 2 else "the latent space"
    caption = f"Map of {kind}, {HALF} σ to each side: what the model draws where; holes hatched."
    return Figure("", caption, image(rgb, caption))


def _sheet(scene: Scene, z: torch.Tensor) -> Generator[None, Any, Array]:
    parts = []
    for some in z.split(COLUMNS):
        parts.append(_decode(scene, some))
        yield None
    return picture.contact_sheet(np.concatenate(parts), COLUMNS, scale=2)


@torch.no_grad()
def _decode(scene: Scene, z: torch.Tensor) -> Array:
    return scene.decode(z).cpu().numpy()


def _survival(radii: RadiusSample, gaussian: bool) -> Figure:
    lengths = np.linspace(0, radii.quantile(0.999), LENGTHS)
    curves = [Curve("measured", lengths, radii.survival(lengths), MEASURED)]
    if gaussian:  # the bound is Gaussian isoperimetry
        limit = survival_bound(radii.shares, lengths)
        curves.append(Curve("at most, for these masses", lengths, limit, LIMIT))
    caption = "How much of the prior is farther from every border than so many σ."
    return Figure("radius", caption, chart(curves, "σ", "share of the prior"))
