"""What are our own rows of the table? The pipeline fitted on the set's past, the model that is shipped, and both halves taken away."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from app.detection import model_file
from app.detection.manifest import ModelRefused
from app.detection.model import Scorer
from app.detection.score import EVERY_BAND, learn_scale, score
from app.training.dataset import NothingToLearn
from app.training.evaluate.detector import OURS, CannotJudge, Floats
from app.training.sample import sample
from app.training.train import learn

NAME: Final = "ours"
ANOMALY: Final = "anomaly_score"
NOVELTY: Final = "novelty_score"
LISTED: Final = ("list_price", "own_median_list")


class Ours:
    """Our pipeline, fitted as `kawal train` fits it on finals of the past; `reading` is the score that is judged."""

    kind = OURS

    def __init__(self, seed: int, name: str = NAME, reading: str = ANOMALY, blind: tuple[str, ...] = ()) -> None:
        self.name = name
        self._seed = seed
        self._reading = reading
        self._blind = blind

    def fit(self, past: pl.DataFrame, _truth: pl.DataFrame | None, /) -> None:
        """No labels are read. Raises CannotJudge where the past is too small."""
        try:
            self._scorer = learn(_without(past, self._blind), self._seed)
        except NothingToLearn as nothing:
            raise CannotJudge(str(nothing)) from nothing

    def score(self, figures: pl.DataFrame) -> Floats:
        """NaN without a price."""
        return _read(score(_without(figures, self._blind), self._scorer), self._reading)


class Flat:
    """Stands in for the forest and finds every row equally unlike the past."""

    def predict(self, x: Floats) -> Floats:
        """Ones."""
        return np.ones(len(x))


class WithoutForest:
    """Our pipeline with a forest that says nothing: depth beyond the usual discount over its scale, learned anew."""

    kind = OURS
    name = "ours without the forest"

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def fit(self, past: pl.DataFrame, _truth: pl.DataFrame | None, /) -> None:
        """Bands and scale as the pipeline learns them."""
        try:
            scorer = learn(past, self._seed)
        except NothingToLearn as nothing:
            raise CannotJudge(str(nothing)) from nothing
        bare = replace(scorer, monotone=Flat(), floor=0.0, scale={EVERY_BAND: 1.0})
        self._scorer = replace(bare, scale=learn_scale(sample(past, self._seed), bare))

    def score(self, figures: pl.DataFrame) -> Floats:
        """NaN without a price."""
        return _read(score(figures, self._scorer), ANOMALY)


class Shipped:
    """The model that the service would serve, unfitted: the row `ours` is fitted on the set's own past, this one is not."""

    kind = OURS
    name = "ours, shipped model"

    def __init__(self, models: Path, model_id: str | None) -> None:
        self._models = models
        self._model_id = model_id

    def fit(self, _past: pl.DataFrame, _truth: pl.DataFrame | None, /) -> None:
        """Loads it. Raises CannotJudge where there is none, or none that may be served."""
        if self._model_id is None:
            raise CannotJudge(f"no model in {self._models.name}/")
        try:
            self._scorer: Scorer = model_file.load(self._models / self._model_id).scorer
        except ModelRefused as refused:
            raise CannotJudge(f"the shipped model is refused: {str(refused).replace(str(self._models), self._models.name)}") from refused

    def score(self, figures: pl.DataFrame) -> Floats:
        """Its anomaly_score; NaN without a price."""
        return _read(score(figures, self._scorer), ANOMALY)


def ours(seed: int, models: Path, model_id: str | None) -> list[Ours | WithoutForest | Shipped]:
    """All of our rows; the first is the one that is judged."""
    return [
        Ours(seed),
        Shipped(models, model_id),
        Ours(seed, "ours, novelty alone", NOVELTY),
        WithoutForest(seed),
        Ours(seed, "ours without list price", ANOMALY, LISTED),
    ]


def _without(figures: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    return figures.with_columns(pl.lit(None, dtype=figures.schema[c]).alias(c) for c in columns)


def _read(scored: pl.DataFrame, reading: str) -> Floats:
    return scored.get_column(reading).cast(pl.Float64()).fill_null(np.nan).to_numpy()
