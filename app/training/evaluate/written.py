"""Where do the figures of a model stand? Beside the model and in docs, written by the evaluation and never by hand.

The card of a model is part of its id, so an evaluation that comes later must not alter it: it writes `evaluation.md` and
`evaluation.json` into the model's folder, which no hash covers, and `docs/evaluation.md` for readers of the repository. Sets that are
measured apart stand together: a later run replaces its own sets and leaves the others of the same model as they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from app.training.evaluate.report import as_markdown
from app.training.evaluate.section import Section
from app.training.evaluate.table import LEGEND

MARKDOWN: Final = "evaluation.md"
JSON: Final = "evaluation.json"
HEAD: Final = ("model_id", "seed", "quick")
"""What sets must share to stand in one table of figures."""


def write(
    head: Mapping[str, Any], sections: Sequence[Section], told: Mapping[str, Any], model: Path | None, docs: Path, order: Sequence[str] = ()
) -> list[Path]:
    """The files written; without a model only the docs. order: names of sets as they shall follow each other."""
    before = _earlier(head, model)
    said = {s.name: f"{as_markdown(s)}\n\nMeasured on {head['date']} by `{head['command']}`." for s in sections}
    texts = {**before.get("texts", {}), **said}
    names = sorted(texts, key=lambda name: order.index(name) if name in order else len(order))
    front = "".join(f"{key}: {head[key]}\n" for key in HEAD if key in head)
    opening = f"---\n{front}---\n\n# Evaluation\n\nWritten by `kawal evaluate --card`, not by hand. {INDICATION}\n\n{LEGEND}"
    text = "\n\n".join([opening, *(texts[name] for name in names)]) + "\n"
    whole = {**told, "sets": {**before.get("sets", {}), **told.get("sets", {})}, "texts": texts}
    docs.mkdir(parents=True, exist_ok=True)
    files = {docs / MARKDOWN: text}
    if model is not None:
        files |= {model / MARKDOWN: text, model / JSON: json.dumps(whole, indent=2, ensure_ascii=False, sort_keys=True) + "\n"}
    for path, content in files.items():
        path.write_text(content, encoding="utf-8")
    return list(files)


def _earlier(head: Mapping[str, Any], model: Path | None) -> dict[str, Any]:
    """What was measured before of the same model with the same seed; nothing where that cannot be read."""
    if model is None or not (model / JSON).exists():
        return {}
    found = json.loads((model / JSON).read_text(encoding="utf-8"))
    return dict(found) if all(found.get(key) == head.get(key) for key in HEAD) else {}


INDICATION: Final = (
    "Figures of ranking and of false alarms; statistical indication, not a finding of law (*Indikasi statistik, bukan putusan*)."
)
