"""Figures of made-up evenings: one row per final of a pair, with the columns that detection reads; some pairs sold at a loss."""

from __future__ import annotations

import numpy as np
import polars as pl

from app.domain.time import DAY_US, HOUR_US, PANE_US

I128 = pl.Int128()
F64 = pl.Float64()
TYPES: dict[str, pl.DataType] = {
    "currency": pl.String(),
    "w1_units": pl.Int64(),
    "w1_value_s": I128,
    "w30_units": pl.Int64(),
    "w30_value_s": I128,
    "force_mean_w1": F64,
    "list_price": pl.Int64(),
    "own_median_ps": F64,
    "own_median_list": F64,
    "market_median": F64,
    "session_hour": pl.Int64(),
    "campaign": pl.String(),
    "seller_usual_minutes": pl.Int64(),
}
FIRST_DAY = 20_000


def rows(**columns: object) -> pl.DataFrame:
    """Rows that name only what a test is about; every other column of TYPES is null (units 0, rupiah)."""
    given = pl.DataFrame(columns, strict=False)
    missing = {"w1_units": 0, "w30_units": 0, "w1_value_s": 0, "w30_value_s": 0, "currency": "IDR"}
    return given.with_columns(
        (pl.col(n).cast(t) if n in given.columns else pl.lit(missing.get(n), dtype=t).alias(n)) for n, t in TYPES.items()
    )


def evenings(sessions: int, seed: int, *, pairs: int = 8, finals: int = 12, losses: float = 0.03) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(figures, truth): `sessions` evenings of one seller each out of 25, `pairs` products, `finals` finals of a pair a minute apart."""
    draw = np.random.default_rng(seed)
    n = sessions * pairs
    session = np.repeat(np.arange(sessions), pairs)
    listed = np.round(np.exp(draw.normal(11, 0.8, n)), -2) + 500
    usual = np.clip(draw.normal(0.85, 0.06, n) + np.repeat(draw.normal(0, 0.03, sessions), pairs), 0.5, 1.0)
    loss = draw.random(n) < losses
    known = draw.random(n) < 0.9
    day = FIRST_DAY + session // 6
    start = day * DAY_US + 12 * HOUR_US + (session % 6) * HOUR_US // 2

    step = np.tile(np.arange(finals), n)
    at = np.repeat(np.arange(n), finals)
    share = usual[at] * np.exp(-np.abs(draw.normal(0, 0.05, n * finals)))
    share = np.where(loss[at] & (step >= finals // 2), share * draw.uniform(0.5, 0.75, n)[at], share)
    price = np.maximum(100, np.round(listed[at] * share, -2)).astype(np.int64)
    units = draw.poisson(2 + 6 * loss[at]).astype(np.int64) * 1000
    units30 = units + draw.poisson(30, n * finals) * 1000
    end = start[at] + (step + 1) * 6 * PANE_US
    figures = rows(
        platform=np.full(n * finals, "toko"),
        session_id=np.char.add("s", session[at].astype(str)),
        seller_id=np.char.add("m", (session[at] % 25).astype(str)),
        product_id=np.char.add("p", (at % pairs).astype(str)),
        key=np.full(n * finals, "toko:shirt"),
        pane=end // PANE_US,
        end_us=end,
        w1_units=units,
        w1_value_s=units * price,
        w30_units=units30,
        w30_value_s=units30 * np.round(listed[at] * usual[at]).astype(np.int64),
        force_mean_w1=price.astype(float),
        list_price=listed[at].astype(np.int64),
        own_median_ps=[float(v) if k else None for v, k in zip((listed * usual)[at], known[at], strict=True)],
        own_median_list=[float(v) if k else None for v, k in zip(listed[at], known[at], strict=True)],
        market_median=np.full(n * finals, 55_000.0),
        session_hour=19 + (session[at] % 6) // 2,
        seller_usual_minutes=30 + 40 * (session[at] % 25 % 6),
    )
    truth = figures.group_by("platform", "session_id", "seller_id", "product_id", maintain_order=True).agg()
    return figures, truth.with_columns(pl.Series("loss", loss))
