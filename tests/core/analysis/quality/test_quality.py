"""The quality of models whose quality is known, and what it says of models that lack much."""

import io
import json
import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from rich.console import Console

import lacuna.core.analysis.quality.codes
import lacuna.core.analysis.quality.samples
from lacuna.core.analysis.measure_config import MeasureConfig
from lacuna.core.analysis.quality.measure import quality
from lacuna.core.analysis.quality.parts import PARTS
from lacuna.core.analysis.quality.quality import Quality
from lacuna.core.analysis.quality.samples import CELL, binned_divergence, sample_images
from lacuna.core.data.dataset import Batch, DataConfig, Dataset
from lacuna.core.data.toy import MIXTURES, POINT, RING, to_images
from lacuna.core.documents.scenes import scene_of
from lacuna.core.measures.disentanglement.table import DisentanglementConfig
from lacuna.core.measures.elbo_surgery import activity
from lacuna.core.models.vae.conditional_vae import CVAEConfig
from lacuna.core.models.vae.vae import VAEConfig
from lacuna.core.reports.quality.chapters import CHAPTERS, quality_chapters
from lacuna.core.reports.summary import measures_report, table
from lacuna.core.runs.encode import training_codes
from lacuna.core.scene.codes import Codes
from lacuna.core.scene.prior import Gaussian
from lacuna.core.scene.scene import Scene
from tests.core.small_models import DENSE, ModelAtRest, dataset, document, images
from tests.jobs import last, returned

TOY_ONLY = {"modes", "jensen_shannon"}
QUICK = DisentanglementConfig(fitted=200, boosted=100, votes=100)


# fewer images than the program takes
FEWER = MeasureConfig(samples=200, likelihood_images=4, likelihood_draws=50, disentanglement=QUICK)


def measured(document, data, figures=None, config=FEWER):
    job = quality(document, data, figures, config)
    return [report for report in job if isinstance(report, Quality)][-1]


def points(n, seed, law=RING):
    return to_images(law.sample(n, torch.Generator().manual_seed(seed)))


def toy(name="ring", train=400, held_out=200):
    law = MIXTURES[name]
    parts = [Batch(points(n, seed, law), None) for seed, n in enumerate((train, held_out))]
    return Dataset(DataConfig(name), *parts)


class Formula(ModelAtRest):
    """Draws by a formula, and does nothing else."""

    def __init__(self, formula):
        super().__init__()
        self.config, self.formula = DENSE, formula
        self.weight = torch.nn.Parameter(torch.zeros(1))

    def decode(self, z, labels=None):
        return self.formula(z)


def of_toy(data, formula):
    """A document for points that are drawn by a formula."""
    made = document(DENSE, POINT, (), data=data.config)
    return replace(made, model=Formula(formula))


def perfect(z):
    """Points of the ring, whatever z is"""
    seed = int(z.abs().sum() * 1e4) % 2**31
    return points(len(z), seed)


def one_mode(z):
    return to_images(RING.centres[:1] + RING.sigma * z)


# ---- the whole ----


def test_a_vae_has_all_but_what_its_data_do_not_give():
    found = measured(document(), dataset(n=120))
    assert set(found.missing) - {"likelihood", "frechet"} == {*TOY_ONLY, "disentanglement"}
    assert "more samples than features" in found.missing["frechet"]  # 20 of 128
    for name in PARTS:
        assert (getattr(found, name) is None) == (name in found.missing)
    assert found.held_out.images == len(found.codes.mean) == 20


def test_every_part_answers_a_field_and_every_chapter_says_something():
    assert set(PARTS) <= set(Quality.__dataclass_fields__)
    found = measured(document(), dataset(n=120))
    told = quality_chapters(found, ("left", "right"))
    assert [chapter.key for chapter in told] == [row.key for row in CHAPTERS]
    keys = [finding.key for chapter in told for finding in chapter.findings]
    assert len(keys) == len(set(keys))


def test_the_cheap_comes_first_and_stays():
    seen = []
    for said in quality(document(), dataset(n=120)):
        if isinstance(said, Quality):
            known = {name for name in PARTS if getattr(said, name) is not None}
            assert all(before <= known for before in seen[-1:])
            seen.append(known)
    assert seen[0] == set()
    assert seen[1] == {"held_out"}


