"""Which units of a sealed platform-day are rare even among all that were tested? Benjamini-Hochberg's q over the whole closed day.

Over the pairs that happen to be live the false share is not held: .24 at q .10 over a day (detection-study 1.3). So q is made once, when
the day is sealed, over every unit tested in it, in or out of flag. Evidence for products that share a session is by simulation.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import polars as pl

DIGITS: Final = 12
MOST: Final = 0.1
"""Share of a day's units that could at most be abnormal together: the highest prevalence that the evaluation looks at."""


def day_q(p: pl.Series) -> pl.Series:
    """q of each unit of one platform-day, 12 significant digits, in the order of p; null where p is null: not tested, not counted.

    q(i) = min over p(j) >= p(i) of p(j) m / #{p <= p(j)}, at most 1 (Benjamini, Hochberg 1995; adjusted as in Yekutieli, Benjamini 1999).
    """
    name = "q_value"
    tested = p.is_not_null() & p.is_not_nan().fill_null(value=False)
    value = p.filter(tested).cast(pl.Float64()).to_numpy()
    m = len(value)
    order = np.argsort(value, kind="stable")
    raised = value[order] * m / np.arange(1, m + 1)
    least = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1.0)
    q = np.empty(m)
    q[order] = least
    whole = np.full(p.len(), np.nan)
    whole[tested.to_numpy()] = q
    return pl.Series(name, whole, dtype=pl.Float64).fill_nan(None).round_sig_figs(DIGITS)


def k_min(m: int, q: float, n: int) -> int:
    """How many of m units must tie at the smallest p that n calibration units allow, 1 / (n + 1), for any to be listed at q (1.5)."""
    least = math.ceil(m / (q * (n + 1)))
    while least > 0 and m <= q * (n + 1) * (least - 1):  # the division may have rounded up past a whole number
        least -= 1
    return least


def can_list(m: int, q: float, n: int) -> bool:
    """False: n units are not enough calibration to list anything at q, whatever a day of m units could hold."""
    return k_min(m, q, n) <= max(1, math.floor(MOST * m))
