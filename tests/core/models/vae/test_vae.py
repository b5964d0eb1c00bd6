"""The regularised VAE: slopes against linear maps, their weight in the loss, and clipping."""

import json
import zipfile
from dataclasses import replace
from functools import partial

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.optim import SGD

from lacuna.core.config.fields import check
from lacuna.core.data.dataset import Batch
from lacuna.core.documents import archive
from lacuna.core.documents.document import Document
from lacuna.core.engine.errors import Problem
from lacuna.core.files.locations import bundled
from lacuna.core.models.registry import build
from lacuna.core.models.vae.vae import VAEConfig, squared_slopes
from lacuna.core.training.config import TrainConfig
from lacuna.core.training.loop import train
from lacuna.core.training.train_step import train_step
from tests.core.small_models import DENSE, SHAPE, dataset, equal, images
from tests.jobs import last

DATA = dataset()
CONFIG = TrainConfig(epochs=2, batch=16)
sizes = st.integers(1, 7)


def normal(*shape, seed=0, scale=1.0):
    noise = torch.Generator().manual_seed(seed)
    return scale * torch.randn(*shape, generator=noise, dtype=torch.float64)


def noise():
    return torch.Generator().manual_seed(3)


# ---- the slopes ----


@settings(deadline=None)  # torch's first call takes its time
@given(st.integers(0, 999), sizes, sizes, st.integers(2, 9))
def test_a_linear_map_has_no_steeper_slope_than_its_norm(seed, latent, pixels, count):
    """omega <= |W|^2, and equality along the first right-singular vector (theory: D12)"""
    weight, points = normal(latent, pixels, seed=seed), normal(count, pixels, seed=seed + 1)
    norm = torch.linalg.matrix_norm(weight, 2) ** 2
    result = squared_slopes(points @ weight.mT, points)
    assert len(result) == count // 2
    assert (result <= norm * (1 + 1e-9)).all()
    along = normal(4, 1, seed=seed, scale=3.0) * torch.linalg.svd(weight).Vh[0]
    top = squared_slopes(along @ weight.mT, along)
    far = (along[:2] - along[2:]).square().sum(1) > 1e-6 * pixels
    torch.testing.assert_close(top[far], norm.expand(2)[far])


@settings(deadline=None)
@given(st.floats(1e-2, 1e2), st.floats(1e-2, 1e2))
def test_slopes_scale_as_the_squares_of_both_scales(value, point):
    """So lambda = 120 on pixels in [-1, 1] is lambda = 30 on pixels in [0, 1] (theory: D12)"""
    points, values = normal(6, 5, seed=1), normal(6, 2, seed=2)
    result = squared_slopes(value * values, point * points)
    torch.testing.assert_close(result, squared_slopes(values, points) * (value / point) ** 2)


def test_pixels_twice_as_wide_need_four_times_the_weight():
    x, codes = images(8).double(), normal(8, 2)
    narrow, wide = squared_slopes(codes, x), squared_slopes(codes, 2 * x - 1)
    torch.testing.assert_close(30 * narrow, 120 * wide)


def test_a_constant_map_has_no_slope():
    assert not squared_slopes(torch.ones(8, 2), images(8)).any()


def test_the_order_of_the_halves_does_not_matter():
    points, values = normal(8, 5, seed=1), normal(8, 2, seed=2)
    turned = squared_slopes(values.roll(4, 0), points.roll(4, 0))
    assert torch.equal(turned, squared_slopes(values, points))


def test_the_order_of_the_pairs_does_not_matter():
    points, values, order = normal(8, 5, seed=1), normal(8, 2, seed=2), torch.tensor([2, 0, 3, 1])
    moved = squared_slopes(*(part[torch.cat([order, order + 4])] for part in (values, points)))
    assert torch.equal(moved, squared_slopes(values, points)[order])


def test_equal_points_have_slope_zero():
    half, codes = normal(3, 1, 4, 4), normal(3, 2)
    assert not squared_slopes(torch.cat([codes, codes]), torch.cat([half, half])).any()


