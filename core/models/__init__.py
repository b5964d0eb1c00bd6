"""Models: one file a family, in autoencoders/, vae/ or gan/, by its name in the literature.

latent_model.py: what every model offers. protocols.py: what some offer besides. registry.py: the
families by name; a new one is a file and a line there.
"""

from .family import Family
from .latent_model import LatentModel, ModelConfig

__all__ = ["Family", "LatentModel", "ModelConfig"]
