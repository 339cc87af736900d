"""Is this one event good, and if not, why? The slow path: one text at a time through the pydantic model."""

from __future__ import annotations

import dataclasses
import json
import math
from difflib import get_close_matches
from typing import Any, Final, NoReturn

from pydantic import ValidationError

from app.domain.events import EVENT_TYPES
from app.intake.contract import ADAPTER, row_of
from app.intake.fields import FIELDS

EXTRA_BYTES: Final = 1024
KEPT_CHARS: Final = 256
NOT_UTF8: Final = "\x1fnot UTF-8"
"""Stands for a line whose bytes are no text; no JSON begins like it."""
_NUMBER_CHARS: Final = 40


@dataclasses.dataclass(frozen=True, slots=True)
class Refusal:
    """Why an event was refused. `known`: its known fields, cut short, to be mended and sent again."""

    event_id: str | None
    field: str | None
    problem: str
    known: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Judged:
    """One event: its row if it is good, else its refusal; unknown fields are named either way."""

    row: dict[str, Any] | None
    refusal: Refusal | None
    unknown: tuple[str, ...] = ()


class NotJson(ValueError):
    """The text is not one JSON value that can be kept."""


class NamedTwice(ValueError):
    """One object has two members of one name."""


def judge(text: str) -> Judged:
    """The row or the refusal of one event."""
    try:
        value = parse(text.rstrip("\r"))
    except NamedTwice as error:
        name = str(error.args[0])
        return Judged(None, Refusal(None, name[:64], "is named twice in one event"))
    except NotJson as error:
        return Judged(None, Refusal(None, None, f"is not JSON: {error}"))
    if not isinstance(value, dict):
        return Judged(None, Refusal(None, None, "is not a JSON object"))
    return _validated({name: v for name, v in value.items() if v is not None})


def parse(text: str) -> Any:
    """JSON as RFC 8259 has it: no NaN, no key twice, nothing that could not be written again."""
    if text == NOT_UTF8:
        raise NotJson("it is not UTF-8")
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant, parse_int=_whole_number, parse_float=_finite)
    except (NamedTwice, NotJson):
        raise
    except RecursionError:
        raise NotJson("it is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise NotJson(f"{error.msg} at character {error.pos}") from None
    if "\\ud" in text.lower():
        _refuse_half_characters(value)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # null is the same as leaving the field out, so it does not count as naming it
    named = [(name, value) for name, value in pairs if value is not None]
    kept = dict(named)
    if len(kept) < len(named):
        seen: set[str] = set()
        raise NamedTwice(next(name for name, _ in named if name in seen or seen.add(name)))  # type: ignore[func-returns-value]
    return kept


def _no_constant(name: str) -> NoReturn:
    raise NotJson(f"{name} is not a JSON number")


def _whole_number(text: str) -> int:
    if len(text) > _NUMBER_CHARS:
        raise NotJson(f"a number has more than {_NUMBER_CHARS} digits")
    return int(text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise NotJson("a number is too large")
    return number


def _refuse_half_characters(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise NotJson("an escape names half a character") from None


def _validated(event: dict[str, Any]) -> Judged:
    try:
        model = ADAPTER.validate_python(event)
    except ValidationError as error:
        return _refused(event, error.errors(include_url=False, include_input=False)[0])
    unknown = model.model_extra or {}
    row = row_of(model)
    row["extra"] = extra_text(unknown) if unknown else None
    return Judged(row, None, tuple(sorted(unknown)))


def extra_text(unknown: dict[str, Any]) -> str | None:
    """Unknown fields as sorted JSON of at most 1 kB; a field that does not fit is left out whole (D8)."""
    kept: list[str] = []
    size = 2
    for name in sorted(unknown):
        member = f"{_canonical(name)}:{_canonical(unknown[name])}"
        more = len(member.encode()) + (1 if kept else 0)
        if size + more <= EXTRA_BYTES:
            kept.append(member)
            size += more
    return f"{{{','.join(kept)}}}" if kept else None


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _refused(event: dict[str, Any], error: Any) -> Judged:
    kind = event.get("type")
    known_kind = isinstance(kind, str) and kind in EVENT_TYPES
    own = {name for name, f in FIELDS.items() if not known_kind or kind in f.allowed}
    unknown = tuple(sorted(name for name in event if name not in own))
    known = {name: _short(event[name]) for name in event if name in own and not isinstance(event[name], list | dict)}
    event_id = known.get("event_id")
    name, problem = _worded(error, unknown)
    return Judged(None, Refusal(event_id if isinstance(event_id, str) else None, name, problem, known), unknown)


def _short(value: Any) -> Any:
    return value[:KEPT_CHARS] if isinstance(value, str) else value


def _worded(error: Any, unknown: tuple[str, ...]) -> tuple[str, str]:
    if error["type"] in ("union_tag_invalid", "union_tag_not_found"):
        return "type", f"must be one of {', '.join(EVENT_TYPES)}"
    name = str(error["loc"][-1])
    if error["type"] != "missing":
        return name, str(error["msg"])
    meant = get_close_matches(name, unknown, n=1)
    return name, f'is missing (the unknown field "{meant[0][:64]}" looks like it)' if meant else "is missing"
