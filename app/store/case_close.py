"""What happens when a case is closed, and to findings that come afterwards? They open the seller's next case."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from app.domain.cases import FIRST, case_id
from app.store.cases import CLOSED, Case, closed_list, finding_ids, of_seller
from app.store.tables import case_, case_finding


def _add(conn: Connection, to: str, ids: set[str]) -> None:
    fresh = sorted(ids - finding_ids(conn, to))
    if fresh:
        conn.execute(insert(case_finding), [{"case_id": to, "finding_id": f} for f in fresh])


def close(conn: Connection, closing: Case, at_us: int) -> None:
    """Close a case and fix what it answers for."""
    conn.execute(update(case_).where(case_.c.case_id == closing.case_id).values(status=CLOSED, closed_us=at_us))
    if closing.case_id == case_id(closing.platform, closing.seller_id, FIRST):
        _add(conn, closed_list(closing.case_id), finding_ids(conn, closing.case_id))


def _closed_files(conn: Connection) -> list[tuple[str, str]]:
    closed = select(case_.c.platform, case_.c.seller_id).where(case_.c.status == CLOSED).distinct()
    return sorted((row.platform, row.seller_id) for row in conn.execute(closed))


def _open_next(conn: Connection, platform: str, seller_id: str, ordinal: int, at_us: int) -> str:
    opened = case_id(platform, seller_id, ordinal)
    conn.execute(insert(case_).values(case_id=opened, platform=platform, seller_id=seller_id, status="open", opened_us=at_us))
    return opened


def _news_of(conn: Connection, held: list[Case]) -> set[str]:
    if held[0].status != CLOSED:
        return set()
    known = finding_ids(conn, closed_list(held[0].case_id)).union(*(finding_ids(conn, c.case_id) for c in held[1:]))
    return finding_ids(conn, held[0].case_id) - known


def news(conn: Connection) -> list[tuple[list[Case], set[str]]]:
    """Sellers whose closed first case has been given findings since, with those findings. Reads only: mostly there are none."""
    files = [of_seller(conn, platform, seller_id) for platform, seller_id in _closed_files(conn)]
    return [(held, fresh) for held in files if (fresh := _news_of(conn, held))]


def follow_up(conn: Connection, at_us: int) -> list[str]:
    """Put such findings into the seller's open case, opening it if need be; ids of cases that grew. Idempotent."""
    grown: list[str] = []
    for held, fresh in news(conn):
        last = held[-1]
        to = last.case_id if last.status != CLOSED else _open_next(conn, last.platform, last.seller_id, len(held) + 1, at_us)
        _add(conn, to, fresh)
        grown.append(to)
    return grown
