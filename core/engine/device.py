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

THREADS = "--threads"  # an option of the window and of all commands

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


def settle_threads(threads: int | None = None) -> int:
    """So many for what computes, or as OMP_NUM_THREADS says; returns how many.

    Where nobody says, all cores but one, so that a window stays awake. Raises Problem for less
    than one.
    """
    if threads is not None and threads < 1:
        raise Problem(f"{threads} threads compute nothing: ask for one or more.")
    asked = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()  # "4,2": by level
    said = int(asked) if asked.isdecimal() and int(asked) > 0 else None
    threads = threads or said or max(1, (os.cpu_count() or 2) - 1)
    limit_threads(threads)
    return threads


def taken_threads(arguments: list[str]) -> tuple[list[str], int | None]:
    """The arguments without `--threads`, and its number; raises Problem where it has none."""
    if THREADS not in arguments:
        return arguments, None
    at = arguments.index(THREADS)
    number = arguments[at + 1 : at + 2]
    if not (number and number[0].isdecimal()):
        raise Problem(f"{THREADS} is followed by how many are to compute.")
    return arguments[:at] + arguments[at + 2 :], int(number[0])


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
