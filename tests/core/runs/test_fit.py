"""From a plan to a trained model: what is given is used, what is missing is made."""

from dataclasses import replace

import pytest
import torch

from lacuna.core.data.dataset import Batch, Dataset
from lacuna.core.documents import archive
from lacuna.core.documents.scenes import scene_of
from lacuna.core.engine.errors import Problem
from lacuna.core.engine.jobs import Progress
from lacuna.core.models.autoencoders.autoencoder import AEConfig
from lacuna.core.models.judge import Judge
from lacuna.core.runs.encode import codes_of
from lacuna.core.runs.fit import Plan, RunConfig, Trained, finished, fit, going_on
from lacuna.core.runs.train_judge import find_or_train_judge
from lacuna.core.training.config import Cadence, TrainConfig
from tests.core.small_models import DENSE, HASTY, SHAPE, dataset, document, equal, images
from tests.jobs import last, returned

IMAGES = dataset()
PLAN = Plan(IMAGES.config, DENSE)
CONFIG = TrainConfig(epochs=2, batch=16, device="cpu")  # 8 steps


def run(plan=PLAN, images=IMAGES, **more):
    return list(fit(plan, lambda: CONFIG, images, **{"run_config": HASTY} | more))


def test_the_images_are_loaded_where_they_are_not_given():
    reports = [report for report in run(images=None) if report is not None]
    result = [report for report in reports if isinstance(report, Dataset)]
    assert len(result) == 1
    assert result[0].config == IMAGES.config
    assert reports[-1].snapshot.step == 8
    assert reports[-1].document.shape == (1, 28, 28)


def test_images_that_are_given_are_not_loaded():
    assert not any(isinstance(report, Dataset) for report in run())


def test_a_judge_that_is_given_is_used():
    judge = Judge(2, SHAPE)
    answer = run(replace(PLAN, judge=judge))
    assert last(answer).document.judge is judge
    assert not any(isinstance(report, Progress) for report in answer)


def test_a_judge_is_trained_where_there_is_none():
    answer = run(run_config=RunConfig())
    judge = last(answer).document.judge
    assert [r.text for r in answer if isinstance(r, Progress)][-1].startswith("training the judge")
    with torch.no_grad():
        right = judge(IMAGES.train.images).argmax(1).eq(IMAGES.train.labels)
    assert right.double().mean() > 0.9
    assert equal(judge, returned(find_or_train_judge(IMAGES, "cpu")))  # always the same one


def test_where_there_are_no_classes_there_is_no_judge():
    final = last(run(images=dataset(classes=()))).document
    assert final.judge is None
    assert final.classes == ()
    assert scene_of(final, "").logits is None


def test_every_checkpoint_is_kept():
    kept, often = [], replace(HASTY, cadence=Cadence(checkpoints=0.0))
    reports = [r for r in run(keep=kept.append, run_config=often) if isinstance(r, Trained)]
    assert [document.step for document in kept] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert all(document.checkpoint.step == document.step for document in kept)
    assert all(trained.unkept is None for trained in reports)


def test_what_cannot_be_kept_ends_no_training():
    def full(document):
        raise Problem("No space left.")

    final = last(run(keep=full))
    assert final.snapshot.finished
    assert str(final.unkept) == "No space left."


@pytest.mark.parametrize("word", ["pause", "stop"])
def test_words_reach_the_training(word):
    job = fit(replace(PLAN, judge=Judge(2, SHAPE)), lambda: CONFIG, IMAGES)
    next(job)
    report = job.send(word)
    assert report.snapshot.checkpoint.step == report.document.step == 1
    assert (list(job) == []) == (word == "stop")


def test_going_on_is_bit_exact_and_so_is_its_history():
    judge = Judge(2, SHAPE)
    job = fit(replace(PLAN, judge=judge), lambda: CONFIG, IMAGES)
    next(job)
    half = job.send("stop").document
    plan = going_on(half, half.data)
    rest, whole = last(run(plan)).document, last(run(replace(PLAN, judge=judge))).document
    assert equal(rest.model, whole.model)
    assert rest.judge is judge
    assert rest.history == whole.history
    assert [step for step, _ in rest.history] == list(range(1, 9))


def test_going_on_with_other_images_is_a_problem():
    half = last(run()).document
    for other, change in (
        (dataset(shape=(1, 12, 12)), "images of 1x8x8, and these are 1x12x12"),
        (dataset(classes=("arrow", "left", "right")), "new: arrow"),
        (dataset(classes=("arrow", "right")), "new: arrow; gone: left"),
        (dataset(classes=("right", "left")), "another order"),
        (dataset(n=66), "left: 30, now 33"),
        (replace(IMAGES, train=IMAGES.test, test=IMAGES.train), "held out: 10, now 50"),
        (dataset(classes=()), "these have none"),
    ):
        with pytest.raises(Problem, match=change):
            run(going_on(half, half.data), other)


