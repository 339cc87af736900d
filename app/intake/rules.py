"""What does the door refuse in good events? Clocks that run ahead (C1), other platforms, an id used twice (A2)."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

import polars as pl

from app.domain.events import CONTENT_COLUMNS, PAIR_TYPES
from app.domain.time import SECOND_US
from app.intake.exact import Refusal
from app.intake.fields import FIELDS
from app.intake.sender import Sender

OTHER_PLATFORM: Final = "this key may not speak for that platform"
REUSED: Final = "event_id_reused: another event of this request has the same event_id and other content"
MAX_NOTES: Final = 20


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the door knows of a request: who sent it and when it came."""

    sender: Sender
    now_us: int
    future_us: int
    backfill: bool = False


def stamped(rows: pl.DataFrame, stamp: Stamp) -> pl.DataFrame:
    """The door's own columns filled in; `platform` is null where the sender may not speak for the one named."""
    sender = stamp.sender
    posting = pl.lit(sender.posting_platform, dtype=pl.String)
    if rows["platform"].null_count() == rows.height:
        platform = posting
    else:
        stored = pl.col("platform").replace_strict(sender.stored_names(), default=None, return_dtype=pl.String)
        platform = pl.when(pl.col("platform").is_null()).then(posting).otherwise(stored)
    return rows.with_columns(
        platform.alias("platform"),
        posting.alias("posting_platform"),
        pl.lit(sender.key_id, dtype=pl.String).alias("sender"),
        pl.lit(stamp.now_us, dtype=pl.Int64).alias("received_us"),
        pl.lit(stamp.backfill).alias("backfill"),
        pl.lit(False).alias("copy"),
    )


def apply(rows: pl.DataFrame, stamp: Stamp) -> tuple[pl.DataFrame, dict[int, Refusal]]:
    """The stamped rows that pass, and the refusals of the others."""
    marked = stamped(rows, stamp)
    refused: dict[int, Refusal] = {}
    ahead = f"is more than {stamp.future_us // SECOND_US} seconds ahead of the time at which it was received"
    checks = (
        (pl.col("platform").is_null(), "session_platform", OTHER_PLATFORM),
        (pl.col("arrival_us") > stamp.now_us + stamp.future_us, "received_at", ahead),
        (pl.col("occurred_us") > pl.coalesce("arrival_us", "received_us") + stamp.future_us, "occurred_at", ahead),
    )
    # one look says whether any is needed at all
    if any(marked.select(bad.any().alias(field) for bad, field, _ in checks).row(0)):
        for bad, field, problem in checks:
            marked, found = _split(marked, bad.fill_null(False), field, problem)
            refused.update(found)
    reused = _reused(marked)
    if len(reused):
        marked, found = _split(marked, pl.col("index").is_in(reused.implode()), "event_id", REUSED)
        refused.update(found)
    return marked, refused


def _split(rows: pl.DataFrame, bad: pl.Expr, field: str, problem: str) -> tuple[pl.DataFrame, dict[int, Refusal]]:
    mask = rows.select(bad.alias("bad"))["bad"]
    found = {int(row["index"]): Refusal(row["event_id"], field, problem, _known(row)) for row in rows.filter(mask).iter_rows(named=True)}
    return rows.filter(~mask), found


def _known(row: dict[str, Any]) -> dict[str, Any]:
    own = ("index", "platform", "posting_platform", "sender", "received_us", "backfill", "copy", "extra")
    return {name: value for name, value in row.items() if value is not None and name not in own}


def _reused(rows: pl.DataFrame) -> pl.Series:
    """Indices of events whose id stands, with other content, on an earlier event of the request; equal ones are duplicates, not refused."""
    if rows["event_id"].n_unique() == rows.height:
        return pl.Series(dtype=pl.UInt32)
    shared = rows.filter(pl.col("event_id").is_duplicated())
    firsts = shared.unique("event_id", keep="first", maintain_order=True)
    return shared.join(firsts, on=list(CONTENT_COLUMNS), how="anti", nulls_equal=True)["index"]


def notes_of(rows: pl.DataFrame, unknown: list[str]) -> list[str]:
    """What the sender should know though nothing was refused: products under two keys (D1), many unknown fields."""
    if rows.height < 2:
        return _with_hints([], unknown)
    products = rows.filter(pl.col("type").is_in(PAIR_TYPES)).select("platform", "product_id", "category_id").unique()
    if products.height == products.select("platform", "product_id").n_unique():
        return _with_hints([], unknown)
    twice = products.group_by("platform", "product_id").agg(pl.col("category_id").fill_null("(none)").sort()).sort("platform", "product_id")
    twice = twice.filter(pl.col("category_id").list.len() > 1)
    notes = [
        f"product {product} of {platform} came under the categories {', '.join(categories)}: each is judged as a pair of its own"
        for platform, product, categories in twice.head(MAX_NOTES).iter_rows()
    ]
    if twice.height > MAX_NOTES:
        notes.append(f"and {twice.height - MAX_NOTES} more products under several categories")
    return _with_hints(notes, unknown)


def _with_hints(notes: list[str], unknown: list[str]) -> list[str]:
    for name in unknown[:MAX_NOTES]:
        meant = get_close_matches(name, FIELDS, n=1, cutoff=0.8)
        if meant and meant[0] != name:
            notes.append(f'unknown field "{name}": did you mean "{meant[0]}"?')
    return notes
