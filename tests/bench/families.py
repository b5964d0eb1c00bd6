"""Each family's steps through the one loop against a loop written for it alone."""

import time
from dataclasses import replace
from statistics import median

import torch

from lacuna.core.data.dataset import DataConfig, Dataset
from lacuna.core.data.registry import load
from lacuna.core.models.protocols import Alternating, Constrained, Observing, Tuned
from lacuna.core.models.registry import MODELS, build
from lacuna.core.training.config import TrainConfig
from lacuna.core.training.loop import train

SECONDS, TURNS = 2.0, 3
DATA = DataConfig(count=6000)
ENDLESS = TrainConfig(epochs=100_000, seed=0)


def steps():
    """steps/s of each family against a plain loop"""
    data = [report for report in load(DATA) if isinstance(report, Dataset)][-1]
    ratios = {name: _ratio(name, data) for name in MODELS}
    worst = min(ratios, key=ratios.get)
    text = f"{median(ratios.values()):.2f}; {ratios[worst]:.2f} at worst ({worst})"
    return steps.__doc__, text, ">= 0.95"


def _ratio(name, data):
    """Median of turns side by side: the machine's own moods hit both"""
    config = replace(MODELS[name].config(), hidden=64)
    train_config = replace(ENDLESS, rate=MODELS[name].rate)
    ours, plain = _ours(config, train_config, data), _plain(config, train_config, data)
    next(ours), next(plain)  # what is made once
    result = []
    for _ in range(TURNS):
        one, other = _rate(ours), _rate(plain)
        result.append(one / other)
    ours.close()
    return median(result)


def _rate(loop):
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        next(loop)
        count += 1
    return count / (time.perf_counter() - began)


def _made(config, data):
    return build(config, data.train.images.shape[1:], 0, len(data.classes))


def _ours(config, train_config, data):
    yield from train(lambda: _made(config, data), data.train, lambda: train_config)


def _plain(config, train_config, data):
    model, noise, step = _made(config, data).train(), torch.Generator().manual_seed(0), 0
    optimizers = {}
    for player, part in model.players().items():
        if isinstance(model, Tuned):
            optimizers[player] = model.optimizer(player, part.parameters(), train_config.rate)
        else:
            optimizers[player] = torch.optim.Adam(part.parameters(), train_config.rate, fused=True)
    while True:
        for rows in torch.randperm(len(data.train.images), generator=noise).split(128):
            batch = data.train.at(rows)
            if isinstance(model, Observing):
                model.observe(batch)
            movers = model.movers(step) if isinstance(model, Alternating) else optimizers
            for player in movers:
                optimizers[player].zero_grad(set_to_none=True)
                torch.stack(list(model.loss(player, batch, noise).values())).sum().backward()
                optimizers[player].step()
                if isinstance(model, Constrained):
                    model.constrain()
            step += 1
            yield None


ROWS = (steps,)
