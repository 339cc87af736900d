"""What do the figures of a pair have to be? Plain Python integers over the pair's events, one question at a time (SEMANTICS B, C5, E5)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

PANE_US = 10_000_000
MINUTE_US = 6 * PANE_US
HOLD_US = 15 * MINUTE_US
ASK_US = 31 * MINUTE_US
Row = dict[str, Any]


def ordered(rows: Sequence[Row], kind: str) -> list[Row]:
    return sorted((r for r in rows if r["type"] == kind), key=lambda r: (r["occurred_us"], r["event_id"]))


def pane_of(us: int) -> int:
    return us // PANE_US


@dataclass(frozen=True)
class Pair:
    """All events of one pair and the end of its session, as known at the end of the evening."""

    rows: list[Row]
    ended_us: int | None = None

    def in_force(self, us: int) -> Row | None:
        """The price event in force at a moment: the last one shown, unless something ended it."""
        shown = [p for p in ordered(self.rows, "price") if p["occurred_us"] <= us]
        if not shown:
            return None
        last = shown[-1]
        if last["offered"] is False or us >= last["occurred_us"] + HOLD_US:
            return None
        promotion = last["promotion_ends_us"]
        if promotion is not None and last["occurred_us"] < promotion <= us:
            return None
        return None if self.ended_us is not None and us >= self.ended_us else last

    def edges(self) -> set[int]:
        """Panes in which the price in force begins (a new event counts) or ends."""
        moments: set[int] = {0}
        for p in ordered(self.rows, "price"):
            moments |= {p["occurred_us"], p["occurred_us"] + HOLD_US, p["promotion_ends_us"] or 0}
        moments.add(self.ended_us or 0)
        found = set()
        for m in moments - {0}:
            before, after = self.in_force(m - 1), self.in_force(m)
            if (before and before["event_id"]) != (after and after["event_id"]):
                found.add(pane_of(m))
        return found

    def valued(self, line: Row) -> tuple[int, bool, int | None]:
        """(p_s x q, funding known, p_b x q) in thousandths of a line of `sale` or `sale_changed` (B2)."""
        at = line["sold_us"] if line["type"] == "sale_changed" else line["occurred_us"]
        near = line["occurred_us"] - at <= ASK_US
        held = self.in_force(at) if near else None
        if held is not None and held["price"] != line["price"]:
            held = None
        q, shown = line["quantity_milli"], line["price"] * line["quantity_milli"]
        pd, sv, pv = (line[f"{c}_total"] for c in ("platform_discount", "seller_voucher", "platform_voucher"))
        hd, hs, hp = ((held or {}).get(c) for c in ("platform_discount", "seller_voucher", "platform_voucher"))
        if pd is not None and sv is not None:
            seller, known = shown + (pd - sv) * 1000, True
        elif hd is not None and hs is not None:
            seller, known = shown + (hd - hs) * q, True
        else:
            seller, known = shown, False
        if sv is not None and pv is not None:
            return seller, known, shown - (sv + pv) * 1000
        return seller, known, shown - (hs + hp) * q if hs is not None and hp is not None else None

    def lines(self) -> list[tuple[int, int, int, Row]]:
        """(pane of the sale, pane from which it counts, sign, row)."""
        sold = [(pane_of(r["occurred_us"]), pane_of(r["occurred_us"]), 1, r) for r in self.rows if r["type"] == "sale"]
        taken = [r for r in self.rows if r["type"] == "sale_changed" and r["status"] in ("cancelled", "returned", "refunded")]
        return sold + [(pane_of(r["sold_us"]), pane_of(r["occurred_us"]), -1, r) for r in taken]

    def window(self, first: int, last: int, now: int) -> dict[str, Any]:
        """Sums over sales of panes first..last as known at the final of pane `now`."""
        out: dict[str, Any] = dict.fromkeys(("units", "value_s", "value_b", "units_b", "unfunded"), 0) | {"low": None, "high": None}
        unit = []
        for sold, counts, sign, line in self.lines():
            if not (first <= sold <= last and counts <= now):
                continue
            seller, known, buyer = self.valued(line)
            q = line["quantity_milli"]
            out["units"] += sign * q
            out["value_s"] += sign * seller
            out["value_b"] += sign * (buyer or 0)
            out["units_b"] += sign * q if buyer is not None else 0
            out["unfunded"] += 0 if known else sign * q
            if sign > 0:
                unit.append(seller // q)
        return out | ({"low": min(unit), "high": max(unit)} if unit else {})

    def windows(self, pane: int) -> dict[str, Any]:
        """w1_, w5_ and w30_ figures at a pane."""
        minute = (pane + 1) // 6  # full minutes so far
        spans = {"w1": (pane - 5, pane), "w5": (pane - 29, pane), "w30": ((minute - 30) * 6, minute * 6 - 1)}
        return {f"{w}_{k}": v for w, (a, b) in spans.items() for k, v in self.window(a, b, pane).items()}

    def weighted(self, pane: int) -> tuple[int | None, Fraction | None]:
        """(microseconds with a price, mean price) of the minute before a pane's end, walked along the moments that may change it."""
        end = (pane + 1) * PANE_US
        moments = {end - MINUTE_US, end}
        for p in ordered(self.rows, "price"):
            moments |= {p["occurred_us"], p["occurred_us"] + HOLD_US, p["promotion_ends_us"] or 0}
        moments.add(self.ended_us or 0)
        inside = sorted(m for m in moments if end - MINUTE_US <= m <= end)
        held = [(b - a, self.in_force(a)) for a, b in itertools.pairwise(inside)]
        time = sum(span for span, p in held if p is not None)
        area = sum(span * p["price"] for span, p in held if p is not None)
        return (time, Fraction(area, time)) if time else (None, None)

    def natural(self) -> set[int]:
        """Panes with a final (E5): a row, a beginning or end of the price in force, a sale that leaves the minute."""
        since = min((r["occurred_us"] for r in self.rows if r["type"] != "sale_changed"), default=None)
        # a change of a sale that nobody saw judges nobody
        known = [r for r in self.rows if r["type"] != "sale_changed" or (since is not None and r["occurred_us"] >= since)]
        return {pane_of(r["occurred_us"]) for r in known} | self.edges() | {s + 6 for s, _, sign, _ in self.lines() if sign > 0}

    def latest(self, pane: int, field: str) -> Any:
        """Latest known value of a field of price, sale and sale_changed rows by the end of a pane."""
        end = (pane + 1) * PANE_US
        told = sorted((r for r in self.rows if r["occurred_us"] < end), key=lambda r: (r["occurred_us"], r["event_id"]))
        return next((r[field] for r in reversed(told) if r[field] is not None), None)

    def announced(self, pane: int, field: str) -> Any:
        """What the last price event says, also if it says nothing."""
        shown = [p for p in ordered(self.rows, "price") if p["occurred_us"] < (pane + 1) * PANE_US]
        return shown[-1][field] if shown else None

    def claim_source(self, pane: int) -> str | None:
        claims = [r for r in self.rows if r["unit_cost"] is not None and r["occurred_us"] < (pane + 1) * PANE_US]
        last = max(claims, key=lambda r: (r["occurred_us"], r["event_id"]), default=None)
        return None if last is None else last["cost_source"] or "estimate"

    def session_so_far(self, pane: int) -> dict[str, Any]:
        """Everything since the pane of the first price or sale: changes told in earlier panes are of no known pair."""
        first = min((r["occurred_us"] // PANE_US for r in self.rows if r["type"] in ("price", "sale")), default=2**62)
        told = [r for r in self.rows if r["type"] != "sale_changed" or r["occurred_us"] // PANE_US >= first]
        return replace(self, rows=told).window(-(2**62), 2**62, pane)

    def figures(self, pane: int) -> dict[str, Any]:
        """Every figure of the pair at a pane that needs no history."""
        held = self.in_force((pane + 1) * PANE_US - 1)
        time, mean = self.weighted(pane)
        known = held is not None and held["platform_discount"] is not None and held["seller_voucher"] is not None
        buyer = held is not None and held["seller_voucher"] is not None and held["platform_voucher"] is not None
        total = self.session_so_far(pane)
        stocks = [r["stock"] for r in sorted(self.rows, key=lambda r: (r["occurred_us"], r["event_id"])) if r["stock"] is not None]
        seen = self.latest(pane, "stock") is not None
        return self.windows(pane) | {
            "force_price": held and held["price"],
            "force_ps": held["price"] + held["platform_discount"] - held["seller_voucher"] if held and known else None,
            "force_pb": held["price"] - held["seller_voucher"] - held["platform_voucher"] if held and buyer else None,
            "force_funded": known if held else None,
            "force_seconds_w1": time,
            "force_mean_w1": None if mean is None else float(mean.numerator) / float(mean.denominator),
            "list_price": self.latest(pane, "list_price"),
            "stock": self.latest(pane, "stock"),
            "stock_first": stocks[0] if seen else None,
            "claim_cost": self.latest(pane, "unit_cost"),
            "claim_source": self.claim_source(pane),
            "offered": self.announced(pane, "offered"),
            "promotion_id": self.announced(pane, "promotion_id"),
            "promotion_ends_us": self.announced(pane, "promotion_ends_us"),
            "cum_units": total["units"],
            "cum_value_s": total["value_s"],
            "after_end": self.ended_us is not None and self.ended_us <= pane * PANE_US,
        }
