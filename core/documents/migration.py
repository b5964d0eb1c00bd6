"""Files of older formats: the JSON of each made that of the next, by tables of renamed fields.

Format 1 is that of Lacuna before its options carried the names of the papers. To rename a field
of a configuration or of the session's settings: one row here. To change the format anew: one step
more in STEPS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
Names: TypeAlias = Mapping[str, str]  # old to new; a name within a name is "layers.cloud"

_VAE = {"clip": "weight_clip"}
_GAN = {
    "cut": "weight_clip",
    "slope": "gradient_penalty",
    "orthonormality": "orthogonal_penalty",
    "spread": "stable_rank",
    "average": "ema_decay",
}
MODEL_FIELDS_1: Mapping[str, Names] = {
    "vae": _VAE,
    "infovae": {**_VAE, "weight": "mmd_weight"},
    "wae": {"weight": "mmd_weight"},
    "dae": {"strength": "corruption_level"},
    "cae": {"contraction": "jacobian_penalty", "smoothness": "decoder_jacobian_penalty"},
    "vamp": {"components": "pseudo_inputs"},
    "flow": {"layers": "flow_layers", "units": "flow_units"},
    "m2": {"labelled": "labelled_fraction", "teaching": "classification_weight"},
    "dann": {"adversary": "adversarial_weight"},
    "gan": _GAN,
    "cgan": _GAN,
    "sgan": {**_GAN, "labelled": "labelled_fraction"},
    "madgan": _GAN,
}  # by the kind of model
TRAIN_FIELDS_1: Names = {}
SETTINGS_FIELDS_1: Names = {
    "space.drawn": "space.samples",
    "layers.relief": "layers.heights",
}


def from_format_1(head: Json) -> Json:
    """The head of a file of format 2, of one of format 1: renamed fields, nothing else."""
    new = _configurations(head)
    if "settings" in head:
        new["settings"] = _configurations(_renamed(head["settings"], SETTINGS_FIELDS_1))
    if head.get("checkpoint"):
        log = [[step, _renamed(train, TRAIN_FIELDS_1)] for step, train in head["checkpoint"]["log"]]
        new["checkpoint"] = head["checkpoint"] | {"log": log}
    return new | {"schema": 2}


def _configurations(holder: Json) -> Json:
    """`holder` with the fields of its configurations of model and training renamed"""
    new = dict(holder)
    if "model" in holder:
        kind = holder["model"].get("kind", "vae")  # the only one there was when none was named
        new["model"] = _renamed(holder["model"], MODEL_FIELDS_1.get(kind, {}))
    if "train" in holder:
        new["train"] = _renamed(holder["train"], TRAIN_FIELDS_1)
    return new


def _renamed(fields: Any, names: Names) -> Any:
    """`fields` under their new names, each in its place"""
    if not names:
        return fields
    return {
        names.get(name, name): _renamed(value, _within(name, names))
        for name, value in fields.items()
    }


def _within(name: str, names: Names) -> Names:
    """The new names of the fields of field `name`: of "layers.cloud" within "layers" "cloud"."""
    start = f"{name}."
    return {
        old.removeprefix(start): new.removeprefix(start)
        for old, new in names.items()
        if old.startswith(start)
    }


STEPS: Mapping[int, Callable[[Json], Json]] = {1: from_format_1}  # from each format to the next
SCHEMA = max(STEPS) + 1  # what is written


def migrated(head: Json) -> Json:
    """The head of a file as if it were written now; `head["schema"]` is 1 to SCHEMA."""
    while head["schema"] < SCHEMA:
        head = STEPS[head["schema"]](head)
    return head
