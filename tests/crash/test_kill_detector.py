"""Intake and detector killed with -9 at random points and started again: as if nothing had been (D3, D4, D10)."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.property.nights import batches, two_evenings
from tests.property.rig import MINUTE, Rig, at, same, verdicts

ROOT = Path(__file__).resolve().parents[2]
SEED, PARTITIONS, KILLS = 5, 2, 10
MOMENTS = [moment for moment, _, _ in batches(two_evenings(SEED), 120)]
DEEP = next(n for n, moment in enumerate(MOMENTS) if moment > at(1, 20) + 95 * MINUTE)
"""The first batch more than 90 minutes after promotion and cost of p-promo were told, and told once."""


def child(home: Path, first: int) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "tests.crash.house_child", str(home), str(SEED), str(PARTITIONS), str(first)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def lines_of(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stdout is not None
    for text in process.stdout:
        if text.endswith("\n"):
            yield text.strip()


def lived(home: Path, stops: list[int]) -> tuple[dict[int, int], int]:
    """(batch -> events accepted, kills): a child that is killed a moment after it has said `ack` of each batch in `stops`."""
    chance, said, kills, todo = random.Random(SEED), {}, 0, list(stops)
    while True:
        process = child(home, max(said, default=-1) + 1)
        for line in lines_of(process):
            if line.startswith("ack"):
                _, number, accepted = line.split()
                assert said.get(int(number)) in {None, int(accepted)}
                said[int(number)] = int(accepted)
                if todo and int(number) >= todo[0]:
                    todo.pop(0)
                    time.sleep(chance.choice([0, 0.01, 0.05, 0.1, 0.2]))
                    process.send_signal(signal.SIGKILL)
                    kills += 1
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
        if process.returncode == 0:
            return said, kills
        assert process.returncode == -signal.SIGKILL


def outcome(home: Path) -> dict[str, Any]:
    rig = Rig(home, PARTITIONS)
    found = verdicts(rig)
    found["counts"] = {"all": rig.one("select sum(counted), sum(duplicate), sum(late), sum(skipped) from record_count")[0]}
    found["receipts"] = {"accepted": rig.one("select sum(accepted), count(*) from receipt")[0]}
    found["events"] = {"distinct": rig.one("select sum(rows), sum(late) from session_part")[0]}
    rig.close()
    return found


@pytest.mark.slow
def test_killed_at_random_points_and_resumed(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    stops = sorted([*chance.sample(range(1, len(MOMENTS) - 1), KILLS - 1), DEEP])
    undisturbed, _ = lived(tmp_path / "undisturbed", [])
    said, kills = lived(tmp_path / "killed", stops)
    assert kills == KILLS
    assert said == undisturbed  # every batch acknowledged, with the same answer
    wanted, found = outcome(tmp_path / "undisturbed"), outcome(tmp_path / "killed")
    assert sum(found["counts"]["all"]) == sum(said.values())  # acknowledged = counted + duplicate + late + skipped: none lost, none twice
    assert found["receipts"]["accepted"] == (sum(said.values()), len(said))
    same(found, wanted)
    promo = [body for key, body in found["final"].items() if key[3] == "p-promo"]
    assert all('"lo":41000' in body and '"promotion_kind":"flash_sale"' in body for body in promo)
