"""The table of many models."""

import json

import pytest

from lacuna.core.cli import main
from lacuna.core.compare import results_table
from lacuna.core.compare.results_table import ModelRow, markdown
from lacuna.core.data.dataset import DataConfig
from lacuna.core.models.registry import MODELS
from lacuna.core.training.config import TrainConfig
from tests.core.small_models import HASTY, dataset
from tests.jobs import last

FEW = TrainConfig(epochs=1, batch=20)
STROKES = DataConfig(count=240)


@pytest.fixture(scope="module")
def rows():
    names = [name for name in ("vae", "pca", "cvae") if name in MODELS]
    return {
        row.model: row
        for row in results_table.results(STROKES, names, FEW, run_config=HASTY)
        if isinstance(row, ModelRow)
    }


def test_a_row_holds_what_there_is_to_tell(rows):
    vae, pca, cvae = (rows[name] for name in ("vae", "pca", "cvae"))
    assert vae.steps == 10  # 200 images, 20 in a step
    for row in rows.values():
        assert 0 <= row.confident <= 1
        assert 0 <= row.hole <= 1
        assert 0 <= row.entropy <= 2.31  # log 10 at most, and a little for the estimate has no bias
        assert row.frechet is None  # 40 images are too few for 128 features
    assert vae.as_requested is pca.as_requested is None
    assert 0 <= cvae.as_requested <= 1
    assert cvae.radius is None
    assert vae.radius > 0


def test_the_table_is_markdown(rows):
    lines = markdown(list(rows.values())).splitlines()
    assert len(lines) == 2 + len(rows)
    assert len({line.count("|") for line in lines}) == 1
    assert lines[2].startswith(f"| {MODELS['vae'].title} | 1 |")


def test_what_cannot_be_trained_is_left_out():
    data = dataset(classes=(), shape=(1, 28, 28))
    reports = list(results_table.results(data, ["cvae"], FEW, run_config=HASTY))
    assert not any(isinstance(report, ModelRow) for report in reports)
    assert "left out" in last(reports).text


def test_from_the_command_line(tmp_path, capsys):
    out = tmp_path / "r.md"
    words = ["results", "--data", "digits", "--models", "pca", "--epochs", "1"]
    words += ["--out", str(out), "--json"]
    assert main.main([*words, "--models", "none"]) == 1
    assert "no model 'none'" in capsys.readouterr().err
    assert main.main(words, HASTY) == 0
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    assert (row["model"], row["epochs"]) == ("pca", 1)
    assert out.read_text().count("\n") == 3
