"""Does the model's page show how it stands, to those who may see it, small and without a script?"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from app.console.model_page import psi_plot
from app.detection.drift import counted
from app.detection.features import feature_frame
from app.detection.model_file import load
from app.store import sealed_days, snapshots
from app.store.engine import write
from app.training.dataset import by_time
from app.training.train import train
from tests.api.reading import open_house
from tests.detection.synthetic import evenings
from tests.test_words import NEVER

DAY = 20_748


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    fit, calibration = by_time(evenings(60, seed=3)[0], 0.5)
    return train(fit, calibration, tmp_path_factory.mktemp("models"), seed=1, trained_on="<made-up> evenings")


def test_the_page_shows_the_model_and_its_drift(tmp_home: Path, folder: Path) -> None:
    with open_house(tmp_home, models_dir=folder.parent, console_open=True) as house:
        snapshots.publish(house.engine, "test", "first", model_id=folder.name, senders={"siarmart": ("k",)})
        bins = load(folder).bins
        counts = counted(feature_frame(evenings(60, seed=4)[0]), {n: b.edges for n, b in bins.items()})
        row = {"partition": 0, "platform": "siarmart", "model_id": folder.name, "body": json.dumps(counts)}
        house.keep(feature_count=[row | {"day": day} for day in (DAY - 1, DAY)])
        with write(house.engine) as connection:
            sealed_days.seal_through(connection, "siarmart", DAY)
        answer = house.client.get("/console/model")
        page = answer.text
        assert answer.status_code == 200
        assert len(page.encode()) < 100_000
        assert folder.name in page
        assert "&lt;made-up&gt; evenings" in page, "what a model says of itself is no markup"
        assert 'class="plot' in page
        assert "depth_list" in page
        assert "<script" not in page
        assert "style=" not in page
        assert NEVER.search(re.sub(r"<[^>]+>", " ", page)) is None


def test_without_a_model_the_page_says_so_and_asks_for_a_key(tmp_home: Path, tmp_path: Path) -> None:
    with open_house(tmp_home, models_dir=tmp_path) as house:
        answer = house.client.get("/console/model", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/console/login?next=%2Fconsole%2Fmodel")
    with open_house(tmp_path / "other", models_dir=tmp_path, console_open=True) as house:
        assert "No model yet" in house.client.get("/console/model").text


def test_the_plot_keeps_its_threshold_in_sight_and_needs_a_day() -> None:
    assert psi_plot([], 0.2, "p") == ""
    one = psi_plot([("2026-11-20", 0.01)], 0.2, "p")
    high = psi_plot([("2026-11-20", 0.01), ("2026-11-21", 3.0)], 0.2, "p")
    for svg in (one, high):
        assert all(0 <= float(v) <= 130 for v in re.findall(r"(?:M|L)[\d.]+ ([\d.]+)", svg))
        assert ">0.2<" in svg
