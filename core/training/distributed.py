"""One training in several processes: each looks at its share of every batch (started by torchrun).

All hold the same images, weights, optimisers and random stream. What is averaged after every step
is the gradients; so an objective that adds over images is the same as in one process.
"""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NoReturn

import torch
from torch import Generator, Tensor, distributed, nn
from torch.overrides import TorchFunctionMode

from ..data.dataset import Batch
from ..engine import device
from ..engine.errors import Problem
from ..engine.jobs import Word
from ..models.latent_model import LatentModel, TrainableModel
from ..models.vae.vae import VAEConfig

if TYPE_CHECKING:
    from torch.distributed.distributed_c10d import Store

BATCH_NORMS = nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm
PATIENCE = timedelta(days=1)  # the first fetches images and trains the judge, the others wait

LOST = (
    "One of the processes of this training has ended, and so have the others: what was saved last "
    "is whole, and --resume goes on with it."
)


@dataclass(frozen=True)
class Team:
    """The processes of one training, and which of them this is."""

    rank: int = 0
    size: int = 1

    @property
    def first(self) -> bool:
        """Whether this is the one that writes files and says how far it is."""
        return self.rank == 0

    def share(self, whole: int) -> Share:
        """Which rows of a batch of so many are this process's: all sizes differ by one at most.

        Who gets none looks at the first one, for nothing.
        """
        first, after = (whole * rank // self.size for rank in (self.rank, self.rank + 1))
        if first == after:
            return Share(self, 0, 1, whole, 0.0)
        return Share(self, first, after - first, whole, (after - first) / whole)

    def agreed(self, word: Word | None) -> Word | None:
        """ "stop" for all at once where one of them has been asked to."""
        if self.size == 1:
            return word
        stops = torch.tensor(float(word == "stop"))
        _met(distributed.all_reduce, stops)
        return "stop" if stops else None

    def align(self, noise: Generator) -> None:
        """Go on with the first one's random stream: unequal shares may have drawn unequally."""
        if self.size > 1:
            state = noise.get_state()
            _met(distributed.broadcast, state, 0)
            noise.set_state(state)

    def wait(self) -> None:
        """Go on together."""
        if self.size > 1:
            _met(distributed.barrier)

    def place(self, where: device.DeviceName) -> None:
        """Raises Problem where that device is none for so many processes."""
        if self.size == 1 or (kind := device.choose(where).type) == "cpu":
            return
        here, gpus = int(os.environ["LOCAL_WORLD_SIZE"]), torch.cuda.device_count()
        if kind != "cuda" or here > gpus:
            raise Problem(
                f"{here} processes need a GPU of NVIDIA each, and this machine has {gpus}: "
                "start fewer, or add --device cpu."
            )


ALONE = Team()


@dataclass(frozen=True)
class Share:
    """The rows of a batch that one process looks at."""

    team: Team
    first: int
    rows: int
    whole: int  # rows of the batch
    weight: float  # of this share in the average over all

    def of(self, batch: Batch) -> Batch:
        """Its part of the whole batch."""
        return batch.at(slice(self.first, self.first + self.rows))

    def drawing(self, noise: Generator) -> AbstractContextManager[Any]:
        """Within it, draws of one entry per row are this share's part of a draw for all rows."""
        return nullcontext() if self.team.size == 1 else _Drawing(self, noise)

    @torch.no_grad()
    def average(self, parts: Sequence[Tensor]) -> None:
        """Put the average over all processes, weighed by their shares, in the place of each."""
        if self.team.size == 1:
            return
        mixed = self.weight * torch.cat([part.flatten() for part in parts])
        _met(distributed.all_reduce, mixed)
        sizes = [part.numel() for part in parts]
        for part, mean in zip(parts, mixed.split(sizes), strict=True):
            part.copy_(mean.view_as(part))


class _Drawing(TorchFunctionMode):
    """Draws as many rows as one process would, and gives out those of a share.

    k rows for each row of the batch, one after the other, count as well. What is drawn otherwise
    is the same in all processes.
    """

    def __init__(self, share: Share, noise: Generator) -> None:
        super().__init__()
        self.share, self.noise = share, noise

    def __torch_function__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        ours = function in (torch.randn, torch.rand) and kwargs.get("generator") is self.noise
        size = _size(args, kwargs) if ours else ()
        if not size or not size[0] or size[0] % self.share.rows:
            return function(*args, **kwargs)
        each = size[0] // self.share.rows
        kwargs = {name: value for name, value in kwargs.items() if name != "size"}
        whole = function((each * self.share.whole, *size[1:]), **kwargs)
        return whole[each * self.share.first :][: size[0]]


def _size(args: Sequence[Any], kwargs: dict[str, Any]) -> tuple[int, ...]:
    size = kwargs.get("size", args)
    return tuple(size[0] if size and not isinstance(size[0], int) else size)


# ---- who else there is ----


@contextmanager
def team() -> Iterator[Team]:
    """All that torchrun has started together; this process alone where it has not.

    Where one of them ends before the others, all do, and one of them says why.
    """
    launched = distributed.is_available() and distributed.is_torchelastic_launched()
    if not launched or os.environ["WORLD_SIZE"] == "1":
        yield ALONE
        return
    store = _join()
    signal.signal(signal.SIGTERM, _end)
    try:
        yield Team(distributed.get_rank(), distributed.get_world_size())
        _met(distributed.barrier)
    except (Problem, KeyboardInterrupt):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if not _speaks(store):
            raise SystemExit(1) from None
        raise
    finally:
        gc.collect()
        distributed.destroy_process_group()  # else gloo aborts now and then on the way out


def _join() -> Store:
    from torch.distributed.rendezvous import rendezvous  # some builds of torch have none

    here, local = int(os.environ["LOCAL_WORLD_SIZE"]), int(os.environ["LOCAL_RANK"])
    device.limit_threads(max(1, (os.cpu_count() or 1) // here))
    gpus = torch.cuda.device_count()
    if local < gpus:
        torch.cuda.set_device(local)
    store: Store
    store, rank, size = next(iter(rendezvous("env://")))
    backend = "cpu:gloo,cuda:nccl" if gpus and distributed.is_nccl_available() else "gloo"
    distributed.init_process_group(
        backend, store=store, rank=rank, world_size=size, timeout=PATIENCE
    )
    return store


def _end(number: int, frame: object) -> NoReturn:
    raise Problem(LOST)


def _met(collective: Callable[..., object], *arguments: Any) -> None:
    try:
        collective(*arguments)
    except RuntimeError as error:  # the others cannot be reached
        raise Problem(LOST) from error


def _speaks(store: Store) -> bool:
    """Whether none of the others has said yet why all end."""
    try:
        return bool(store.add("lacuna/said", 1) == 1)
    except RuntimeError:  # whoever started all this is gone
        return True


# ---- what is not the same ----


def coupled(model: TrainableModel, terms: Iterable[str]) -> str:
    """What differs from one process, in a sentence; empty where nothing does."""
    config = model.config if isinstance(model, LatentModel) else None
    free_bits = isinstance(config, VAEConfig) and config.free_bits > 0
    adding = {"recon"} if free_bits else {"recon", "kl"}
    apart = [name for name in terms if name not in adding]
    if any(isinstance(part, BATCH_NORMS) for part in model.modules()):
        apart.append("batch normalisation")
    if not apart:
        return ""
    return (
        f"Computed within each process's share of the batch: {', '.join(apart)}. Where images are "
        "compared with each other there, the run differs slightly from that of one process."
    )
