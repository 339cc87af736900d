"""How does a body become event texts? NDJSON and JSON are cut into events; what is no JSON document at all is refused (400)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from app.intake.exact import NOT_UTF8
from app.intake.grammar import FLAT_ARRAY, KNOWN_BODY, OBJECT
from app.intake.refusal import Refused

NDJSON: Final = ("application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines")
JSON: Final = ("application/json",)
MAX_EVENTS: Final = 200_000
"""Per request: every refused event is answered and kept, so their number is bounded too."""
_WHITE: Final = " \t\r\n"


@dataclass(frozen=True, slots=True)
class Texts:
    """The events of a body, as NDJSON."""

    body: str

    def surely(self) -> bool:
        """Whether the grammar accepts the whole body, so that no line needs a look of its own."""
        return bool(pl.Series([self.body]).str.contains(KNOWN_BODY)[0])

    def few(self) -> list[str]:
        """The same as `lines`, for a short body."""
        return [line for line in self.body.split("\n") if line.strip(_WHITE)]

    def lines(self) -> pl.Series:
        """One text per event, in order; blank lines are no events."""
        lines = pl.Series("line", [self.body]).str.split("\n").explode()
        return lines.filter(lines.str.strip_chars(_WHITE).str.len_bytes() > 0)


def texts_of(body: bytes, media_type: str) -> Texts:
    """The events of a request's body. Raises Refused: unknown media type, not UTF-8, not JSON, empty, too many."""
    media = media_type.split(";")[0].strip().lower()
    if media not in (*NDJSON, *JSON):
        supported = [*JSON, NDJSON[0]]
        raise Refused("media-type-not-supported", f"Content-Type {media or '(none)'} is not supported.", supported=supported)
    text = _decoded(body, media)
    if not text or text.isspace():
        raise Refused("not-json", "The body is empty.")
    texts = _of_document(text) if media in JSON else Texts(text)
    # an event and its line end are two characters at least
    if len(texts.body) >= 2 * MAX_EVENTS and texts.body.count("\n") >= MAX_EVENTS and len(texts.lines()) > MAX_EVENTS:
        raise Refused("too-large", f"The body holds more than {MAX_EVENTS} events.", limit={"events": MAX_EVENTS})
    return texts


def _decoded(body: bytes, media: str) -> str:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        if media in JSON:
            raise Refused("not-json", "The body is not UTF-8.") from None
        text = "\n".join(_line(line) for line in body.split(b"\n"))
    return text.removeprefix("\ufeff")


def _line(line: bytes) -> str:
    # one bad line never spoils the rest: it becomes a text that can only be refused
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return NOT_UTF8


def _of_document(text: str) -> Texts:
    """A JSON document as NDJSON: no event of it can hold a raw line end, so one line each."""
    if text.lstrip(_WHITE).startswith("["):
        series = pl.Series([text])
        objects = series.str.extract_all(OBJECT)[0].to_list() if series.str.contains(FLAT_ARRAY)[0] else _elements(text)
        if not objects:
            raise Refused("not-json", "The array holds no event.")
    else:
        objects = _elements(f"[{text}]", shift=1)
        if len(objects) > 1:
            raise Refused("not-json", "The body is several JSON values; send an array, or NDJSON as application/x-ndjson.")
    body = "\n".join(one.replace("\r", " ").replace("\n", " ") for one in objects)
    return Texts(body)


def _elements(text: str, shift: int = 0) -> list[str]:
    """The texts of an array's elements; `shift`: how many characters of it the sender did not write."""
    decoder: Any = json.JSONDecoder(parse_int=str, parse_float=str)
    found: list[str] = []
    at = _skip(text, text.index("[") + 1)
    if text[at : at + 1] == "]":
        return found
    while True:
        try:
            end: int = decoder.raw_decode(text, at)[1]
        except json.JSONDecodeError as error:
            raise Refused("not-json", f"The body is not JSON: {error.msg} at character {error.pos - shift}.{_hint(text)}") from None
        except RecursionError:
            raise Refused("not-json", "The body is nested too deeply.") from None
        found.append(text[at:end])
        at = _skip(text, end)
        if text[at : at + 1] == "]" and not text[at + 1 :].strip(_WHITE):
            return found
        if text[at : at + 1] != ",":
            raise Refused("not-json", f"The body is not JSON: Extra data at character {at - shift}.{_hint(text)}")
        at = _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _WHITE:
        at += 1
    return at


def _hint(text: str) -> str:
    return " For one event per line send Content-Type: application/x-ndjson." if "}\n{" in text else ""
