"""Files of every kind of model, saved by an older program: they open to the same state and map."""

import json
from collections import Counter
from pathlib import Path

import pytest
import torch

from lacuna.core.config.serialisation import to_json
from lacuna.core.documents import archive
from lacuna.core.documents.scenes import scene_of
from lacuna.core.geometry.map.class_map import class_map
from lacuna.core.geometry.map.plane import slice_plane
from lacuna.core.geometry.map.refinement import Grain
from lacuna.core.session.files import settings_of
from tests.jobs import last

FILES = Path(__file__).parents[2] / "files" / "format1"
EXPECTED = json.loads((FILES / "expected.json").read_text(encoding="utf-8"))
PLACES = torch.tensor([[0.5, -0.25], [-1.0, 0.5], [2.0, 1.0]])


@pytest.fixture(scope="module", params=EXPECTED)
def saved(request):
    """A document as it is read now, and what the program that wrote it had to say of it."""
    return archive.load(FILES / f"{request.param}.lacuna"), EXPECTED[request.param]


def same_values(now, before):
    """Fields of the same name hold the same; what was renamed is there, beside what is new."""
    common = now.keys() & before.keys()
    for name in common:
        if isinstance(now[name], dict):
            same_values(now[name], before[name])
        else:
            assert now[name] == before[name], name
    others = Counter(json.dumps(now[name]) for name in now.keys() - common)
    assert Counter(json.dumps(before[name]) for name in before.keys() - common) <= others


def plain(value):
    return json.loads(json.dumps(to_json(value)))


def test_the_model_draws_the_same(saved):
    document, before = saved
    assert document.step == before["step"]
    images = scene_of(document, "old").decode(PLACES).flatten(1)
    torch.testing.assert_close(images, torch.tensor(before["decoded"]), rtol=1e-5, atol=1e-6)


def test_the_map_is_the_same(saved):
    document, before = saved
    scene, codes = scene_of(document, "old"), document.codes
    random = torch.Generator().manual_seed(0)
    means = torch.randn(50, 2, generator=random) if codes is None else codes.mean
    plane, window = slice_plane(means, torch.zeros(2)), tuple(before["settings"]["window"])
    result = last(class_map(scene, plane, window, Grain(finest=17)))
    assert ["".join(map(str, row)) for row in result.label.tolist()] == before["map"]


def test_the_state_is_the_same(saved):
    document, before = saved
    same_values(plain(document.config), before["model"])
    same_values(plain(document.train), before["train"])
    same_values(plain(settings_of(document, "old")), before["settings"])
    if before["codes"] is not None:
        torch.testing.assert_close(document.codes.mean[:3], torch.tensor(before["codes"]))
