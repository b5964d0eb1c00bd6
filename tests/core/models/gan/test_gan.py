"""The adversarial families as games: who moves, what reaches whom, shapes, files, repetition."""

import copy
from dataclasses import replace

import pytest
import torch
from torch import nn

from lacuna.core.data.dataset import Batch
from lacuna.core.documents.archive import load, save
from lacuna.core.documents.document import Document
from lacuna.core.documents.scenes import scene_of
from lacuna.core.geometry.lipschitz.layers import decoder_layers
from lacuna.core.models.gan.conditional_gan import CGANConfig
from lacuna.core.models.gan.gan import GANConfig
from lacuna.core.models.gan.losses import LOSSES
from lacuna.core.models.gan.mad_gan import MADGANConfig, part_of
from lacuna.core.models.gan.networks import inward, outward
from lacuna.core.models.gan.semi_supervised_gan import SGANConfig
from lacuna.core.models.latent_model import POINT
from lacuna.core.models.protocols import Alternating, Constrained, EvidenceBound, Observing, Tuned
from lacuna.core.models.registry import MODELS, build, build_empty
from lacuna.core.models.spectral_norm import ConvNorm, matrices
from lacuna.core.training.config import TrainConfig
from lacuna.core.training.loop import train
from lacuna.core.training.train_step import train_step
from tests.core.small_models import SHAPE, dataset, equal, images
from tests.jobs import last

FAMILIES = ["gan", "cgan", "sgan", "madgan"]
PENALTIES = [
    "none",
    "clipping",
    "gradient penalty",
    "spectral norm",
    "true spectral norm",
    "orthonormal",
    "stable rank",
]
ABILITIES = (Tuned, Alternating, Constrained, Observing)
DENSE = {"body": "dense", "hidden": 16}


def made(name, shape=SHAPE, seed=0, **more):
    return build(MODELS[name].config(**{**DENSE, **more}), shape, seed, classes=3)


def batch(n=24, shape=SHAPE):
    return Batch(images(n, shape), torch.arange(n) % 3)


def noise():
    return torch.Generator().manual_seed(7)


def labels(n):
    return torch.arange(n) % 3


def played(model, steps, given=None):
    config, random = TrainConfig(rate=1e-3), noise()
    optimizers = {
        name: model.optimizer(name, part.parameters(), 1e-3)
        for name, part in model.players().items()
    }
    given = batch() if given is None else given
    for step in range(steps):
        model.observe(given)
        movers = {name: optimizers[name] for name in model.movers(step)}
        answer = train_step(model, movers, given, random, config)
    return answer


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("body", ["dense", "conv"])
@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), (1, 8, 8), POINT])
def test_shapes_and_ranges(name, body, shape):
    model = made(name, shape, body=body, latent=3).eval()
    assert all(isinstance(model, ability) for ability in ABILITIES)
    assert not isinstance(model, EvidenceBound)
    z = 3 * torch.randn(6, 3)
    with torch.no_grad():
        decoded = model.decode(z, labels(6))
        mean, logvar = model.encode(decoded, labels(6))
    assert decoded.shape == (6, *shape)
    assert mean.shape == logvar.shape == (6, 3)
    assert shape == POINT or 0 <= decoded.min() <= decoded.max() <= 1


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("player", ["critic", "generator", "encoder"])
def test_a_player_moves_nobody_else(name, player):
    """Every gradient of its loss lies within its own part, and reaches all of that."""
    model = made(name, body="conv").train()
    terms = model.loss(player, batch(), noise())
    torch.stack(list(terms.values())).sum().backward()
    for owner, part in model.players().items():
        for parameter in part.parameters():
            assert (parameter.grad is not None) == (owner == player)
    parts = model.players().values()
    assert all(x.requires_grad for part in parts for x in part.parameters())


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("body", ["dense", "conv"])
def test_every_penalty_trains(penalty, body):
    model = made("gan", body=body, penalty=penalty, loss="wasserstein", critic_steps=2).train()
    before = copy.deepcopy(model.state_dict())
    answer = played(model, 4)
    named = {"gradient penalty": "gradient penalty", "orthonormal": "orthonormality"}
    assert set(answer) == {"critic", "generator", "encoder"} | (
        {named[penalty]} if penalty in named else set()
    )
    assert all(term.isfinite() for term in answer.values())
    after = model.state_dict()
    for player in model.players():
        assert any(not torch.equal(before[k], after[k]) for k in after if k.startswith(player))


