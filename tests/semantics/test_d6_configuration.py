"""D6. A configuration governs the panes that close after its position in the log, also those of a later slice; never earlier ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.property.nights import references
from tests.property.rig import BIG, at, finals
from tests.semantics.stage import beat, rig_at, sale


@pytest.mark.parametrize("slice_bytes", [1, BIG])
def test_panes_closed_before_a_change_keep_the_old_configuration_also_behind_the_gate(tmp_path: Path, slice_bytes: int) -> None:
    """[A slice that read past the change judged all its panes by it: finals told how far the reader was.]"""
    moments = [at(1, 20), at(2, 2, 30), at(2, 3, 10), at(2, 3, 20), at(2, 4)]
    with rig_at(tmp_path, **references(45_000)) as rig:
        for number, us in enumerate(moments):
            if number == 4:
                rig.now_us = us - 1
                rig.configure(**references(47_000))  # while panes after 03:00 may still wait for the seal
            rig.post([sale(f"e-{number}", us, product_id="p-cost"), beat(f"h-{number}", us + 20_000_000)], at_us=us + 20_000_000)
        rig.post([beat("end", at(3, 1))], at_us=at(3, 1))
        rig.drain(slice_bytes, restart_every=1)
        bodies = {key[5] * 10_000_000: json.loads(body) for key, body in finals(rig).items()}
    assert [bodies[us]["cost"]["lo"] for us in moments] == [45_000] * 4 + [47_000]
    assert bodies[moments[3]]["inputs"]["references"] != bodies[moments[4]]["inputs"]["references"]


def test_versions_rise_and_stay(tmp_path: Path) -> None:
    with rig_at(tmp_path) as rig:
        first = rig.one("select version, body from snapshot")
        version = rig.configure(alpha_open=0.02)
        assert version == first[0][0] + 1
        assert rig.one("select version, body from snapshot")[0] == first[0]
        assert rig.drain().detectors[0].row.config_version == version
