"""How does a pack's TOML become rules? Every key checked, every problem named; the file's bytes are its identity."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Any, Final

from app.domain.time import EPOCH, day_start_us
from app.law.pack import FAR_US, Clause, Kind, RuleBook, RulePack, Text, Threshold

NEEDED: Final[dict[str, tuple[str, ...]]] = {
    "R06": ("gap_permille", "rivals_min"),
    "D2": ("shelf_life_days", "list_price_permille", "below_permille", "sale_days"),
    "D3": ("cover_days",),
    "D5": ("rivals_min",),
    "D6": ("hours", "monthly_permille", "days_per_quarter"),
    "D9": ("price_permille", "minutes"),
    "E2": (
        "lasting_windows", "repeated_windows", "lasting_days_l2", "lasting_sessions_l2", "critical_sessions", "critical_hours",
        "critical_units_permille", "high_days_l2", "q_permille",
    ),
}  # fmt: skip
"""Thresholds that the code reads: a pack without them is refused when it is loaded, not when a pane is judged."""
RULES: Final = ("R01", "R06", "R30")
DEFENCES: Final = ("D2", "D3", "D5", "D6", "D7", "D9")


class PackError(ValueError):
    """A rule pack that cannot be trusted; the message names the place."""


def _take(table: dict[str, Any], key: str, kind: type, place: str) -> Any:
    value = table.get(key)
    # the very type: true is no number here, a moment is no day
    if type(value) is not kind:
        raise PackError(f"{place}: `{key}` must be a {kind.__name__}")
    return value


def _text(table: dict[str, Any], key: str, place: str) -> Text:
    inner = _take(table, key, dict, place)
    return Text(_take(inner, "id", str, f"{place}.{key}"), _take(inner, "en", str, f"{place}.{key}"))


def _day_us(day: date) -> int:
    return day_start_us((day - EPOCH.date()).days)


def _period(table: dict[str, Any], place: str) -> tuple[int, int]:
    start = _day_us(_take(table, "valid_from", date, place))
    end = _day_us(_take(table, "valid_to", date, place)) if "valid_to" in table else FAR_US
    if start >= end:
        raise PackError(f"{place}: valid_from must lie before valid_to")
    return start, end


def _thresholds(table: dict[str, Any], place: str) -> dict[str, Threshold]:
    out = {}
    for name, row in table.get("thresholds", {}).items():
        where = f"{place}.thresholds.{name}"
        value = _take(row, "value", int, where)
        if value < 0:
            raise PackError(f"{where}: `value` must not be negative")
        out[name] = Threshold(value, _take(row, "unit", str, where), row.get("mark", ""))
    return out


def _clause(table: dict[str, Any], pack: str) -> Clause:
    place = f"{pack}: {_take(table, 'id', str, pack)}"
    start, end = _period(table, place)
    thresholds = _thresholds(table, place)
    missing = [name for name in NEEDED.get(table["id"], ()) if name not in thresholds]
    if missing:
        raise PackError(f"{place}: thresholds missing: {', '.join(missing)}")
    return Clause(
        id=table["id"],
        article=_take(table, "article", str, place),
        condition=_text(table, "condition", place),
        formula=_take(table, "formula", str, place),
        thresholds=thresholds,
        valid_from_us=start,
        valid_to_us=end,
        source=_take(table, "source", str, place),
        kind=Kind(table["kind"]) if "kind" in table else None,
        addressee=table.get("addressee"),
        doubts=tuple(table.get("doubts", ())),
    )


def _clauses(document: dict[str, Any], key: str, wanted: tuple[str, ...], pack: str) -> dict[str, Clause]:
    rows = [_clause(row, pack) for row in _take(document, key, list, pack)]
    out = {row.id: row for row in rows}
    if len(out) < len(rows):
        raise PackError(f"{pack}: an id stands twice under `{key}`")
    missing = [i for i in wanted if i not in out]
    if missing:
        raise PackError(f"{pack}: `{key}` lacks {', '.join(missing)}")
    return out


def parse_pack(raw: bytes) -> RulePack:
    """One pack from the bytes of its TOML file; raises PackError."""
    try:
        document = tomllib.loads(raw.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PackError(f"not a TOML text: {error}") from error
    name = _take(document, "id", str, "pack")
    start, end = _period(document, name)
    try:
        rules, defences = _clauses(document, "rule", RULES, name), _clauses(document, "defence", DEFENCES, name)
    except (ValueError, AttributeError, TypeError) as error:
        raise error if isinstance(error, PackError) else PackError(f"{name}: {error}") from error
    silent = [r.id for r in rules.values() if r.kind is None or (r.kind is Kind.CONDUCT and not r.addressee)]
    if silent:
        raise PackError(f"{name}: kind or addressee missing: {', '.join(silent)}")
    severity = _clause(_take(document, "severity", dict, name), name)
    if severity.id != "E2":
        raise PackError(f"{name}: the severity table must have the id E2")
    digest, title, doubts = hashlib.sha256(raw).hexdigest(), _text(document, "title", name), tuple(document.get("doubts", ()))
    return RulePack(name, digest, title, start, end, rules, defences, severity, doubts)


def parse_book(files: Iterable[bytes]) -> RuleBook:
    """All packs, oldest first; refused if there is none or two cover one day."""
    packs = sorted((parse_pack(raw) for raw in files), key=lambda p: p.valid_from_us)
    if not packs:
        raise PackError("no rule pack")
    for older, newer in pairwise(packs):
        if newer.valid_from_us < older.valid_to_us:
            raise PackError(f"{newer.id} begins before {older.id} ends")
    return RuleBook(tuple(packs))
