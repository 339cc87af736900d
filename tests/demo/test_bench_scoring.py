"""Does the scoring benchmark measure both sides of its ratio, on batches of the sizes that it names?"""

from __future__ import annotations

from pathlib import Path

import pytest

from app.demo import bench_scoring
from app.demo.bench import BENCHES
from app.training.evening.build import Plan


def test_each_batch_is_measured_on_both_sides(tmp_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert BENCHES["scoring"] is bench_scoring.scoring
    sizes: list[tuple[str, int]] = []
    small = bench_scoring.evening_figures
    monkeypatch.setattr(bench_scoring, "evening_figures", lambda plan, settings: small(Plan(plan.seed, plan.day, 1, 0.0, 2.0), settings))
    scored = bench_scoring.score
    monkeypatch.setattr(bench_scoring, "score", lambda rows, scorer: sizes.append(("ours", rows.height)) or scored(rows, scorer))
    figures = bench_scoring.scoring({50_000: 1, 3: 2})
    assert [size for _, size in sizes] == [50_000, 50_000, 3, 3, 3], "one batch of each size warms up; short evenings are repeated"
    for size in (50_000, 3):
        assert figures[f"ratio_{size}"] == pytest.approx(figures[f"ours_ms_{size}"] / figures[f"score_samples_ms_{size}"], rel=0.02)
        assert figures[f"cpu_ratio_{size}"] > 0
    assert figures["trees"] == 100
