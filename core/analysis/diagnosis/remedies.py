"""What may be set otherwise: each has a recipe of its fault in the bench, over three seeds.

The recipes are in tests/bench/remedies.py; what was tried there and did not help is not advised: a
gradient penalty against a critic that is near its best. Against memorisation nothing was measured,
so nothing is advised.
"""

from __future__ import annotations

from ...models.gan.base_gan import BaseGANConfig
from ...models.vae.base_vae import BaseVAEConfig
from ...models.vae.vae import VAEConfig
from .diagnosis import DiagnosisInputs, Remedy

YOUNG = 1000  # steps: in fewer, training is not over even on points of the plane
FREE_BITS = 0.2  # nats per latent coordinate


def longer(inputs: DiagnosisInputs) -> Remedy | None:
    """What has had few steps is not wrong yet."""
    if inputs.quality.step >= YOUNG:
        return None
    epochs = 2 * inputs.train.epochs
    return Remedy(f"Train for {epochs} epochs", train={"epochs": epochs})


def wider(inputs: DiagnosisInputs) -> Remedy | None:
    """More room for codes; points of the plane need no more than its two coordinates."""
    if inputs.plane and inputs.model.latent >= 2:
        return None
    latent = 2 * inputs.model.latent
    return Remedy(f"Set latent size to {latent}", model={"latent": latent})


def held_critic(inputs: DiagnosisInputs) -> Remedy | None:
    """A critic that has to be smooth keeps its slope and its variety."""
    if not isinstance(inputs.model, BaseGANConfig) or inputs.model.penalty != "none":
        return None
    return Remedy("Use spectral norm", model={"penalty": "spectral norm"})


def more_information(inputs: DiagnosisInputs) -> Remedy | None:
    """What makes codes cheaper, the mildest first."""
    if not weighs_kl(inputs):
        return None
    if (remedy := lighter(inputs)) is not None:
        return remedy
    if not inputs.train.warmup:
        return _warm_up(inputs)
    if isinstance(inputs.model, VAEConfig) and not inputs.model.free_bits:
        return Remedy(f"Set free bits to {FREE_BITS:g} nats", model={"free_bits": FREE_BITS})
    return None


def lighter(inputs: DiagnosisInputs) -> Remedy | None:
    """Less weight on the KL, which a wide Gaussian of the pixels has as well."""
    if inputs.train.beta > 1 and weighs_kl(inputs):
        return Remedy("Set beta to 1", train={"beta": 1.0})
    if isinstance(inputs.model, BaseVAEConfig) and inputs.model.likelihood == "gaussian":
        return Remedy("Learn the pixel noise", model={"likelihood": "learned"})
    return None


def closer(inputs: DiagnosisInputs) -> Remedy | None:
    """More weight on what pulls the codes to the prior, and time to get used to it."""
    if not weighs_kl(inputs):
        return None
    if inputs.train.beta >= 1:
        once = inputs.train.beta == 1
        return Remedy("Set beta to 2", train={"beta": 2.0}) if once else None
    if inputs.train.warmup:
        return Remedy("Set beta to 1", train={"beta": 1.0})
    return Remedy("Set beta to 1, warmed up", train={"beta": 1.0, **_warm_up(inputs).train})


def weighs_kl(inputs: DiagnosisInputs) -> bool:
    """Whether beta and its warm-up have a term to weigh in the training of this model."""
    return bool(inputs.history) and "kl" in inputs.history[-1][1]


def _warm_up(inputs: DiagnosisInputs) -> Remedy:
    epochs = max(1, inputs.train.epochs // 2)
    return Remedy(
        f"Set warm-up to {epochs} epoch{'s' * (epochs > 1)}", train={"warmup": float(epochs)}
    )
