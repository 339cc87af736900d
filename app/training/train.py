"""How is a model made? Fit on earlier sessions, calibrate on later whole ones, write the folder with an honest card."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from app.detection import features, forest
from app.detection.bands import learn_bands
from app.detection.drift import learn_bins
from app.detection.model import Scorer
from app.detection.model_file import Provenance, save
from app.detection.score import EVERY_BAND, base_score, learn_scale, score
from app.detection.units import calibrate, units_of
from app.domain.canonical import rounded
from app.training.card import Facts, card, fidelity
from app.training.dataset import IDS, TRUTH_SCHEMA, Dataset, FiguresOf, NothingToLearn, by_time, read, without_resolved
from app.training.known_costs import lowest_rows, read_known
from app.training.loss_fit import learn_loss
from app.training.metrics import measure, per_pair
from app.training.sample import sample

FIT_SHARE: Final = 0.5
"""Half of the sessions teach, the later half calibrates: a p of .01 needs 1,000 effective units there, the forest only 64 rows a tree."""
LEAST_ROWS: Final = 100

Progress = Callable[[str], None]


def learn(fit: pl.DataFrame, seed: int) -> Scorer:
    """A scorer from figures of past sessions (every final; the sample is drawn here)."""
    rows = sample(fit, seed)
    if rows.height < LEAST_ROWS:
        raise NothingToLearn(f"{rows.height} priced finals of past sessions; a forest needs at least {LEAST_ROWS}")
    raw = features.feature_frame(rows)
    neutral = {name: rounded(value) for name, value in features.neutral_values(raw).items()}
    x = features.matrix(raw, neutral)
    trees = forest.fit(x, seed)
    monotone = forest.fit_monotone(trees, x, seed)
    floor = float(forest.novelty(monotone, 0.0 * x[:1])[0])
    unscaled = Scorer(trees, monotone, neutral, floor, learn_bands(rows), {EVERY_BAND: 1.0})
    return replace(unscaled, scale=learn_scale(rows, unscaled))


def train(
    fit: pl.DataFrame,
    calibration: pl.DataFrame,
    models: Path,
    *,
    seed: int,
    trained_on: str,
    created_on: date | None = None,
    truth: pl.DataFrame | None = None,
    resolved: pl.DataFrame | None = None,
    known: pl.DataFrame | None = None,
    progress: Progress = lambda _: None,
) -> Path:
    """Figures of earlier and of later whole sessions -> the folder of a model. Truth measures the later ones, it teaches nothing.

    `known` (app.training.known_costs.KNOWN_SCHEMA): pairs whose cost is known; those of the earlier sessions teach the loss probability.
    """
    progress(f"fitting on {fit.height:,} finals, calibrating on {calibration.height:,} of later sessions")
    scorer = learn(fit, seed)
    if known is not None:
        scorer = taught(scorer, fit, known, seed, progress)
    scored = score(calibration, scorer)
    units = without_resolved(every := units_of(scored, scorer.bands), resolved)
    named = pl.DataFrame(schema=TRUTH_SCHEMA) if truth is None else truth.join(every, on=IDS, how="semi")
    facts = Facts(
        trained_on=trained_on,
        seed=seed,
        fit=fit,
        held_back=calibration,
        taken_out=every.height - units.height,
        calibration=calibrate(units, scorer.bands),
        fidelity=fidelity(scorer, scored),
        measured=measure(per_pair(scored), named, seed=seed),
        losses=int(named.get_column("loss").cast(pl.Int64()).sum()),
    )
    bins = learn_bins(features.feature_frame(fit))
    return save(models, scorer, units, card(facts), Provenance(seed, trained_on, created_on), bins)


def taught(scorer: Scorer, fit: pl.DataFrame, known: pl.DataFrame, seed: int, progress: Progress) -> Scorer:
    """The scorer with what known costs of earlier sessions teach; as it was where they are too few."""
    pairs = base_score(lowest_rows(fit), scorer).join(known, on=IDS, how="inner")
    loss = learn_loss(pairs, seed)
    progress(f"{pairs.height:,} pairs of known cost, {pairs['loss'].sum():,} under it: {'no ' if loss is None else ''}loss probability")
    return replace(scorer, loss=loss)


def run_train(
    data: Path,
    models: Path,
    seed: int,
    progress: Progress,
    *,
    figures_of: FiguresOf | None = None,
    created_on: date | None = None,
) -> Path:
    """`kawal train`: read a data folder, split its sessions by time, train; returns the model's folder."""
    progress(f"reading {data}")
    found, known = read(data, figures_of), read_known(data)
    return train_on(found, models, seed, progress, trained_on=data.name, created_on=created_on, known=known)


def train_on(
    found: Dataset,
    models: Path,
    seed: int,
    progress: Progress,
    *,
    trained_on: str,
    created_on: date | None = None,
    known: pl.DataFrame | None = None,
) -> Path:
    """Split the sessions of a data set by time and train; returns the model's folder."""
    fit, calibration = by_time(found.figures, FIT_SHARE)
    return train(
        fit,
        calibration,
        models,
        seed=seed,
        trained_on=trained_on,
        created_on=created_on,
        truth=found.truth,
        resolved=found.resolved,
        known=known,
        progress=progress,
    )