@pytest.mark.parametrize("loss", list(LOSSES))
def test_the_losses_of_a_game_are_those_of_its_name(loss):
    """The very draws of z, and the critic's own numbers of what they give."""
    model = made("gan", loss=loss, penalty="gradient penalty", critic_steps=5)
    real, z = batch().images, torch.randn(24, 2, generator=noise())
    with torch.no_grad():
        a, b = (model.critic(2 * part - 1)[:, 0] for part in (real, model.decode(z)))
    result = model.loss("critic", batch(), noise())["critic"]
    expected = LOSSES[loss].critic_real(a).mean() + LOSSES[loss].critic_fake(b).mean()
    torch.testing.assert_close(result, expected)
    result = model.loss("generator", batch(), noise())["generator"]
    torch.testing.assert_close(result, LOSSES[loss].generator(b).mean())


def test_the_generator_moves_after_so_many_batches_of_the_critics():
    model = made("gan", critic_steps=3)
    moved = [step for step in range(9) if "generator" in model.movers(step)]
    assert moved == [2, 5, 8]
    assert all({"critic", "encoder"} <= set(model.movers(step)) for step in range(9))


def test_clipping_holds_the_critic_and_nobody_else():
    model = made("gan", penalty="clipping", loss="wasserstein", weight_clip=0.02).train()
    played(model, 2)
    assert max(float(part.detach().abs().max()) for part in model.critic.parameters()) <= 0.02
    assert max(float(part.detach().abs().max()) for part in model.generator.parameters()) > 0.1


@pytest.mark.parametrize("penalty", PENALTIES)
def test_batch_norm_is_in_no_critic_that_is_held(penalty):
    """D16: a penalty on the slope at an image means nothing where the batch changes it."""
    critic = made("gan", body="conv", penalty=penalty).critic
    norms = [part for part in critic.modules() if isinstance(part, nn.BatchNorm2d)]
    assert bool(norms) == (penalty == "none")


def test_the_true_norm_holds_convolutions():
    critic = made("gan", body="conv", penalty="true spectral norm").critic
    assert sum(isinstance(part, ConvNorm) for part in critic.modules()) == 2


def test_an_orthonormal_critic_begins_so():
    model = made("gan", penalty="orthonormal", orthogonal_penalty=1.0)
    assert float(model.loss("critic", batch(), noise())["orthonormality"].detach()) < 1e-8
    assert len(matrices(model.critic)) == 3


def test_optimisers_are_those_of_the_specification():
    """D16: little momentum, none for hinge and Wasserstein, RMSProp under clipping."""
    for more, betas in (
        ({"loss": "saturating"}, (0.5, 0.999)),
        ({"loss": "hinge"}, (0.0, 0.9)),
        ({"loss": "wasserstein"}, (0.0, 0.9)),
    ):
        model = made("gan", **more)
        optimizer = model.optimizer("critic", model.critic.parameters(), 1e-3)
        assert optimizer.param_groups[0]["betas"] == betas
    model = made("gan", penalty="clipping")
    optimizer = model.optimizer("generator", model.generator.parameters(), 1e-3)
    assert isinstance(optimizer, torch.optim.RMSprop)


def filled(model, value):
    with torch.no_grad():
        for part in model.generator.parameters():
            part.fill_(value)


def test_the_drawn_generator_is_the_average_of_those_that_were():
    """From values at known steps: shares 1, 10/11, 10/12, ... and never below 1 - `average`."""
    model, expected = made("gan", ema_decay=0.4), 0.0
    for step, value in enumerate([3.0, -1.0, 2.0, 5.0, 4.0, 4.0, -2.0, 1.0, 7.0, 2.0, 3.0, 1.0]):
        filled(model, value)
        model.observe(batch())
        share = max(10 / (10 + step), 0.6)
        expected += share * (value - expected)
    weights = torch.cat([part.flatten() for part in model.averaged.parameters()])
    torch.testing.assert_close(weights, torch.full_like(weights, expected))


def test_without_averaging_the_newest_generator_is_drawn():
    model = made("gan", body="conv", ema_decay=0.0).train()
    played(model, 3)
    model.observe(batch())
    z = torch.randn(4, 2)
    with torch.no_grad():
        decoded, newest = model.decode(z), model.eval().generator(z).sigmoid()
    torch.testing.assert_close(decoded, newest)


