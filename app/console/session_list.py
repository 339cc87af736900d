"""Which sessions does the first page list? Flagged ones first, by harm; then the others, latest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from app.console import amounts, clock
from app.console.reading import Shelf
from app.console.words import Words
from app.domain.levels import Severity
from app.store import findings, sessions, silence
from app.store.sessions import Query, Session

PER_PAGE: Final = 40
FILTERS: Final = (("all", "Semua", "all"), ("flagged", "Ditandai", "flagged"), ("watch", "Daftar pantau", "watch list"))
Place = tuple[int, tuple[Any, ...] | None]
"""(phase, cursor inside it): where a page begins."""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One line of the list."""

    platform: str
    session_id: str
    host: str
    flagged: bool
    severity: str
    findings: str
    harm: str
    begun: str
    lasted: str
    state: Words


def phases(show: str, platforms: Sequence[str] | None) -> list[Query]:
    """The store's questions, asked one after the other."""
    flagged = Query(platforms=platforms, flagged=True)
    match show:
        case "flagged":
            return [flagged]
        case "watch":
            return [Query(platforms=platforms, severities=(Severity.LOW,))]
        case _:
            return [flagged, Query(platforms=platforms, flagged=False, sort="-last")]


def page(connection: Connection, queries: Sequence[Query], place: Place, limit: int = PER_PAGE) -> tuple[list[Session], Place | None]:
    """At most `limit` sessions from a place on, and the place of the next page."""
    rows: list[Session] = []
    phase, cursor = place
    while phase < len(queries):
        query = queries[phase]
        found = sessions.list_sessions(connection, query, cursor=cursor, limit=limit + 1 - len(rows))
        rows += found
        if len(rows) > limit:
            # the surplus row may be the first of its phase: then the next page begins with that phase
            kept = found[:-1]
            return rows[:limit], (phase, sessions.cursor_of(kept[-1], query.sort) if kept else cursor)
        phase, cursor = phase + 1, None
    return rows, None


def line(connection: Connection, shelf: Shelf, session: Session, latest: dict[str, int]) -> SessionRow:
    """A session as a line."""
    offset = shelf.offset(session.platform)
    begin = session.started_us or session.first_us or None
    return SessionRow(
        session.platform,
        session.session_id,
        host_words(session),
        session.flagged,
        session.severity.name,
        levels_words(session),
        harm_words(connection, session),
        clock.moment(begin, offset),
        clock.lasting(begin, session.ended_us or session.last_us),
        state(session, latest, offset),
    )


def host_words(session: Session) -> str:
    """Host with kind and tier, as far as told."""
    kinds = ", ".join(word for word in (session.host_kind, session.host_tier) if word)
    return f"{session.host_id or '–'}{f' ({kinds})' if kinds else ''}"


def levels_words(session: Session) -> str:
    """Findings by level, highest first."""
    return " · ".join(f"L{int(level)} × {count}" for level, count in sorted(session.levels.items(), reverse=True)) or "–"


def harm_words(connection: Connection, session: Session) -> str:
    """The loss on sales of all findings; the currency is that of the worst one."""
    if not session.levels or float(session.estimated_harm) == 0:
        return amounts.DASH
    query = findings.Query(platforms=(session.platform,), session_id=session.session_id)
    top = findings.list_findings(connection, query, limit=1)
    return amounts.money(float(session.estimated_harm), str(top[0].body.get("currency") or "IDR") if top else "IDR")


def state(session: Session, latest: dict[str, int], offset_us: int) -> Words:
    """Ended, silent, or still live: by the platform's own rows, not by a clock on the wall."""
    if session.ended_us is not None:
        return Words("selesai", "ended")
    since = silence.silent_since(session, latest)
    if since is not None:
        at = clock.hour_minute(since, offset_us)
        return Words(f"diam sejak {at}", f"silent since {at}")
    return Words("berlangsung", "live")
