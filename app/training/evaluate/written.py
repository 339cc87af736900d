"""Where do the figures of a model stand? Beside the model and in docs, written by the evaluation and never by hand.

The card of a model is part of its id, so an evaluation that comes later must not alter it: it writes `evaluation.md` and
`evaluation.json` into the model's folder, which no hash covers, and `docs/evaluation.md` for readers of the repository.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from app.training.evaluate.report import as_markdown
from app.training.evaluate.section import Section

MARKDOWN: Final = "evaluation.md"
JSON: Final = "evaluation.json"


def write(head: Mapping[str, Any], sections: Sequence[Section], told: Mapping[str, Any], model: Path | None, docs: Path) -> list[Path]:
    """The files written; without a model only the docs."""
    front = "".join(f"{key}: {value}\n" for key, value in head.items())
    text = f"---\n{front}---\n\n# Evaluation\n\nWritten by `{head['command']}`, not by hand. {INDICATION}\n\n{as_markdown(sections)}"
    docs.mkdir(parents=True, exist_ok=True)
    files = {docs / MARKDOWN: text}
    if model is not None:
        files |= {model / MARKDOWN: text, model / JSON: json.dumps(told, indent=2, ensure_ascii=False, sort_keys=True) + "\n"}
    for path, content in files.items():
        path.write_text(content, encoding="utf-8")
    return list(files)


INDICATION: Final = (
    "Figures of ranking and of false alarms; statistical indication, not a finding of law (*Indikasi statistik, bukan putusan*)."
)
