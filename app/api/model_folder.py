"""What does a model folder tell its readers? Manifest in short, card, and how it was evaluated where that was done."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from app.detection.manifest import ModelRefused, read_manifest

SHOWN: Final = ("features", "libraries", "sklearn_minor", "seed", "trained_on", "created_on", "sha256")
CARD, EVALUATION, EVALUATION_CARD = "card.md", "evaluation.json", "evaluation.md"


def in_short(folder: Path) -> dict[str, Any]:
    """Manifest of a folder, and in `refused` the sentence why it would not be served; null where it may be."""
    try:
        manifest: dict[str, Any] = read_manifest(folder)
    except ModelRefused as refused:
        return {"model_id": folder.name, "refused": str(refused), **dict.fromkeys(SHOWN)}
    return {"model_id": folder.name, "refused": None, **{name: manifest.get(name) for name in SHOWN}}


def in_full(folder: Path) -> dict[str, Any]:
    """The same with card and evaluation; an evaluation is written later and is not covered by the model id."""
    return {
        **in_short(folder),
        "card": _text(folder / CARD),
        "evaluation": _json(folder / EVALUATION),
        "evaluation_card": _text(folder / EVALUATION_CARD),
    }


def folders(models_dir: Path) -> list[Path]:
    """Every folder with a manifest, by name."""
    return sorted(path.parent for path in models_dir.glob("*/manifest.json"))


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _json(path: Path) -> Any:
    text = _text(path)
    try:
        return None if text is None else json.loads(text)
    except ValueError:
        return None
