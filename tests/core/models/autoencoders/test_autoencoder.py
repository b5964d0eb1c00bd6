"""Autoencoders against principal components, closed forms, and the score of a mixture."""

from dataclasses import replace
from functools import partial

import pytest
import torch
from scipy.linalg import subspace_angles
from torch import nn
from torch.distributions import Categorical, MixtureSameFamily, Normal

from lacuna.core.data.dataset import Batch
from lacuna.core.documents import archive
from lacuna.core.models.autoencoders.autoencoder import AEConfig
from lacuna.core.models.autoencoders.contractive_autoencoder import CAEConfig, probed_slopes
from lacuna.core.models.autoencoders.denoising_autoencoder import DAEConfig
from lacuna.core.models.latent_model import POINT
from lacuna.core.models.moments import Moments
from lacuna.core.models.protocols import EvidenceBound
from lacuna.core.models.registry import build
from lacuna.core.training.config import TrainConfig
from lacuna.core.training.loop import train
from tests.core.small_models import SHAPE, document, equal, images
from tests.jobs import last

CONFIGS = [config(body="dense", hidden=16) for config in (AEConfig, DAEConfig, CAEConfig)]
CONFIG = TrainConfig(epochs=4, batch=64)
DATA = Batch(images(300), None)

each = pytest.mark.parametrize("config", CONFIGS, ids=lambda config: type(config).__name__)


def trained(config, training=CONFIG, start=None, data=DATA):
    return last(train(partial(build, config, SHAPE), data, lambda: training, start))


def noise(seed=0):
    return torch.Generator().manual_seed(seed)


# ---- the objectives ----


def test_a_linear_one_finds_the_principal_subspace():
    """Baldi & Hornik 1989: of its squared error all minima are global, and span the components."""
    shape = (1, 4, 4)
    x = images(100, shape).double() * torch.linspace(0.2, 1.0, 16).view(4, 4)
    model = build(replace(CONFIGS[0], latent=3), shape)
    model.encoder = nn.Sequential(nn.Flatten(), nn.Linear(16, 3))
    model.decoder = nn.Sequential(nn.Linear(3, 16), nn.Unflatten(1, shape))
    model.double()
    optimizer = torch.optim.LBFGS(
        model.parameters(),
        max_iter=300,
        tolerance_grad=1e-7,
        tolerance_change=0,
        line_search_fn="strong_wolfe",
    )

    def closure():
        optimizer.zero_grad()
        loss = model.loss("autoencoder", Batch(x, None), noise())["recon"]
        loss.backward()
        return loss

    optimizer.step(closure)
    values, axes = torch.linalg.eigh(x.flatten(1).mT.cov(correction=0))
    result = model.decoder[0].weight.detach()
    assert subspace_angles(result.numpy(), axes[:, -3:].numpy()).max() < 1e-2
    torch.testing.assert_close(closure().detach(), values[:-3].sum(), rtol=1e-4, atol=0)


def sigmoid_layer():
    weight, bias = torch.randn(5, 7, dtype=torch.float64), torch.randn(5, dtype=torch.float64)
    return weight, lambda x: torch.sigmoid(x @ weight.mT + bias)


def test_contraction_of_a_sigmoid_layer_in_closed_form():
    """Rifai et al. 2011: sum_j (h_j (1 - h_j))² sum_i W_ji²; from unit probes, and autograd's."""
    weight, layer = sigmoid_layer()
    x = torch.randn(11, 7, dtype=torch.float64)
    h = layer(x)
    closed = ((h * (1 - h)).square() * weight.square().sum(1)).sum(1)
    units = torch.eye(5, dtype=torch.float64)
    rows = sum(probed_slopes(layer, x, unit.expand(11, -1)) for unit in units)
    jacobians = torch.func.vmap(torch.func.jacrev(layer))(x)
    torch.testing.assert_close(rows, closed)
    torch.testing.assert_close(jacobians.square().sum((1, 2)), closed)


