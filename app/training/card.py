"""What should a reader know before trusting this model? The card: data, sizes, fidelity, figures beside the plain divisions, limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from app.detection import features, forest
from app.detection.calibration import LEAST_SESSIONS, LEAST_TAIL, Calibration
from app.detection.features import FEATURES
from app.detection.model import Scorer
from app.detection.strata import SEPARATOR
from app.domain.events import PAIR, SESSION
from app.domain.time import day_date, day_number
from app.training.metrics import Measured

POOR_R2: Final = 0.9


@dataclass(frozen=True)
class Fidelity:
    """How closely the served fit follows the forest on held-back rows: Spearman's rho and R2."""

    spearman: float
    r2: float


@dataclass(frozen=True)
class Facts:
    """Everything a card says; nothing in it is a wish."""

    trained_on: str
    seed: int
    fit: pl.DataFrame
    held_back: pl.DataFrame
    taken_out: int
    calibration: Calibration
    fidelity: Fidelity
    measured: list[Measured]
    losses: int


def fidelity(scorer: Scorer, scored: pl.DataFrame) -> Fidelity:
    """On held-back priced rows; both are 0 where the forest's score does not vary."""
    rows = scored.filter(pl.col("novelty_score").is_not_null())
    x = features.matrix(features.feature_frame(rows), scorer.neutral)
    bare, served = forest.rarity(scorer.forest, x), forest.novelty(scorer.monotone, x)
    spread = float(np.var(bare)) if len(bare) else 0.0
    if spread == 0.0 or float(np.var(served)) == 0.0:
        return Fidelity(0.0, 0.0)
    rho = float(np.corrcoef(_ranks(bare), _ranks(served))[0, 1])
    return Fidelity(rho, 1.0 - float(np.mean((bare - served) ** 2)) / spread)


def _ranks(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return pl.Series(values).rank("average").to_numpy()


def card(facts: Facts) -> str:
    """The card as Markdown; deterministic, because the model id covers it."""
    parts = ["# Model card", _data(facts), _features(facts), _fit(facts), _figures(facts), EVALUATED, _calibration(facts), LIMITS]
    return "\n\n".join(parts) + "\n"


def _data(facts: Facts) -> str:
    return (
        f"Trained on: {facts.trained_on}; seed {facts.seed}. Split by time, whole sessions only.\n\n"
        "| part | from | to | sessions | sellers | pairs | finals |\n|---|---|---|---|---|---|---|\n"
        f"{_row('fit', facts.fit)}\n{_row('held back (calibration, figures)', facts.held_back)}"
    )


def _row(part: str, figures: pl.DataFrame) -> str:
    days = [day_date(day_number(int(us))) for us in figures.select(pl.col("end_us").min(), b=pl.col("end_us").max()).row(0)]
    counts = (figures.select(*of).n_unique() for of in (SESSION, ("platform", "seller_id"), PAIR))
    return f"| {part} | {days[0]} | {days[1]} | " + " | ".join(f"{n:,}" for n in counts) + f" | {figures.height:,} |"


def _features(facts: Facts) -> str:
    known = features.feature_frame(facts.fit).select(pl.all().is_not_null().mean()).row(0)
    lines = [f"| {f.name} | {f.formula} | {f.guards_against} | {100 * share:.1f} % |" for f, share in zip(FEATURES, known, strict=True)]
    return "| feature (ln) | formula | guards against | known in fit |\n|---|---|---|---|\n" + "\n".join(lines)


def _fit(facts: Facts) -> str:
    poor = f" **R2 is under {POOR_R2}: much of this forest's score was not monotone.**" if facts.fidelity.r2 < POOR_R2 else ""
    return (
        "`novelty_score` is a fit to the isolation forest that never falls when a feature rises. On held-back finals it follows the forest "
        f"with Spearman {facts.fidelity.spearman:.3f}, R2 {facts.fidelity.r2:.3f}.{poor} What it does not follow is mostly meant: rows "
        "that are rare for being dearer than usual keep a high bare score and lose it here."
    )


def _figures(facts: Facts) -> str:
    if not facts.measured:
        return "No truth that names a loss was given for the held-back sessions: nothing is claimed about how well losses are ranked."
    lines = [
        f"| {m.score} | {m.ap:.3f} [{m.low:.3f}, {m.high:.3f}] | {m.ratio:.3f} [{m.ratio_low:.3f}, {m.ratio_high:.3f}]{_verdict(m)} |"
        for m in facts.measured
    ]
    return (
        "Average precision per pair on the held-back sessions, cost hidden, 95 % bootstrap over sessions; the truth names "
        f"{facts.losses:,} losses there. A ratio whose interval holds 1 is no gain shown.\n\n"
        "| score | AP | beside price / list |\n|---|---|---|\n" + "\n".join(lines)
    )


def _verdict(m: Measured) -> str:
    return ", no gain shown" if m.ratio_low <= 1.0 <= m.ratio_high and m.score != "price_over_list" else ""


def _calibration(facts: Facts) -> str:
    lines = [
        f"| {name.replace(SEPARATOR, ', ')} | {len(s.maxima):,} | {s.sessions:,} | {s.effective:,.0f} | {_yes(s.enough(0.01))} |"
        for name, s in facts.calibration.strata.items()
        if name.count(SEPARATOR) == 1
    ]
    return (
        f"{facts.taken_out:,} units left the calibration by known cost or verdict. By currency and campaign (finer strata inside them):"
        f" a p of alpha needs {LEAST_SESSIONS} sessions and "
        f'{LEAST_TAIL:.0f} / alpha effective units; elsewhere the answer is "not enough calibration".\n\n'
        "| stratum | units | sessions | effective units | enough for .01 |\n|---|---|---|---|---|\n" + "\n".join(lines)
    )


def _yes(said: bool) -> str:
    return "yes" if said else "no"


EVALUATED: Final = """\
Figures beside other detectors, on real and invented sets: `evaluation.md` in this folder, once `kawal evaluate --card` has written it.
This card is part of the model's id, so a later evaluation cannot stand in it."""

LIMITS: Final = """\
Limits. p speaks of "like the held-back normal traffic", not of lawful and not of above cost. Unresolved losses stay in the
calibration: they cost power, and widen the promise by at most 1 / (1 - their share). A seller at a loss for 28 days is normal against
its own past. The score ranks; it neither makes nor vetoes a legal level. Statistical indication, not a finding of law
(*Indikasi statistik, bukan putusan*)."""
