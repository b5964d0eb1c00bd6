import json

import pytest
import torch

from lacuna.core.cli import main
from lacuna.core.engine import device


@pytest.fixture(autouse=True)
def hasty(request, monkeypatch):
    """Judges are trained for a few steps, but where a test asks for a `good_judge`."""
    if "good_judge" not in request.fixturenames:
        monkeypatch.setattr("lacuna.core.runs.judge.JUDGE_STEPS", 1)


@pytest.fixture
def good_judge():
    """The judges of this test are as good as those of the program."""


@pytest.fixture
def threads():
    """A command takes as many as there are cores: afterwards there are as many as before."""
    before = torch.get_num_threads()
    yield
    device.limit_threads(before)


@pytest.fixture
def called(capsys, threads):
    """Runs a command in this process: its exit code and what it said, JSON where it is that."""

    def call(*words):
        code = main.main([str(word) for word in words])
        said = capsys.readouterr()
        return code, json.loads(said.out) if said.out.startswith("{") else said.out + said.err

    return call
