"""The menu of a place on the map."""

from PySide6.QtGui import QGuiApplication

from lacuna.explorer.map.menu import menu_at


def test_the_menu_puts_things_where_it_was_asked(view, session):
    chosen = {
        "Put A here": lambda: session.settings.start,
        "Put B here": lambda: session.settings.end,
        "Move the cursor here": lambda: session.settings.cursor,
    }
    menu = menu_at(view, session, view.canvas.coordinates, 1.25, -0.5)
    actions = {action.text(): action for action in menu.actions()}
    for text, read in chosen.items():
        actions[text].trigger()
        assert read() == (1.25, -0.5)
    actions["Copy coordinates"].trigger()
    assert QGuiApplication.clipboard().text() == "(1.2500, -0.5000)"
