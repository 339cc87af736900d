"""D10. Accepted is durably logged; sent = accepted + rejected; accepted = counted + duplicate + late + skipped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.intake.accept import Post
from app.intake.sender import Sender
from app.store import receipts
from app.store.engine import read
from tests.property.nights import event
from tests.property.rig import MINUTE, SECOND, Rig
from tests.semantics.stage import NOON, beat, price, rig_at, sale


def known(rig: Rig, receipt_id: str) -> receipts.Counts:
    with read(rig.engine) as connection:
        receipt = receipts.get(connection, receipt_id)
        assert receipt is not None
        return receipts.counts(connection, receipt)


@pytest.mark.parametrize("partitions", [1, 8])
def test_the_sums_hold_for_every_receipt(tmp_path: Path, partitions: int) -> None:
    with rig_at(tmp_path, partitions) as rig:
        first = [event("session_started", "start", NOON), price("p", NOON), sale("a", NOON), sale("a", NOON), beat("h", NOON + SECOND)]
        second = [sale("p2", NOON + 5 * MINUTE, product_id="p-2", category_id="c-2"), sale("a", NOON, price=7), sale("bad", NOON, price=-1)]
        third = [sale("late", NOON), sale("b", NOON + 6 * MINUTE), sale("b", NOON + 6 * MINUTE, price=9)]
        third.append(event("session_ended", "end", NOON + MINUTE))
        sent = 0
        answers = []
        for number, events in enumerate((first, second, third)):
            answer = rig.post(events, at_us=NOON + number * 5 * MINUTE).receipt
            assert len(events) == answer["accepted"] + len(answer["rejected"])
            sent += len(events)
            answers.append(answer)
        assert known(rig, answers[0]["receipt_id"]).pending  # not worked yet, and said so
        rig.drain()
        for answer in answers:
            counts = known(rig, answer["receipt_id"])
            assert counts.pending == ()
            assert counts.counted + counts.duplicate + counts.late + counts.skipped == answer["accepted"]
        assert known(rig, answers[0]["receipt_id"]).duplicate == 1


def test_a_repeat_gets_the_first_receipt_and_appends_nothing(tmp_path: Path) -> None:
    """[A client that retries after a timeout would count every sale twice.]"""
    with rig_at(tmp_path) as rig:
        sender = Sender("k", ("tiktok",))
        post = Post(json.dumps(sale("a", NOON)).encode(), "application/json")
        first = rig.door.accept(post, sender, NOON)
        end = rig.log.bounds(0)
        again = rig.door.accept(post, sender, NOON + MINUTE)
        assert rig.log.bounds(0) == end
        assert again.repeated
        assert again.receipt == {**first.receipt, "repeated": True}
        next_day = rig.door.accept(post, sender, NOON + 25 * 60 * MINUTE)
        assert next_day.receipt["receipt_id"] != first.receipt["receipt_id"]