def test_random_probes_are_unbiased():
    """Hutchinson 1990, within 4 standard errors."""
    weight, layer = sigmoid_layer()
    x = torch.randn(1, 7, dtype=torch.float64)
    h = layer(x)
    closed = ((h * (1 - h)).square() * weight.square().sum(1)).sum()
    probes = torch.randn(40_000, 5, dtype=torch.float64)
    result = probed_slopes(layer, x.expand(len(probes), -1), probes)
    assert (result.mean() - closed).abs() < 4 * result.std() / len(probes) ** 0.5


def test_slopes_reach_the_weights():
    """The gradient of the penalty of a linear map, |v^T W|², is 2 v v^T W."""
    layer, x, v = nn.Linear(4, 3, bias=False), torch.randn(1, 4), torch.randn(1, 3)
    probed_slopes(layer, x, v).sum().backward()
    torch.testing.assert_close(layer.weight.grad, 2 * v.mT @ v @ layer.weight.detach())


def test_the_contractive_terms_are_both_jacobians():
    """On average, within 4 standard errors, the weights times the squared norms."""
    model = build(
        replace(CONFIGS[2], jacobian_penalty=0.5, decoder_jacobian_penalty=2.0), SHAPE
    ).double()
    nn.init.constant_(model.encoder[-1].bias, 5.0)  # where the decoder's slopes are not those at 0
    x = images(1).double()
    code = model.encoder(x).detach()
    to_code = torch.func.jacrev(model.encoder)(x).square().sum()
    to_image = torch.func.jacrev(model.decoder)(code).square().sum()
    batch, random, result = Batch(x.expand(32, -1, -1, -1), None), noise(), []
    for _ in range(100):
        answer = model.loss("autoencoder", batch, random)
        result.append(torch.stack([answer["contraction"], answer["smoothness"]]).detach())
    away = torch.stack(result) - torch.stack([0.5 * to_code, 2.0 * to_image])
    assert (away.mean(0).abs() < 4 * away.std(0) / 10).all()
    plain = build(replace(CONFIGS[2], jacobian_penalty=0.0, decoder_jacobian_penalty=0.0), SHAPE)
    assert plain.loss("autoencoder", DATA, noise()).keys() == {"recon"}


CENTRES, WIDTH, SPOILT = torch.tensor([0.3, 0.8]).double(), 0.05, 0.2
MIXTURE = MixtureSameFamily(
    Categorical(torch.tensor([0.3, 0.7]).double()),
    Normal(CENTRES, torch.full((2,), WIDTH).double()),
)


def by_posterior(spoilt):
    """The mean of what a spoilt pixel (N, 1) may have been"""
    variance = WIDTH**2 + SPOILT**2
    weights = MIXTURE.mixture_distribution.probs
    part = (weights.log() - (spoilt - CENTRES) ** 2 / (2 * variance)).softmax(1)
    means = CENTRES + (spoilt - CENTRES) * WIDTH**2 / variance
    return (part * means).sum(1, keepdim=True)


def by_tweedie(spoilt):
    """The spoilt pixel moved by s² times the score of spoilt pixels"""
    spoilt = spoilt.detach().requires_grad_()
    blurred = Normal(CENTRES, (WIDTH**2 + SPOILT**2) ** 0.5)
    density = MixtureSameFamily(MIXTURE.mixture_distribution, blurred).log_prob(spoilt).sum()
    return spoilt.detach() + SPOILT**2 * torch.autograd.grad(density, spoilt)[0]


def test_the_mean_of_what_was_is_a_step_along_the_score():
    """Tweedie's formula, of a mixture of two."""
    spoilt = torch.linspace(-0.5, 1.5, 41).double()[:, None]
    torch.testing.assert_close(by_tweedie(spoilt), by_posterior(spoilt))


class Bent(nn.Module):
    """The optimal denoiser, and directions to leave it by"""

    def __init__(self):
        super().__init__()
        self.bend = nn.Parameter(torch.zeros(3).double())

    def forward(self, spoilt):
        powers = torch.cat([spoilt**power for power in range(3)], 1)
        return (by_tweedie(spoilt) + (powers @ self.bend)[:, None]).view(-1, 1, 1, 1)


