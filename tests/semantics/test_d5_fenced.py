"""D5. Effects commit with the ledger row under its epoch; whoever was taken over writes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.store import tables
from app.store.ledger import Fenced
from tests.property.rig import MINUTE
from tests.semantics.stage import NOON, beat, outcomes, rig_at, sale


def test_a_stale_owner_is_refused_whole(tmp_path: Path) -> None:
    """[A frozen worker that wakes up would otherwise judge everything a second time.]"""
    with rig_at(tmp_path) as rig:
        stale = rig.loop()
        stale.drain()
        rig.post([sale("a", NOON), beat("h", NOON + 20 * MINUTE)], at_us=NOON + 20 * MINUTE)
        fresh = rig.loop()
        with pytest.raises(Fenced):
            stale.drain()
        assert [rig.rows(t) for t in (tables.record_count, tables.final, tables.timeline, tables.session_part)] == [[], [], [], []]
        fresh.drain()
        assert outcomes(rig) == (2, 0, 0, 0)
        with pytest.raises(Fenced):
            stale.drain()
        assert outcomes(rig) == (2, 0, 0, 0)
