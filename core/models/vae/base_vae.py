"""What all VAEs have in common: encoder, decoder, pixel likelihood, evidence lower bound."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Generator, Tensor, nn

from ...config.fields import setting
from ...data.dataset import Batch
from ..gaussian import gaussian_parameters, kl_to_standard_normal, reparameterized
from ..latent_model import LatentModel, ModelConfig, Shape
from ..likelihoods import Kind, pixels
from ..networks import decoder, encoder


@dataclass(frozen=True)
class BaseVAEConfig(ModelConfig):
    likelihood: Kind = setting(
        "bernoulli",
        "what a decoded pixel is taken for: the chance of white, or grey with noise; "
        "points of the plane are always taken for places with noise",
        label="Pixels",
    )
    deviation: float = setting(
        0.1,
        "noise of a Gaussian pixel, whose range is 0 to 1; where it is learned, at the start",
        label="Pixel noise",
        low=0.01,
        high=10,
        logarithmic=True,
        when=("likelihood", "gaussian", "learned"),
    )


class BaseVAE(LatentModel):
    """A VAE whose objective is the evidence lower bound alone (theory: D3).

    A variant overrides the methods in which it differs.
    """

    config: BaseVAEConfig

    def __init__(self, config: BaseVAEConfig, shape: Shape, classes: int = 0) -> None:
        super().__init__()
        self.config = config
        self.encoder = encoder(config, shape, 2 * config.latent)
        self.decoder = decoder(config, shape, config.latent)
        self.pixels = pixels(config.likelihood, config.deviation)

    def players(self) -> dict[str, nn.Module]:
        return {"vae": self}

    def loss(self, player: str, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        """Terms of the negative ELBO in nats: summed over pixels, averaged over the batch."""
        recon, kl = self.terms(batch.images, noise)
        return {"recon": recon.mean(), "kl": kl.mean()}

    def terms(
        self, images: Tensor, noise: Generator, labels: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Reconstruction and KL of each image in nats, (N,) each; one posterior draw."""
        return self._bound(images, *self._posterior(images), noise)

    def _bound(
        self, images: Tensor, mean: Tensor, logvar: Tensor, noise: Generator
    ) -> tuple[Tensor, Tensor]:
        z = reparameterized(mean, logvar, noise)
        recon = -self.pixels.log_prob(self.decoder(z), images)
        return recon, self._kl(z, mean, logvar)

    def _posterior(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """That of the decoder's own input"""
        return gaussian_parameters(self.encoder(images))

    def _kl(self, z: Tensor, mean: Tensor, logvar: Tensor) -> Tensor:
        """(N,) nats; z is a draw of the posterior, for where there is no closed form"""
        return kl_to_standard_normal(mean, logvar).sum(1)

    def log_likelihood(self, images: Tensor, z: Tensor) -> Tensor:
        """log p(x | z) of images (N, C, H, W) at z (N, L), (N,) nats."""
        return self.pixels.log_prob(self.decoder(z), images)

    def encode(self, images: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        return self._posterior(images)

    def decode(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        images: Tensor = self.pixels.mean(self.decoder(z))
        return images
