"""The small model that a person opens: what it is and what it is trained on."""

from lacuna.core.data.dataset import DataConfig
from lacuna.core.models.vae.vae import VAEConfig
from lacuna.core.training.config import TrainConfig

DATA = DataConfig(count=1500)
MODEL = VAEConfig(body="dense", hidden=64)
TRAIN = TrainConfig(epochs=20, batch=64, rate=2e-3)
