"""Whether images are of the kind that a model was made for."""

from __future__ import annotations

from ..data.dataset import Dataset
from ..engine.errors import Problem
from ..models.latent_model import Shape
from .document import Document


def shape_of(dataset: Dataset) -> Shape:
    """C, H, W of its images."""
    channels, height, width = dataset.train.images.shape[1:]
    return channels, height, width


def unfit(document: Document | None, dataset: Dataset) -> Problem | None:
    """Why the images cannot be those that the model was made for, whatever they are called."""
    if document is None:
        return None
    again = "they are not the ones it was trained on. Choose another place."
    if shape_of(dataset) != document.shape:
        found, asked = ("x".join(map(str, s)) for s in (shape_of(dataset), document.shape))
        return Problem(f"The model draws images of {asked}, and these are {found}: {again}")
    if dataset.classes and len(dataset.classes) != len(document.classes):
        found, asked = str(len(dataset.classes)), str(len(document.classes))
        return Problem(f"The model knows {asked} classes, and these images show {found}: {again}")
    return None
