"""What is under way, at the foot of the window."""

import pytest

from lacuna.core.engine.jobs import Progress
from lacuna.core.session.recipes import RECIPES
from lacuna.explorer.shell.status_bar import JOBS, StatusBar
from tests.explorer.formula_model import put

VERBS = ("training", "experiment", "diversity_comparison", "open", "save", "follow", "export")


@pytest.mark.parametrize("name", [*RECIPES, *VERBS])
def test_every_job_is_told_in_words(shown, session, name):
    bar = shown(StatusBar(session))
    put(session, progress=((name, Progress(0.5, "half of it")),))
    assert bar.jobs[name].label.text() == JOBS[name]


def test_no_words_are_left_of_jobs_that_are_gone():
    assert set(JOBS) == {*RECIPES, *VERBS}
