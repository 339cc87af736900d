"""Who stands beside us? Every detector that a set is judged with, in the order in which they are told."""

from __future__ import annotations

from app.training.evaluate.detector import Detector
from app.training.evaluate.divisions import FixedHalf, RobustZ, TwoDivisions, divisions
from app.training.evaluate.learned import Boosting, WalmartNaiveBayes
from app.training.evaluate.ours import ours
from app.training.evaluate.outliers import outliers
from app.training.evaluate.section import Wanted


def detectors(wanted: Wanted) -> list[Detector]:
    """Ours first; a quick run leaves PyOD and river out, whose first call compiles for seconds."""
    peers: list[Detector] = [] if wanted.quick else [*outliers(wanted.seed)]
    plain: list[Detector] = [TwoDivisions(), FixedHalf(), RobustZ(), WalmartNaiveBayes()]
    return [*ours(wanted.seed, wanted.models, wanted.model_id), *divisions(), *plain, *peers, Boosting(wanted.seed)]
