"""D4. The ledger row and the carried state bring a partition back; what was told 90 minutes before a crash is not forgotten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.store.ledger import Ledger
from tests.property.rig import HOUR, MINUTE, Rig, finals
from tests.semantics.stage import NOON, beat, price, rig_at, sale

PROMOTION = {"promotion_id": "pr", "promotion_kind": "flash_sale", "unit_cost": 30_000, "cost_source": "invoice"}


def until_the_crash(rig: Rig) -> None:
    rig.post([price("p", NOON, **PROMOTION)], at_us=NOON)
    for n in range(1, 10):
        rig.post([sale(f"s-{n}", NOON + n * 10 * MINUTE)], at_us=NOON + n * 10 * MINUTE)
        rig.post([beat(f"h-{n}", NOON + n * 10 * MINUTE + MINUTE)], at_us=NOON + n * 10 * MINUTE + MINUTE)
    rig.drain(1)


def after_it(rig: Rig) -> dict[str, object]:
    loop = rig.loop()
    us = NOON + 97 * MINUTE
    rig.post([sale("last", us), beat("end", us + HOUR)], at_us=us + HOUR)
    loop.drain()
    return json.loads(next(body for key, body in finals(rig).items() if key[5] == us // 10_000_000))  # type: ignore[no-any-return]


def test_a_promotion_told_ninety_minutes_before_a_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with rig_at(tmp_path / "ours") as rig:
        until_the_crash(rig)
        row = rig.drain().detectors[0].row
        assert row.replay_from >= row.next_pos - 2  # only the open panes are read again
        ours = after_it(rig)
    assert (ours["promotion_kind"], ours["cost"]["lo"], ours["level"]) == ("flash_sale", 30_000, 3)  # type: ignore[index]
    assert ours["figures"]["session_units"] == "10.000"  # type: ignore[index]
    with rig_at(tmp_path / "naive") as rig:  # [windows alone, read again from the log]
        until_the_crash(rig)
        monkeypatch.setattr(Ledger, "load_carried", lambda *_: {})
        naive = after_it(rig)
    assert (naive["promotion_kind"], naive["cost"]["lo"], naive["level"]) == (None, None, 0)  # type: ignore[index]


def test_a_new_owner_stands_where_the_old_one_stood(tmp_path: Path) -> None:
    with rig_at(tmp_path) as rig:
        until_the_crash(rig)
        rig.post([sale("open", NOON + 91 * MINUTE), sale("open", NOON + 91 * MINUTE)], at_us=NOON + 92 * MINUTE)
        old = rig.drain().detectors[0]
        new = rig.loop().detectors[0]
        before, after = old.partition.platforms["tiktok"], new.partition.platforms["tiktok"]
        assert new.row.epoch == old.row.epoch + 1
        assert after.to_state() == before.to_state()
        assert after.open_rows.equals(before.open_rows)
        assert all(getattr(after.carry, kind).equals(getattr(before.carry, kind)) for kind in ("pairs", "prices", "sums", "sessions"))
        assert new.partition.sessions == old.partition.sessions
