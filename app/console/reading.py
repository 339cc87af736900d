"""What do the pages read of the store? Products with their finding or judgement, and their minutes."""

from __future__ import annotations

from dataclasses import fields
from typing import Final

import polars as pl
from sqlalchemy import Connection

from app.console.chart import Minute
from app.console.facts import ProductFacts, spells_of
from app.domain.levels import Severity
from app.domain.snapshot import Snapshot
from app.store import findings, judgements, pair_findings, snapshots, timelines
from app.store.findings import Finding
from app.store.judgements import Judgement
from app.store.standing import FLAG_SEVERITY, STRUCK, FindingFilter

MOST_PRODUCTS: Final = 1000
MOST_MINUTES: Final = 3000
_FIELDS: Final = tuple(f.name for f in fields(Minute))


class Shelf:
    """The newest catalogue: names of products and clocks of platforms."""

    def __init__(self, connection: Connection) -> None:
        self.snapshot: Snapshot = snapshots.load(connection, snapshots.newest(connection))

    def offset(self, platform: str) -> int:
        """The platform's local time."""
        return self.snapshot.rule(platform).day_offset_us

    def name(self, platform: str, product_id: str) -> str | None:
        """How a product is called."""
        found = self.snapshot.catalogue.filter((pl.col("platform") == platform) & (pl.col("product_id") == product_id))
        return str(found["name"][0]) if found.height and found["name"][0] else None

    def of_finding(self, found: Finding) -> ProductFacts:
        """A product that has a finding."""
        return ProductFacts(
            found.platform, found.session_id, found.seller_id, found.product_id, found.body | {"severity": found.severity.name},
            name=self.name(found.platform, found.product_id), finding_id=found.finding_id, spells=spells_of(found.body),
            flagged=found.severity >= FLAG_SEVERITY and found.verdict not in STRUCK, offset_us=self.offset(found.platform), key=found.key,
        )  # fmt: skip

    def of_judgement(self, judged: Judgement, finding_id: str | None = None, *, flagged: bool = False) -> ProductFacts:
        """A product by its last final."""
        return ProductFacts(
            judged.platform, judged.session_id, judged.seller_id, judged.product_id, judged.final or {}, finding_id=finding_id,
            name=self.name(judged.platform, judged.product_id), flagged=flagged, offset_us=self.offset(judged.platform), key=judged.key,
        )  # fmt: skip


def worst(connection: Connection, shelf: Shelf, platform: str, session_id: str, limit: int) -> list[ProductFacts]:
    """The findings of a session, most severe first."""
    query = findings.Query(platforms=(platform,), session_id=session_id, sort="-severity", include_struck=True)
    return [shelf.of_finding(found) for found in findings.list_findings(connection, query, limit=limit)]


def every(connection: Connection, shelf: Shelf, platform: str, session_id: str) -> list[ProductFacts]:
    """Every product of a session that has a final, flagged ones first, then by severity and level."""
    found = pair_findings.of_session(connection, platform, session_id)
    rows = judgements.of_session(connection, platform, session_id, limit=MOST_PRODUCTS)
    shown = []
    for row in rows:
        beside = found.get((row.seller_id, row.product_id, row.key))
        shown.append(shelf.of_judgement(row, beside.finding_id if beside else None, flagged=beside is not None and beside.flagged))
    return sorted(shown, key=lambda p: (not p.flagged, -Severity[p.severity], -p.level, p.seller_id, p.product_id))


def product(
    connection: Connection, shelf: Shelf, platform: str, session_id: str, product_id: str, seller_id: str | None = None
) -> ProductFacts | None:
    """One product of a session: its finding, else its last final; of several sellers the one with the highest severity."""
    wanted = FindingFilter(product_id=product_id, seller_id=seller_id)
    query = findings.Query(finding=wanted, platforms=(platform,), session_id=session_id, sort="-severity", include_struck=True)
    for found in findings.list_findings(connection, query, limit=1):
        return shelf.of_finding(found)
    rows = judgements.of_session(connection, platform, session_id, product_id=product_id, seller_id=seller_id)
    best = max(rows, key=lambda row: (row.severity or 0, row.level or 0), default=None)
    return None if best is None else shelf.of_judgement(best)


def minutes(connection: Connection, shown: ProductFacts) -> list[Minute]:
    """The timeline of a product."""
    rows = timelines.of_session(
        connection, shown.platform, shown.session_id, product_id=shown.product_id, seller_id=shown.seller_id, limit=MOST_MINUTES
    )
    return [Minute(**{name: getattr(row, name) for name in _FIELDS}) for row in rows if shown.key in (None, row.key)]
