"""How much money is at stake? The seller's loss under cost and what buyers saved, in whole smallest units (B1, F13)."""

from __future__ import annotations

from app.law.compare import MILLI, to_milli


def estimated_harm(cost_lo: int | None, below_units: int | None, below_value: int | None) -> int:
    """sum of units x (cost_lo - p_s) over below-cost units (thousandths, price x thousandths) -> smallest units, rounded down.

    0 where it is unknown: harm ranks findings of one severity, it never makes one.
    """
    if cost_lo is None or below_units is None or below_value is None:
        return 0
    return max(0, cost_lo * below_units - below_value) // MILLI


def consumer_saving(reference: float | None, units: int | None, value: int | None) -> int:
    """sum of units x (reference - price paid) (thousandths, price x thousandths) -> smallest units, rounded down; 0 if unknown."""
    milli = to_milli(reference)
    if milli is None or units is None or value is None:
        return 0
    return max(0, milli * units - value * MILLI) // (MILLI * MILLI)