def test_the_average_is_never_in_training_mode():
    """So the encoder learns from the very drawings of the map, and its norms stay averages."""
    model = made("gan", body="conv").train()
    assert model.generator.training
    assert not any(part.training for part in model.averaged.modules())


@pytest.mark.parametrize("shape", [SHAPE, POINT])
def test_networks_see_images_about_zero(shape):
    x = images(5, shape)
    observed = inward(x, shape)
    assert observed.shape == x.shape
    scale = 6.0 if shape == POINT else 2.0
    torch.testing.assert_close(observed, scale * (x - 0.5))


def test_points_are_drawn_where_the_last_layer_says():
    logits = 9 * torch.randn(5, *POINT)
    torch.testing.assert_close(inward(outward(logits, POINT), POINT), logits)


@pytest.mark.parametrize("name", FAMILIES)
def test_the_map_is_differentiable_forwards_and_backwards(name):
    model = made(name, body="conv").eval().requires_grad_(False)
    z, along = torch.randn(4, 2), torch.randn(4, 2)

    def decode(z):
        return model.decode(z, labels(4))

    _, forward = torch.func.jvp(decode, (z,), (along,))
    probe = torch.randn(4, *SHAPE)
    _, back = torch.func.vjp(decode, z)
    torch.testing.assert_close((forward * probe).sum(), (back(probe)[0] * along).sum())


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("penalty", ["none", "spectral norm"])
def test_a_file_holds_all_of_it(name, penalty, tmp_path):
    config = MODELS[name].config(**{**DENSE, "body": "conv", "penalty": penalty})
    model = build(config, SHAPE, 0, 3).train()
    played(model, 2)
    model = model.eval().requires_grad_(False)
    data = dataset(classes=("a", "b", "c"))
    path = tmp_path / "m.lacuna"
    save(path, Document(model, config, SHAPE, data.config, classes=data.classes))
    again = load(path)
    assert again.config == config
    assert equal(again.model, model)
    scene, same = scene_of(again, "again"), scene_of(replace(again, model=model), "same")
    z = torch.randn(5, 2)
    assert torch.equal(scene.decode(z), same.decode(z))
    assert torch.equal(scene.encode(scene.decode(z))[0], same.encode(same.decode(z))[0])


@pytest.mark.parametrize("name", FAMILIES)
def test_a_run_repeats_itself_and_goes_on_where_it_was_left(name):
    """Bit for bit, also with the state of a power iteration and batch norms in between."""
    config, data = MODELS[name].config(**DENSE, penalty="spectral norm", critic_steps=2), batch(40)

    def run(epochs, start=None):
        def requested():
            return TrainConfig(epochs=epochs, batch=16, device="cpu")

        return last(train(lambda: build(config, SHAPE, 0, 3), data, requested, start))

    whole, again, half = run(3), run(3), run(1)
    rest = run(3, half.checkpoint)
    assert equal(whole.model, again.model)
    assert equal(whole.model, rest.model)


def test_a_blank_draws_nothing():
    before = torch.get_rng_state()
    for penalty in PENALTIES:
        model = build_empty(GANConfig(penalty=penalty, hidden=16), (1, 28, 28))
        assert all(part.is_meta for part in model.parameters())
    assert torch.equal(torch.get_rng_state(), before)


def test_the_plain_decoder_is_a_row_of_layers():
    """So bounds can be proven about it, as about any other; a conditional one says it is not."""
    model = made("gan", body="conv").eval()
    z = torch.randn(3, 2)
    x = z
    for layer in decoder_layers(model, 2):
        x = layer(x)
    torch.testing.assert_close(x, model.decode(z))