# ---- the last look at the data ----

WHITENED = Plan(IMAGES.config, AEConfig(body="dense", hidden=16), Judge(2, SHAPE))
MANY = dataset(n=1200)
QUICK = TrainConfig(epochs=3, batch=16, rate=1e-2, device="cpu")


def whitened(config=QUICK, plan=WHITENED, images=MANY):
    return last(fit(plan, lambda: config, images, run_config=HASTY)).document


def is_white(model, images=MANY.train.images):
    """Mean 0 and covariance 1 of the codes of all images"""
    codes = model.encode(images)[0].double()
    torch.testing.assert_close(codes.mean(0), torch.zeros(2).double(), rtol=0, atol=1e-3)
    covariance = codes.mT.cov(correction=0)
    torch.testing.assert_close(covariance, torch.eye(2).double(), rtol=0, atol=1e-3)
    return True


def test_codes_are_white_when_the_training_is_over(tmp_path):
    """However fast the encoder still moved: of all images, and in the file."""
    final = whitened()
    assert is_white(final.model)
    archive.save(tmp_path / "a.lacuna", final)
    assert is_white(archive.load(tmp_path / "a.lacuna").model)
    final.model.load_state_dict(final.checkpoint.model)
    with pytest.raises(AssertionError):  # as it was on the way
        is_white(final.model)


def test_the_last_look_changes_nothing_of_a_training_that_goes_on():
    """Bit for bit, and the checkpoint of the end too."""
    half, longer = whitened(), replace(QUICK, epochs=5)
    rest = whitened(longer, replace(WHITENED, before=half))
    whole = whitened(longer)
    assert equal(rest.model, whole.model)
    assert equal(rest.checkpoint.model, whole.checkpoint.model)


def test_who_pauses_at_the_last_step_is_told_at_once_what_is_final():
    job = fit(WHITENED, lambda: QUICK, MANY, run_config=HASTY)
    steps = 3 * 63  # of 1000 images, 16 at a time
    for _ in range(steps):
        next(job)
    report = job.send("pause")
    assert report.snapshot.checkpoint.step == steps
    assert is_white(report.document.model)
    final = last(job)
    assert final.snapshot.finished
    assert equal(final.document.model, report.document.model)


def test_the_last_step_is_told_once():
    """A scene of the same step counts as the same picture."""
    often = replace(HASTY, cadence=Cadence(snapshots=0.0))
    steps = [r.snapshot.step for r in run(run_config=often) if isinstance(r, Trained)]
    assert steps == [1, 2, 3, 4, 5, 6, 7, 8]


# ---- figures ----


def test_a_finished_document_has_its_codes_and_figures():
    final = returned(finished(last(run()).document, IMAGES))
    with torch.no_grad():
        mean, logvar = final.model.encode(IMAGES.train.images)
    torch.testing.assert_close(final.codes.mean, mean, rtol=2**-11, atol=2**-24)  # 16 bits
    torch.testing.assert_close(final.codes.logvar, logvar, rtol=2**-11, atol=2**-24)
    assert torch.equal(final.codes.labels, IMAGES.train.labels)
    assert torch.equal(final.codes.index, torch.arange(50))
    assert final.codes.step == final.test.step == final.step == 8
    assert len(final.test.mean) == 10
    assert final.measures["images"] == 10
    assert final.measures["step"] == 8
    assert set(final.measures) >= {"negative_elbo", "error", "recon", "kl", "accuracy"}
    assert all(type(value) is float for value in final.measures.values())


def test_finished_without_held_out_images():
    none = replace(IMAGES, test=Batch(images(0), None))
    final = returned(finished(document(), none))
    assert final.test is None
    assert final.measures == {}
    assert len(final.codes.mean) == 50


@pytest.mark.parametrize(("limit", "count"), [(None, 50), (7, 7), (64, 50)])
def test_codes_are_the_same_in_any_chunk(limit, count):
    scene = scene_of(document(), "")
    one = returned(codes_of(scene, IMAGES.train, limit, chunk=64))
    other = returned(codes_of(scene, IMAGES.train, limit, chunk=3))
    assert len(one.mean) == len(other.mean) == len(one.labels) == count
    torch.testing.assert_close(one.mean, other.mean)


def test_a_training_that_goes_on_drops_what_was_measured():
    old = returned(finished(last(run()).document, IMAGES))
    plan = replace(PLAN, judge=old.judge, before=old)
    longer = replace(CONFIG, epochs=CONFIG.epochs + 1)
    often = replace(HASTY, cadence=Cadence(snapshots=0.0))
    reports = fit(plan, lambda: longer, IMAGES, run_config=often)
    new = last(r for r in reports if isinstance(r, Trained)).document
    assert (new.codes, new.test, new.measures, new.step) == (None, None, {}, 12)
    assert new.train == longer
    assert [step for step, _ in new.history] == list(range(1, 13))
