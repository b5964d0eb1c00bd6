"""Images of a file: without labels, of another size, or not on this machine."""

import numpy as np
import torch

from lacuna.core.data.dataset import DataConfig
from lacuna.core.documents import archive
from tests.core.session.small_session import (
    ENDLESS,
    calm,
    under_way,
    untrained,
)
from tests.core.small_models import codes_of_zero
from tests.waiting import settle


def test_without_labels_there_are_no_classes_and_nothing_fails(session, tmp_path):
    pixels = np.random.default_rng(0).random((60, 28, 28)).astype(np.float32)
    np.savez(tmp_path / "plain.npz", images=pixels)
    session.set(data=DataConfig("npz", str(tmp_path / "plain.npz")))
    session.training.start()
    settle(session)
    session.set(start=(0.0, 1.0), end=(1.0, 0.0), picked=(0.0, 0.0))
    settle(session)
    calm(session)
    r = session.results
    assert (r.document.judge, r.document.classes, r.map, r.adversarial) == (None, (), None, None)
    assert r.sample.probabilities is r.samples.labels is r.cloud.labels is None
    assert r.picked.label is r.picked.judged is r.measured.accuracy is r.straight.labels is None
    assert len(r.masses.share) == 0
    assert r.masses.hole is not None
    assert r.holes.step == 12


def test_without_the_images_the_codes_of_the_file_are_shown(session, tmp_path):
    away = DataConfig("mnist", str(tmp_path / "empty"))
    (tmp_path / "empty").mkdir()
    session.files.install(untrained(data=away, codes=codes_of_zero(9)))
    session.set(picked=(0.0, 0.0))
    settle(session)
    calm(session)
    r = session.results
    assert r.dataset is r.measured is r.picked.original is None
    assert len(r.cloud.points) == 9
    assert r.map is not None
    assert r.holes is not None


def test_images_that_cannot_be_the_models_are_refused(session, tmp_path):
    """The user points at another file."""
    np.savez(tmp_path / "a.npz", images=np.eye(32)[None].repeat(20, 0))
    session.files.install(untrained(data=DataConfig("npz", str(tmp_path / "gone.npz"))))
    session.images.locate(str(tmp_path / "a.npz"))
    settle(session)
    assert "1x28x28" in session.results.failure.sentence
    assert session.results.dataset is session.results.codes is None


def test_a_folder_without_the_images_is_said_and_not_kept(session, tmp_path):
    away = DataConfig("mnist")
    session.files.install(untrained(data=away, codes=codes_of_zero(9)))
    session.images.locate(str(tmp_path))
    settle(session)
    assert str(tmp_path) in session.results.failure.sentence
    assert session.results.source == away
    assert session.results.dataset is None


def test_a_save_holds_codes_for_a_machine_without_the_images(session, tmp_path, often):
    """Even where those on screen are not of this step."""
    session.set(train=ENDLESS)
    session.training.start()
    settle(session, under_way(session))
    session.files.save(tmp_path / "a.lacuna")
    settle(session, lambda: session.files.path is not None)
    result = archive.load(tmp_path / "a.lacuna")
    with torch.no_grad():
        mean = result.model.encode(session.results.dataset.train.images)[0]
    torch.testing.assert_close(result.codes.mean, mean, rtol=2**-11, atol=2**-24)  # 16 bits
    assert result.codes.step == result.step
