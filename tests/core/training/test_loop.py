"""What training promises: exact resumption, honest snapshots, and an end before nonsense."""

import math
from dataclasses import replace

import pytest
import torch
from torch import nn

from lacuna.core.data.dataset import Batch, DataConfig
from lacuna.core.documents import archive
from lacuna.core.documents.document import Document
from lacuna.core.engine.errors import Problem
from lacuna.core.models.judge import Judge
from lacuna.core.models.registry import build
from lacuna.core.training.config import Cadence, TrainConfig
from lacuna.core.training.loop import train
from tests.core.small_models import DENSE, SHAPE, equal, images
from tests.jobs import last

DATA = Batch(images(300), torch.arange(300) % 3)
CADENCE = Cadence()
CONFIG = TrainConfig(epochs=4, batch=64)


def vae():
    return build(DENSE, SHAPE)


def judge():
    torch.manual_seed(0)
    return Judge(3, SHAPE)


def started(config=CONFIG, make=vae, start=None, data=DATA, **more):
    return train(make, data, lambda: config, start, **more)


def stopped(job, step):
    """Run `job` to `step` and ask it to stop: its last word."""
    next(job)
    for _ in range(step - 1):
        job.send(None)
    word = job.send("stop")
    assert list(job) == []
    return word


@pytest.mark.parametrize("make", [vae, judge])
@pytest.mark.parametrize("step", [1, 5, 7, 19])
def test_resuming_is_bit_exact(make, step):
    """From a stop at any place: within an epoch, and where two of them meet."""
    whole = last(started(make=make))
    half = stopped(started(make=make), step)
    rest = last(started(make=make, start=half.checkpoint))
    again = last(started(make=make, start=half.checkpoint))  # it was not used up
    assert (half.step, rest.step, whole.step) == (step, 20, 20)
    assert equal(rest.model, whole.model)
    assert equal(again.model, whole.model)


def test_a_pause_is_a_checkpoint_and_changes_nothing():
    whole, job = last(started()), started()
    next(job)
    paused = job.send("pause")
    assert paused.checkpoint.step == paused.step == 1
    assert equal(last(job).model, whole.model)
    assert equal(last(started(start=paused.checkpoint)).model, whole.model)


def test_a_pause_said_at_rest_is_one_step_more():
    whole, job = last(started()), started()
    next(job)
    for step in (1, 2, 3):
        paused = job.send("pause")
        assert paused.checkpoint.step == paused.step == step
    assert equal(last(job).model, whole.model)


def test_resuming_from_a_file_is_bit_exact(tmp_path):
    whole, half = last(started()), stopped(started(), 7)
    document = Document(half.model, DENSE, SHAPE, DataConfig())
    archive.save(tmp_path / "half.lacuna", replace(document, checkpoint=half.checkpoint))
    checkpoint = archive.load(tmp_path / "half.lacuna").checkpoint
    assert equal(last(started(start=checkpoint)).model, whole.model)


def test_a_resumed_run_keeps_its_seed():
    whole, half = last(started()), stopped(started(), 7)
    rest = last(started(replace(CONFIG, seed=5), start=half.checkpoint))
    assert equal(rest.model, whole.model)
    assert rest.config == CONFIG


def test_a_checkpoint_of_another_device_goes_on():
    """A GPU's random state means nothing to a CPU."""
    half = stopped(started(), 7).checkpoint
    moved = replace(half, noise=torch.zeros(16, dtype=torch.uint8))
    assert last(started(start=moved)).step == 20


def test_a_checkpoint_of_another_model_is_a_problem():
    half = stopped(started(), 7).checkpoint
    other = lambda: build(replace(DENSE, hidden=8), SHAPE)  # noqa: E731
    with pytest.raises(Problem, match="does not fit"):
        next(started(make=other, start=half))


def test_the_seed_decides():
    one, same = last(started()), last(started())
    other = last(started(replace(CONFIG, seed=1)))
    assert equal(one.model, same.model)
    assert one.losses == same.losses
    assert not equal(one.model, other.model)


def test_snapshots_are_rare_fresh_and_frozen():
    now = iter(range(1000))
    job = started(replace(CONFIG, epochs=10), clock=lambda: next(now) * CADENCE.snapshots / 4)
    reports = list(job)
    shots = [shot for shot in reports if shot]
    assert len(reports) / 5 < len(shots) < len(reports) / 3
    storages = {p.data_ptr() for shot in shots for p in shot.model.parameters()}
    assert len(storages) == len(shots) * len(list(shots[0].model.parameters()))
    for shot in shots:
        assert not shot.model.training
        assert not any(p.requires_grad or p.grad is not None for p in shot.model.parameters())
    assert shots[-1].finished
    assert shots[-1].checkpoint.step == shots[-1].step == shots[-1].steps == 50


def test_a_snapshot_does_not_change_while_training_goes_on():
    job = started(clock=iter([i * CADENCE.snapshots for i in range(1000)]).__next__)
    shot = next(report for report in job if report)
    before = {name: part.clone() for name, part in shot.model.state_dict().items()}
    final = last(job)
    assert equal(shot.model, before)
    assert not equal(final.model, before)


def test_a_crash_costs_two_minutes():
    now = iter(range(1000))
    job = started(replace(CONFIG, epochs=10), clock=lambda: next(now) * CADENCE.checkpoints / 4)
    saved = [shot.step for shot in job if shot and shot.checkpoint]
    assert saved[:3] == [4, 8, 12]


