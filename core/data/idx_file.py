"""Reads one IDX file and says precisely what is wrong with it."""

from __future__ import annotations

import gzip
import io
import math
import struct
import zlib
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..engine.errors import Problem
from ..engine.worker import ReportProgress

File: TypeAlias = gzip.GzipFile | io.BufferedReader

TYPES = {8: "u1", 9: "i1", 0xB: ">i2", 0xC: ">i4", 0xD: ">f4", 0xE: ">f8"}  # by the third byte

_CHUNK = 1 << 22  # bytes
_GZIP = b"\x1f\x8b"  # the first bytes, whatever the file is called
_MENDING = "Download it again or choose another folder."


def read_idx(path: Path, axes: tuple[int, ...], report: ReportProgress) -> NDArray[Any]:
    """The numbers of an IDX file with one of so many axes, plain or gzipped."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == _GZIP
        with gzip.open(path) if packed else path.open("rb") as file:
            return _read(path, file, axes, report)
    except (gzip.BadGzipFile, zlib.error) as error:
        raise Problem(f"{path.name} is not a readable gzip file ({error}). {_MENDING}") from error
    except OSError as error:
        raise Problem(f"{path} cannot be read ({error.strerror or error}). {_MENDING}") from error


def _read(path: Path, file: File, axes: tuple[int, ...], report: ReportProgress) -> NDArray[Any]:
    start = _bytes(path, file, 4, report)
    dtype, count = _kind(path, bytes(start), axes)
    header = 4 + 4 * count
    sizes = _bytes(path, file, 4 * count, report)
    if len(sizes) < 4 * count:
        raise _headless(path, 4 + len(sizes), header)
    shape = struct.unpack(f">{count}I", sizes)
    size = math.prod(shape) * dtype.itemsize
    body = _bytes(path, file, size + 1, report)  # one more, to notice if there is
    _check_size(path, len(body), size, header)
    return np.frombuffer(body, dtype).reshape(shape)


def _bytes(path: Path, file: File, count: int, report: ReportProgress) -> bytearray:
    """So many bytes, or as many as there are"""
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
    return got


def _kind(path: Path, start: bytes, axes: tuple[int, ...]) -> tuple[np.dtype[Any], int]:
    """The type of the numbers, and how many axes there are"""
    if len(start) < 4:
        raise _headless(path, len(start), 4 + 4 * axes[0])
    if start[:2] != b"\0\0" or start[2] not in TYPES or start[3] not in axes:
        page = " It is a page of a web site." if start[:1] == b"<" else ""
        expected = f"0x{0x0800 + axes[0]:08X}"
        raise Problem(
            f"{path.name} is not the IDX file it should be: its first bytes are "
            f"0x{start.hex().upper()}, not {expected}.{page} {_MENDING}"
        )
    return np.dtype(TYPES[start[2]]), start[3]


def _headless(path: Path, size: int, header: int) -> Problem:
    return Problem(
        f"{path.name} is cut short: {size} of the {header} bytes of its header. {_MENDING}"
    )


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
