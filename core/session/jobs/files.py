"""The jobs that read and write a session's files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, NamedTuple

from ...analysis.survey import Survey
from ...config.serialisation import from_json, to_json
from ...data.dataset import Dataset
from ...documents import archive
from ...documents.document import Document
from ...documents.scenes import scene_of
from ...engine.jobs import Job, Progress
from ...engine.worker import in_thread
from ...files.stamp import Exported, Stamp, stamp_of
from ...geometry.holes.hole import Hole
from ...geometry.paths.path_measures import PathMeasures
from ...measures.held_out import HeldOut
from ...reports.geometry_report import write_report
from ...reports.path_exports import export
from ...runs.encode import training_codes
from ...runs.fit import measures_of
from ...scene.codes import Codes
from ...scene.scene import Scene
from ..settings import Settings, fitting

Owner = Literal["user", "bundled", "kept"]  # whose file it is


class Write(NamedTuple):
    """A file to write, and how many models had been opened when it was asked for."""

    path: Path
    document: Document
    dataset: Dataset | None
    opens: int
    stamp: Stamp | None = None  # of the file once it is written


class Opened(NamedTuple):
    document: Document
    settings: Settings
    path: Path
    whose: Owner
    stamp: Stamp | None  # of the file before it was read


def opening(path: Path, whose: Owner) -> Job[Progress | Opened]:
    stamp = stamp_of(path)
    document = yield from in_thread(lambda tell: archive.load(path))
    yield Opened(document, settings_of(document, path.name), path, whose, stamp)


def settings_of(document: Document, where: str) -> Settings:
    """Those of the session that it was saved in; raises Problem where they are none."""
    settings = Settings(data=document.data, model=document.config, train=document.train)
    if document.settings:
        settings = from_json(document.settings, Settings, f"{where} (settings)")
    return fitting(settings, document.config.latent)


def whole(
    document: Document, settings: Settings, codes: Codes | None, measured: HeldOut | None
) -> Document:
    """`document` with all that is known of it: what was measured of another step is not."""
    if codes is not None and codes.step == document.step:
        document = replace(document, codes=codes)
    if measured is not None and measured.step == document.step:
        document = replace(document, measures=measures_of(measured))
    return replace(document, settings=to_json(settings))


def saving(write: Write) -> Job[Progress | Write]:
    """Writes the file, with codes: another machine may not have the images."""
    document, dataset = write.document, write.dataset
    scene = scene_of(document, "saved")
    if scene.condition is not None:  # those of one class would be taken for those of all
        document = replace(document, codes=None, test=None)
    elif document.codes is None and dataset is not None and scene.encode is not None:
        document = replace(document, codes=(yield from training_codes(scene, dataset.train)))
    yield from in_thread(lambda tell: archive.save(write.path, document))
    yield write._replace(stamp=stamp_of(write.path))


def exporting(
    path: Path, path_measures: Sequence[PathMeasures], classes: Sequence[str]
) -> Job[Progress | Exported]:
    yield from in_thread(lambda tell: export(path, path_measures, classes))
    yield Exported(path)


def reporting(
    path: Path,
    scene: Scene,
    codes: Codes | None,
    survey: Survey,
    hole_list: tuple[Hole, ...],
    title: str,
) -> Job[Exported | Progress]:
    """Writes the geometry report."""
    yield from write_report(scene, codes, survey, hole_list, title, path)
    yield Exported(path)
