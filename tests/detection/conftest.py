"""One small model for the whole room: trained once, read by many tests."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from app.detection.model import Scorer
from app.training.dataset import by_time
from app.training.train import learn, train
from tests.detection.synthetic import evenings


@pytest.fixture(scope="session")
def figures() -> pl.DataFrame:
    return evenings(160, seed=11)[0]


@pytest.fixture(scope="session")
def scorer(figures: pl.DataFrame) -> Scorer:
    return learn(by_time(figures, 0.5)[0], seed=5)


@pytest.fixture(scope="session")
def folder(figures: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    fit, calibration = by_time(figures, 0.5)
    return train(fit, calibration, tmp_path_factory.mktemp("models"), seed=5, trained_on="made-up evenings")
