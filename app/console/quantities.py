"""How is a measured quantity of a test or a defence written? By what it measures: money, units, a moment, a share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.console import amounts, clock
from app.console.words import Words

NAMES: Final = {
    "announced_before": Words("diumumkan sebelumnya", "announced before"),
    "announced_us": Words("diumumkan", "announced"),
    "basis": Words("dasar", "basis"),
    "below_days_28d": Words("hari di bawah biaya, 28 hari", "days under cost in 28"),
    "below_minutes": Words("menit di bawah biaya", "minutes under cost"),
    "below_units": Words("unit di bawah biaya", "units under cost"),
    "below_units_7d": Words("unit di bawah biaya, 7 hari", "units under cost in 7 days"),
    "below_units_session": Words("unit di bawah biaya, sesi ini", "units under cost in this session"),
    "certainty": Words("kepastian", "certainty"),
    "cost_hi": Words("batas atas biaya", "cost, high end"),
    "cost_lo": Words("batas bawah biaya", "cost, low end"),
    "cost_tier": Words("jenjang biaya", "cost tier"),
    "ends_us": Words("berakhir", "ends"),
    "fair_price_7d": Words("harga tidak di bawah biaya, 7 hari", "price not under cost in 7 days"),
    "fair_price_session": Words("harga tidak di bawah biaya, sesi ini", "price not under cost in this session"),
    "gap_permille": Words("selisih yang disyaratkan", "gap required"),
    "labelled": Words("diberi label", "labelled"),
    "list_price": Words("harga daftar", "list price"),
    "missing": Words("kurang", "missing"),
    "not_after_end": Words("tidak lewat waktu", "not after its end"),
    "not_before_start": Words("tidak sebelum mulai", "not before its start"),
    "quota": Words("kuota", "quota"),
    "rivals": Words("pesaing sepadan", "matched rivals"),
    "rivals_median_pb": Words("median pesaing", "rivals' median"),
    "rivals_needed": Words("pesaing yang disyaratkan", "rivals required"),
    "sale_days_7d": Words("hari berjualan dari 7", "days with sales of 7"),
    "seldom": Words("jarang", "seldom"),
    "seller_units_28d": Words("unit penjual, 28 hari", "seller's units in 28 days"),
    "shelf_life_days": Words("masa simpan, hari", "shelf life, days"),
    "shelf_life_source": Words("sumber masa simpan", "source of shelf life"),
    "short": Words("singkat", "short"),
    "small_share_of_month": Words("bagian kecil dari sebulan", "small share of the month"),
    "starts_us": Words("mulai", "starts"),
    "units_7d": Words("unit, 7 hari", "units in 7 days"),
    "why": Words("sebab", "why"),
    "within_quota": Words("dalam kuota", "within quota"),
}
MONEY: Final = ("price", "cost_lo", "cost_hi", "median")
Line = tuple[Words, str]


def measured(raw: Any, currency: str, offset_us: int) -> tuple[Line, ...]:
    """(name, value) of every quantity that is known; sums and their units are shown as the mean price that they make."""
    if not isinstance(raw, Mapping):
        return ()
    lines = [_mean(name, raw, currency) if "_value_" in name else _line(name, raw, currency, offset_us) for name in raw]
    return tuple(line for line in lines if line is not None)


def _line(name: str, raw: Mapping[str, Any], currency: str, offset_us: int) -> Line | None:
    value = raw[name]
    told_as_mean = name in ("lowest_units", "cheapest_units_b")
    if value is None or told_as_mean:
        return None
    return NAMES.get(name, Words(name.replace("_", " "), "")), said(name, value, currency, offset_us)


def _mean(name: str, raw: Mapping[str, Any], currency: str) -> Line | None:
    before = name.partition("_value_")[0]
    value, count = raw[name], next((raw[n] for n in raw if n.startswith(f"{before}_units")), None)
    if value is None or not count:
        return None
    labels = {
        "lowest": Words("harga rata-rata terendah", "lowest mean price"),
        "cheapest": Words("harga pembeli terendah", "lowest buyer's price"),
    }
    return labels.get(before, Words(f"{before} mean", "")), amounts.money(float(value) / float(count), currency)


def said(name: str, value: Any, currency: str, offset_us: int) -> str:
    """One value in words, by the name of what it measures."""
    if isinstance(value, bool):
        return "ya · yes" if value else "tidak · no"
    if isinstance(value, int | float):
        if name.endswith("_us"):
            return clock.moment(int(value), offset_us)
        if name.endswith("permille"):
            return amounts.percent(value / 1000)
        if "units" in name:
            return amounts.units(int(value))
        if any(word in name for word in MONEY):
            return amounts.money(value, currency)
        return amounts.trimmed(value, 3)
    return ", ".join(str(v) for v in value) if isinstance(value, list | tuple) else str(value)
