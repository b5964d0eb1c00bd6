"""Files from the network, checked against their published checksum."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from ..engine.errors import Problem
from ..engine.worker import ReportProgress

TRIES = 3

_TIMEOUT = (10, 30)  # seconds: to connect, and between two packets
_CHUNK = 1 << 16  # bytes


def download(
    folder: Path, base: str, hashes: Mapping[str, str], report: ReportProgress, rest: float = 1.0
) -> None:
    """Brings the files named by `hashes` ("md5:..." by name) from `base` into `folder`.

    A file that is there and has its checksum stays. The others are written elsewhere, checked,
    and then moved in, so that a broken download leaves nothing. `rest`: seconds between two tries.
    """
    for number, (name, known_hash) in enumerate(hashes.items(), start=1):
        report_file = partial(report, text=f"downloading {name} (file {number} of {len(hashes)})")
        fault = _fetch(folder, base + name, known_hash, report_file)
        for _ in range(TRIES - 1):
            if fault is None:
                break
            time.sleep(rest)
            fault = _fetch(folder, base + name, known_hash, report_file)
        if fault is not None:
            raise Problem(
                f"{base}{name} could not be downloaded ({_reason(fault)}): try again once the "
                "network is there, or choose a folder that holds the files."
            ) from fault


def _fetch(
    folder: Path, url: str, known_hash: str, report_file: Callable[[float | None], None]
) -> Exception | None:
    """One try; returns what went wrong where another try may help."""
    import pooch  # brings requests with it: a fifth of a second
    import requests

    def write(url: str, file: str, _: object) -> None:
        _write(url, Path(file), report_file)

    pooch.get_logger().setLevel("WARNING")  # its news go to the window
    try:
        pooch.retrieve(url, known_hash, fname=url.rpartition("/")[2], path=folder, downloader=write)
    except (requests.RequestException, ValueError) as error:  # ValueError: the checksum differs
        return error
    except OSError as error:
        raise Problem(
            f"{folder} cannot be written ({error.strerror or error}): make room there, or choose "
            "a folder that holds the files."
        ) from error
    return None


def _write(url: str, path: Path, report_file: Callable[[float | None], None]) -> None:
    """What pooch's own downloader does, but it closes the connection of a refused request."""
    import requests

    with (
        requests.get(url, stream=True, timeout=_TIMEOUT) as response,
        path.open("wb") as file,
    ):
        response.raise_for_status()
        total = int(response.headers.get("content-length", 0))
        for chunk in response.iter_content(_CHUNK):
            file.write(chunk)
            report_file(min(file.tell() / total, 1.0) if total else None)


def _reason(fault: Exception) -> str:
    """A few words on what went wrong; the long story is the cause of the problem."""
    import requests

    if isinstance(fault, requests.HTTPError) and fault.response is not None:
        return f"the server answered {fault.response.status_code} {fault.response.reason}"
    if isinstance(fault, requests.Timeout):
        return "the server did not answer in time"
    if isinstance(fault, requests.RequestException):
        return "the server cannot be reached"
    return "what came does not match its checksum"
