"""What data and models are called."""

from pathlib import Path

from lacuna.core.data.dataset import DataConfig
from lacuna.core.data.registry import DATASETS
from lacuna.core.data.titles import TITLES, data_title, model_title
from lacuna.core.files.locations import bundled


def test_every_data_set_has_a_name_of_its_own():
    assert TITLES.keys() == DATASETS.keys()
    assert len(set(TITLES.values())) == len(TITLES)


def test_a_bundled_model_is_called_as_in_the_gallery():
    for name, path in bundled().items():
        assert model_title(path, None) == data_title(name) == TITLES[name]


def test_a_file_of_the_user_is_called_by_its_name():
    assert model_title(Path("mine/mnist.lacuna"), DataConfig("strokes")) == "mnist"
    assert model_title(None, DataConfig("strokes")) == "Drawn digits"
    assert model_title(None, None) == "this model"
