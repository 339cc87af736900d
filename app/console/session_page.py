"""What stands on the page of one session? Facts, the worst products in full, and a table of every other one."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection

from app.console import amounts, clock, reading
from app.console.article import ALONE, Article, Room, article
from app.console.facts import ProductFacts
from app.console.reading import Shelf
from app.console.session_list import harm_words, host_words, levels_words, state
from app.console.words import Words
from app.store import sessions, silence
from app.store.sessions import Session

IN_FULL: Final = 3
"""So many products are drawn at once: a page stays under 100 kB. Every other one is a click away."""
SHARED: Final = Room(steps=96, rows=24)
PER_PAGE: Final = 30
OTHERS: Final = Words("Produk lain dalam sesi ini", "other products of this session")
EVERY: Final = Words("Semua produk sesi ini", "all products of this session")


def session_page(
    connection: Connection, platform: str, session_id: str, product_id: str | None, seller_id: str | None, number: int
) -> dict[str, Any] | None:
    """Everything that the template needs; None if there is no such session or product."""
    session = sessions.get(connection, platform, session_id)
    if session is None:
        return None
    shelf = Shelf(connection)
    shown = _chosen(connection, shelf, session, product_id, seller_id)
    if shown is None:
        return None
    chosen = product_id is not None
    articles = (
        [] if number > 1 and not chosen else [_article(connection, facts, i, ALONE if chosen else SHARED) for i, facts in enumerate(shown)]
    )
    seen = {(f.seller_id, f.product_id, f.key) for f in shown}
    rest = (
        []
        if chosen
        else [p for p in reading.every(connection, shelf, platform, session_id) if (p.seller_id, p.product_id, p.key) not in seen]
    )
    return {
        "session": {
            "platform": platform,
            "session_id": session_id,
            "flagged": session.flagged,
            "severity": session.severity.name,
            "facts": facts_of(connection, session, shelf.offset(platform)),
        },
        "articles": articles,
        "chosen": chosen,
        "rest": rest[(number - 1) * PER_PAGE : number * PER_PAGE],
        "rest_title": OTHERS if shown else EVERY,
        "more": f"?page={number + 1}" if len(rest) > number * PER_PAGE else None,
    }


def _chosen(
    connection: Connection, shelf: Shelf, session: Session, product_id: str | None, seller_id: str | None
) -> list[ProductFacts] | None:
    if product_id is None:
        return reading.worst(connection, shelf, session.platform, session.session_id, IN_FULL)
    found = reading.product(connection, shelf, session.platform, session.session_id, product_id, seller_id)
    return None if found is None else [found]


def _article(connection: Connection, facts: ProductFacts, number: int, room: Room) -> Article:
    return article(facts, reading.minutes(connection, facts), f"p{number}", room)


def facts_of(connection: Connection, session: Session, offset_us: int) -> list[tuple[str, str, str]]:
    """(Indonesian, English, value) of what is known of a session."""
    begin, end = session.started_us or session.first_us or None, session.ended_us or session.last_us
    said = state(session, silence.latest_rows(connection, {session.platform}), offset_us)
    count = amounts.DASH if session.viewers is None else amounts.grouped(session.viewers, 0)
    return [
        ("Platform", "platform", session.platform),
        ("Host", "host", host_words(session)),
        ("Mulai", "began", clock.moment(begin, offset_us)),
        ("Keadaan", "state", f"{said.id} · {said.en}"),
        ("Lama", "length", clock.lasting(begin, end)),
        ("Penonton", "viewers", count),
        ("Temuan", "findings", levels_words(session)),
        ("Perkiraan kerugian jual", "estimated loss on sales", harm_words(connection, session)),
        ("Baris terlambat", "late rows", f"{amounts.percent(session.late_share)} / {amounts.grouped(session.rows, 0)}"),
    ]
