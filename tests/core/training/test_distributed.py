"""Several processes train as one does; and what is left when one of them is killed."""

import json
from dataclasses import replace

import pytest
import torch
from torch import nn

from lacuna.core.cli import main
from lacuna.core.data.dataset import Batch
from lacuna.core.documents import archive
from lacuna.core.engine.errors import Problem
from lacuna.core.models.registry import build
from lacuna.core.training.config import Cadence
from lacuna.core.training.distributed import ALONE, Share, Team, coupled
from lacuna.core.training.loop import train
from tests import programs
from tests.core.command_line import options
from tests.core.small_models import DENSE, HASTY, SHAPE, equal
from tests.core.training.loss_curve import CONFIG, DATA, curve

SMALL = [*options(count=60, body="dense", hidden=8, batch=15, device="cpu"), "--json"]


def launched(script, *arguments):
    """Runs `script` in two processes, as torchrun does: the launcher's end and what was said."""
    rendezvous = ("--rdzv-backend", "c10d", "--rdzv-endpoint", "localhost:0")
    launcher = ("-m", "torch.distributed.run", "--nproc-per-node", "2", *rendezvous)
    return programs.run(*launcher, script, *arguments)


# ---- two processes ----

TWO = """
import json, sys
import torch
torch.set_num_threads(1)
from lacuna.core.training import distributed as parallel
from tests.core.small_models import equal
from tests.core.training.loss_curve import curve
with parallel.team() as team:
    said, whole = curve(team=team)
    mixed, _ = curve(team=team, omega=30.0)
    rest = curve(team=team, start=whole[4].checkpoint)[1][-1]
    same = bool(equal(rest.model, whole[-1].model))
    if team.first:
        noise = whole[-1].checkpoint.noise.tolist()
        print(json.dumps({"plain": said, "mixed": mixed, "resumed": same, "noise": noise}))
"""


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    script = tmp_path_factory.mktemp("two") / "two.py"
    script.write_text(TWO)
    ended = launched(script)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_the_loss_curve_is_that_of_one_process(two):
    """12 steps, of 15 images (7 + 8) and of 1 (0 + 1); recon and kl are means over images."""
    answer, stands = curve()
    assert [stand.step for stand in stands][-1] == 12
    assert len(two["plain"]) == len(answer)
    for one, other in zip(answer, two["plain"], strict=True):
        assert other == pytest.approx(one, rel=1e-4)


def test_the_random_stream_stands_where_that_of_one_process_does(two):
    _, stands = curve()
    assert two["noise"] == stands[-1].checkpoint.noise.tolist()


def test_resuming_in_two_processes_is_bit_exact(two):
    assert two["resumed"]


def test_what_compares_images_differs(two):
    """The slope penalty pairs images, and pairs do not cross processes."""
    answer, _ = curve(omega=30.0)
    assert two["mixed"][0]["recon"] == pytest.approx(answer[0]["recon"], rel=1e-4)
    assert two["mixed"][0]["omega"] != pytest.approx(answer[0]["omega"], rel=1e-4)


KILLED = """
import os, signal, sys
import lacuna.core.training.loop
from lacuna.core.cli import main as cli
from tests.core.small_models import HASTY
play = lacuna.core.training.loop.train_step
def played(*arguments):
    played.times += 1
    if os.environ["RANK"] == "1" and played.times == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return play(*arguments)
played.times = 0
lacuna.core.training.loop.train_step = played
sys.exit(cli.main(sys.argv[1:], HASTY))
"""


