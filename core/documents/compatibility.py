"""Whether images are of the kind that a model was made for."""

from __future__ import annotations

from collections.abc import Sequence

from ..data.dataset import Dataset
from ..data.summary import NAMED, DataSummary
from ..engine.errors import Problem
from ..figures.finding import grouped
from ..models.latent_model import Shape
from .document import Document


def image_shape(dataset: Dataset) -> Shape:
    """C, H, W of its images."""
    channels, height, width = dataset.train.pixels.shape[1:]
    return channels, height, width


def incompatibility(document: Document | None, dataset: Dataset) -> Problem | None:
    """Why the images cannot be those that the model was trained on, whatever they are called.

    Images without classes may be those of a model that knows some.
    """
    if document is None:
        return None
    again = "they are not the ones it was trained on. Choose those, or train anew."
    if image_shape(dataset) != document.shape:
        actual, expected = ("x".join(map(str, s)) for s in (image_shape(dataset), document.shape))
        return Problem(f"The model draws images of {expected}, and these are {actual}: {again}")
    if dataset.classes and dataset.classes != document.classes:
        change = _change_of_names(document.classes, dataset.classes)
        return Problem(f"These images show other classes than the model knows ({change}): {again}")
    if document.summary is not None:
        change = _change_of_counts(document.summary, dataset.summary)
        return Problem(f"The number of images has changed ({change}): {again}") if change else None
    return None


def _change_of_names(before: tuple[str, ...], now: tuple[str, ...]) -> str:
    """ "new: arrow; gone: dash"."""
    new = [name for name in now if name not in before]
    gone = [name for name in before if name not in now]
    parts = [f"{what}: {_listed(names)}" for what, names in (("new", new), ("gone", gone)) if names]
    return "; ".join(parts) or "they stand in another order"


def _change_of_counts(before: DataSummary, now: DataSummary) -> str:
    """ "bar: 120, now 121"; empty where there is none."""
    pairs = [("all", before.count, now.count), ("held out", before.held_out, now.held_out)]
    if len(before.classes) == len(now.classes):
        rows = zip(before.classes, now.classes, strict=True)
        pairs += [(name, then, count) for (name, then), (_, count) in rows]
    changed = [
        f"{name}: {grouped(then)}, now {grouped(count)}"
        for name, then, count in reversed(pairs)
        if then != count
    ]
    return _listed(changed)


def _listed(names: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {grouped(more)} more" if more > 0 else "")
