"""Encoder and decoder networks: dense and convolutional."""

from __future__ import annotations

import math

from torch import nn

from .latent_model import ModelConfig, Shape


def encoder(config: ModelConfig, shape: Shape, out: int) -> nn.Module:
    """images (N, C, H, W) -> (N, out), of the body that is asked for"""
    made = {"conv": conv_encoder, "dense": dense_encoder}[config.body]
    return made(shape, config.hidden, out)


def decoder(config: ModelConfig, shape: Shape, inputs: int) -> nn.Module:
    """(N, inputs) -> logits (N, C, H, W), of the body that is asked for"""
    made = {"conv": conv_decoder, "dense": dense_decoder}[config.body]
    return made(inputs, config.hidden, shape)


def dense_encoder(shape: Shape, hidden: int, out: int) -> nn.Module:
    return nn.Sequential(
        nn.Flatten(), nn.Linear(math.prod(shape), hidden), nn.SiLU(), nn.Linear(hidden, out)
    )


def dense_decoder(latent: int, hidden: int, shape: Shape) -> nn.Module:
    """z (N, L) -> logits (N, C, H, W)"""
    return nn.Sequential(
        nn.Linear(latent, hidden),
        nn.SiLU(),
        nn.Linear(hidden, math.prod(shape)),
        nn.Unflatten(1, shape),
    )


def conv_encoder(shape: Shape, hidden: int, out: int) -> nn.Module:
    """Two strided convolutions (32, 64 channels) and a hidden layer; sides divisible by 4."""
    channels, height, width = shape
    return nn.Sequential(
        nn.Conv2d(channels, 32, 4, 2, 1),
        nn.SiLU(),
        nn.Conv2d(32, 64, 4, 2, 1),
        nn.SiLU(),
        nn.Flatten(),
        nn.Linear(4 * height * width, hidden),
        nn.SiLU(),
        nn.Linear(hidden, out),
    )


def conv_decoder(latent: int, hidden: int, shape: Shape) -> nn.Module:
    """The mirror image of `conv_encoder`: z (N, L) -> logits (N, C, H, W)"""
    channels, height, width = shape
    return nn.Sequential(
        nn.Linear(latent, hidden),
        nn.SiLU(),
        nn.Linear(hidden, 4 * height * width),
        nn.SiLU(),
        nn.Unflatten(1, (64, height // 4, width // 4)),
        nn.ConvTranspose2d(64, 32, 4, 2, 1),
        nn.SiLU(),
        nn.ConvTranspose2d(32, channels, 4, 2, 1),
    )