def test_a_killed_process_ends_the_run_and_leaves_its_checkpoint(tmp_path, capsys):
    script, half, whole = (tmp_path / name for name in ("k.py", "half.lacuna", "whole.lacuna"))
    script.write_text(KILLED)
    ended = launched(script, "train", "--out", half, "--epochs", 3, "--live", 0, *SMALL)
    assert ended.returncode != 0
    assert ended.stdout == ""
    assert ended.stderr.count("One of the processes of this training has ended") == 1
    assert archive.load(half).checkpoint.step == 6
    capsys.readouterr()
    assert main.main(["train", "--out", str(half), "--resume", "--json"], HASTY) == 0
    assert main.main(["train", "--out", str(whole), "--epochs", "3", *SMALL], HASTY) == 0
    rest, whole = archive.load(half), archive.load(whole)
    assert rest.step == whole.step == 12
    for name, part in whole.model.state_dict().items():
        torch.testing.assert_close(rest.model.state_dict()[name], part, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(rest.checkpoint.noise, whole.checkpoint.noise)


# ---- one process, and what is promised of shares ----


@pytest.mark.parametrize("size", [1, 2, 3, 5])
@pytest.mark.parametrize("whole", [1, 2, 7, 15])
def test_shares_are_the_whole_batch(size, whole):
    shares = [Team(rank, size).share(whole) for rank in range(size)]
    counted = [share for share in shares if share.weight]
    rows = torch.cat([share.of(Batch(torch.arange(whole), None)).images for share in counted])
    assert rows.tolist() == list(range(whole))
    assert sum(share.weight for share in shares) == pytest.approx(1)
    assert all(share.rows >= 1 for share in shares)  # who has none still has something to look at


@pytest.mark.parametrize("each", [1, 3])
def test_draws_are_rows_of_those_of_one_process(each):
    """Also where every image has several, one after the other."""
    whole, size = 8, (4, 2)
    for draw in (torch.randn, torch.rand):
        expected = draw((each * whole, *size), generator=torch.Generator().manual_seed(3))
        parts = []
        for rank in range(2):
            noise, share = torch.Generator().manual_seed(3), Team(rank, 2).share(whole)
            with share.drawing(noise):
                parts.append(draw((each * share.rows, *size), generator=noise))
                draw(3, generator=torch.Generator())  # another stream is left alone
        assert torch.equal(torch.cat(parts), expected)


def test_alone_nothing_is_touched():
    share = ALONE.share(5)
    part = torch.randn(3)
    before = part.clone()
    share.average([part])
    assert torch.equal(part, before)
    assert share == Share(ALONE, 0, 5, 5, 1.0)
    assert ALONE.agreed("stop") == "stop"
    assert ALONE.agreed(None) is None


def test_more_processes_than_gpus_are_a_problem(monkeypatch):
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "2")
    monkeypatch.setattr("lacuna.core.engine.device.choose", lambda name: torch.device("cuda"))
    monkeypatch.setattr("torch.cuda.device_count", lambda: 1)
    with pytest.raises(Problem, match="this machine has 1"):
        Team(0, 2).place("auto")


def test_what_is_computed_by_share_is_said():
    model = build(DENSE, SHAPE)
    assert coupled(model, ("recon", "kl")) == ""
    assert "omega" in coupled(model, ("recon", "kl", "omega"))
    assert "kl" in coupled(build(replace(DENSE, free_bits=0.1), SHAPE), ("recon", "kl"))
    assert "batch normalisation" in coupled(nn.Sequential(nn.BatchNorm1d(2)), ("recon",))


# ---- precision ----


def test_bfloat16_rounds_the_work_and_not_the_weights():
    answer, stands = curve(replace(CONFIG, precision="bfloat16"))
    full, _ = curve()
    assert answer[0]["recon"] == pytest.approx(full[0]["recon"], rel=2**-7)  # of 8 digits, binary
    assert answer[0] != full[0]
    assert answer[-1]["recon"] < answer[0]["recon"]
    checkpoint = stands[-1].checkpoint
    assert {part.dtype for part in checkpoint.model.values()} == {torch.float32}
    moments = [
        part for state in checkpoint.optimizers["vae"]["state"].values() for part in state.values()
    ]
    assert {part.dtype for part in moments} == {torch.float32}


def test_the_precision_may_change_while_it_trains():
    """And what was trained in float32 until then is what it was, bit for bit."""
    config, now = CONFIG, iter(range(100))
    job = train(
        lambda: build(DENSE, SHAPE),
        DATA,
        lambda: config,
        clock=lambda: next(now),
        cadence=Cadence(checkpoints=1.0),
    )
    first = next(job)
    config = replace(CONFIG, precision="bfloat16")
    second = next(job)
    _, full = curve()
    assert equal(first.model, full[0].model)
    assert not equal(second.model, full[1].model)
