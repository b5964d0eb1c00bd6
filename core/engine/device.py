"""Where torch runs: the one home of devices, threads and running out of memory."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import chain
from typing import Literal

import torch
from threadpoolctl import threadpool_limits
from torch import Tensor, nn

from .errors import Problem

DeviceName = Literal["auto", "cpu", "cuda", "mps"]


def choose(name: DeviceName) -> torch.device:
    """The device of that name; "auto" takes a GPU where there is one."""
    there = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if name == "auto":
        name = next(kind for kind in ("cuda", "mps", "cpu") if there[kind])
    if not there.get(name, False):
        raise Problem(f"This machine has no {name} device: choose auto or cpu.")
    return torch.device(name)


def settle_threads() -> int:
    """All cores but one for what computes, so that a window stays awake; returns how many."""
    threads = max(1, (os.cpu_count() or 2) - 1)
    limit_threads(threads)
    return threads


def limit_threads(threads: int) -> None:
    """So many for torch, and so many for numpy's products of matrices.

    The latter take every core where nobody limits them, and then wait for one another: on a busy
    machine for a tenth of a second at a time, and the window with them.
    """
    torch.set_num_threads(threads)
    threadpool_limits(threads, user_api="blas")


def home(module: nn.Module) -> torch.device:
    """Where its tensors lie; the CPU where it has none."""
    first = next(chain(module.parameters(), module.buffers()), torch.empty(0))
    return first.device


def described(device: torch.device) -> str:
    """As read in the status bar: "CPU, 1 thread" or the name of the GPU."""
    if device.type == "cuda":
        return f"GPU, {torch.cuda.get_device_name(device)}"
    if device.type == "mps":
        return "GPU, Apple"
    threads = torch.get_num_threads()
    return f"CPU, {threads} thread{'s' if threads > 1 else ''}"


def visiting(
    function: Callable[[Tensor], Tensor], device: torch.device
) -> Callable[[Tensor], Tensor]:
    """`function`, which lives on `device`, for arguments and answers on the caller's device.

    Where the GPU's memory does not hold the batch, halves of it are tried.
    """
    if device.type == "cpu":
        return function

    def visit(x: Tensor) -> Tensor:
        try:
            return function(x.to(device)).to(x.device)
        except torch.OutOfMemoryError:
            if len(x) < 2:
                raise
            torch.cuda.empty_cache()
            return torch.cat([visit(half) for half in x.chunk(2)])

    return visit
