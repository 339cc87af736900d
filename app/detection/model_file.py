"""How does a model reach the disk and come back unaltered? A folder named by the hash of its manifest, which holds the hash of each file.

    models/<model id>/ forest.skops monotone.skops calibration.parquet card.md manifest.json, with known costs loss.skops loss.json

A configuration that names a model id thereby names every byte of it, except `created_on`, which is told to people only.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import polars as pl
from sklearn.ensemble import HistGradientBoostingRegressor, IsolationForest

from app.detection import drift
from app.detection.bands import Bands
from app.detection.drift import Bins
from app.detection.features import NAMES
from app.detection.loss_file import LOSS_FILES, loss_bytes, loss_from
from app.detection.manifest import FORMAT, MANIFEST, checked, minor, model_id, read_manifest
from app.detection.model import Model, Scorer
from app.detection.skops_bytes import from_bytes, to_bytes
from app.detection.units import UNITS_SCHEMA, calibrate

FOREST, MONOTONE, CALIBRATION, CARD = "forest.skops", "monotone.skops", "calibration.parquet", "card.md"
FILES: Final = (FOREST, MONOTONE, CALIBRATION, CARD)
LIBRARIES: Final = ("scikit-learn", "skops", "polars", "numpy", "scipy")


@dataclass(frozen=True)
class Provenance:
    """Where a model came from, for manifest and readers."""

    seed: int
    trained_on: str
    created_on: date | None


def save(
    models: Path, scorer: Scorer, units: pl.DataFrame, card: str, made: Provenance, bins: Mapping[str, Bins] = MappingProxyType({})
) -> Path:
    """Write a model under `models`, manifest last; returns its folder. The same content gives the same folder name and bytes."""
    files = {
        FOREST: to_bytes(scorer.forest),
        MONOTONE: to_bytes(scorer.monotone),
        CALIBRATION: _parquet(units),
        CARD: card.encode(),
        **loss_bytes(scorer.loss),
    }
    manifest = _manifest(scorer, made, bins, {file: hashlib.sha256(data).hexdigest() for file, data in files.items()})
    folder = models / str(manifest["model_id"])
    folder.mkdir(parents=True, exist_ok=True)
    for file, data in files.items():
        (folder / file).write_bytes(data)
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    return folder


def load(folder: Path) -> Model:
    """A model whose every byte is what its id names; raises ModelRefused before any model file is opened."""
    manifest = read_manifest(folder)
    learned = [file for file in LOSS_FILES if file in manifest["sha256"]]
    data = {file: checked(folder, file, manifest) for file in (*FILES, *learned)}
    scorer = Scorer(
        forest=from_bytes(data[FOREST], IsolationForest),
        monotone=from_bytes(data[MONOTONE], HistGradientBoostingRegressor),
        neutral=manifest["neutral"],
        floor=manifest["floor"],
        bands=Bands({currency: (e[0], e[1], e[2]) for currency, e in manifest["bands"].items()}),
        scale=manifest["scale"],
        loss=loss_from(data),
    )
    units = pl.read_parquet(io.BytesIO(data[CALIBRATION])).select(list(UNITS_SCHEMA))
    return Model(manifest["model_id"], scorer, calibrate(units, scorer.bands), drift.from_json(manifest.get("drift", {})))


def _manifest(scorer: Scorer, made: Provenance, bins: Mapping[str, Bins], hashes: dict[str, str]) -> dict[str, Any]:
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "features": list(NAMES),
        "libraries": {library: version(library) for library in LIBRARIES},
        "sklearn_minor": minor(version("scikit-learn")),
        "sha256": hashes,
        "neutral": scorer.neutral,
        "floor": scorer.floor,
        "bands": {currency: list(edges) for currency, edges in scorer.bands.edges.items()},
        "scale": scorer.scale,
        "drift": drift.as_json(bins),
        "seed": made.seed,
        "trained_on": made.trained_on,
        "created_on": made.created_on.isoformat() if made.created_on else None,
    }
    return manifest | {"model_id": model_id(manifest)}


def _parquet(units: pl.DataFrame) -> bytes:
    target = io.BytesIO()
    units.select(list(UNITS_SCHEMA)).sort(list(UNITS_SCHEMA)).write_parquet(target, compression="zstd", statistics=False)
    return target.getvalue()
