"""What changes when panes of a platform close? Finals judged, carried news, timeline, day parts, finding versions (D4, D5)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import polars as pl

from app.detection.counterfactual import HIGHEST
from app.domain.events import PAIR
from app.findings.body import final_texts
from app.findings.known import Known
from app.windows.carry import PAIRS_SCHEMA, PRICES_SCHEMA, Carry
from app.windows.days import day_part
from app.windows.figures import Closing, closing
from app.windows.prices import price_rows
from app.worker.context import Context
from app.worker.firing import Fired, Told, fire

GENESIS = hashlib.sha256(b"").hexdigest()


@dataclass
class Closed:
    """Everything the closing of panes first..last of one platform brings about."""

    platform: str
    panes: Closing
    finals: pl.DataFrame  # with text and digest
    told: list[Told]
    news: Carry
    day_parts: pl.DataFrame


def close_panes(
    rows: pl.DataFrame, carry: Carry, platform: str, first: int, last: int, context: Context, known: Known, low_pos: int = 0
) -> Closed:
    """Judge and sum up every pane first..last of the platform from its rows and what is carried; changes nothing."""
    panes = closing(rows, carry, first, last, low_pos)
    return summed_up(panes, fire(panes, context, known, platform), context, platform)


def summed_up(panes: Closing, fired: Fired, context: Context, platform: str) -> Closed:
    """Texts, digests, carried news and day parts of the finals that were fired."""
    finals = _digested(fired.frame.with_columns(final_texts(fired.frame, inputs(context))))
    offset = context.snapshot.rule(platform).day_offset_us
    return Closed(
        platform=platform,
        panes=panes,
        finals=finals,
        told=fired.told,
        news=_news(panes, finals),
        day_parts=day_part(panes.news, finals, offset),
    )


def inputs(context: Context) -> dict[str, Any]:
    """The versions of everything a final was judged with (D3: input hashes)."""
    return {
        "model_id": context.snapshot.model_id,
        "references": dict(context.snapshot.hashes),
        "code": context.code_version,
        "alpha_open": context.snapshot.alpha_open,
    }


def _digested(finals: pl.DataFrame) -> pl.DataFrame:
    """Chain each pair's canonical texts: equal digests, equal finals."""
    chains: dict[tuple[Any, ...], tuple[int, str]] = {}
    counts: list[int] = []
    digests: list[str] = []
    for row in finals.select(*PAIR, "finals", "digest", "text").iter_rows():
        pair = row[:5]
        count, digest = chains.get(pair) or (row[5] or 0, row[6] or GENESIS)
        digest = hashlib.sha256((digest + row[7]).encode()).hexdigest()
        chains[pair] = (count + 1, digest)
        counts.append(count + 1)
        digests.append(digest)
    return finals.with_columns(pl.Series("finals", counts, dtype=pl.Int64), pl.Series("digest", digests, dtype=pl.String))


def _news(panes: Closing, finals: pl.DataFrame) -> Carry:
    """Carried state of the pairs that had a final: their last one's attributes, totals and spell."""
    last = finals.group_by(PAIR, maintain_order=True).agg(pl.all().last())
    pairs = last.with_columns(
        pl.col("pane").alias("last_pane"),
        pl.col("below_units").alias("cum_below_units"),
        pl.col("below_value").alias("cum_below_value"),
        pl.col("running_max").alias("max_score"),
        pl.col("running_novelty").alias("max_novelty"),
        pl.col("running_loss").alias("max_loss"),
        pl.col("running_shadow").alias("max_shadow"),
        pl.col("fair_after").alias("fair_price"),
        *[pl.col(now).alias(was) for was, now in HIGHEST.items()],
        pl.coalesce("spell_now", "spell").alias("spell"),
    )
    touched = panes.rows.select("platform", "session_id").unique()
    return Carry(
        pairs=pairs.select(*PAIRS_SCHEMA).cast(pl.Schema(PAIRS_SCHEMA)),
        prices=price_rows(panes.rows).select(*PRICES_SCHEMA),
        sums=panes.news,
        sessions=panes.carry.sessions.join(touched, on=("platform", "session_id"), how="semi"),
    )
