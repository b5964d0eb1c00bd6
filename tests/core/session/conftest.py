"""A session on small data, and how often it reports."""

from dataclasses import replace

import pytest

from lacuna.core.training.config import Cadence
from tests.core.session.small_session import opened
from tests.core.small_models import HASTY


@pytest.fixture
def session(engine):
    return opened(engine)


@pytest.fixture
def often(session):
    """A snapshot at every step."""
    session.training.run_config = replace(HASTY, cadence=Cadence(snapshots=0.0))
