"""Does `kawal score` say the q of the files' days, for lives that end and for those that the files never end?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.settings import Settings
from app.store import snapshots
from app.training.scoring import score_files
from tests.property.rig import at, made_up_forest
from tests.semantics.days import by_hand, lives, own_model

PRICES = [100_000 - 1_000 * (n % 30) for n in range(30)] + [20_000]


@pytest.mark.parametrize("ended", [True, False])
def test_every_pair_with_a_p_has_its_q(tmp_path: Path, ended: bool) -> None:
    def fresh(engine: Engine) -> None:
        snapshots.publish(engine, "test", "model", model_id="made-up")

    events = [e for e in lives(PRICES) if ended or e["type"] != "session_ended"]
    path = tmp_path / "evening.ndjson"
    path.write_text("".join(json.dumps(e) + "\n" for e in events))
    with made_up_forest():
        frame, _ = score_files(
            [path], platforms=("tiktok",), source=None, fresh=fresh, settings=Settings(home=tmp_path / "home"),
            models=lambda _: own_model(), clock=lambda: at(9, 12), progress=False,
        )  # fmt: skip
    assert frame.height == len(PRICES)
    assert frame["p_value"].null_count() == frame["q_value"].null_count() == 0
    assert frame["q_value"].to_list() == pytest.approx(by_hand(frame["p_value"].to_list()), abs=1e-9)
