"""Are receipts found again, summed from what the detector knows, and rejections paged without gaps?"""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from app.store import receipts, rejections
from app.store.effects import insert_new
from app.store.engine import read, write
from app.store.receipts import Counts, Receipt, ReceiptDesk
from app.store.rejections import Rejection


def receipt(
    name: str = "r1", *, key: str = "k1", idempotency: str = "i1", at: int = 100, positions: tuple[tuple[int, int], ...] = ()
) -> Receipt:
    return Receipt(name, key, idempotency, at, 3, 1, positions, '{"accepted":3}')


def refusal(name: str, *, platform: str = "tiktok", at: int = 100, receipt_id: str = "r1", index: int = 0) -> Rejection:
    return Rejection(name, platform, "door", at, receipt_id, index, "e-1", "price", "a fraction", "{}")


def test_receipt_and_rejections_go_together(engine: Engine) -> None:
    desk = ReceiptDesk(engine)
    kept = receipt(positions=((0, 4), (3, 1)))
    desk.save(kept, [refusal("j2", index=2), refusal("j1", index=1)])
    with read(engine) as connection:
        assert receipts.get(connection, "r1") == kept
        assert [r.rejection_id for r in rejections.of_receipt(connection, "r1")] == ["j1", "j2"]
        assert receipts.get(connection, "r9") is None
    desk.save(receipt(at=999), [refusal("j1", index=9)])
    with read(engine) as connection:  # the first answer stands
        assert receipts.get(connection, "r1") == kept
        assert [r.index for r in rejections.of_receipt(connection, "r1")] == [1, 2]


def test_a_receipt_without_its_rejections_is_not_kept(engine: Engine) -> None:
    broken = replace(refusal("j1"), problem=None)  # type: ignore[arg-type]
    with pytest.raises(IntegrityError):
        ReceiptDesk(engine).save(receipt(), [broken])
    with read(engine) as connection:
        assert receipts.get(connection, "r1") is None


def test_concurrent_receipts_share_a_commit(engine: Engine) -> None:
    desk = ReceiptDesk(engine)
    threads = [threading.Thread(target=desk.save, args=(receipt(f"r{n}"), [refusal(f"j{n}", receipt_id=f"r{n}")])) for n in range(40)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    with read(engine) as connection:
        assert all(receipts.get(connection, f"r{n}") for n in range(40))
        assert len(rejections.list_rejections(connection)) == 40


def test_a_repeat_finds_the_first_receipt_of_its_day(engine: Engine) -> None:
    with write(engine) as connection:
        receipts.save(
            connection, [receipt("old", at=10), receipt("first", at=100), receipt("second", at=200), receipt("other", key="k2", at=50)]
        )
    with read(engine) as connection:
        found = receipts.find(connection, "k1", "i1", 50)
        assert found is not None
        assert found.receipt_id == "first"
        assert receipts.find(connection, "k1", "i1", 201) is None
        assert receipts.find(connection, "k1", "i2", 0) is None


def test_counts_add_up_what_is_known(engine: Engine) -> None:
    positions = tuple((n % 3, n) for n in range(1_200))  # more than one query asks for
    kept = receipt(positions=positions)
    known = [{"partition": p, "pos": n, "counted": 5, "duplicate": 2, "late": 1, "skipped": 0} for p, n in positions[:-1]]
    with write(engine) as connection:
        insert_new(connection, "record_count", [*known, {**known[0], "pos": 9_999}])
    with read(engine) as connection:
        assert receipts.counts(connection, kept) == Counts(5 * 1_199, 2 * 1_199, 1_199, 0, positions[:-1], positions[-1:])
        assert receipts.counts(connection, receipt()) == Counts(0, 0, 0, 0, (), ())


def test_rejections_are_paged_newest_first(engine: Engine) -> None:
    kept = [refusal(f"j{n:02}", at=100 + n // 3, platform="tiktok" if n % 2 else "shopee") for n in range(20)]
    with write(engine) as connection:
        rejections.save(connection, [*kept, kept[0]])
    for platforms in (None, {"tiktok"}):
        seen: list[Rejection] = []
        cursor: tuple[int, str] | None = None
        with read(engine) as connection:
            while page := rejections.list_rejections(connection, platforms=platforms, cursor=cursor, limit=3):
                seen += page
                cursor = (page[-1].received_us, page[-1].rejection_id)
        wanted = [r for r in kept if platforms is None or r.posting_platform in platforms]
        assert seen == sorted(wanted, key=lambda r: (r.received_us, r.rejection_id), reverse=True)
    with read(engine) as connection:
        assert rejections.list_rejections(connection, platforms=[]) == []