def least_error():
    """What even the best denoiser errs: s² - s⁴ E[score²], integrated over spoilt pixels"""
    spoilt = torch.linspace(-2, 3, 5001).double()[:, None]
    score = (by_posterior(spoilt) - spoilt) / SPOILT**2
    blurred = Normal(CENTRES, (WIDTH**2 + SPOILT**2) ** 0.5)
    density = MixtureSameFamily(MIXTURE.mixture_distribution, blurred).log_prob(spoilt).exp()
    return SPOILT**2 - SPOILT**4 * torch.trapezoid((score.square() * density)[:, 0], dx=1e-3)


def test_the_best_denoiser_follows_the_score():
    """No way to leave Tweedie's formula lowers the loss, which is what the score says.

    Gradients 0, and the error, within 4 standard errors.
    """
    model = build(DAEConfig(1, "dense", corruption_level=SPOILT), (1, 1, 1))
    model.encoder, model.decoder = nn.Flatten(), Bent()
    random, result = noise(), []
    for _ in range(100):
        x = MIXTURE.sample((1000,)).view(-1, 1, 1, 1)
        loss = model.loss("autoencoder", Batch(x, None), random)["recon"]
        slopes = torch.autograd.grad(loss, model.decoder.bend)[0]
        result.append(torch.cat([slopes, loss.detach()[None] - least_error()]))
    result = torch.stack(result)
    assert (result.mean(0).abs() < 4 * result.std(0) / 10).all()


def test_masking_blackens_its_part_of_the_pixels():
    model = build(replace(CONFIGS[1], corruption="masking", corruption_level=0.3), SHAPE)
    spoilt = model.corrupted(torch.ones(500, *SHAPE), noise())
    part = spoilt.eq(0).double().mean()
    assert set(spoilt.unique().tolist()) == {0.0, 1.0}
    assert (part - 0.3).abs() < 4 * (0.3 * 0.7 / spoilt.numel()) ** 0.5


@pytest.mark.parametrize("corruption", ["gaussian", "masking"])
def test_without_strength_nothing_is_spoilt(corruption):
    model = build(replace(CONFIGS[1], corruption=corruption, corruption_level=0.0), SHAPE)
    decoded = model.decoder(model.encoder(DATA.images))
    error = (decoded - DATA.images).square().sum((1, 2, 3)).mean()
    torch.testing.assert_close(model.loss("autoencoder", DATA, noise()), {"recon": error})


# ---- the Gaussian fitted to the codes ----


