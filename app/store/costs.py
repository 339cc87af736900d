"""Which costs are documented? Papers entered by one person and accepted by another; only then do they count as T1 (B3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import polars as pl
from sqlalchemy import Connection, select, update

from app.domain.identity import name
from app.domain.levels import CostTier
from app.domain.snapshot import COSTS_SCHEMA, Snapshot
from app.store import snapshots, tables
from app.store.effects import insert_new

_PAPER = tables.cost_paper


class UnknownPaper(LookupError):
    """There is no such paper."""


class SamePerson(Exception):
    """Whoever entered a paper cannot accept it."""


class AlreadyAccepted(Exception):
    """The paper was accepted before."""


@dataclass(frozen=True, slots=True)
class CostPaper:
    """What a paper says. Costs in the smallest unit of `currency`; `valid_to_us` is exclusive, None is open.

    `seller_id` None speaks for every seller, `product_id` None for the whole category.
    """

    platform: str
    seller_id: str | None
    product_id: str | None
    category_id: str | None
    currency: str
    tier: CostTier
    cost_lo: int
    cost_hi: int
    valid_from_us: int
    valid_to_us: int | None
    document_sha256: str | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class KeptPaper:
    """A paper with who entered and who accepted it."""

    paper_id: str
    paper: CostPaper
    entered_by: str
    entered_us: int
    accepted_by: str | None
    accepted_us: int | None


def enter(connection: Connection, paper: CostPaper, *, entered_by: str, now_us: int) -> str:
    """Keep a paper that waits for its second person; return its id, made from what it says. Raises ValueError."""
    _check(paper)
    values = {**asdict(paper), "tier": str(paper.tier)}
    paper_id = name("paper", *(f"{k}={v}" for k, v in sorted(values.items())))
    entered = {"paper_id": paper_id, **values, "entered_by": entered_by, "entered_us": now_us}
    insert_new(connection, _PAPER.name, [entered])
    return paper_id


def accept(connection: Connection, paper_id: str, *, accepted_by: str, now_us: int) -> int:
    """Accept a paper and publish the costs with it; return the new configuration's version.

    Raises UnknownPaper, SamePerson, AlreadyAccepted.
    """
    return accept_all(connection, [paper_id], accepted_by=accepted_by, now_us=now_us)


def accept_all(connection: Connection, paper_ids: Sequence[str], *, accepted_by: str, now_us: int) -> int:
    """Accept papers and publish the costs with all of them in one configuration; return its version. Raises as `accept`."""
    for paper_id in paper_ids:
        _mark(connection, paper_id, accepted_by, now_us)
    change = f"cost paper {paper_ids[0]} accepted" if len(paper_ids) == 1 else f"{len(paper_ids)} cost papers accepted"
    return snapshots.amend(connection, accepted_by, change, lambda before: {"costs": _costs(connection, before)})


def get(connection: Connection, paper_id: str) -> KeptPaper | None:
    """A paper by its id."""
    return next(iter(_papers(connection, _PAPER.c.paper_id == paper_id)), None)


def list_papers(connection: Connection, *, platforms: list[str] | None = None, waiting: bool = False) -> list[KeptPaper]:
    """Papers in the order they were entered; `waiting`: only those without a second person."""
    conditions = [_PAPER.c.platform.in_(platforms)] if platforms is not None else []
    return _papers(connection, *conditions, *([_PAPER.c.accepted_by.is_(None)] if waiting else []))


def _mark(connection: Connection, paper_id: str, accepted_by: str, now_us: int) -> None:
    kept = get(connection, paper_id)
    if kept is None:
        raise UnknownPaper(paper_id)
    if kept.entered_by == accepted_by:
        raise SamePerson(f"{accepted_by} entered this paper: another person must accept it")
    # asked once more in the UPDATE: two people may accept at the same moment
    open_paper = update(_PAPER).where(_PAPER.c.paper_id == paper_id, _PAPER.c.accepted_by.is_(None))
    if connection.execute(open_paper.values(accepted_by=accepted_by, accepted_us=now_us)).rowcount == 0:
        raise AlreadyAccepted(f"paper {paper_id} was accepted before")


def _check(paper: CostPaper) -> None:
    if not 0 <= paper.cost_lo <= paper.cost_hi:
        raise ValueError("a cost is an interval: 0 <= cost_lo <= cost_hi")
    if paper.tier is CostTier.T4:
        raise ValueError("an unknown cost (T4) needs no paper")
    if paper.tier is CostTier.T1 and not paper.document_sha256:
        raise ValueError("a documented cost (T1) needs the hash of its document")
    if paper.valid_to_us is not None and paper.valid_to_us <= paper.valid_from_us:
        raise ValueError("a paper's period ends after it begins")
    if paper.product_id is None and paper.category_id is None:
        raise ValueError("a paper names a product or a category")


def _costs(connection: Connection, before: Snapshot) -> pl.DataFrame:
    """Benchmarks published otherwise stay; documented costs come from accepted papers and from nowhere else."""
    rows = [
        {**asdict(k.paper), "tier": str(k.paper.tier), "source": k.paper.document_sha256 or f"paper:{k.paper_id}"}
        for k in _papers(connection, _PAPER.c.accepted_by.is_not(None))
    ]
    papers = pl.DataFrame([{c: row[c] for c in COSTS_SCHEMA} for row in rows], schema=dict(COSTS_SCHEMA))
    return pl.concat([before.costs.filter(pl.col("tier") != CostTier.T1), papers])


def _papers(connection: Connection, *conditions: object) -> list[KeptPaper]:
    query = select(_PAPER).where(*conditions).order_by(_PAPER.c.entered_us, _PAPER.c.paper_id)  # type: ignore[arg-type]
    kept = []
    for row in connection.execute(query).mappings():
        said = {field: row[field] for field in CostPaper.__slots__}
        paper = CostPaper(**{**said, "tier": CostTier(row["tier"])})
        people = {c: row[c] for c in ("entered_by", "entered_us", "accepted_by", "accepted_us")}
        kept.append(KeptPaper(row["paper_id"], paper, **people))
    return kept
