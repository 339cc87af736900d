"""Which of the signs F01 to F25 does the service know of a pair, where is each used, and what becomes of the others? One registry.

`docs/features.md` is written from it. A feature of the forest has its expression in features.py, one of the learned probability in
loss_features.py, one that is only shown beside a finding in shown.py; what is not carried says what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.detection.features import FEATURES, NAMES

FOREST: Final = "forest"
LOSS: Final = "loss"
SCORE: Final = "score"
SHOWN: Final = "shown"
NOT_CARRIED: Final = "not carried"
USES: Final = (FOREST, LOSS, SCORE, SHOWN, NOT_CARRIED)
UNKNOWN: Final = "null: shown as unknown"


@dataclass(frozen=True)
class Entry:
    """One sign of B4: what it is, what it guards against, what a gap means and where it is used."""

    id: str
    name: str
    formula: str
    unit: str
    guards_against: str
    missing: str
    used: tuple[str, ...]
    why: str = ""
    """Why it differs from B4's formula, or what event or table is missing."""


def _forest(id: str, name: str, *more: str, why: str = "") -> Entry:
    feature = next(f for f in FEATURES if f.name == name)
    return Entry(id, name, feature.formula, feature.unit, feature.guards_against, feature.missing, (FOREST, *more), why)


def _shown(id: str, name: str, formula: str, unit: str, guards: str, *more: str, why: str = "") -> Entry:
    return Entry(id, name, formula, unit, guards, UNKNOWN, (*more, SHOWN), why)


def _absent(id: str, name: str, formula: str, unit: str, guards: str, why: str) -> Entry:
    return Entry(id, name, formula, unit, guards, "-", (NOT_CARRIED,), why)


OWN_COST: Final = "the judged seller's own cost: it would make the score a price-cost test, which the law does itself"
ONE_PAIR: Final = "a final reads its own pair only, so that it is the same however the log is sliced (D3)"
ONE_GO: Final = "no gain shown as a feature (docs/decisions/007)"

REGISTRY: Final[tuple[Entry, ...]] = (
    _shown("F01", "margin_over_avc", "min(0, ln(p / mid of the cost interval))", "ln", "a price under average variable cost", why=OWN_COST),
    _absent("F02", "margin_over_atc", "min(0, ln(p / ATC))", "ln", "a price under average total cost",
            "no table says what fixed cost a product carries; shown would be F01 again. And " + OWN_COST),
    _shown("F03", "cost_uncertainty", "ln(cost_hi / cost_lo)", "ln", "a cost that is only estimated", why=OWN_COST),
    _forest("F04", "depth_list", LOSS, why="a logarithm, not 1 - p/list: equal cuts are equal steps"),
    Entry("F04b", "beyond_usual", "max(0, ln(list_price / p) - min(ln(own_median_list / own_median_ps), category_discount))", "ln",
          "a shop that always shows the same cut; capped by the category, lest a lasting loss become its own normal",
          "nothing is taken off the depth under list", (SCORE, SHOWN),
          "category_discount: what one good in four of the category exceeds over 28 sealed days"),
    _forest("F05", "list_inflation", LOSS, why="against the median list price of 28 sealed days"),
    _forest("F06", "depth_own", LOSS, why="against the median, not a z: many products never change their price and have no spread"),
    _forest("F07", "depth_market", LOSS, why="28 sealed days, not 24 h: other sellers of an open evening are no sealed input (D2)"),
    _shown("F07b", "depth_peers", "max(0, ln(peers_median / p))", "ln",
           "a price under what other owners took for the same goods: matched in the catalogue, else of equal product id", why=ONE_GO),
    _shown("F08", "under_rivals", "max(0, ln(rivals_median_pb / p_b))", "ln", "a rival that is cheaper or equal: meeting competition", LOSS,
           why="against the matched rivals' median: sealed days keep no rival's lowest price"),
    _forest("F09", "drop_in_session", why="against the mean of 30 minutes; the change over 5 minutes is F09b"),
    _shown("F09b", "price_velocity", "(ln p - ln mean p_s of 5 min) / 5", "ln / minute", "a typing error, which jumps, beside a flash sale",
           why=ONE_GO),
    _shown("F10", "price_range", "ln(highest p_s / lowest p_s of 30 min)", "ln", "auctions, which move all the time",
           why="the range stands for the MAD of the changes: windows keep extremes, not every change"),
    _shown("F11", "recovery", "ln(p / lowest p_s of 30 min)", "ln", "a flash sale that has ended",
           why="higher is milder: it would be the one feature that rises with the price"),
    _forest("F12", "demand_burst", why="expected is the pair's own last 30 minutes; few platforms send viewers with every status"),
    _shown("F13", "loss_rate", "ln(1 + units of the last minute x max(0, mid of the cost interval - p))", "ln(money a minute)",
           "losses too small to matter", why=OWN_COST),
    _absent("F14", "window_share", "units / units of all sellers of the market in the window", "share", "a seller without weight",
            ONE_PAIR + "; the law's share of sealed days stands for it"),
    _absent("F15", "share_change", "F14 - the same over 28 days", "share", "a low price that moves nobody", "needs F14"),
    _absent("F16", "below_cost_time", "share of the window with p < AVC", "share", "one sale by mistake",
            "the law counts windows below cost itself (`lasting`). And " + OWN_COST),
    _shown("F17", "persistence", "below_units_7d / units_7d", "share", "a flash sale beside a lasting loss", why=OWN_COST),
    _shown("F18", "below_share", "below_units_7d / seller_units_28d", "share", "a loss leader with a limited quota", why=OWN_COST),
    _absent("F19", "breadth", "products below cost / products on air", "share", "clearance of a whole shop", ONE_PAIR),
    _absent("F20", "undercut_small_sellers", "small sellers whose p_b lies more than 5 % above", "sellers", "victims",
            "sealed days keep rivals' medians by owner, not by size class"),
    _absent("F21", "targeting", "F16 where rivals sell the same - F16 elsewhere", "share", "intent",
            "needs F16 over all products of a seller; " + ONE_PAIR),
    _absent("F22", "size_ratio", "ln(sales / median sales of small rivals)", "ln", "power", "sellers carry a size class, not their sales"),
    _shown("F23", "stock_cover", "ln(stock / mean daily units of 28 days)", "ln of days", "clearance of old stock",
           why="low stock is no harm and high stock is a defence (D3): the law reads it"),
    _shown("F24", "platform_share", "(p_s - p_b) / displayed price in force", "share", "a cut that the platform pays"),
    _absent("F25", "rebound", "ln(p now / p before the spell) after a rival left", "ln", "recoupment", "no event says that a rival left"),
)  # fmt: skip


def by_id() -> Mapping[str, Entry]:
    """Every entry under its id."""
    return {entry.id: entry for entry in REGISTRY}


def unregistered() -> list[str]:
    """Forest features that the registry does not describe; none."""
    told = {entry.name for entry in REGISTRY if FOREST in entry.used}
    return [name for name in NAMES if name not in told]