@pytest.mark.parametrize("directions", [None, torch.randn(5, 3)])
def test_moments_of_batches_are_those_of_all(directions):
    """However far from 0 the rows are."""
    rows, moments = 100 + torch.randn(200, 5) @ torch.randn(5, 5), Moments(5, directions)
    for part in rows.split([1, 60, 100, 39]):
        moments.see(part)
    covariance = rows.double().mT.cov(correction=0)
    products = covariance if directions is None else covariance @ directions.double()
    torch.testing.assert_close(moments.mean, rows.mean(0))
    torch.testing.assert_close(moments.products.double(), products, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(moments.total.double(), covariance.trace(), rtol=1e-4, atol=0)
    assert moments.seen == 200


def test_memory_fades():
    """Of rows at 0 and so many at 1 as the memory holds, 1/e of the weight is left to the former"""
    moments = Moments(1, memory=10_000)
    moments.see(torch.zeros(10_000, 1))
    for _ in range(1000):
        moments.see(torch.ones(10, 1))
    old = (1 - 1 / 1000) ** 1000  # which is nearly 1/e
    torch.testing.assert_close(moments.mean, torch.tensor([1 - old]), rtol=0, atol=1e-3)
    torch.testing.assert_close(moments.total, torch.tensor(old * (1 - old)), rtol=0, atol=1e-3)


@pytest.mark.parametrize("latent", [2, 16])
def test_codes_are_white(latent):
    """Mean 0 and covariance 1, less what the floor of 1e-5 of the whole variance takes."""
    model = build(replace(CONFIGS[0], latent=latent, hidden=64), SHAPE)
    model.observe(DATA)
    codes = model.encode(DATA.images)[0].detach()
    raw = model.encoder(DATA.images).detach().double().mT.cov(correction=0)
    floor = 1e-5 * raw.trace() / torch.linalg.eigvalsh(raw)[0]  # of the narrowest direction
    torch.testing.assert_close(codes.mean(0), torch.zeros(latent), rtol=0, atol=1e-4)
    away = codes.mT.cov(correction=0) - torch.eye(latent)
    assert torch.linalg.matrix_norm(away, 2) < floor + 1e-4


def test_codes_are_white_after_training_where_the_encoder_has_settled():
    """Within 4 standard errors of the 2000 independent codes that a fading 1000 are worth."""
    data = Batch(images(2000), None)
    model = trained(CONFIGS[0], replace(CONFIG, epochs=8, rate=1e-7), data=data).model
    codes = model.encode(data.images)[0]
    torch.testing.assert_close(codes.mean(0), torch.zeros(2), rtol=0, atol=4 / 2000**0.5)
    away = codes.mT.cov(correction=0) - torch.eye(2)
    assert away.abs().max() < 4 * (2 / 2000) ** 0.5


@each
def test_whitening_goes_back_and_forth(config):
    """What is drawn of an image's code is what the plain networks make of it."""
    model = trained(config).model
    decoded = model.decode(model.encode(DATA.images)[0])
    torch.testing.assert_close(decoded, model.decoder(model.encoder(DATA.images)))


def test_the_posterior_has_the_bandwidth_of_scott():
    """n^(-1 / (L + 4)) of n = 5000 codes, in two dimensions .2418"""
    logvar = build(CONFIGS[0], SHAPE).encode(DATA.images)[1]
    assert logvar.shape == (300, 2)
    deviation = (0.5 * logvar).exp()
    torch.testing.assert_close(deviation, torch.full((300, 2), 5000 ** (-1 / 6)))


def test_codes_all_alike_stay_finite():
    model = build(CONFIGS[0], SHAPE)
    model.observe(Batch(images(1), None))
    model.observe(Batch(images(1).expand(9, -1, -1, -1), None))
    assert model.encode(DATA.images)[0].isfinite().all()
    assert model.decode(torch.randn(3, 2)).isfinite().all()


# ---- what every family promises ----


@each
def test_it_learns_and_has_no_bound(config):
    stand = trained(config, replace(CONFIG, epochs=10, rate=1e-2))
    before, after = (
        model.loss("autoencoder", DATA, noise())["recon"]  # of all, for a batch is but some
        for model in (build(config, SHAPE), stand.model)
    )
    assert after < before
    assert not isinstance(stand.model, EvidenceBound)


@each
@pytest.mark.parametrize("step", [1, 7])
def test_resuming_is_bit_exact(config, step):
    job = train(partial(build, config, SHAPE), DATA, lambda: CONFIG)
    next(job)
    for _ in range(step - 1):
        job.send(None)
    half = job.send("stop")
    assert equal(trained(config, start=half.checkpoint).model, trained(config).model)


@each
@pytest.mark.parametrize("body", ["conv", "dense"])
@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), POINT])
def test_shapes_and_ranges(config, body, shape):
    model = build(replace(config, body=body, latent=3), shape)
    x = images(4, shape)
    model.observe(Batch(x, None))
    assert all(t.isfinite() for t in model.loss("autoencoder", Batch(x, None), noise()).values())
    decoded = model.decode(3 * torch.randn(5, 3))
    assert decoded.shape == (5, *shape)
    assert 0 <= decoded.min() <= decoded.max() <= 1
    assert model.encode(x)[0].shape == model.encode(x)[1].shape == (4, 3)


@each
def test_slopes_forward_and_backward_agree(config):
    model = trained(config).model
    z, x = torch.randn(2), DATA.images[0]
    for function, point in (
        (lambda z: model.decode(z[None])[0], z),
        (lambda x: model.encode(x[None])[0][0], x),
    ):
        forward, backward = (way(function)(point) for way in (torch.func.jacfwd, torch.func.jacrev))
        torch.testing.assert_close(forward, backward, rtol=1e-4, atol=1e-5)


@each
def test_a_file_holds_it(config, tmp_path):
    model = trained(config).model
    archive.save(tmp_path / "ae.lacuna", replace(document(config), model=model))
    again, z = archive.load(tmp_path / "ae.lacuna").model, torch.randn(5, 2)
    assert torch.equal(again.decode(z), model.decode(z))
    assert torch.equal(again.encode(DATA.images)[0], model.encode(DATA.images)[0])
