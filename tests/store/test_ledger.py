"""Do ledger row and effects go together, and is a stale owner refused?"""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError

from app.store import tables
from app.store.effects import Effects
from app.store.engine import read
from app.store.ledger import Fenced, Ledger, LedgerRow

PAIR = {"platform": "tiktok", "session_id": "s", "seller_id": "a", "product_id": "p", "key": "tiktok:c"}


def kept(engine: Engine, table: str) -> list[dict[str, object]]:
    with read(engine) as connection:
        return [dict(r) for r in connection.execute(select(tables.metadata.tables[table])).mappings()]


def test_owning_raises_the_epoch(engine: Engine) -> None:
    ledger = Ledger(engine)
    assert ledger.own(3, "w1") == LedgerRow(3, 1, 0, 0, 0, "w1", {})
    taken = ledger.own(3, "w2")
    assert (taken.epoch, taken.worker) == (2, "w2")
    ledger.own(0, "w1")
    assert [(r.partition, r.epoch) for r in ledger.all_rows()] == [(0, 1), (3, 2)]


def test_a_commit_moves_the_row_and_a_new_owner_finds_it(engine: Engine) -> None:
    ledger = Ledger(engine)
    row = ledger.own(0, "w1")
    state = {"watermarks": {"tiktok": 1_763_600_000_000_000}, "fired": ["tiktok", 176_360_000, None]}
    ledger.commit(replace(row, next_pos=7, replay_from=2, config_version=4, state=state), Effects())
    assert ledger.own(0, "w2") == LedgerRow(0, 2, 7, 2, 4, "w2", state)


def test_a_stale_owner_writes_nothing(engine: Engine) -> None:
    ledger = Ledger(engine)
    stale = ledger.own(0, "w1")
    fresh = ledger.own(0, "w2")
    effects = Effects(
        upserts={"seal": [{"platform": "tiktok", "sealed_through": 1}]},
        inserts={"final": [{**PAIR, "pane": 1, "body": "{}"}]},
        carried={"pair": b"delta"},
    )
    with pytest.raises(Fenced, match="epoch 1"):
        ledger.commit(replace(stale, next_pos=9), effects)
    assert [kept(engine, t) for t in ("seal", "final", "carried")] == [[], [], []]
    assert ledger.all_rows() == [fresh]
    with pytest.raises(Fenced):
        ledger.commit(LedgerRow(5, 1, 0, 0, 0, "nobody", {}), Effects())


def test_effects_that_fail_leave_the_row_where_it_was(engine: Engine) -> None:
    ledger = Ledger(engine)
    row = ledger.own(0, "w")
    broken = Effects(
        inserts={"seal": [{"platform": "tiktok", "sealed_through": 1}]},
        upserts={"finding_version": [{"finding_id": "f", "version": 1}]},
        carried={"pair": b"x"},
    )
    with pytest.raises(DBAPIError):
        ledger.commit(replace(row, next_pos=1), broken)
    assert (ledger.all_rows(), kept(engine, "seal"), ledger.load_carried(0)) == ([row], [], {})


def test_only_one_of_two_who_own_at_once_keeps_each_epoch(engine: Engine) -> None:
    ledger = Ledger(engine)
    epochs: list[int] = []
    threads = [threading.Thread(target=lambda w=w: epochs.append(ledger.own(0, w).epoch)) for w in "abcd"]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(epochs) == [1, 2, 3, 4]


def test_upserts_touch_only_the_given_columns(engine: Engine) -> None:
    ledger = Ledger(engine)
    row = ledger.own(0, "w")
    first = {**PAIR, "partition": 0, "level": 1, "final": "{}", "finals": 1}
    other = {**first, "product_id": "q"}
    ledger.commit(row, Effects(upserts={"judgement": [first, other]}))
    early = {**PAIR, "partition": 0, "provisional": '{"level":3}', "provisional_pos": 8}
    ledger.commit(row, Effects(upserts={"judgement": [early, {**other, "level": 4}]}))
    found = {r["product_id"]: (r["level"], r["final"], r["provisional"], r["provisional_pos"]) for r in kept(engine, "judgement")}
    assert found == {"p": (1, "{}", '{"level":3}', 8), "q": (4, "{}", None, None)}


def test_inserts_leave_what_exists_and_keys_alone_are_a_row(engine: Engine) -> None:
    ledger = Ledger(engine)
    row = ledger.own(0, "w")
    for body in ("first", "second"):
        version = {"finding_id": "f", "version": 1, "pane": 2, "sha256": "x", "body": body}
        link = {"finding_id": "f", "sha256": "x"}
        ledger.commit(row, Effects(inserts={"finding_version": [version]}, upserts={"finding_evidence": [link]}))
    assert [r["body"] for r in kept(engine, "finding_version")] == ["first"]
    assert len(kept(engine, "finding_evidence")) == 1


def test_deletes_go_first_and_need_a_condition(engine: Engine) -> None:
    ledger = Ledger(engine)
    row = ledger.own(0, "w")
    parts = [{"partition": 0, "platform": "tiktok", "day": d, "seq": s, "body": b"x"} for d in (1, 2) for s in (1, 2)]
    ledger.commit(row, Effects(inserts={"day_part": parts}))
    whole = {"partition": 0, "platform": "tiktok", "day": 1, "seq": 1, "body": b"whole"}
    ledger.commit(row, Effects(deletes={"day_part": [{"partition": 0, "day": 1}]}, inserts={"day_part": [whole]}))
    assert sorted((r["day"], r["seq"], bytes(r["body"])) for r in kept(engine, "day_part")) == [
        (1, 1, b"whole"),
        (2, 1, b"x"),
        (2, 2, b"x"),
    ]  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="names no column"):
        ledger.commit(row, Effects(deletes={"day_part": [{}]}))


def test_carried_state_is_a_list_that_is_folded(engine: Engine) -> None:
    ledger = Ledger(engine)
    row, neighbour = ledger.own(0, "w"), ledger.own(1, "w")
    for number in range(12):  # beyond nine: by number, not by letter
        ledger.commit(row, Effects(carried={"pair": f"p{number}".encode(), "session": b"s"}))
    ledger.commit(neighbour, Effects(carried={"pair": b"neighbour"}))
    assert ledger.load_carried(0)["pair"] == [f"p{n}".encode() for n in range(12)]
    ledger.commit(row, Effects(compact={"pair": b"whole"}, carried={"pair": b"after"}))
    assert ledger.load_carried(0) == {"pair": [b"whole", b"after"], "session": [b"s"] * 12}
    ledger.commit(row, Effects(carried={"pair": b"later"}))
    assert ledger.load_carried(0)["pair"] == [b"whole", b"after", b"later"]
    assert ledger.load_carried(1) == {"pair": [b"neighbour"]}


def test_many_rows_go_in_one_commit(engine: Engine) -> None:
    ledger = Ledger(engine)
    row = ledger.own(0, "w")
    rows = [{**PAIR, "minute_us": m, "low": m, "units_milli": 2**62} for m in range(20_000)]
    ledger.commit(row, Effects(upserts={"timeline": rows}))
    assert len(kept(engine, "timeline")) == 20_000
