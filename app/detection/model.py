"""What is a trained model, once it is in memory? The forest, its monotone fit, and every number that scoring needs."""

from __future__ import annotations

from dataclasses import dataclass, field

from sklearn.ensemble import HistGradientBoostingRegressor, IsolationForest

from app.detection.bands import Bands
from app.detection.calibration import Calibration
from app.detection.drift import Bins
from app.detection.loss import LossModel


@dataclass(frozen=True)
class Scorer:
    """What turns figures into scores; knows nothing of how rare a score is."""

    forest: IsolationForest
    monotone: HistGradientBoostingRegressor
    neutral: dict[str, float]
    """feature -> what stands in when it is missing (ln)."""
    floor: float
    """novelty of a row without any harm: the fit is monotone, so nothing lies under it."""
    bands: Bands
    scale: dict[str, float]
    """"currency|band" -> sqrt of the 95 % point of (novelty - floor) x depth there; key "" for every other band."""
    loss: LossModel | None = None
    """What known costs taught; none in a model that was made without any."""


@dataclass(frozen=True)
class Model:
    """A scorer and the calibration that was made with it, under one content-made id."""

    model_id: str
    scorer: Scorer
    calibration: Calibration
    bins: dict[str, Bins] = field(default_factory=dict)
    """How the features lay among the training finals; none in a model made before drift was watched."""
