"""D7. A slice fires every pane that it closes, in order, before it evicts."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.store import tables
from tests.property.rig import BIG, MINUTE, SECOND, finals
from tests.semantics.stage import NOON, beat, rig_at, sale


@pytest.mark.parametrize("slice_bytes", [1, BIG])
def test_no_pane_is_jumped_over(tmp_path: Path, slice_bytes: int) -> None:
    """[Evicting by the newest watermark first would lose the panes that one large slice opens and closes.]"""
    with rig_at(tmp_path) as rig:
        moments = [NOON + n * 130 * SECOND for n in range(12)]
        for number, us in enumerate(moments):
            rig.post([sale(f"e-{number}", us)], at_us=us)
        rig.post([beat("h", NOON + 60 * MINUTE)], at_us=NOON + 60 * MINUTE)
        loop = rig.drain(slice_bytes)
        panes = [key[5] for key in finals(rig)]
        assert {us // (10 * SECOND) for us in moments} <= set(panes)
        assert panes == sorted(panes)
        assert rig.rows(tables.judgement)[0]["finals"] == len(panes)
        assert loop.detectors[0].partition.platforms["tiktok"].open_rows["type"].to_list() == ["heartbeat"]