def test_the_encoder_learns_where_drawings_came_from():
    """Of a generator that holds still, it comes near, and knows how near once it rests itself."""
    model = made("gan", hidden=64)
    with torch.no_grad():
        for layer in model.averaged:
            if isinstance(layer, nn.Linear):
                layer.weight.mul_(2)
    optimizer = model.optimizer("encoder", model.encoder.parameters(), 3e-3)
    random, steps = noise(), 1200
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = 3e-3 * (1 - step / steps)
        loss = model.loss("encoder", Batch(images(128), None), random)["encoder"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        z = torch.randn(2000, 2)
        mean, logvar = model.encode(model.decode(z))
    scaled = (z - mean) / (0.5 * logvar).exp()
    assert float((z - mean).square().mean().sqrt()) < 0.15
    assert 0.7 < float(scaled.square().mean()) < 1.4  # 1 where the variance is honest


# ---- the families beside the plain one ----


def test_a_conditional_game_draws_and_encodes_by_class():
    model = build(CGANConfig(**DENSE), SHAPE, 0, classes=3).eval()
    z = torch.randn(1, 2).expand(3, 2)
    with torch.no_grad():
        decoded = model.decode(z, torch.arange(3))
        mean, _ = model.encode(decoded[:1].expand(3, -1, -1, -1), torch.arange(3))
    assert model.conditions(("a", "b", "c")) == ("a", "b", "c")
    assert (decoded[0] - decoded[1]).abs().max() > 1e-3
    assert (mean[0] - mean[1]).abs().max() > 1e-3


def test_with_no_class_vectors_a_conditional_critic_is_an_unconditional_one():
    """D18: V = 0."""
    model = build(CGANConfig(**DENSE, penalty="none"), SHAPE, 0, classes=3)
    with torch.no_grad():
        model.critic.head.weight[1:] = 0
        model.critic.head.bias[1:] = 0
    x = model.network_input(images(6))
    result = {tuple(model.logit(x, torch.full((6,), label)).tolist()) for label in range(3)}
    assert result == {tuple(model.critic(x)[:, 0].tolist())}


def test_wrong_classes_raise_the_conditional_critics_loss():
    """D18: after some training on images whose brighter third is their class."""
    pixels, labels = images(96, (1, 8, 12)), torch.arange(96) % 3
    for label, third in enumerate(pixels.split(4, dim=3)):
        third[labels != label] *= 0.1
    model = build(CGANConfig(**DENSE), (1, 8, 12), 0, classes=3).train()
    played(model, 200, Batch(pixels, labels))
    right = model.loss("critic", Batch(pixels, labels), noise())["critic"]
    wrong = model.loss("critic", Batch(pixels, (labels + 1) % 3), noise())["critic"]
    assert wrong > right + 0.1


def test_a_semi_supervised_critic_learns_classes_from_few_labels():
    """From a third of them it names the images whose label it never saw."""
    data = dataset(n=360)
    model = build(SGANConfig(**DENSE, labelled_fraction=0.3), SHAPE, 0, classes=2).train()
    played(model, 80, data.train)
    with torch.no_grad():
        answer = model.critic(model.network_input(data.test.images)).argmax(1)
    assert float(answer.eq(data.test.labels).float().mean()) > 0.95


def test_labels_that_are_not_told_do_not_matter():
    data = batch(60)
    model = build(SGANConfig(**DENSE, labelled_fraction=0.0), SHAPE, 0, classes=3)
    one, other = (
        model.loss("critic", Batch(data.images, labels), noise())
        for labels in (data.labels, (data.labels + 1) % 3)
    )
    assert one["labels"] == 0
    assert torch.equal(one["critic"], other["critic"])


@pytest.mark.parametrize("latent", [1, 2, 5])
@pytest.mark.parametrize("parts", [1, 3, 8])
def test_the_parts_of_the_latent_space_are_of_equal_mass(latent, parts):
    """Within four standard errors of a share of 20 000 draws."""
    z = torch.randn(20_000, latent, generator=noise())
    shares = torch.bincount(part_of(z, parts), minlength=parts) / 20_000
    error = (1 / parts * (1 - 1 / parts) / 20_000) ** 0.5
    assert len(shares) == parts
    assert float((shares - 1 / parts).abs().max()) <= 4 * error


def test_a_point_belongs_to_one_generator_wherever_it_lies():
    edge = torch.tensor([[0.0, 0.0], [1.0, 0.0], [-1.0, 0.0], [1.0, -1e-30], [0.0, -1.0]])
    assert part_of(edge, 4).tolist() == [0, 0, 2, 3, 3]
    assert part_of(torch.tensor([[-1e9], [0.0], [1e9]]), 3).tolist() == [0, 1, 2]


def test_generators_differ_where_their_parts_meet():
    model = build(MADGANConfig(**DENSE, generators=4), SHAPE).eval()
    beside = torch.tensor([[1.0, 1e-6], [1.0, -1e-6], [1.0, 2e-6]])
    with torch.no_grad():
        decoded = model.decode(beside)
    assert (decoded[0] - decoded[1]).abs().max() > 1e-3
    assert (decoded[0] - decoded[2]).abs().max() < 1e-5
