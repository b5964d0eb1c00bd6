import json

import pytest
import torch

from lacuna.core.cli import main
from lacuna.core.engine import device
from tests.core.small_models import HASTY


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
        code = main.main([str(word) for word in words], HASTY)
        answer = capsys.readouterr()
        return code, json.loads(answer.out) if answer.out.startswith(
            "{"
        ) else answer.out + answer.err

    return call
