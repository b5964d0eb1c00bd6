"""Heads of files of format 1 made those of now: renamed fields, nothing lost, nothing else."""

import json
import zipfile
from dataclasses import fields
from pathlib import Path

import pytest

from lacuna.core.documents import archive, autosave
from lacuna.core.documents.migration import MODEL_FIELDS_1, SCHEMA, from_format_1, migrated
from lacuna.core.models.registry import MODELS

FILES = sorted((Path(__file__).parents[2] / "files" / "format1").glob("*.lacuna"))
HEAD = {
    "schema": 1,
    "model": {"kind": "gan", "latent": 2, "cut": 0.5, "average": 0.9},
    "train": {"epochs": 3},
    "settings": {"model": {"kind": "infovae", "clip": 0.1, "weight": 7.0}, "cursor": [0.0, 1.0]},
    "step": 5,
}


def test_the_fields_carry_the_names_of_the_papers():
    head = from_format_1(HEAD)
    assert head["model"] == {"kind": "gan", "latent": 2, "weight_clip": 0.5, "ema_decay": 0.9}
    assert list(head["model"]) == ["kind", "latent", "weight_clip", "ema_decay"]
    assert head["settings"]["model"] == {"kind": "infovae", "weight_clip": 0.1, "mmd_weight": 7.0}
    assert head["settings"]["cursor"] == [0.0, 1.0]
    assert (head["train"], head["step"], head["schema"]) == ({"epochs": 3}, 5, 2)


def test_the_head_that_is_given_stays_as_it_is():
    before = json.dumps(HEAD)
    migrated(HEAD)
    assert json.dumps(HEAD) == before


def test_what_is_of_now_stays_as_it_is():
    head = migrated(HEAD)
    assert head["schema"] == SCHEMA
    assert migrated(head) == head


def test_a_kind_of_model_from_outside_keeps_its_fields():
    head = HEAD | {"model": {"kind": "blobs", "slope": 2.0}}
    assert migrated(head)["model"] == head["model"]


@pytest.mark.parametrize("kind", MODEL_FIELDS_1)
def test_every_new_name_is_a_field_and_no_old_one_is(kind):
    names = {field.name for field in fields(MODELS[kind].config)}
    assert set(MODEL_FIELDS_1[kind].values()) <= names
    assert not names & MODEL_FIELDS_1[kind].keys()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_of_format_1_is_written_in_the_format_of_now(path, tmp_path):
    with zipfile.ZipFile(path) as file:
        before = json.loads(file.read("settings.json"))
    assert before["schema"] == 1
    document = archive.load(path)
    archive.save(tmp_path / "new.lacuna", document)
    with zipfile.ZipFile(tmp_path / "new.lacuna") as file:
        after = json.loads(file.read("settings.json"))
    assert after["schema"] == SCHEMA
    assert after["settings"] == migrated(before)["settings"]
    again = archive.load(tmp_path / "new.lacuna")
    assert (again.config, again.train) == (document.config, document.train)
    assert again.config == autosave.read_info(path).model
