"""Does p still mean what it says? The share of held-back normal units at small p over that level, weekly, with intervals over sellers.

Never a Kolmogorov-Smirnov test: a fifth of the units share one score, so it always fails where n is big and always passes where it is
small, while the tail is right within 10 % (detection-study 1.8). The promise is over sellers, not for one seller: a seller's ratio
is shown without limits and suspends nothing.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

ALPHAS: Final = (0.001, 0.01, 0.05)
DRAWS: Final = 1000
SEED: Final = 20261122
LIMITS: Final = (0.025, 0.975)
SUSPENDS_OVER: Final = 1.5
LEAST_SELLERS: Final = 10
"""Under this many a bootstrap over sellers says nothing about other sellers: no limits."""
SCOPES: Final = ("stratum", "day", "seller")
EVERY: Final = "all"
EXCEEDANCE_SCHEMA: Final[dict[str, pl.DataType]] = {
    "scope": pl.String(),  # all | stratum | day | seller
    "name": pl.String(),
    "alpha": pl.Float64(),
    "units": pl.Int64(),
    "sellers": pl.Int64(),
    "ratio": pl.Float64(),  # share of units with p <= alpha, over alpha
    "low": pl.Float64(),  # 95 % limits over sellers; null: too few sellers
    "high": pl.Float64(),
    "suspend": pl.Boolean(),
}

Floats = npt.NDArray[np.float64]


def check(units: pl.DataFrame) -> pl.DataFrame:
    """EXCEEDANCE_SCHEMA from units (seller, stratum, day, p) that were tested, held back and not resolved as losses.

    p must come from a calibration that does not hold these units; null p (not tested) is left out. The same units in any order give
    the same bytes.
    """
    tested = units.filter(pl.col("p").is_not_null()).select(
        *[pl.col(c).cast(pl.String()).fill_null("unknown") for c in SCOPES],
        *[(pl.col("p") <= alpha).cast(pl.Int64()).alias(str(alpha)) for alpha in ALPHAS],
    )
    parts = [_scope(tested.with_columns(name=pl.lit(EVERY)), EVERY)]
    parts += [_scope(tested.with_columns(pl.col(scope).alias("name")), scope) for scope in SCOPES]
    return pl.concat(parts)


def to_suspend(checked: pl.DataFrame) -> frozenset[str]:
    """The strata that the check silences."""
    return frozenset(checked.filter("suspend").get_column("name"))


def _scope(tested: pl.DataFrame, scope: str) -> pl.DataFrame:
    counts = (
        tested.group_by("name", "seller")
        .agg(pl.len().cast(pl.Int64()).alias("units"), *[pl.col(str(a)).sum() for a in ALPHAS])
        .sort("name", "seller")
    )
    rows = []
    for (name,), part in counts.group_by("name", maintain_order=True):
        table = part.select("units", *[str(a) for a in ALPHAS]).to_numpy().astype(np.float64)
        low, high = _limits(table) if scope != "seller" and part.height >= LEAST_SELLERS else (None, None)
        whole = table.sum(axis=0)
        for i, alpha in enumerate(ALPHAS):
            ratio = float(whole[i + 1] / (whole[0] * alpha))
            least = None if low is None else float(low[i])
            most = None if high is None else float(high[i])
            suspend = scope == "stratum" and ratio > SUSPENDS_OVER and least is not None and least > 1.0
            rows.append((scope, name, alpha, int(whole[0]), part.height, ratio, least, most, suspend))
    return pl.DataFrame(rows, schema=EXCEEDANCE_SCHEMA, orient="row").with_columns(pl.col("ratio", "low", "high").round_sig_figs(12))


def _limits(table: Floats) -> tuple[Floats, Floats]:
    """Percentile limits of the ratio at each alpha; whole sellers are drawn with replacement, from a fixed seed."""
    sellers = len(table)
    times = np.random.default_rng(SEED).multinomial(sellers, np.full(sellers, 1.0 / sellers), size=DRAWS)
    sums = times @ table
    ratios = sums[:, 1:] / (sums[:, :1] * np.array(ALPHAS))
    low, high = np.quantile(ratios, LIMITS, axis=0)
    return low, high
