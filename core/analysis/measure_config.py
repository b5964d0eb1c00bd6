"""How much is spent on measuring a model at rest."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..geometry.radius.exact import RadiusConfig
from ..geometry.radius.sampled import SearchConfig
from ..measures.disentanglement.table import DisentanglementConfig

WIDE = 64  # dimensions beyond which fewer points are searched


@dataclass(frozen=True)
class MeasureConfig:
    """The same for every model that is compared with others."""

    threshold: float = math.log(20)  # nats; a hole is where log p - log q is above it
    masses: int = 10_000  # points of the prior that classes and holes are counted on
    slopes: int = 512  # images, and points of the prior, where a slope is measured
    radius: RadiusConfig = RadiusConfig()  # in one and two dimensions
    search: SearchConfig = SearchConfig()  # in more
    wide_search: SearchConfig = SearchConfig(points=128, pool=1024)  # in more than `WIDE`
    samples: int = 2000  # drawn, and images held out that they are compared with
    likelihood_images: int = 64  # whose log p(x) is bounded
    likelihood_draws: int = 1000  # for each of them
    disentanglement: DisentanglementConfig = DisentanglementConfig()

    def search_in(self, latent: int) -> SearchConfig:
        """How radii are searched for in so many dimensions."""
        return self.search if latent <= WIDE else self.wide_search
