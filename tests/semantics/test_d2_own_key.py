"""D2. A final reads closed panes of its own key only: what shares its partition, and when, changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.property.rig import MINUTE, SECOND, finals
from tests.semantics.stage import NOON, beat, price, rig_at, sale


def own(home: Path, neighbours: str) -> dict[tuple[object, ...], str]:
    mine = [price("p", NOON, product_id="p-mine"), sale("s", NOON + 3 * SECOND, product_id="p-mine")]
    others = [sale(f"o-{n}", NOON + n * SECOND, seller_id="toko-2", category_id="c-2", price=100, product_id="p-mine") for n in range(8)]
    order = {"none": [mine], "before": [others, mine], "after": [mine, others]}[neighbours]
    with rig_at(home) as rig:
        for events in order:
            rig.post(events, at_us=NOON + 10 * SECOND)
            rig.loop().turn()
        rig.post([beat("h", NOON + 20 * MINUTE)], at_us=NOON + 20 * MINUTE)
        rig.drain()
        return {key: body for key, body in finals(rig).items() if key[4] == "tiktok:c-1"}


@pytest.mark.parametrize("neighbours", ["before", "after"])
def test_a_neighbour_of_another_key_does_not_show(tmp_path: Path, neighbours: str) -> None:
    """[With live prices of other keys in it, a final would tell who was appended first.]"""
    alone = own(tmp_path / "alone", "none")
    assert alone
    assert own(tmp_path / "beside", neighbours) == alone
