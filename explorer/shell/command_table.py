"""The table of all commands, in the order in which the palette lists them."""

from __future__ import annotations

from functools import partial

from lacuna.core.data.titles import data_title
from lacuna.core.files.locations import bundled
from lacuna.core.session.session import Session

from ..look.theme import SCHEMES
from ..panels.map_area import other_side
from .commanded import Commanded
from .commands import Command

PAGES = ("Explore", "Train", "Geometry", "Measures")


def table(window: Commanded) -> dict[str, Command]:
    """All commands by their names."""
    parts = (_files, _map, _training, _panels, _others, _program)
    return {command.name: command for part in parts for command in part(window)}


def _files(window: Commanded) -> list[Command]:
    files, has_document = window.files, partial(_has_document, window.session)
    return [
        Command("open", "Open a file…", files.ask_open, "Ctrl+O", "open"),
        Command("follow", "Follow a run…", files.ask_follow, "", "open"),
        Command("save", "Save", files.save, "Ctrl+S", "save", has_document),
        Command("save as", "Save as…", files.ask_save, "Ctrl+Shift+S", "save", has_document),
    ]


def _map(window: Commanded) -> list[Command]:
    maps, has_document = window.map_area, partial(_has_document, window.session)
    return [
        Command(
            "undo",
            "Undo",
            lambda: maps.history.undo(),
            "Ctrl+Z",
            "undo",
            lambda: maps.history.can_undo,
        ),
        Command(
            "redo",
            "Redo",
            lambda: maps.history.redo(),
            "Ctrl+Shift+Z",
            "redo",
            lambda: maps.history.can_redo,
        ),
        Command("palette", "Commands", window.show_palette, "Ctrl+K", "commands"),
        Command("fit", "Fit the map to the codes", window.map.navigation.fit, "F", "fit"),
        Command("play", "Play the path", window.path_bar.toggle_playing, "Space", "play"),
        Command("anchors", "Place A and B", window.anchors.place, "", "plus", has_document),
    ]


def _training(window: Commanded) -> list[Command]:
    s, has_document = window.session, partial(_has_document, window.session)
    return [
        Command(
            "train",
            "Start training",
            s.training.start,
            "Ctrl+T",
            "train",
            lambda: s.results.run == "idle",
        ),
        Command(
            "pause",
            "Pause or resume training",
            partial(_pause, s),
            "Ctrl+P",
            "pause",
            lambda: s.results.run in ("preparing", "training", "paused"),
        ),
        Command(
            "stop", "Stop training", s.training.stop, "", "stop", lambda: s.results.run != "idle"
        ),
        Command(
            "hold",
            "Hold this picture, or follow again",
            partial(_hold, s),
            "H",
            "lock",
            has_document,
        ),
        Command(
            "timeline",
            "Play the training",
            window.scrubber.toggle_playing,
            "",
            "play",
            lambda: len(s.results.timeline) > 1,
        ),
    ]


def _panels(window: Commanded) -> list[Command]:
    s, has_document = window.session, partial(_has_document, window.session)
    return [
        Command("data", "Find this model's images…", window.ask_data, "", "open", has_document),
        Command("alone", "The map alone, or all panels", window.toggle_alone, "F11", "eye"),
        *(
            Command(
                f"page {title}",
                f"Go to {title}",
                partial(window.side_panel.show_page, at),
                f"Ctrl+{at + 1}",
                title.lower(),
            )
            for at, title in enumerate(PAGES)
        ),
        Command(
            "report",
            "Save the geometry as a report…",
            window.files.ask_report,
            "",
            "geometry",
            lambda: s.results.survey is not None and not s.jobs.live("survey"),
        ),
    ]


def _others(window: Commanded) -> list[Command]:
    s, maps, has_document = window.session, window.map_area, partial(_has_document, window.session)
    return [
        Command(
            "experiment",
            "Before and after the encoder slope penalty…",
            window.show_experiment,
            "",
            "train",
        ),
        Command(
            "diversity_comparison",
            "Compare with another model…",
            window.ask_comparison,
            "",
            "geometry",
            has_document,
        ),
        Command(
            "beside",
            "Open a model beside…",
            window.ask_beside,
            "Ctrl+Shift+O",
            "open",
            has_document,
        ),
        Command(
            "beside again",
            "Train the same beside, with another seed",
            maps.train,
            "",
            "train",
            has_document,
        ),
        Command(
            "beside side",
            "Open the experiment's other model beside",
            maps.open_side,
            "",
            "open",
            lambda: other_side(s) is not None,
        ),
        Command(
            "differences",
            "How the two models differ…",
            maps.show_differences,
            "",
            "measures",
            lambda: maps.workspace is not None,
        ),
        Command(
            "beside close",
            "Close the model beside",
            maps.close_second,
            "",
            "close",
            lambda: maps.workspace is not None,
        ),
    ]


def _program(window: Commanded) -> list[Command]:
    return [
        Command("side", "Show or hide the left panel", window.toggle_side, "Ctrl+B", "explore"),
        *(
            Command(
                f"theme {name}", f"Colours: {name}", partial(window.set_scheme, name), "", "eye"
            )
            for name in SCHEMES
        ),
        *(
            Command(
                f"model {name}",
                f"Open the bundled model: {data_title(name)}",
                partial(window.files.open_model, path),
                "",
                "open",
            )
            for name, path in bundled().items()
        ),
        Command("help", "What is this?", window.show_help, "F1", "help"),
        Command("theory", "The formulas and their sources", window.show_theory, "", "help"),
        Command("quit", "Quit", window.close, "Ctrl+Q", "close"),
    ]


def _has_document(session: Session) -> bool:
    return session.results.document is not None


def _pause(session: Session) -> None:
    session.training.resume() if session.results.run == "paused" else session.training.pause()


def _hold(session: Session) -> None:
    is_held, scene = session.settings.step is not None, session.results.scene
    session.set(step=None if is_held or scene is None else scene.step)
