"""D3 (i). One log gives byte-equal finals however it is sliced, stopped and recovered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.store import tables
from tests.property.nights import fill, goods, two_evenings
from tests.property.rig import BIG, MINUTE, Rig, at, copied, counts, made_up_forest, same, stamp, verdicts

pytestmark = pytest.mark.slow
FEW = settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, Any]]]:
    """A home with the log of two evenings, and what one big slice makes of it."""
    home = tmp_path_factory.mktemp("same_log")
    with made_up_forest():
        rig = Rig(home / "written")
        accepted = fill(rig, two_evenings(seed=1))["accepted"]
        rig.close()
        whole = Rig(copied(home / "written", home / "whole"))
        whole.drain()
        wanted = verdicts(whole) | counts(whole) | {"accepted": accepted}
        whole.close()
        yield home, wanted


def worked(home: Path, slice_bytes: int, restart_every: int) -> dict[str, Any]:
    rig = Rig(copied(home / "written", home / "again"))
    rig.drain(slice_bytes, restart_every)
    found = verdicts(rig) | counts(rig)
    rig.close()
    return found


def test_the_evenings_hold_what_they_should(written: tuple[Path, dict[str, Any]]) -> None:
    _, wanted = written
    outcomes = [sum(column) for column in zip(*wanted["record_count"].values(), strict=True)]
    assert sum(outcomes) == wanted["accepted"]
    assert all(outcomes)  # counted, duplicate, late, skipped
    assert {finding["legal_level"] for finding in wanted["finding"].values()} == {0, 3, 4}
    assert len(wanted["sealed_day"]) == 2
    read = [body for key, body in wanted["final"].items() if key[1] == "s-next" and key[3] == "p-cost"]
    assert read
    assert all('"own_days":1' in body for body in read)  # the second evening reads the first
    promo = [body for key, body in wanted["final"].items() if key[3] == "p-promo"]
    assert all('"lo":41000' in body for body in promo)  # known from the first event alone, two hours long
    assert all('"promotion_kind":"flash_sale"' in body for body in promo)


@pytest.mark.parametrize(("slice_bytes", "restart_every"), [(1, 0), (1, 1), (BIG, 1)], ids=["by record", "a life per record", "big"])
def test_hard_cases(written: tuple[Path, dict[str, Any]], slice_bytes: int, restart_every: int) -> None:
    home, wanted = written
    same(worked(home, slice_bytes, restart_every), {k: v for k, v in wanted.items() if k != "accepted"})


@FEW
@given(slice_bytes=st.integers(25_000, 400_000), restart_every=st.integers(0, 5))
def test_any_slices_any_lives(written: tuple[Path, dict[str, Any]], slice_bytes: int, restart_every: int) -> None:
    home, wanted = written
    same(worked(home, slice_bytes, restart_every), {k: v for k, v in wanted.items() if k != "accepted"})


def lasting_pair(rig: Rig) -> None:
    """A live without an end whose pair falls silent for more than a day, and whose first sale is changed when its price is long gone."""
    rig.configure(model_id="made-up", senders={"tiktok": ("k",)})
    shown = goods("toko-1", "p-1", "c-1", 30_000, list_price=60_000)
    moments = [at(1, 10), at(1, 10, 1), at(2, 14), at(2, 14, 6), at(4, 2, 59), at(4, 3, 1), at(4, 12)]
    for number, us in enumerate(moments):
        price = {"type": "price", "event_id": f"p-{number}", "occurred_at": stamp(us), "session_id": "s-open", **shown,
                 "platform_discount": 2_000, "seller_voucher": 0}  # fmt: skip
        sale = {"type": "sale", "event_id": f"s-{number}", "occurred_at": stamp(us + 1), "session_id": "s-open",
                **shown, "quantity": 1}  # fmt: skip
        dearer = price | {"event_id": f"d-{number}", "occurred_at": stamp(us + 3 * MINUTE), "price": 58_000}
        undone = {"type": "sale_changed", "sold_at": stamp(us + 1), "status": "cancelled", "quantity": 0.5}
        changed = sale | undone | {"event_id": f"c-{number}", "occurred_at": stamp(us + 25 * MINUTE)}
        del changed["list_price"]
        for event, when in ((price, us), (sale, us), (dearer, us + 3 * MINUTE), (changed, us + 25 * MINUTE)):
            rig.post([event], at_us=when + 10_000_000)
        beat = {"type": "heartbeat", "event_id": f"h-{number}", "occurred_at": stamp(us + 40 * MINUTE)}
        rig.post([beat], at_us=us + 40 * MINUTE)
    rig.post([{"type": "heartbeat", "event_id": "h", "occurred_at": stamp(at(5, 4))}], at_us=at(5, 4))


@pytest.mark.parametrize("slice_bytes", [1, 12_000])
def test_a_pair_that_lasts_for_days(tmp_path: Path, slice_bytes: int) -> None:
    with made_up_forest():
        rig = Rig(tmp_path / "written")
        lasting_pair(rig)
        rig.close()
        found = []
        for name, size, restart in (("whole", BIG, 0), ("sliced", slice_bytes, 3)):
            rig = Rig(copied(tmp_path / "written", tmp_path / name))
            rig.drain(size, restart)
            found.append(verdicts(rig) | counts(rig))
            rig.close()
    assert len(found[0]["sealed_day"]) == 3
    same(found[1], found[0])


def test_a_silent_platform_is_parked_and_comes_back(tmp_path: Path) -> None:
    """Open panes of a platform that fell silent become carried state (D4): after a kill they close as if nothing had been."""
    with made_up_forest():
        found = []
        for name, size, restart in (("whole", BIG, 0), ("sliced", 1, 1)):
            rig = Rig(tmp_path / name)
            rig.configure(senders={"tiktok": ("k",), "shopee": ("k",)})
            quiet = goods("toko-9", "p-quiet", "c-1", 10_000, list_price=30_000)
            for number in range(3):
                us = at(1, 12) + number * MINUTE
                event = {"type": "price", "event_id": f"q-{number}", "occurred_at": stamp(us), "session_id": "s-q", **quiet}
                rig.post([event], at_us=us, platform="shopee")
            loop = rig.loop(size)
            for number in range(30):
                us = at(1, 12, 5) + number * 3 * MINUTE
                event = {"type": "sale", "event_id": f"t-{number}", "occurred_at": stamp(us), "session_id": "s-t",
                         **goods("toko-1", "p-1", "c-1", 20_000, quantity=1)}  # fmt: skip
                rig.post([event], at_us=us)
                if restart:
                    loop.drain()
                    loop = rig.loop(size)
            loop.drain()
            if restart:
                parked = loop.detectors[0].partition.platforms["shopee"]
                assert parked.parked_pos > 0
                assert loop.detectors[0].row.replay_from > 3  # the silent platform no longer pins the log
            rig.post([{"type": "heartbeat", "event_id": "end", "occurred_at": stamp(at(1, 15))}], at_us=at(1, 15), platform="shopee")
            rig.drain(size, restart)
            found.append(verdicts(rig))
            assert rig.rows(tables.alarm) == []
            rig.close()
    same(found[1], found[0])
    assert any(key[3] == "p-quiet" for key in found[0]["final"])
