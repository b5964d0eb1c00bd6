"""What a training is made from - data, model, training - and how two such setups differ."""

from __future__ import annotations

from dataclasses import dataclass, fields

from ..config.differences import Difference, differences
from ..data.dataset import DataConfig
from ..data.titles import data_title
from ..documents.document import Document
from ..models.latent_model import ModelConfig
from ..models.registry import family_of
from ..training.config import TrainConfig


@dataclass(frozen=True)
class Setup:
    """All that a training is made from."""

    data: DataConfig
    model: ModelConfig
    train: TrainConfig


def setup_of(document: Document) -> Setup:
    """What a document was made from."""
    return Setup(document.data, document.config, document.train)


def takes_over(before: Setup, after: Setup) -> bool:
    """Whether a training under way takes over all that differs between the two."""
    if before.data != after.data or type(before.model) is not type(after.model):
        return False
    return all(
        place.metadata.get("live")
        for one, other in ((before.model, after.model), (before.train, after.train))
        for place in fields(one)
        if getattr(one, place.name) != getattr(other, place.name)
    )


def setup_differences(before: Setup, after: Setup) -> tuple[Difference, ...]:
    """In which settings two differ: of the data, the model and the training."""
    unused = family_of(after.model).unused
    return (
        *_of_data(before.data, after.data),
        *_of_model(before.model, after.model),
        *differences(before.train, after.train, skip=unused),
    )


def _of_data(before: DataConfig, after: DataConfig) -> tuple[Difference, ...]:
    if before.name != after.name:
        return (Difference("Data", data_title(before.name), data_title(after.name)),)
    changed = differences(before, after, skip=("folder",))
    if before.folder != after.folder:
        places = (place.folder or "the usual place" for place in (before, after))
        changed = (Difference("Folder", *places), *changed)
    return changed


def _of_model(before: ModelConfig, after: ModelConfig) -> tuple[Difference, ...]:
    """Of another kind of model: what all share, and what is not as its kind begins with"""
    if type(before) is type(after):
        return differences(before, after)
    kinds = Difference("Kind of model", *(family_of(one).title for one in (before, after)))
    begun = type(after)(latent=before.latent, body=before.body, hidden=before.hidden)
    return (kinds, *differences(begun, after))
