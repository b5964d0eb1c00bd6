import csv
import json
import math
import os
from dataclasses import replace
from io import BytesIO, StringIO
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from lacuna.core.engine.errors import Problem
from lacuna.core.geometry.paths.comparison import compare_paths
from lacuna.core.geometry.paths.path_measures import DENSITY, measure_path
from lacuna.core.geometry.paths.straight import straight_path
from lacuna.core.render.picture import enlarged, rgb_of
from lacuna.core.reports import path_exports
from lacuna.core.scene.codes import Codes
from lacuna.core.scene.scene import Scene
from tests.jobs import last

CLASSES = ("trouser, wide", "“eight”", "Ärmel")


def decode(z, channels=1):
    """8 x 6 images of stripes, between 0 and 1"""
    place = torch.linspace(0, 3, 48 * channels).reshape(channels, 8, 6)
    return 0.5 + 0.5 * (z[:, :1, None, None] * place + z[:, 1:2, None, None]).sin()


def judge(z):
    centres = torch.tensor([[-1.0, 0.0], [1.0, 0.0], [0.0, 1.5]])
    return -(torch.cdist(z, centres) ** 2)


def measured(start=(-2.0, 0.0), end=(2.0, 0.5), frames=8, channels=1, **other):
    given = {"logits": judge, "classes": CLASSES} | other
    scene = Scene("analytic", 8, lambda z: decode(z, channels), **given)
    path = last(straight_path(scene, torch.tensor(start), torch.tensor(end), frames))
    spread = torch.full((1, 2), 2 * math.log(0.5))
    codes = Codes(torch.zeros(1, 2), spread, None, torch.zeros(1), 8)
    return last(measure_path(scene, path, codes, math.log(20)))


@pytest.fixture(scope="module")
def one():
    return measured()


@pytest.fixture(scope="module")
def other():
    return measured((-1.0, 0.0), (1.0, 1.0), frames=6)


def rows_of(file):
    return list(csv.DictReader(StringIO(file.read_text("utf-8"))))


def test_every_number_of_a_node_is_read_back_from_the_table(one, other, tmp_path):
    file = tmp_path / "paths.csv"
    path_exports.export(file, [one, other], CLASSES)
    rows = rows_of(file)
    assert len(rows) == 8 + 6
    assert [row["frame"] for row in rows] == [str(frame) for frame in (*range(8), *range(6))]
    for found, mine in ((one, rows[:8]), (other, rows[8:])):
        path, hole = found.path, found.holes[DENSITY]
        expected = {
            "t (share of the latent length)": path.t,
            "z1": path.z[:, 0],
            "z2": path.z[:, 1],
            "latent length (σ)": found.latent,
            "image length (pixels)": found.image,
            "margin (probability)": found.margin,
            "log p (nats)": found.log_prior,
            "log q (nats)": found.log_posterior,
            "hole score density": hole.score,
            "speed (pixels per σ)": found.speed,
            "stretch (pixels per σ)": found.stretch,
        }
        expected |= {
            f"probability of {name}": path.probabilities[:, at] for at, name in enumerate(CLASSES)
        }
        for title, values in expected.items():
            assert [float(row[title]) for row in mine] == values.tolist(), title
        assert [row["class"] for row in mine] == [CLASSES[label] for label in path.labels]
        assert [row["in a hole by density"] == "True" for row in mine] == hole.inside.tolist()


def test_everything_is_read_back_from_json(one, other, tmp_path):
    file = tmp_path / "paths.JSON"
    path_exports.export(file, [one, other], CLASSES)
    said = json.loads(file.read_text("utf-8"))
    assert said["classes"] == list(CLASSES)
    assert said["units"]["stretch"] == "pixels per σ"
    for found, mine in zip((one, other), said["paths"], strict=True):
        (row,) = compare_paths([found])
        assert {name: mine[name] for name in vars(row)} == vars(row)
        assert mine["nodes"]["z1"] == found.path.z[:, 0].tolist()
        assert mine["nodes"]["stretch (pixels per σ)"] == list(found.stretch)
        assert list(mine["class_shares"].values()) == found.shares.tolist()
        assert mine["holes"]["density"]["share_of_latent_length"] == found.holes[DENSITY].latent
        for crossing, told in zip(found.path.crossings, mine["crossed"], strict=True):
            assert (told["t"], told["z"]) == (crossing.t, crossing.z.tolist())
            assert (told["before"], told["after"]) == (
                CLASSES[crossing.before],
                CLASSES[crossing.after],
            )