def test_the_codes_are_those_of_the_images_held_out():
    made, data = document(), dataset(n=120)
    found = measured(made, data)
    with torch.no_grad():
        mean, _ = made.model.encode(data.test.images)
    torch.testing.assert_close(found.codes.mean, mean, rtol=2**-11, atol=2**-24)  # 16 bits
    assert found.activity.kl.sum() == pytest.approx(found.held_out.kl, rel=2**-8)


def test_the_surgery_is_of_the_training_images():
    made, data = document(), dataset(n=120)
    codes = returned(training_codes(scene_of(made, "made"), data.train))
    mean_kl = measured(made, data).surgery.mean_kl
    assert mean_kl.low < activity(codes, Gaussian()).kl.sum() < mean_kl.high


def test_the_variance_is_that_about_the_mean_of_the_training_images():
    data = dataset(n=120)
    away = (data.test.images - data.train.images.mean(0)).double().square().mean()
    assert measured(document(), data).variance == pytest.approx(float(away), rel=1e-5)


# ---- what is missing ----


def test_without_the_images_the_file_still_tells():
    made = document(DENSE, step=7)
    mean = torch.randn(50, 2, generator=torch.Generator().manual_seed(0))
    kept = Codes(mean, torch.full_like(mean, -2.0), None, torch.arange(50), 7)
    figures = {"negative_elbo": 9.0, "kl": 2.0, "recon": 7.0, "images": 10.0, "step": 7.0}
    found = measured(replace(made, test=None, measures=figures), None)
    assert (found.held_out.negative_elbo, found.held_out.images) == (9.0, 10)
    assert found.held_out.accuracy is None
    assert "not on this machine" in found.missing["samples"]
    assert measured(replace(made, test=kept), None).activity is not None


def test_without_a_judge_nothing_tells_images_apart():
    found = measured(document(classes=()), dataset(n=120, classes=()))
    assert found.activity is not None
    for name in ("samples", "classes", "kernel", "memorisation"):
        assert "No judge" in found.missing[name]
    said = {f.key: f for chapter in quality_chapters(found, ()) for f in chapter.findings}
    assert said["frechet"].remark.startswith("Not applicable: no judge")


def grey(z):
    """Images (N, 1, 8, 8) of a colour each"""
    return z[:, :1, None, None].sigmoid().expand(-1, 1, 8, 8)


def test_a_model_without_encoder_or_bound():
    made = replace(document(), model=Formula(grey).eval().requires_grad_(False))
    found = measured(made, dataset(n=120))
    assert "no encoder" in found.missing["codes"]
    assert "no evidence lower bound" in found.missing["surgery"]
    assert found.held_out.negative_elbo is None
    assert None not in (found.classes, found.kernel, found.memorisation)
    assert quality_chapters(found, ("left", "right"))


def test_images_of_another_size_are_said_to_be_others():
    found = measured(document(), dataset(n=120, shape=(1, 12, 12)))
    assert "trained on" in found.missing["samples"]


# ---- the likelihood ----


class Exact(ModelAtRest):
    """x = z + noise of deviation 1 in each pixel, with its true posterior: log p(x) is known."""

    def __init__(self):
        super().__init__()
        self.config = VAEConfig(latent=2)
        self.weight = torch.nn.Parameter(torch.zeros(1))

    def decode(self, z, labels=None):
        return z[:, None, None]

    def encode(self, images, labels=None):
        return images.flatten(1) / 2, torch.full((len(images), 2), math.log(0.5))

    def log_likelihood(self, x, z):
        return Gaussian().log_density(x.flatten(1) - z)


def test_the_bound_is_the_likelihood_where_the_posterior_is_exact():
    data = toy()
    made = replace(document(DENSE, POINT, (), data=data.config), model=Exact())
    found = measured(made, data).likelihood
    x = data.test.images[lacuna.core.analysis.quality.codes.some_of(data.test, 4)].flatten(1)
    truth = Gaussian(0.0, math.sqrt(2)).log_density(x.double())  # x is N(0, 2) in each pixel
    assert found.bound == pytest.approx(truth.numpy(), abs=1e-5)
    assert found.effective == pytest.approx(50.0)


# ---- toys ----


