"""Files: one zip of JSON and safetensors for a model, its judge, its codes and the session.

Written beside the old file, opened, and put in its place: a crash leaves one or the other whole,
and nothing that cannot be opened takes the place of what could.
Nothing is ever unpickled.
"""

from __future__ import annotations

import json
import time
import zipfile
from contextlib import suppress
from dataclasses import replace
from glob import escape
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from ..config.serialisation import from_json, to_json
from ..data.dataset import DataConfig
from ..engine.drivers import at_once
from ..engine.errors import Problem
from ..files.atomic import replacing
from ..models.judge import Judge
from ..models.latent_model import ModelConfig
from ..models.registry import MODELS, build_empty
from ..scene.calibrate_codes import calibrated
from ..training.config import TrainConfig
from ..training.loop import finite
from .checkpoint_parts import joined, split
from .document import Document
from .head import DAMAGED, WRONG, history_of, measures_of, read_head, shape_of, step_of, summary_of
from .migration import SCHEMA
from .stored_codes import codes_from, tensors_of

SUFFIX = ".lacuna"
DAY = 24 * 3600.0  # seconds

Model = TypeVar("Model", bound=nn.Module)


def save(path: Path, document: Document) -> None:
    """Write `document` to `path`: the old file or the new one is there, whatever happens.

    Raises Problem where it cannot be written, or not be opened once it is.
    """
    with suppress(OSError):  # where it cannot be made, it cannot be written into either
        path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as file:
        _write(file, document)
        _prove(file, path)
    with suppress(OSError):  # tidying up is no part of saving
        for old in parts_of(path, older=DAY):
            old.unlink()


def parts_of(path: Path, older: float = 0.0) -> list[Path]:
    """What saves of `path` that were killed have left beside it, so many seconds ago or more."""
    parts = path.parent.glob(f".{escape(path.name)}.*.part")
    return [part for part in parts if part.stat().st_mtime <= time.time() - older]


def load(path: Path) -> Document:
    """Read what `save` wrote; raises Problem where it cannot be trusted."""
    try:
        with path.open("rb") as file:
            return _opened(file, path)
    except OSError as error:
        reason = error.strerror or error
        raise Problem(f"{path.name} could not be read: {reason}. Choose another file.") from error


def _opened(file: BinaryIO, path: Path) -> Document:
    """What an open file holds that is called `path`; raises Problem where it is none of ours."""
    try:
        _refuse_pickles(file.read(4), path)
        with zipfile.ZipFile(file) as archive:
            _refuse_pickled_archives(archive, path)
            return _read(archive, path.name)
    except (*DAMAGED, SafetensorError) as error:
        raise Problem(
            f"{path.name} is cut short or damaged, or not a Lacuna file ({error}). "
            "Choose another file, or the newest one among the kept runs."
        ) from error
    except WRONG as error:
        raise Problem(f"{path.name} does not hold what it should ({error!r}).") from error


def _prove(file: BinaryIO, path: Path) -> None:
    """Raises Problem where what has just been written to `file` cannot be opened."""
    file.flush()
    file.seek(0)
    try:
        _opened(file, path)
    except Problem as problem:
        raise Problem(
            f"{path.name} was not written, for it could not be opened again: {problem} "
            "What was there is unchanged."
        ) from problem


# ---- writing ----


def _write(file: BinaryIO, document: Document) -> None:
    head: dict[str, Any] = {
        "schema": SCHEMA,
        "model": to_json(document.config),
        "history": [[step, dict(losses)] for step, losses in document.history],
        "measures": dict(document.measures),
        "settings": dict(document.settings),
    }
    for name in ("shape", "data", "step", "classes", "train", "summary"):
        head[name] = to_json(getattr(document, name))
    parts = {"model": document.model.state_dict()}
    if document.judge is not None:
        parts["judge"] = document.judge.state_dict()
    for name, codes in (("codes", document.codes), ("test", document.test)):
        if codes is not None:
            parts[name] = tensors_of(codes)
    if document.checkpoint is not None:
        head["checkpoint"], parts["checkpoint"] = split(document.checkpoint)
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(_entry("settings.json"), json.dumps(head, indent=1), compresslevel=1)
        for name, tensors in parts.items():
            ready = {key: part.detach().cpu().contiguous() for key, part in tensors.items()}
            packed = safetensors.torch.save(ready)
            archive.writestr(_entry(f"{name}.safetensors"), packed, compresslevel=1)


def _entry(name: str) -> zipfile.ZipInfo:
    """Without the time: equal documents are equal bytes"""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


# ---- reading ----


def _refuse_pickles(start: bytes, path: Path) -> None:
    if start[:1] == b"\x80":
        raise Problem(_PICKLE.format(path.name))


def _refuse_pickled_archives(archive: zipfile.ZipFile, path: Path) -> None:
    if any(name.endswith(".pkl") for name in archive.namelist()):
        raise Problem(_PICKLE.format(path.name))


_PICKLE = (
    "{} is a pickle (a torch.save file): it could run any program, so Lacuna never opens one. "
    "Train the model here, or save its weights as safetensors."
)


def _read(archive: zipfile.ZipFile, where: str) -> Document:
    head, parts = _contents(archive, where)
    config = _config(head.get("model"), where)
    shape = shape_of(head, where)
    data = from_json(head.get("data"), DataConfig, f"{where} (data)")
    classes = tuple(str(name) for name in head.get("classes", ()))
    model = _filled(build_empty(config, shape, len(classes)), parts, "model", where)
    judge = None
    if "judge" in parts:
        with torch.device("meta"):
            judge = Judge(len(classes), shape)
        _filled(judge, parts, "judge", where)
    document = Document(model, config, shape, data, step_of(head, where), classes, judge)
    codes, test = (
        codes_from(parts[name], config.latent, document.step, where) if name in parts else None
        for name in ("codes", "test")
    )
    if codes is not None and codes.held_out is None:  # of a file that did not know yet
        codes = at_once(calibrated(codes, model.prior))
    return replace(
        document,
        codes=codes,
        test=test,
        train=from_json(head.get("train"), TrainConfig, f"{where} (training)"),
        measures=measures_of(head),
        history=history_of(head),
        settings=head.get("settings", {}),
        checkpoint=joined(head.get("checkpoint"), parts.get("checkpoint", {}), where),
        summary=summary_of(head, where),
    )


def _contents(
    archive: zipfile.ZipFile, where: str
) -> tuple[dict[str, Any], dict[str, dict[str, Tensor]]]:
    names = set(archive.namelist())
    if not {"settings.json", "model.safetensors"} <= names:
        raise Problem(f"{where} is a zip file but not a Lacuna file: choose another.")
    head = read_head(archive, where)
    tensors = [name for name in names if name.endswith(".safetensors")]
    return head, {Path(name).stem: safetensors.torch.load(archive.read(name)) for name in tensors}


def _config(value: Any, where: str) -> ModelConfig:
    kind = value.get("kind") if isinstance(value, dict) else None
    if kind not in MODELS:
        raise Problem(f"{where} holds a model that this Lacuna does not know: {kind!r}.")
    return from_json(value, ModelConfig, f"{where} (model)")


def _filled(model: Model, parts: dict[str, dict[str, Tensor]], name: str, where: str) -> Model:
    try:
        model.load_state_dict(parts[name], assign=True)
    except RuntimeError as error:
        raise Problem(f"{where}: the weights do not fit the {name} they belong to.") from error
    if not finite(model):
        raise Problem(f"{where}: the weights of the {name} are not all numbers: it is of no use.")
    return model.float().eval().requires_grad_(False)
