"""The geometry report as a file: whole whatever the model lacks, and safe for what was there."""

import json
import math

import pytest

from lacuna.core.engine.errors import Problem
from lacuna.core.reports.geometry_report import geometry_report, write_report
from tests.core.known_geometry import codes_of_prior, half_space, one_class, scene, surveyed
from tests.core.reports.tags import Tags
from tests.core.small_models import codes_of_zero, document
from tests.jobs import returned


def images(z):
    """(N, 1, 8, 8) in [0, 1]"""
    return z[:, :1, None, None].sigmoid().expand(-1, 1, 8, 8)


def written(out, samples, codes=None):
    returned(write_report(samples, codes, surveyed(samples, codes), (), "<a model>", out))
    return Tags(out.read_text(encoding="utf-8"))


CASES = {
    "all": lambda: (scene(half_space(0.3), decode=images), codes_of_prior()),
    "no codes": lambda: (scene(half_space(0.3), decode=images),),
    "no classes": lambda: (scene(None, decode=images, classes=()), codes_of_prior()),
    "neither": lambda: (scene(None, decode=images, classes=()),),
    "one class": lambda: (scene(one_class, decode=images),),
    "a line": lambda: (scene(half_space(0.3), 1, decode=images),),
    "three dimensions": lambda: (scene(half_space(0.3), 3, decode=images),),
}


@pytest.mark.parametrize("case", CASES)
def test_the_page_is_whole_and_needs_nothing_else(case, tmp_path):
    page = written(tmp_path / "a.html", *CASES[case]())
    assert page.open == []
    assert "Latent geometry: <a model>" in page.text
    assert "Step 3" in page.text
    assert "script" not in page.seen
    assert "link" not in page.seen
    assert all(source.startswith("data:image/png;base64,") for source in page.sources)
    assert page.sources  # the samples at least
    assert ("svg" in page.seen) == (case not in ("no classes", "neither", "one class"))
    assert "THEORY" not in page.text


def test_what_a_model_lacks_is_said_in_the_page(tmp_path):
    text = written(tmp_path / "a.html", *CASES["neither"]()).text
    assert "no judge was trained for this model" in text
    assert "no codes of images" in text


def test_a_file_that_cannot_be_written_is_one_sentence_and_keeps_the_old_one(tmp_path, monkeypatch):
    out = tmp_path / "a.html"
    out.write_text("old")
    monkeypatch.setattr("os.fsync", lambda number: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(Problem, match="could not be written: full"):
        written(out, *CASES["no codes"]())
    assert out.read_text() == "old"
    assert list(tmp_path.iterdir()) == [out]


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(Problem, match="could not be written"):
        written(tmp_path / "gone" / "a.html", *CASES["no codes"]())


def test_another_ending_is_refused_before_anything_is_measured(tmp_path):
    job = geometry_report(document(), tmp_path / "a.pdf")
    with pytest.raises(Problem, match=r"\.html"):
        next(job)


@pytest.mark.parametrize(
    ("codes", "lacks"), [(None, "no codes of images"), (codes_of_zero(5), "the codes of 20 images")]
)
def test_few_codes_or_none_end_nothing(codes, lacks):
    answer = returned(geometry_report(document(codes=codes), None))
    assert answer["Class radius"]["mean"]["value"] is not None
    assert any(lacks in report.get("remark", "") for report in answer["Holes"].values())


def test_numbers_are_numbers_and_infinities_are_words():
    answer = returned(geometry_report(document(classes=("only",)), None))

    def refused(word):
        raise AssertionError(f"{word} is no JSON")

    plain = json.loads(json.dumps(answer), parse_constant=refused)
    mean = plain["Class radius"]["mean"]
    assert mean["text"] == "infinite σ"
    assert math.isinf(float(mean["value"]))
    assert isinstance(mean["value"], str)
    assert plain["Diversity"]["effective"]["value"] == 1.0


def test_a_document_is_measured_as_its_scene_is():
    made = document(codes=codes_of_zero(40))
    answer = returned(geometry_report(made, None))
    mean = answer["Class radius"]["mean"]
    assert mean["low"] <= mean["value"] <= mean["high"]
    hole = answer["Holes"]["hole mass"]
    assert 0 <= hole["low"] <= hole["value"] <= hole["high"] <= 100
    assert answer["In image space"]["steepest"]["value"] > 0
    assert list(answer) == [
        "Diversity",
        "Class radius",
        "Bounds on the mean radius",
        "In image space",
        "Holes",
    ]
