"""May this model be served? A manifest with the hash of every file, named by its own hash, refused with a sentence where it differs."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from app.detection.features import NAMES
from app.domain.identity import name as named

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
UNNAMED: Final = ("model_id", "created_on")
"""Fields of the manifest that the model id does not cover."""


class ModelRefused(Exception):
    """A model folder that must not be served; the text says what to do."""


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest, its id, format, feature order and library checked."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as broken:
        raise ModelRefused(f"{folder}: no readable {MANIFEST} ({broken}); train a model with `kawal train`") from broken
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ModelRefused(f"{folder}: not a model folder of format {FORMAT}; train a model with `kawal train`")
    if manifest.get("features") != list(NAMES):
        raise ModelRefused(
            f"{folder}: made for the features {manifest.get('features')}, this service reads {list(NAMES)} in that order; "
            "train again with `kawal train` or run the version that made the model"
        )
    ours = minor(version("scikit-learn"))
    if manifest.get("sklearn_minor") != ours:
        raise ModelRefused(
            f"{folder}: made with scikit-learn {manifest.get('sklearn_minor')}, installed is {ours}; "
            f"train again with `kawal train` or install scikit-learn {manifest.get('sklearn_minor')}"
        )
    if not manifest.get("model_id") == model_id(manifest) == folder.name:
        raise ModelRefused(f"{folder}: the manifest or the folder's name was changed after training; restore it or train again")
    return manifest


def model_id(manifest: dict[str, Any]) -> str:
    """`m_` + 128 bits of the sha256 of the manifest without its own id and the date for people."""
    return named("m", json.dumps({k: v for k, v in manifest.items() if k not in UNNAMED}, sort_keys=True))


def minor(release: str) -> str:
    """ "1.9.1" -> "1.9"."""
    return ".".join(release.split(".")[:2])


def checked(folder: Path, file: str, manifest: dict[str, Any]) -> bytes:
    """The bytes of one file of the folder; refused, and never parsed, if their hash is not the manifest's."""
    try:
        data = (folder / file).read_bytes()
    except OSError as missing:
        raise ModelRefused(f"{folder / file}: not readable ({missing}); restore it or train again with `kawal train`") from missing
    if hashlib.sha256(data).hexdigest() != manifest["sha256"].get(file):
        raise ModelRefused(f"{folder / file}: its sha256 is not the manifest's, so it was not opened; restore it or train again")
    return data
