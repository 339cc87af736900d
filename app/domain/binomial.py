"""Between which shares may the truth lie, if k of n were seen? The exact interval of Clopper and Pearson (1934)."""

from __future__ import annotations


def exact_interval(k: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """(low, high) of the share, at `level`; (0, 1) where nothing was looked at. Raises ValueError unless 0 <= k <= n."""
    from scipy.special import betaincinv  # here: half a second of import that no event needs

    if not 0 <= k <= n:
        raise ValueError(f"{k} of {n}")
    tail = (1.0 - level) / 2.0
    low = 0.0 if k == 0 else float(betaincinv(k, n - k + 1, tail))
    high = 1.0 if k == n else float(betaincinv(k + 1, n - k, 1.0 - tail))
    return low, high