def test_draws_of_the_data_themselves():
    data = toy()
    found = measured(of_toy(data, perfect), data)
    assert found.modes.captured == 8
    assert found.modes.quality.low < 0.98889 < found.modes.quality.high  # 1 - exp(-9/2)
    assert found.distinction.p > 0.001
    assert found.manifold.recall.value > 0.5
    assert len(found.memorisation.flagged) / 200 <= found.memorisation.by_chance.high


def test_a_single_mode():
    data = toy()
    found = measured(of_toy(data, one_mode), data)
    assert found.modes.captured == 1
    assert found.modes.reverse.value == pytest.approx(math.log(8))
    # p is an eighth of q where q is: JSD = log 2 - (9 log 9 - 8 log 8) / 16 nats
    truth = math.log(2) + (math.log(1 / 9) + 8 * math.log(8 / 9)) / 16
    assert found.jensen_shannon == pytest.approx(truth, abs=0.03)
    assert found.distinction.accuracy.low > 0.8


def test_a_memoriser():
    data = toy()
    repeated = data.train.images

    def decode(z):
        return repeated[torch.arange(len(z))]

    found = measured(of_toy(data, decode), data)
    assert len(found.memorisation.flagged) == 200


def test_the_divergence_of_the_mixture_from_itself_is_what_chance_makes():
    draws = RING.sample(200_000, torch.Generator().manual_seed(0)).double().numpy()
    assert 0 < binned_divergence(draws, RING) < 0.001
    far = np.full((100, 2), 3.0 - CELL / 2)
    assert binned_divergence(far, RING) == pytest.approx(math.log(2), abs=1e-6)


# ---- conditional models, factors ----


def test_a_conditional_model_is_asked_for_the_classes_as_the_data_has_them():
    def given(condition):
        return Scene("a", 0, lambda z: torch.full((len(z), 1, 1, 1), float(condition)))

    whole = replace(given(0), conditioned=given)
    images = last(iter([returned(sample_images(whole, 1000, torch.tensor([3.0, 0.0, 1.0])))]))
    assert set(images.flatten().tolist()) == {0.0, 2.0}
    assert (images == 2).float().mean() == pytest.approx(0.25, abs=0.05)
    assert not bool((images.flatten().diff() >= 0).all())  # mixed: halves of it are alike


def test_a_conditional_model_is_measured_whole_whichever_class_is_shown():
    """Every image is encoded under its own class, and every class is drawn."""
    made, data = document(CVAEConfig(body="dense", hidden=16)), dataset(n=120)
    found = measured(made, data)
    with torch.no_grad():
        mean, _ = made.model.encode(data.test.images, data.test.labels)
    torch.testing.assert_close(found.codes.mean, mean, rtol=2**-11, atol=2**-24)  # 16 bits
    assert found.activity.kl.sum() == pytest.approx(found.held_out.kl, rel=2**-8)
    assert found.classes.counts.sum() == 20


def test_codes_are_measured_against_known_factors():
    pixels, rows = images(260), torch.arange(260)
    factors = {"left": rows % 3, "right": rows // 3 % 3}
    data = Dataset(
        DataConfig("strokes"),
        Batch(pixels[:240], None),
        Batch(pixels[240:], None),
        (),
        {name: values[:240] for name, values in factors.items()},
    )
    found = measured(document(classes=()), data, config=replace(FEWER, samples=8)).disentanglement
    assert len(found.scores) == 10
    assert found.rows == 240


# ---- the report ----


def test_the_report_says_it_for_machines_and_for_people():
    made = document(history=((0, {"recon": 30.0, "kl": 1.0}),))
    said = returned(measures_report(made, dataset(n=120), config=FEWER))
    assert json.loads(json.dumps(said)) == said
    elbo = said["measures"]["Bound and reconstruction"]["elbo"]
    assert elbo["low"] < elbo["value"] < elbo["high"]
    assert [one["key"] for one in said["diagnoses"]].count("posterior collapse") == 1  # untrained
    console = Console(file=io.StringIO(), width=200)
    console.print(table(said))
    printed = console.file.getvalue()
    assert "Posterior collapse" in printed
    assert "Try: Set warm-up to 5 epochs." in printed
    assert "not applicable" in printed
