"""The geometry of a model at rest, measured piece by piece: classes, radius, images, holes."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn

from ..engine.errors import Problem
from ..engine.jobs import Job, Progress
from ..geometry.adversarial.linearisation import differentiable
from ..geometry.classes.masses import PriorMasses
from ..geometry.evaluation import evaluate
from ..geometry.holes.detectors.detector import FittedDetector
from ..geometry.holes.detectors.registry import unavailable
from ..geometry.holes.hole_table import HoleTable, hole_table
from ..geometry.holes.mismatch import Mismatch, mismatch
from ..geometry.lipschitz.layers import decoder_layers, logit_layers
from ..geometry.lipschitz.lipschitz import FEW, LipschitzEstimate, lipschitz_constant
from ..geometry.metric.forward_mode import load_forward_mode
from ..geometry.metric.pullback import pushforward
from ..geometry.radius.exact import exact_radii
from ..geometry.radius.image_radii import ImageRadii, image_radii
from ..geometry.radius.interval_bounds import interval_radii
from ..geometry.radius.radii import AdversaryPairs, RadiusSample
from ..geometry.radius.sampled import Certify, searched_radii
from ..models.latent_model import LatentModel
from ..scene.codes import Codes
from ..scene.prior import Gaussian
from ..scene.scene import Scene
from .measure_config import MeasureConfig

PAIRS = 256  # points whose adversaries are decoded, and at which the decoder's slope is measured
ITERATED = 32  # of them where a slope takes a hundred passes, in many dimensions
STARTS = 4096  # codes at most at which a search may start: each is judged first
PROOF = 4  # points in one step: their bounds go through all layers in double precision
CHUNK = 16  # decodes in one step


@dataclass(frozen=True, eq=False)
class Survey:
    """What is known by now; None where it is not, or not yet."""

    step: int  # of the scene
    latent: int
    deviation: float  # of the prior, in units of z: radii are in units of it
    gaussian: bool = True  # the prior is one Gaussian, the same in every direction
    masses: PriorMasses | None = None
    accuracy: float | None = None  # of the judge on decoded images: classes are only as good
    radii: RadiusSample | None = None
    gradient_free: bool = False  # the search for radii was a coarse one
    images: ImageRadii | None = None  # what the adversaries change in the image
    slopes: LipschitzEstimate | None = None  # of the decoder, pixels per unit of z
    mismatch: Mismatch | None = None  # of the codes with the prior
    table: HoleTable | None = None  # holes by what is decoded there
    missing: Mapping[str, str] = field(default_factory=dict)  # {name: why it cannot be measured}


@dataclass(frozen=True, eq=False)
class Insides:
    """The networks behind a scene, for what has to look into them."""

    model: LatentModel
    judge: nn.Module | None
    accuracy: float | None = None  # of the judge on decoded images, in [0, 1]


Part: TypeAlias = Job[Survey | Progress]
Answer: TypeAlias = Generator[Survey | Progress | None, Any, Survey]


def survey(
    scene: Scene,
    codes: Codes | None,
    masses: PriorMasses | None,
    detectors: tuple[FittedDetector, ...] = (),
    insides: Insides | None = None,
    config: MeasureConfig = MeasureConfig(),
) -> Job[Survey | Progress]:
    """Everything, the cheapest first; each report holds all that is known by then.

    `detectors`: of holes, as many as there are; `insides`: None where nothing is known of them.
    What cannot be measured of this model is named in `Survey.missing`, and the rest goes on.
    """
    accuracy = None if insides is None else insides.accuracy
    gaussian = isinstance(scene.prior, Gaussian)
    known = Survey(
        scene.step, scene.latent, scene.prior.deviation, gaussian, masses=masses, accuracy=accuracy
    )
    yield known
    parts: dict[str, Callable[[Survey], Part]] = {
        "radii": lambda known: _radii(known, scene, codes, insides, config),
        "images": lambda known: _images(known, scene),
        "slopes": lambda known: _slopes(known, scene, insides),
        "mismatch": lambda known: _mismatch(known, scene, codes, detectors, config),
        "table": lambda known: _table(known, scene, codes, detectors),
    }
    for name, part in parts.items():
        known = yield from _tried(name, known, part(known))


def _tried(name: str, known: Survey, part: Part) -> Answer:
    """With the results of a part; where it ends in a Problem, with that"""
    try:
        for report in part:
            known = report if isinstance(report, Survey) else known
            yield report
    except Problem as problem:
        known = _without(known, name, problem)
        yield known
    return known


def _without(known: Survey, name: str, problem: Problem) -> Survey:
    return replace(known, missing={**known.missing, name: str(problem)})


# ---- the radius ----


def _radii(
    known: Survey,
    scene: Scene,
    codes: Codes | None,
    insides: Insides | None,
    config: MeasureConfig,
) -> Part:
    """Exact in one and two dimensions; else searched, with a certificate where one can be had"""
    if scene.logits is None:
        raise Problem("No judge was trained for this model, so nothing tells classes apart.")
    if scene.latent <= 2:
        exact = replace(config.radius, targeted=True)
        job: Job[RadiusSample | Progress] = exact_radii(scene, exact)
    else:
        certify = None
        try:
            certify = _certify(scene, insides)
        except Problem as problem:
            known = _without(known, "certificate", problem)
        some = scene.prior.sample(CHUNK, scene.latent, torch.Generator().manual_seed(0))
        known = replace(known, gradient_free=not differentiable(scene.logits, some))
        yield None
        search = config.search_in(scene.latent)
        job = searched_radii(scene, start_codes(codes), certify, search)
    for report in job:
        if isinstance(report, RadiusSample):
            known = replace(known, radii=report)
            _ = report.by_class, report.between  # here, for it would take the window too long
        yield known if isinstance(report, RadiusSample) else report


def start_codes(codes: Codes | None) -> Tensor | None:
    """Codes evenly chosen from all"""
    return None if codes is None else codes.mean[:: -(-len(codes.mean) // STARTS)]


def _certify(scene: Scene, insides: Insides | None) -> Certify:
    """What proves a radius; a Problem where nothing does"""
    if insides is None or insides.judge is None:
        raise Problem("The layers of this model are not known.")
    layers = logit_layers(insides.model, insides.judge, scene.latent)

    def proven(z: Tensor) -> Generator[None, Any, Tensor]:
        parts = []
        for some in z.split(PROOF):
            parts.append((yield from interval_radii(layers, some)))
        return torch.cat(parts)

    next(proven(torch.zeros(1, scene.latent)))  # whether bounds pass all layers
    return proven


# ---- images ----


def _images(known: Survey, scene: Scene) -> Part:
    """What the image changes by from prior samples to their nearest adversaries"""
    if known.radii is not None:
        pairs = _pairs(known.radii, scene)
        yield replace(known, images=(yield from image_radii(scene.decode, pairs)))


def _pairs(radii: RadiusSample, scene: Scene) -> AdversaryPairs:
    """Samples of the prior, each with its nearest adversary"""
    pairs, borders = radii.pairs, radii.borders
    if borders is not None and len(borders.points):
        random = torch.Generator().manual_seed(0)
        z = scene.prior.sample(PAIRS, scene.latent, random).numpy()
        distance, row = borders.tree.query(z)
        pairs = AdversaryPairs(z, borders.points.astype(z.dtype)[row], distance)
    if pairs is None or not (pairs.distance < float("inf")).any():
        raise Problem("No point of another class was found.")
    return pairs


def _slopes(known: Survey, scene: Scene, insides: Insides | None) -> Part:
    """Of the decoder, at samples of the prior"""
    points = PAIRS if scene.latent <= FEW else ITERATED
    z = scene.prior.sample(points, scene.latent, torch.Generator().manual_seed(0))
    for part in z.split(CHUNK):
        evaluate(scene.decode, part)
        yield None
    yield from load_forward_mode()
    pushforward(scene.decode, z[:1], torch.ones_like(z[:1]))  # whether it can be differentiated
    try:
        layers = None if insides is None else decoder_layers(insides.model, scene.latent)
    except Problem:
        layers = None
    for report in lipschitz_constant(scene.decode, z, layers):
        yield replace(known, slopes=report) if isinstance(report, LipschitzEstimate) else report


# ---- holes ----


def _mismatch(
    known: Survey,
    scene: Scene,
    codes: Codes | None,
    detectors: tuple[FittedDetector, ...],
    config: MeasureConfig,
) -> Part:
    """How far the codes are from the prior"""
    detector = _detector("density", scene, codes, detectors)
    if detector is not None and codes is not None:
        for report in mismatch(codes, scene.prior, config.threshold):
            yield replace(known, mismatch=report) if isinstance(report, Mismatch) else report


def _table(
    known: Survey, scene: Scene, codes: Codes | None, detectors: tuple[FittedDetector, ...]
) -> Part:
    """What is drawn where the codes never are"""
    unvisited = _detector("density", scene, codes, detectors)
    unreal = _detector("realism", scene, codes, detectors)
    if unvisited is not None and unreal is not None:
        for table in hole_table(scene, unvisited, unreal, n=1024):
            yield None if table is None else replace(known, table=table)


def _detector(
    key: str, scene: Scene, codes: Codes | None, detectors: tuple[FittedDetector, ...]
) -> FittedDetector | None:
    """The detector; None where it has not been made, and a Problem where it cannot be"""
    why = unavailable(key, scene, codes)
    if why is not None:
        raise Problem(why)
    return next((one for one in detectors if one.key == key), None)
