"""Every family of models, over data of every kind: train, save, reopen, draw the map."""

from dataclasses import replace

import pytest
import torch

from lacuna.core.data.dataset import Batch, DataConfig, Dataset
from lacuna.core.documents import archive
from lacuna.core.documents.scenes import scene_of
from lacuna.core.engine.errors import Problem
from lacuna.core.geometry.map.class_map import class_map
from lacuna.core.geometry.map.plane import whole_plane
from lacuna.core.geometry.map.refinement import Grain
from lacuna.core.models.judge import Judge
from lacuna.core.models.latent_model import POINT
from lacuna.core.models.registry import MODELS
from lacuna.core.runs.encode import codes_of
from lacuna.core.runs.fit import Plan, Trained, finished, fit, going_on
from lacuna.core.scene.prior import Gaussian
from lacuna.core.training.config import TrainConfig
from tests.core.small_models import SHAPE, images
from tests.jobs import last

FEW = TrainConfig(epochs=2, batch=16)
N, HELD_OUT = 64, 16
# what data differ in: shape, body, classes; every pair of two of these is met by some model
KINDS = {
    "grey, convolutional": ((1, 28, 28), "conv", ("a", "b", "c")),
    "colour, convolutional": ((3, 8, 8), "conv", ("a", "b")),
    "small, dense": (SHAPE, "dense", ("a", "b")),
    "points": (POINT, "dense", ("a", "b", "c")),
    "unlabelled, dense": ((3, 8, 8), "dense", ()),
}
ROUNDS = [
    (name, kind)
    for row, name in enumerate(MODELS)
    for turn, kind in enumerate(KINDS)
    if (row + turn) % 2 == 0 or kind == "points"
]


def made(shape, classes):
    pixels = images(N, shape)
    labels = torch.arange(N) % len(classes) if classes else None
    batch = Batch(pixels, labels)
    return Dataset(
        DataConfig("npz"), batch.at(slice(HELD_OUT, N)), batch.at(slice(HELD_OUT)), classes
    )


def trained(name, kind, **more):
    shape, body, classes = KINDS[kind]
    family, data = MODELS[name], made(shape, classes)
    config = replace(family.config(), body=body, hidden=8, **more)
    judge = Judge(len(classes), shape).eval().requires_grad_(False) if classes else None
    plan = Plan(data.config, config, judge)
    found = last(fit(plan, lambda: FEW, data))
    assert isinstance(found, Trained)
    assert found.snapshot.finished
    return found.document, data


@pytest.mark.parametrize(("name", "kind"), ROUNDS)
def test_trains_saves_reopens_and_draws_its_map(name, kind, tmp_path):
    if MODELS[name].labelled and not KINDS[kind][2]:
        with pytest.raises(Problem, match="needs data with classes"):
            trained(name, kind)
        return
    document, data = trained(name, kind)
    document = last(_returned(finished(document, data)))
    archive.save(tmp_path / "m.lacuna", document)
    again = archive.load(tmp_path / "m.lacuna")
    before, after = scene_of(document, "before"), scene_of(again, "after")
    z = 2 * torch.randn(7, 2, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        drawn = after.decode(z)
        assert torch.equal(drawn, before.decode(z))
    assert drawn.shape == (7, *KINDS[kind][0])
    assert drawn.isfinite().all()
    assert 0 <= drawn.min() <= drawn.max() <= 1
    assert again.config == document.config
    _check_prior(after)
    codes = last(_returned(codes_of(after, data.train)))
    assert codes.mean.shape == codes.logvar.shape == (len(codes.index), 2)
    if after.logits is not None:
        on, grain = whole_plane(), Grain(finest=17, dense=9)
        found = last(class_map(after, on, (-3.0, 3.0, -3.0, 3.0), grain))
        assert found.label.shape == (17, 17)
        assert found.label.max() < len(again.classes)


@pytest.mark.parametrize("name", MODELS)
def test_the_same_seed_is_the_same_run(name):
    one, other = (trained(name, "small, dense")[0].model.state_dict() for _ in range(2))
    assert one.keys() == other.keys()
    assert all(torch.equal(one[key], other[key]) for key in one)


@pytest.mark.parametrize("name", MODELS)
def test_goes_on_from_where_it_was_left(name, tmp_path):
    shape, body, classes = KINDS["small, dense"]
    data = made(shape, classes)
    config = replace(MODELS[name].config(), body=body, hidden=8)
    judge = Judge(len(classes), shape).eval().requires_grad_(False)
    plan = Plan(data.config, config, judge)
    whole = last(fit(plan, lambda: FEW, data)).document
    job = fit(plan, lambda: FEW, data)
    for _ in range(5):
        next(job)
    archive.save(tmp_path / "m.lacuna", job.send("stop").document)
    half = archive.load(tmp_path / "m.lacuna")
    assert 0 < half.checkpoint.step < whole.checkpoint.step
    rest = last(fit(going_on(half, data.config), lambda: FEW, data)).document
    one, other = whole.model.state_dict(), rest.model.state_dict()
    assert all(torch.equal(one[key], other[key]) for key in one)


@pytest.mark.parametrize("name", MODELS)
def test_every_setting_says_what_it_is(name):
    for field in MODELS[name].config.__dataclass_fields__.values():
        said = field.metadata
        assert said["help"]
        assert said["label"] == "" or said["label"][0].isupper()


def test_the_table_is_in_order():
    titles = [family.title for family in MODELS.values()]
    assert len(set(titles)) == len(titles)
    assert len({family.config for family in MODELS.values()}) == len(MODELS)
    for family in MODELS.values():
        assert family.sentence.endswith(".")
        assert family.source
        assert issubclass(family.model, torch.nn.Module)
    assert "vae" in MODELS


@pytest.mark.parametrize("name", [n for n, family in MODELS.items() if family.labelled])
def test_a_conditional_model_draws_what_it_is_asked_for(name):
    document, data = trained(name, "small, dense")
    scene = scene_of(document, "a")
    if not scene.conditions:
        return  # it needs labels, and draws no class on demand
    z = torch.randn(5, 2)
    assert scene.conditioned is not None
    with torch.no_grad():
        first, second = (scene.conditioned(row).decode(z) for row in (0, 1))
    assert torch.equal(scene.decode(z), first)
    assert not torch.equal(first, second)
    assert scene.conditioned(1) is scene.conditioned(1)
    if scene.conditions == scene.classes:
        codes = last(_returned(codes_of(scene.conditioned(1), data.train)))
        assert set(codes.labels.tolist()) == {1}


def _check_prior(scene):
    """Draws of the prior are as dense as the prior says"""
    random = torch.Generator().manual_seed(0)
    z = scene.prior.sample(2000, 2, random)
    assert z.shape == (2000, 2)
    assert scene.prior.log_density(z).isfinite().all()
    assert abs(float(z.mean()) - scene.prior.mean) < 0.3 * scene.prior.deviation
    if isinstance(scene.prior, Gaussian):
        assert float(z.std()) == pytest.approx(scene.prior.deviation, rel=0.1)


def _returned(job):
    """The reports of a job and what it returns"""
    yield (yield from job)
