import pytest


@pytest.fixture(autouse=True)
def hasty(request, monkeypatch):
    """Judges are trained for a few steps, but where a test asks for a `good_judge`."""
    if "good_judge" not in request.fixturenames:
        monkeypatch.setattr("core.judging.JUDGE_STEPS", 1)


@pytest.fixture
def good_judge():
    """The judges of this test are as good as those of the program."""