def test_what_is_no_number_is_null(tmp_path):
    rest = measured((1.0, 0.0), (1.0, 0.0))
    path_exports.export(tmp_path / "a.json", [rest], CLASSES)
    (said,) = json.loads((tmp_path / "a.json").read_text())["paths"]
    assert said["nodes"]["speed (pixels per σ)"] == [None] * 8
    path_exports.export(tmp_path / "a.csv", [rest], CLASSES)
    assert rows_of(tmp_path / "a.csv")[0]["speed (pixels per σ)"] == "nan"


def test_without_classes_the_rest_is_written(tmp_path):
    bare = measured(logits=None, classes=())
    for ending in path_exports.FORMATS:
        path_exports.export(tmp_path / f"a{ending}", [bare], ())
    assert "class" not in rows_of(tmp_path / "a.csv")[0]
    (said,) = json.loads((tmp_path / "a.json").read_text())["paths"]
    assert (said["class_shares"], said["classes"], said["crossed"]) == (None, None, [])


# ---- pictures ----


def frames_of(file):
    with Image.open(file) as film:
        shown = []
        for at in range(film.n_frames):
            film.seek(at)
            shown.append(np.asarray(film.convert("RGB")))
        return shown, film.info


def test_a_film_has_the_frames(one, tmp_path):
    path_exports.export(tmp_path / "a.gif", [one], CLASSES)
    shown, said = frames_of(tmp_path / "a.gif")
    assert (said["loop"], said["duration"]) == (0, path_exports.DURATION)
    expected = [enlarged(rgb_of(image), 4) for image in one.path.images]
    assert len(shown) == 8
    assert all(np.array_equal(*pair) for pair in zip(shown, expected, strict=True))


def test_the_films_of_two_paths_run_side_by_side(one, other, tmp_path):
    path_exports.export(tmp_path / "a.gif", [one, other], CLASSES)
    shown, _ = frames_of(tmp_path / "a.gif")
    assert [frame.shape for frame in shown] == [(32, 48, 3)] * 8
    last_of_other = enlarged(rgb_of(other.path.images[-1]), 4)
    for at, frame in enumerate(shown):
        assert np.array_equal(frame[:, :24], enlarged(rgb_of(one.path.images[at]), 4))
        if at >= 5:
            assert np.array_equal(frame[:, 24:], last_of_other)


def test_a_film_in_colour_has_nearly_the_colours(tmp_path):
    found = measured(channels=3)
    path_exports.export(tmp_path / "a.gif", [found], CLASSES)
    shown, _ = frames_of(tmp_path / "a.gif")
    assert len(shown) == 8
    for frame, image in zip(shown, found.path.images, strict=True):
        # 48 colours in an image, 256 in a palette
        assert np.abs(frame.astype(int) - enlarged(rgb_of(image), 4)).max() <= 8


def test_strips_lie_below_each_other(one, other, tmp_path):
    for name, path_measures in (("one", [one]), ("other", [other]), ("both", [one, other])):
        path_exports.export(tmp_path / f"{name}.png", path_measures, CLASSES)
    first, second, both = (
        np.asarray(Image.open(tmp_path / f"{name}.png")) for name in ("one", "other", "both")
    )
    assert both.shape == (2 * len(first), first.shape[1], 3)
    assert np.array_equal(both[: len(first)], first)
    assert np.array_equal(both[len(first) :, : second.shape[1]], second)
    assert (both[len(first) :, second.shape[1] :] == path_exports.DARK).all()
    assert Image.open(BytesIO((tmp_path / "both.png").read_bytes())).format == "PNG"


# ---- what goes wrong ----


@pytest.mark.parametrize("name", ["path", "path.bmp", "path.csv.zip"])
def test_another_ending_is_one_sentence(one, tmp_path, name):
    with pytest.raises(Problem, match=r"name ending in \.png, \.gif, \.csv or \.json\.$"):
        path_exports.export(tmp_path / name, [one], CLASSES)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_one_sentence(one, tmp_path):
    with pytest.raises(Problem, match="could not be written: No such file"):
        path_exports.export(tmp_path / "none" / "a.csv", [one], CLASSES)


@pytest.mark.parametrize("fault", ["fsync", "replace"])
def test_the_old_file_stays_when_the_new_one_fails(one, tmp_path, monkeypatch, fault):
    file = tmp_path / "a.csv"
    file.write_text("old")

    def full(*_):
        raise OSError(28, "No space left on device")

    owner = os if fault == "fsync" else Path
    monkeypatch.setattr(owner, fault, full)
    with pytest.raises(Problem, match=r"No space left on device\. What was there is unchanged"):
        path_exports.export(file, [one], CLASSES)
    monkeypatch.undo()
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]
    path_exports.export(file, [replace(one)], CLASSES)
    assert file.read_text() != "old"
