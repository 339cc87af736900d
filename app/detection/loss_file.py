"""How is the loss probability kept in a model folder? The boosting as skops, the numbers beside it as JSON; only where it was learned."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from sklearn.ensemble import HistGradientBoostingClassifier

from app.detection.loss import Lead, LossModel
from app.detection.loss_features import LOSS_NAMES
from app.detection.manifest import ModelRefused
from app.detection.skops_bytes import from_bytes, to_bytes

BOOSTING: Final = "loss.skops"
NUMBERS: Final = "loss.json"
LOSS_FILES: Final = (BOOSTING, NUMBERS)


def loss_bytes(model: LossModel | None) -> dict[str, bytes]:
    """File name -> bytes, the same for equal models; nothing without one."""
    if model is None:
        return {}
    numbers = {
        "features": list(LOSS_NAMES),
        "margins": list(model.margins),
        "probabilities": list(model.probabilities),
        "levels": model.levels,
        "support": {market: list(counts) for market, counts in model.support.items()},
        "lead": vars(model.lead),
    }
    return {
        BOOSTING: to_bytes(model.boosting),
        NUMBERS: (json.dumps(numbers, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode(),
    }


def loss_from(data: Mapping[str, bytes]) -> LossModel | None:
    """The model of files whose hashes were checked before; None where the folder has none. Raises ModelRefused for other features."""
    if BOOSTING not in data:
        return None
    numbers = json.loads(data[NUMBERS])
    if numbers["features"] != list(LOSS_NAMES):
        raise ModelRefused(
            f"{NUMBERS}: made for the features {numbers['features']}, this service reads {list(LOSS_NAMES)} in that order; "
            "train again with `kawal train`"
        )
    return LossModel(
        boosting=from_bytes(data[BOOSTING], HistGradientBoostingClassifier),
        margins=tuple(numbers["margins"]),
        probabilities=tuple(numbers["probabilities"]),
        levels=numbers["levels"],
        support={market: (counts[0], counts[1], counts[2]) for market, counts in numbers["support"].items()},
        lead=Lead(**numbers["lead"]),
    )
