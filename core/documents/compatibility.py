"""Whether images are of the kind that a model was made for."""

from __future__ import annotations

from ..data.dataset import Dataset
from ..engine.errors import Problem
from ..models.latent_model import Shape
from .document import Document


def image_shape(dataset: Dataset) -> Shape:
    """C, H, W of its images."""
    channels, height, width = dataset.train.images.shape[1:]
    return channels, height, width


def incompatibility(document: Document | None, dataset: Dataset) -> Problem | None:
    """Why the images cannot be those that the model was made for, whatever they are called."""
    if document is None:
        return None
    again = "they are not the ones it was trained on. Choose another place."
    if image_shape(dataset) != document.shape:
        actual, expected = ("x".join(map(str, s)) for s in (image_shape(dataset), document.shape))
        return Problem(f"The model draws images of {expected}, and these are {actual}: {again}")
    if dataset.classes and len(dataset.classes) != len(document.classes):
        actual, expected = str(len(dataset.classes)), str(len(document.classes))
        return Problem(
            f"The model knows {expected} classes, and these images show {actual}: {again}"
        )
    return None
