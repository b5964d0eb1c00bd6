"""Downloads, against a server on this machine that answers what it is told to."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from lacuna.core.data.download import TRIES, download
from lacuna.core.engine.errors import Problem
from tests.waiting import PATIENCE

BODY = bytes(range(256)) * 1000
HASHES = {"letters.gz": "md5:" + hashlib.md5(BODY).hexdigest()}


class Server:
    """Gives the answers (status, body) in order, the last one for ever."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, bytes]] = [(200, BODY)]
        self.asked: list[str] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler(self))
        self.base = f"http://127.0.0.1:{self._http.server_port}/data/"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(PATIENCE)


def handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append(self.path)
            status, body = server.answers.pop(0) if server.answers[1:] else server.answers[0]
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Keeps quiet."""

    return Handler


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = Server()
    yield server
    server.close()


def fetched(folder: Path, base: str) -> list[tuple[float | None, str]]:
    messages: list[tuple[float | None, str]] = []
    download(folder, base, HASHES, lambda fraction, text: messages.append((fraction, text)), rest=0)
    return messages


def test_a_file_arrives_and_is_told_on_the_way(server: Server, tmp_path: Path) -> None:
    result = fetched(tmp_path / "new", server.base)
    assert (tmp_path / "new" / "letters.gz").read_bytes() == BODY
    fractions = [fraction for fraction, _ in result]
    assert fractions == sorted(fractions)
    assert fractions[0] < 0.5
    assert fractions[-1] == 1
    assert result[0][1] == "downloading letters.gz (file 1 of 1)"
    assert server.asked == ["/data/letters.gz"]


def test_a_file_that_is_there_is_not_asked_for(server: Server, tmp_path: Path) -> None:
    (tmp_path / "letters.gz").write_bytes(BODY)
    fetched(tmp_path, server.base)
    assert server.asked == []


def test_a_damaged_file_is_replaced(server: Server, tmp_path: Path) -> None:
    (tmp_path / "letters.gz").write_bytes(BODY[:-1])
    fetched(tmp_path, server.base)
    assert (tmp_path / "letters.gz").read_bytes() == BODY


@pytest.mark.parametrize("first", [(500, b"sorry"), (200, BODY[:-1])])
def test_a_failed_try_is_followed_by_another(
    server: Server, tmp_path: Path, first: tuple[int, bytes]
) -> None:
    server.answers = [first, (200, BODY)]
    fetched(tmp_path, server.base)
    assert (tmp_path / "letters.gz").read_bytes() == BODY
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((200, BODY + b"!"), "does not match its checksum"),
        ((503, b""), "answered 503 Service Unavailable"),
        ((404, b""), "answered 404 Not Found"),
    ],
)
def test_three_failures_are_a_problem_and_leave_nothing(
    server: Server, tmp_path: Path, answer: tuple[int, bytes], message: str
) -> None:
    server.answers = [answer]
    with pytest.raises(Problem, match=message) as caught:
        fetched(tmp_path, server.base)
    assert f"{server.base}letters.gz could not be downloaded" in str(caught.value)
    assert "choose a folder that holds the files" in str(caught.value)
    assert len(server.asked) == TRIES
    assert list(tmp_path.iterdir()) == []


def test_no_server_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with socket.socket() as taken:  # bound but not listening: whoever connects is refused
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Problem, match="the server cannot be reached"):
            fetched(tmp_path, f"http://127.0.0.1:{taken.getsockname()[1]}/")


def test_a_folder_that_cannot_be_written_is_a_problem(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Problem, match="cannot be written"):
        fetched(tmp_path / "file" / "below", server.base)


def test_who_drops_the_download_leaves_nothing(server: Server, tmp_path: Path) -> None:
    def drop(fraction: float | None, text: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download(tmp_path, server.base, HASHES, drop, rest=0)
    assert list(tmp_path.iterdir()) == []
