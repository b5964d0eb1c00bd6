"""Who watches a field is called at once and at every change."""

from lacuna.core.session.fields import SETTINGS
from lacuna.core.session.session import Session
from tests.core.session.small_session import LIVELY


def test_a_watcher_is_told_at_once_and_at_every_change(engine):
    session, messages = Session(engine, run_config=LIVELY), []
    session.watch(SETTINGS.columns, messages.append)
    session.set(columns=3)
    session.set(columns=3, draw=1)
    session.history.undo()
    session.history.undo()
    assert messages == [8, 3, 8]
