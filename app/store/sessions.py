"""Which sessions were there, and which are flagged? A list by harm or time, with filters and cursor (DESIGN.md 3.2, E8)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, exists, select

from app.domain.levels import Level, Severity
from app.store import tables
from app.store.keyset import after
from app.store.session_sums import Harm, harm_of, overview
from app.store.standing import FLAG_SEVERITY, FindingFilter, matches, on_platforms, stands

Sort = Literal["-estimated_harm", "-last"]


@dataclass(frozen=True, slots=True)
class Session:
    """A session with what its standing findings add up to. Times in UTC microseconds."""

    platform: str
    session_id: str
    host_id: str | None
    host_kind: str | None
    host_tier: str | None
    started_us: int | None
    ended_us: int | None
    first_us: int | None
    last_us: int | None
    viewers: int | None
    likes: int | None
    rows: int
    late: int
    severity: Severity
    levels: dict[Level, int]
    """level -> number of findings; levels without a finding are left out."""
    estimated_harm: str
    """Decimal string, smallest unit of money, summed over all currencies of the session (mostly one)."""
    harm_rank: float

    @property
    def flagged(self) -> bool:
        """It holds a finding of MEDIUM or more that no verdict has struck (E8)."""
        return self.severity >= FLAG_SEVERITY

    @property
    def late_share(self) -> float:
        """Late rows over all rows; 0 without rows."""
        return self.late / self.rows if self.rows else 0.0


@dataclass(frozen=True, slots=True)
class Query:
    """Which sessions. Those that overlap [since_us, until_us); `severities`: the session's own severity, any of.

    With `min_level` or `rule` the session must hold a standing finding that is all of `finding`; with a seller, product, category or
    market alone any judged pair of that kind will do.
    """

    finding: FindingFilter = field(default_factory=FindingFilter)
    platforms: Collection[str] | None = None
    severities: Collection[Severity] | None = None
    flagged: bool | None = None
    since_us: int | None = None
    until_us: int | None = None
    sort: Sort = "-estimated_harm"


def list_sessions(connection: Connection, query: Query, *, cursor: tuple[Any, ...] | None = None, limit: int = 100) -> list[Session]:
    """At most `limit` sessions after `cursor` (see `cursor_of`): most harm or latest first."""
    view = overview()
    order = (view.c.harm if query.sort == "-estimated_harm" else view.c.last_us, view.c.platform, view.c.session_id)
    statement = select(view).where(*_conditions(connection, view.c, query))
    if cursor is not None:
        statement = statement.where(after(order, cursor, descending=(True, False, False)))
    return _sessions(connection, statement.order_by(order[0].desc(), *order[1:]).limit(limit))


def get(connection: Connection, platform: str, session_id: str) -> Session | None:
    """One session with its sums."""
    view = overview(platform, session_id)
    return next(iter(_sessions(connection, select(view))), None)


def cursor_of(found: Session, sort: Sort) -> tuple[Any, ...]:
    """The cursor behind a session: sort key, platform, session_id."""
    return (found.harm_rank if sort == "-estimated_harm" else found.last_us or 0, found.platform, found.session_id)


def _conditions(connection: Connection, view: Any, query: Query) -> list[ColumnElement[bool]]:
    conditions = [*on_platforms(view.platform, query.platforms), *_about(connection, view, query.finding)]
    if query.severities is not None:
        conditions.append(view.severity.in_(sorted(int(s) for s in query.severities)))
    if query.flagged is not None:
        conditions.append(view.severity >= int(FLAG_SEVERITY) if query.flagged else view.severity < int(FLAG_SEVERITY))
    if query.since_us is not None:
        conditions.append(view.last_us >= query.since_us)
    if query.until_us is not None:
        conditions.append(view.first_us < query.until_us)
    return conditions


def _about(connection: Connection, view: Any, wanted: FindingFilter) -> list[ColumnElement[bool]]:
    if wanted == FindingFilter():
        return []
    if wanted.min_level is not None or wanted.rule is not None:
        table, conditions = tables.finding, [stands(), *matches(connection.dialect.name, wanted)]
    else:
        table, conditions = tables.judgement, _judged(wanted)
    here = (table.c.platform == view.platform, table.c.session_id == view.session_id)
    return [exists(select(1).select_from(table).where(*here, *conditions))]


def _judged(wanted: FindingFilter) -> list[ColumnElement[bool]]:
    pair = tables.judgement.c
    fields = ((pair.key, wanted.market), (pair.category_id, wanted.category), (pair.seller_id, wanted.seller_id))
    return [f == value for f, value in (*fields, (pair.product_id, wanted.product_id)) if value is not None]


def _sessions(connection: Connection, statement: Select[Any]) -> list[Session]:
    found = connection.execute(statement).mappings().all()
    sums = harm_of(connection, [(r["platform"], r["session_id"]) for r in found])
    return [_session(r, sums.get((r["platform"], r["session_id"]), Harm())) for r in found]


def _session(found: RowMapping, harm: Harm) -> Session:
    own = {name: found[name] for name in Session.__slots__ if name in found and name not in ("severity", "rows", "late")}
    return Session(
        **own,
        rows=int(found["rows"]),
        late=int(found["late"]),
        severity=Severity(found["severity"]),
        levels=harm.levels,
        estimated_harm=harm.total,
        harm_rank=float(found["harm"]),
    )
