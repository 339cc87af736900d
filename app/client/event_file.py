"""What stands in a file of events? Its lines in order, byte for byte: NDJSON or one JSON array, plain or gzip."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Final, cast

from app.client.failure import ClientError
from app.client.moments import moment_us

_GZIP: Final = b"\x1f\x8b"
_BOM: Final = b"\xef\xbb\xbf"
_WHITE: Final = " \t\r\n"


class NotReadable(ClientError):
    """A file that is no list of events."""


class Line(dict[str, Any]):
    """An event of a file, with the bytes in which it stands there. Empty where those are no JSON object: the door will say so."""

    __slots__ = ("file", "occurred_us", "raw")

    def __init__(self, raw: bytes, file: int = 0) -> None:
        super().__init__(_parsed(raw))
        self.raw = raw
        self.file = file
        self.occurred_us: int | None = None
        self.occurred_us = moment_us(self)


def lines_of(files: Sequence[Path]) -> Iterator[Line]:
    """The events of the files, one after the other."""
    for number, path in enumerate(files):
        for raw in raw_lines(path):
            yield Line(raw, number)


def raw_lines(path: Path) -> Iterator[bytes]:
    """One text per event, without blank lines. An array is read whole, NDJSON line by line."""
    with _opened(path) as file:
        try:
            start = file.read(1024).removeprefix(_BOM).lstrip()
            file.seek(0)
            yield from _elements(path, file.read()) if start.startswith(b"[") else _plain(file)
        except (EOFError, gzip.BadGzipFile) as error:
            raise NotReadable(f"{path}: {error}") from error


def sha256_of(path: Path) -> str:
    """Hash of the file as it lies there."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _opened(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP
    return cast("IO[bytes]", gzip.open(path, "rb")) if packed else path.open("rb")


def _plain(file: IO[bytes]) -> Iterator[bytes]:
    for number, line in enumerate(file):
        text = line.removeprefix(_BOM).strip() if number == 0 else line.strip()
        if text:
            yield text


def _elements(path: Path, body: bytes) -> Iterator[bytes]:
    try:
        text = body.decode("utf-8-sig").strip(_WHITE)
        decoder = json.JSONDecoder(parse_int=str, parse_float=str)
        at = _skip(text, 1)
        while text[at : at + 1] != "]":
            _, end = decoder.raw_decode(text, at)
            # no line end can stand inside a JSON string, so each is only white space
            yield text[at:end].replace("\r", " ").replace("\n", " ").encode()
            at = _skip(text, end)
            if text[at : at + 1] == ",":
                at = _skip(text, at + 1)
            elif text[at:] != "]":
                raise NotReadable(f"{path}: no JSON array: ',' or ']' is missing at character {at}")
    except (ValueError, RecursionError) as error:
        raise NotReadable(f"{path}: no JSON array: {error}") from error


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _WHITE:
        at += 1
    return at


def _parsed(raw: bytes) -> dict[str, Any]:
    try:
        event = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return event if isinstance(event, dict) else {}