def test_what_may_change_is_read_at_every_step_and_logged():
    config = CONFIG
    job = train(vae, DATA, lambda: config)
    next(job)
    config = replace(config, beta=8.0)
    next(job)
    config = replace(config, rate=1e-2, batch=100)
    log = last(job).checkpoint.log
    assert [(at, c.beta, c.rate, c.batch) for at, c in log] == [
        (0, 1.0, 1e-3, 64),
        (1, 8.0, 1e-3, 64),
        (2, 8.0, 1e-2, 100),
    ]


@pytest.mark.parametrize("change", [{"beta": 100.0}, {"rate": 0.1}])
def test_a_live_change_acts_at_once(change):
    config = CONFIG
    job = train(vae, DATA, lambda: config)
    next(job)
    config = replace(config, **change)
    next(job)
    assert not equal(job.send("stop").model, stopped(started(), 2).model)


def test_epochs_may_change_while_it_runs():
    config = CONFIG
    job = train(vae, DATA, lambda: config)
    next(job)
    config = replace(config, epochs=2)
    end = last(job)
    assert (end.step, end.steps, end.finished) == (10, 10, True)
    more = last(started(replace(CONFIG, epochs=3), start=end.checkpoint))
    assert more.step == 15
    assert equal(more.model, last(started(replace(CONFIG, epochs=3))).model)


@pytest.mark.parametrize(("batch", "steps"), [(300, 1), (299, 2), (64, 5), (1000, 1), (7, 43)])
def test_an_epoch_shows_every_image_once(batch, steps):
    received = []

    class Watching(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.zeros(1))

        def players(self):
            return {"watcher": self}

        def loss(self, player, batch, noise):
            received.append(batch.images[:, 0, 0, 0])
            return {"none": 0 * self.weight.sum()}

    end = last(started(replace(CONFIG, epochs=1, batch=batch), make=Watching))
    assert (end.step, end.steps, len(received)) == (steps, steps, steps)
    assert torch.equal(torch.cat(received).sort().values, DATA.images[:, 0, 0, 0].sort().values)
    assert not torch.equal(torch.cat(received), DATA.images[:, 0, 0, 0])


def test_labels_are_not_needed():
    unlabelled = last(started(data=Batch(DATA.images, None)))
    assert equal(unlabelled.model, last(started()).model)


def test_losses_are_averages_since_the_last_report():
    """With the rate at nearly nothing they are those of the untrained model."""
    config = replace(CONFIG, rate=1e-7, epochs=40, beta=3.0)
    losses = last(started(config)).losses
    noise = torch.Generator().manual_seed(1)
    with torch.no_grad():
        terms = vae().loss("vae", DATA, noise)
    for name, term in terms.items():
        assert math.isclose(losses[name], term.item(), rel_tol=0.02, abs_tol=0.01), name


def diverging(job, requested, result=0, word=None):
    """What is said where the loss is infinite after so many reports."""
    for _ in range(result):
        next(job)
    if word:
        job.send(word)
    requested[:] = [replace(CONFIG, beta=math.inf)]
    with pytest.raises(Problem, match="diverged before step") as problem:
        list(job)
    return str(problem.value).split("number. ")[1]


def test_divergence_says_what_is_left_and_how_to_go_on():
    config, now = [CONFIG], iter(range(1000))
    pace = {"clock": lambda: next(now) * CADENCE.snapshots * 0.4}
    job = train(vae, DATA, lambda: config[0], **pace)
    answer = diverging(job, config)
    assert answer == "Nothing was learned yet: start again with a smaller learning rate."
    config = [CONFIG]
    job = train(vae, DATA, lambda: config[0], **pace)
    answer = diverging(job, config, result=2)  # at the second report there is a snapshot
    assert answer.startswith("The last good weights, of step 2, are kept: start again with")
    config = [CONFIG]
    job = train(vae, DATA, lambda: config[0], **pace)
    answer = diverging(job, config, result=3, word="pause")  # which makes a checkpoint
    assert answer.startswith("The last good weights, of step 3, are kept: go on with")


def test_divergence_of_a_run_that_went_on_leaves_where_it_began():
    start = last(train(vae, DATA, lambda: replace(CONFIG, epochs=1))).checkpoint
    config = [replace(CONFIG, epochs=4)]
    answer = diverging(train(vae, DATA, lambda: config[0], start), config)
    assert answer.startswith(f"The last good weights, of step {start.step:,}, are kept: go on with")


def test_divergence_is_a_problem_and_all_that_was_told_before_is_finite():
    now, config = iter(range(1000)), CONFIG
    job = train(vae, DATA, lambda: config, clock=lambda: next(now) * CADENCE.snapshots / 2)
    reports = [next(job) for _ in range(6)]
    config = replace(config, beta=math.inf)
    with pytest.raises(Problem, match="diverged before step"):
        reports.extend(job)
    shots = [report for report in reports if report]
    assert shots
    for shot in shots:
        assert all(part.isfinite().all() for part in shot.model.state_dict().values())
        assert all(map(math.isfinite, shot.losses.values()))


def test_time_left_is_steps_left_at_the_pace_of_work():
    """One second a step; what it rests in a pause is not work."""
    now = [0.0]

    def clock():
        return now[0]

    job = started(clock=clock)
    report = next(job)
    for _ in range(4):
        now[0] += 1
        report = job.send(None) or report
    assert report.seconds_left == pytest.approx(report.steps - report.step, rel=0.35)
    now[0] += 1
    job.send("pause")
    now[0] += 1000
    report = job.send(None)
    now[0] += 1
    report = job.send(None)
    assert report.seconds_left < 30
