"""Do configurations rise by one, keep what was not changed, and come back as they were?"""

from __future__ import annotations

import threading

import polars as pl
import pytest
from sqlalchemy import Engine, func, select

from app.domain.levels import CostTier
from app.domain.snapshot import CALENDAR_SCHEMA, COSTS_SCHEMA, SELLERS_SCHEMA, PlatformRule, empty_snapshot
from app.store import costs, snapshots, tables
from app.store.costs import AlreadyAccepted, CostPaper, SamePerson, UnknownPaper
from app.store.engine import read, write


def sellers(*ids: str) -> pl.DataFrame:
    return pl.DataFrame([{"platform": "tiktok", "seller_id": i} for i in ids], schema=dict(SELLERS_SCHEMA))


def paper(**changed: object) -> CostPaper:
    values = {
        "platform": "tiktok", "seller_id": "toko-1", "product_id": "p-9", "category_id": None, "currency": "IDR", "tier": CostTier.T1,
        "cost_lo": 50_000, "cost_hi": 53_000, "valid_from_us": 0, "valid_to_us": None, "document_sha256": "d" * 64,
    } | changed  # fmt: skip
    return CostPaper(**values)  # type: ignore[arg-type]


def test_nothing_published_is_version_zero(engine: Engine) -> None:
    with read(engine) as connection:
        assert snapshots.newest(connection) == 0
        assert snapshots.load(connection, 0).sellers.equals(empty_snapshot().sellers)
        with pytest.raises(snapshots.UnknownSnapshot):
            snapshots.load(connection, 1)


def test_what_is_not_replaced_stays(engine: Engine) -> None:
    calendar = pl.DataFrame({"day": [20_403], "campaign": ["11.11"]}, schema=dict(CALENDAR_SCHEMA))
    rule = PlatformRule(lateness_us=5)
    assert (
        snapshots.publish(engine, "ani", "calendar", calendar=calendar, senders={"tiktok": ("k2", "k1")}, platforms={"tiktok": rule}) == 1
    )
    assert snapshots.publish(engine, "ani", "model", model_id="m-1", alpha_open=0.02, sellers=sellers("a")) == 2
    assert snapshots.publish(engine, "ani", "model away", model_id=None) == 3
    with read(engine) as connection:
        first, second, third = (snapshots.load(connection, v) for v in (1, 2, 3))
        assert snapshots.newest(connection) == 3
    assert third.calendar.equals(calendar)
    assert third.senders == {"tiktok": ("k1", "k2")}
    assert third.rule("tiktok") == rule
    assert (first.model_id, second.model_id, third.model_id, third.alpha_open) == (None, "m-1", None, 0.02)
    assert second.sellers.equals(sellers("a"))
    assert first.hashes["calendar"] == third.hashes["calendar"] == snapshots.content_hash("calendar", calendar)
    assert first.hashes["sellers"] != second.hashes["sellers"]


def test_tables_are_named_by_content_whatever_the_order_of_entry(engine: Engine) -> None:
    snapshots.publish(engine, "ani", "one order", sellers=sellers("a", "b"))
    snapshots.publish(engine, "ani", "another", sellers=sellers("b", "a", "a"))
    with read(engine) as connection:
        assert snapshots.load(connection, 1).hashes == snapshots.load(connection, 2).hashes
        assert connection.execute(select(func.count()).select_from(tables.reference)).scalar() == len(snapshots.SCHEMAS)


def test_an_unknown_part_is_refused(engine: Engine) -> None:
    with pytest.raises(TypeError, match="weather"):
        snapshots.publish(engine, "ani", "?", weather="fine")  # type: ignore[call-arg]
    with read(engine) as connection:
        assert snapshots.newest(connection) == 0


def test_people_who_change_at_once_do_not_undo_each_other(engine: Engine) -> None:
    def add(seller: str) -> None:
        with write(engine) as connection:
            snapshots.amend(connection, seller, "one more", lambda s: {"sellers": pl.concat([s.sellers, sellers(seller)])})

    threads = [threading.Thread(target=add, args=(s,)) for s in "abcdef"]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    with read(engine) as connection:
        assert snapshots.newest(connection) == 6
        assert snapshots.load(connection, 6).sellers["seller_id"].to_list() == list("abcdef")


def test_a_paper_counts_once_a_second_person_accepts_it(engine: Engine) -> None:
    benchmark = {"platform": "tiktok", "category_id": "c", "currency": "IDR", "tier": "T2", "cost_lo": 1, "cost_hi": 2, "source": "BPS"}
    smuggled = {**benchmark, "tier": "T1", "source": "no paper"}
    snapshots.publish(engine, "ani", "benchmarks", costs=pl.DataFrame([benchmark, smuggled], schema=dict(COSTS_SCHEMA)))
    with write(engine) as connection:
        paper_id = costs.enter(connection, paper(), entered_by="ani", now_us=5)
        assert costs.enter(connection, paper(), entered_by="budi", now_us=6) == paper_id
        costs.enter(connection, paper(product_id="p-10"), entered_by="ani", now_us=7)
        with pytest.raises(SamePerson):
            costs.accept(connection, paper_id, accepted_by="ani", now_us=8)
        with pytest.raises(UnknownPaper):
            costs.accept(connection, "paper_none", accepted_by="budi", now_us=8)
        assert snapshots.newest(connection) == 1
        assert costs.accept(connection, paper_id, accepted_by="budi", now_us=9) == 2
        with pytest.raises(AlreadyAccepted):
            costs.accept(connection, paper_id, accepted_by="citra", now_us=10)
    with read(engine) as connection:
        table = snapshots.load(connection, 2).costs
        assert [k.paper.product_id for k in costs.list_papers(connection, platforms=["tiktok"], waiting=True)] == ["p-10"]
        accepted = costs.get(connection, paper_id)
    assert accepted is not None
    assert (accepted.paper, accepted.entered_by, accepted.accepted_by, accepted.accepted_us) == (paper(), "ani", "budi", 9)
    assert sorted(table.select("tier", "cost_lo", "source").rows()) == [("T1", 50_000, "d" * 64), ("T2", 1, "BPS")]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"cost_lo": 9, "cost_hi": 8}, "interval"),
        ({"tier": CostTier.T4}, "no paper"),
        ({"document_sha256": None}, "hash of its document"),
        ({"valid_from_us": 5, "valid_to_us": 5}, "ends after"),
        ({"product_id": None}, "product or a category"),
    ],
)
def test_a_paper_that_says_nothing_is_refused(engine: Engine, changed: dict[str, object], why: str) -> None:
    with write(engine) as connection, pytest.raises(ValueError, match=why):
        costs.enter(connection, paper(**changed), entered_by="ani", now_us=1)
