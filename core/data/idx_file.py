"""Reads one IDX file and says precisely what is wrong with it."""

from __future__ import annotations

import gzip
import io
import math
import struct
import zlib
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..engine.errors import Problem
from ..engine.worker import ReportProgress

File: TypeAlias = gzip.GzipFile | io.BufferedReader

_CHUNK = 1 << 22  # bytes
_MENDING = "Download it again or choose another folder."


def read_idx(path: Path, axes: int, report: ReportProgress) -> NDArray[np.uint8]:
    """The unsigned bytes of an IDX file with so many axes, plain or gzipped (.gz)."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            shape = _shape(path, _bytes(path, file, 4 + 4 * axes, report), axes)
            size = math.prod(shape)
            body = _bytes(path, file, size + 1, report)  # one more, to notice if there is
    except (gzip.BadGzipFile, zlib.error) as error:
        raise Problem(f"{path.name} is not a readable gzip file ({error}). {_MENDING}") from error
    except OSError as error:
        raise Problem(f"{path} cannot be read ({error.strerror or error}). {_MENDING}") from error
    _check_size(path, len(body), size, 4 + 4 * axes)
    return np.frombuffer(body, np.uint8).reshape(shape)


def _bytes(path: Path, file: File, count: int, report: ReportProgress) -> bytes:
    """So many bytes, or as many as there are."""
    got = bytearray()
    while len(got) < count:
        try:
            chunk = file.read1(min(_CHUNK, count - len(got)))
        except EOFError:  # gzip: cut short; `read1` has not lost what came before
            break
        if not chunk:
            break
        got += chunk
        report(len(got) / count, f"reading {path.name}")
    return bytes(got)


def _shape(path: Path, header: bytes, axes: int) -> tuple[int, ...]:
    expected = 0x0800 + axes
    magic = int.from_bytes(header[:4], "big")
    if len(header) >= 4 and magic != expected:
        raise Problem(
            f"{path.name} is not the IDX file it should be: its first bytes are 0x{magic:08X}, "
            f"not 0x{expected:08X}. {_MENDING}"
        )
    if len(header) < 4 + 4 * axes:
        raise Problem(
            f"{path.name} is cut short: {len(header)} of the {4 + 4 * axes} bytes of its header. "
            f"{_MENDING}"
        )
    return struct.unpack(f">{axes}I", header[4:])


def _check_size(path: Path, size: int, expected: int, header: int) -> None:
    if size < expected:
        raise Problem(
            f"{path.name} is cut short: {header + size:,} of {header + expected:,} "
            f"bytes. {_MENDING}"
        )
    if size > expected:
        raise Problem(
            f"{path.name} goes on after the {header + expected:,} bytes that its header "
            f"announces. {_MENDING}"
        )