def test_the_denominator_is_at_least_a_millionth_per_coordinate():
    """Equal images which an encoder with noise would tell apart: |1|^2 / (1e-6 * 16)"""
    x, codes = torch.zeros(2, 1, 4, 4), torch.tensor([[0.0, 0.0], [1.0, 0.0]])
    assert squared_slopes(codes, x).item() == pytest.approx(1 / 16e-6)


def test_of_an_odd_batch_the_last_is_left_out():
    points, values = normal(7, 5, seed=1), normal(7, 2, seed=2)
    torch.testing.assert_close(
        squared_slopes(values, points), squared_slopes(values[:6], points[:6])
    )


# ---- in the loss ----


def vae(seed=0, **more):
    return build(replace(DENSE, **more), SHAPE, seed)


@pytest.mark.parametrize("name", ["omega", "ratio"])
def test_without_a_penalty_the_loss_is_the_elbo_of_before(name):
    plain = vae().loss("vae", Batch(images(9), None), noise())
    assert list(plain) == ["recon", "kl"]
    terms = vae(**{name: 30.0}).loss("vae", Batch(images(9), None), noise())
    assert list(terms) == ["recon", "kl", name]
    for term in plain:
        assert torch.equal(plain[term], terms[term])


@pytest.mark.parametrize("count", [2, 8])
def test_omega_weighs_as_the_sum_over_the_batch_does(count):
    """(sum of -ELBO + lambda * sum of omega over pairs) / N, the sums written out"""
    model, x = vae(omega=30.0), images(count)
    mean = model.encode(x)[0]
    pairs = 0.0
    for i in range(count // 2):
        j = i + count // 2
        pairs += (mean[i] - mean[j]).norm() ** 2 / (x[i] - x[j]).norm() ** 2
    result = model.loss("vae", Batch(x, None), noise())["omega"]
    torch.testing.assert_close(result, 30.0 * pairs / count)


def test_ratio_is_that_of_decoded_points_of_the_prior():
    model, x = vae(ratio=5.0), images(8)
    random = noise()
    torch.randn(8, 2, generator=random)  # the posterior draws come first
    z = torch.randn(8, 2, generator=random)
    decoded = model.decode(z)
    slopes = [
        (decoded[i] - decoded[i + 4]).norm() ** 2 / (z[i] - z[i + 4]).norm() ** 2 for i in range(4)
    ]
    result = model.loss("vae", Batch(x, None), noise())["ratio"]
    torch.testing.assert_close(result, 2.5 * sum(slopes) / 4)


def test_one_image_alone_has_no_penalty():
    terms = vae(omega=30.0, ratio=5.0).loss("vae", Batch(images(1), None), noise())
    assert terms["omega"] == terms["ratio"] == 0
    sum(terms.values()).backward()


def test_a_wider_code_pays_its_square():
    """f -> c f multiplies omega by c^2"""
    model, x = vae(omega=30.0), Batch(images(8), None)
    one = model.loss("vae", x, noise())["omega"]
    with torch.no_grad():
        for part in model.encoder[-1].parameters():
            part *= 3
    torch.testing.assert_close(model.loss("vae", x, noise())["omega"], 9 * one)


@pytest.mark.parametrize("name", ["omega", "ratio"])
def test_gradients_are_finite_differences(name):
    model = vae(**{name: 2.0}).double()
    x, weight = (
        images(7).double(),
        (model.encoder[1] if name == "omega" else model.decoder[0]).weight,
    )

    def term(value):
        with torch.no_grad():
            weight.copy_(value)
        return model.loss("vae", Batch(x, None), noise())[name]

    at, along = weight.detach().clone(), normal(*weight.shape)
    (slope,) = torch.autograd.grad(term(at), weight)
    with torch.no_grad():
        step = 1e-5
        difference = (term(at + step * along) - term(at - step * along)) / (2 * step)
    assert difference.abs() > 1e-6
    torch.testing.assert_close((slope * along).sum(), difference, rtol=1e-6, atol=1e-10)


def test_equal_images_leave_finite_gradients():
    x = images(4)
    model = vae(omega=30.0)
    model.loss("vae", Batch(torch.cat([x, x]), None), noise())["omega"].backward()
    for part in model.encoder.parameters():
        assert part.grad.isfinite().all()


# ---- training ----


def trained(config=CONFIG, **more):
    return last(train(partial(vae, config.seed, **more), DATA.train, lambda: config))


@pytest.mark.parametrize("clip", [0.3, 0.01])
def test_clipping_bounds_every_parameter(clip):
    bound = torch.tensor(clip)  # as the weights have it, in float32
    stand = trained(weight_clip=clip)
    sizes = [part.abs().max() for part in stand.model.parameters()]
    assert max(sizes) == bound
    again = {name: part.clone() for name, part in stand.model.state_dict().items()}
    stand.model.constrain()
    assert equal(stand.model, again)


def test_without_a_limit_nothing_is_clipped():
    model = vae()
    before = {name: part.clone() for name, part in model.state_dict().items()}
    model.constrain()
    assert equal(model, before)


def test_the_training_constrains_what_asks_for_it_after_every_step():
    class Leash(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight, self.seen = nn.Parameter(torch.zeros(1)), []

        def loss(self, player, batch, noise):
            return {"run away": -self.weight.sum()}

        def constrain(self):
            self.seen.append(self.weight.item())
            self.weight.data.clamp_(-0.5, 0.5)

    model = Leash()
    optimizers = {"leash": SGD(model.parameters(), 1.0)}
    for _ in range(2):
        train_step(model, optimizers, DATA.train, noise(), TrainConfig(rate=1.0))
    assert model.seen == [1.0, 1.5]
    assert model.weight.item() == 0.5


def test_the_curves_show_the_penalties():
    stand = trained(omega=30.0, ratio=1.0)
    assert set(stand.losses) == {"recon", "kl", "omega", "ratio"}
    assert stand.losses["omega"] > 0
    assert stand.losses["ratio"] > 0


def test_of_too_great_a_weight_the_means_collapse():
    """The least omega is that of a constant: no unit stays active (Var mu > 0.01, Burda et al.)"""
    config = replace(CONFIG, epochs=60, rate=1e-2)
    active = []
    for weight in (0.0, 3e4):
        mean = trained(config, omega=weight).model.encode(DATA.train.images)[0]
        active.append(int((mean.var(0) > 0.01).sum()))
    assert active[0] > 0
    assert active[1] == 0


def test_resuming_under_penalties_is_bit_exact():
    more = {"omega": 30.0, "ratio": 1.0, "weight_clip": 0.3}
    whole, job = trained(**more), train(partial(vae, **more), DATA.train, lambda: CONFIG)
    for _ in range(3):
        next(job)
    half = job.send("stop")
    rest = last(train(partial(vae, **more), DATA.train, lambda: CONFIG, half.checkpoint))
    assert half.step == 3
    assert equal(rest.model, whole.model)


# ---- what is configured ----


@pytest.mark.parametrize("field", ["omega", "weight_clip", "ratio"])
def test_a_negative_weight_is_a_problem(field):
    with pytest.raises(Problem, match="at least 0"):
        check(replace(DENSE, **{field: -1.0}))


def test_a_file_of_before_opens_without_penalties(tmp_path):
    """A head that does not name the new fields"""
    path, old = tmp_path / "new.lacuna", tmp_path / "old.lacuna"
    given = Document(vae(), replace(DENSE, omega=30.0, weight_clip=0.3), SHAPE, DATA.config)
    archive.save(path, given)
    assert archive.load(path).config == given.config
    with zipfile.ZipFile(path) as there, zipfile.ZipFile(old, "w") as here:
        for name in there.namelist():
            content = there.read(name)
            if name == "settings.json":
                head = json.loads(content)
                head["model"] = {
                    key: head["model"][key] for key in ("kind", "latent", "body", "hidden")
                }
                content = json.dumps(head)
            here.writestr(name, content)
    result = archive.load(old)
    assert result.config == DENSE
    assert equal(result.model, given.model)


def test_the_models_that_come_with_the_program_are_plain():
    for path in bundled().values():
        config = archive.load(path).config
        assert config == VAEConfig(config.latent, config.body, config.hidden)
