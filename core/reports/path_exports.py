"""Files made of paths: a film strip, a moving picture, a table of their nodes, or JSON."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Sequence
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ..config.serialisation import to_json
from ..engine.errors import Problem
from ..figures.array import Array
from ..figures.units import IMAGE, LATENT, STRETCH
from ..files.atomic import write
from ..geometry.paths.comparison import COLUMNS, compare_paths
from ..geometry.paths.path_measures import PathMeasures
from ..render import picture
from ..render.colours import DARK, class_colours

SCALE = 4  # screen pixels to one of a frame
DURATION = 80  # milliseconds that a frame of the moving picture is shown


def export(out: Path, measured: Sequence[PathMeasures], classes: Sequence[str]) -> None:
    """Write the paths in the format that the file's name ends in; see `FORMATS`.

    Raises Problem where the ending is none of them, or where the file cannot be written.
    """
    check_ending(out, tuple(FORMATS))
    write(out, FORMATS[out.suffix.lower()](measured, classes))


def check_ending(out: Path, endings: Sequence[str]) -> None:
    """Raises Problem where the file's name ends in none of `endings`."""
    if out.suffix.lower() not in endings:
        listed = " or ".join([", ".join(endings[:-1]), endings[-1]] if endings[1:] else endings)
        raise Problem(f"{out} could not be written: choose a name ending in {listed}.")


# ---- pictures ----


def png(rgb: Array) -> bytes:
    """A picture (H, W, 3) uint8 as a file."""
    file = BytesIO()
    Image.fromarray(rgb).save(file, "PNG")
    return file.getvalue()


def strips(measured: Sequence[PathMeasures], classes: Sequence[str]) -> bytes:
    """The film strips of the paths, one below the other."""
    rows = [_strip(one) for one in measured]
    width = max(row.shape[1] for row in rows)
    whole = np.empty((sum(map(len, rows)), width, 3), np.uint8)
    whole[:] = DARK
    top = 0
    for row in rows:
        whole[top : top + len(row), : row.shape[1]] = row
        top += len(row)
    return png(whole)


def _strip(one: PathMeasures) -> Array:
    path, bars = one.path, None
    if path.probabilities is not None:
        bars = class_colours(path.probabilities.shape[1])[path.labels]
    ticks = [crossing.t for crossing in path.crossings]
    return picture.strip(path.images, bars, path.t, ticks, DARK, SCALE)


def film(measured: Sequence[PathMeasures], classes: Sequence[str]) -> bytes:
    """The paths side by side as a GIF without end; a shorter one waits at its last frame.

    Frames that are the same are stored as one of longer duration.
    """
    count = max(len(one.path.images) for one in measured)
    frames = [Image.fromarray(_beside(measured, at)) for at in range(count)]
    if all(one.path.images.shape[1] == 1 for one in measured):
        frames = [frame.convert("L") for frame in frames]  # 256 greys need no choice of colours
    file = BytesIO()
    first, *others = frames
    first.save(file, "GIF", save_all=True, append_images=others, duration=DURATION, loop=0)
    return file.getvalue()


def _beside(measured: Sequence[PathMeasures], at: int) -> Array:
    shown = [one.path.images[min(at, len(one.path.images) - 1)] for one in measured]
    return np.concatenate(
        [picture.enlarged(picture.rgb_of(image), SCALE) for image in shown], axis=1
    )


# ---- numbers ----


def columns(one: PathMeasures, classes: Sequence[str]) -> dict[str, list[Any]]:
    """What is known at each node, by a title with its unit; each list has T entries."""
    path = one.path
    known: dict[str, Array] = {
        "t (share of the latent length)": path.t,
        f"latent length ({LATENT})": one.latent,
        f"image length ({IMAGE})": one.image,
    }
    if path.probabilities is not None and path.labels is not None and one.margin is not None:
        known["class"] = np.array(classes)[path.labels]
        known["margin (probability)"] = one.margin
        for name, share in zip(classes, path.probabilities.T, strict=True):
            known[f"probability of {name}"] = share
    for name, holes in one.holes.items():
        known[f"hole score {name}"] = holes.score
        known[f"in a hole by {name}"] = holes.inside
    known["log p (nats)"] = one.log_prior
    if one.log_posterior is not None:
        known["log q (nats)"] = one.log_posterior
    known[f"speed ({STRETCH})"] = one.speed
    known[f"stretch ({STRETCH})"] = one.stretch
    for number, coordinate in enumerate(path.z.T, 1):
        known[f"z{number}"] = coordinate
    return {title: values.tolist() for title, values in known.items()}


def table(measured: Sequence[PathMeasures], classes: Sequence[str]) -> bytes:
    """One line for each node of each path, as CSV; numbers in full precision."""
    tables = [columns(one, classes) for one in measured]
    titles = dict.fromkeys(title for each in tables for title in each)
    file = StringIO()
    lines = csv.DictWriter(file, ["family", "frame", *titles], restval="", lineterminator="\n")
    lines.writeheader()
    for one, each in zip(measured, tables, strict=True):
        for frame, values in enumerate(zip(*each.values(), strict=True)):
            node = dict(zip(each, values, strict=True))
            lines.writerow({"family": one.path.family, "frame": frame, **node})
    return file.getvalue().encode()


def whole(measured: Sequence[PathMeasures], classes: Sequence[str]) -> bytes:
    """Everything but the pictures, as JSON; null where there is no number."""
    values = {
        "classes": list(classes),
        "units": {name: unit for name, (_, unit) in COLUMNS.items() if unit},
        "paths": [
            {**summary(one, classes), "nodes": _finite(columns(one, classes))} for one in measured
        ],
    }
    return json.dumps(values, indent=1, allow_nan=False).encode()


def summary(one: PathMeasures, classes: Sequence[str]) -> dict[str, Any]:
    """A path's row of the comparison and what the row counts, as JSON has it."""
    path, shares, ends_as = one.path, None, None
    if one.shares is not None and path.labels is not None:
        shares = dict(zip(classes, one.shares.tolist(), strict=True))
        ends_as = classes[int(path.labels[-1])]
    (row,) = compare_paths([one])
    values = {
        **to_json(row),
        "note": path.note,
        "step": path.step,
        "ends_as": ends_as,
        "target": None if path.target is None else classes[path.target],
        "class_shares": shares,
        "tear_times": one.tear.times.tolist(),
        "crossed": _crossings(one, classes),
        "holes": {
            name: {
                "threshold": holes.threshold,
                "share_of_latent_length": holes.latent,
                "share_of_image_length": holes.image,
                "highest": holes.highest,
            }
            for name, holes in one.holes.items()
        },
    }
    return dict(_finite(values))


def _crossings(one: PathMeasures, classes: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {
            "t": crossing.t,
            "z": crossing.z.tolist(),
            "before": classes[crossing.before],
            "after": classes[crossing.after],
            "log_p": float(log_prior),
        }
        for crossing, log_prior in zip(one.path.crossings, one.crossing_log_prior, strict=True)
    ]


def _finite(value: Any) -> Any:
    """JSON has no word for what is infinite or no number: None"""
    if isinstance(value, dict):
        return {name: _finite(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


Format = Callable[[Sequence[PathMeasures], Sequence[str]], bytes]
FORMATS: dict[str, Format] = {".png": strips, ".gif": film, ".csv": table, ".json": whole}
