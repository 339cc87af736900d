"""How is a measured quantity of a test or a defence written? By what it measures: money, units, a moment, a share."""

from __future__ import annotations

import re
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
    "cover_over_limit": Words("persediaan melebihi batas", "stock over the limit of cover"),
    "ends_us": Words("berakhir", "ends"),
    "fair_price_7d": Words("harga tidak di bawah biaya, 7 hari", "price not under cost in 7 days"),
    "fair_price_session": Words("harga tidak di bawah biaya, sesi ini", "price not under cost in this session"),
    "gap_permille": Words("selisih yang disyaratkan", "gap required"),
    "l2_days": Words("hari pada L2", "days at L2"),
    "l2_sessions": Words("sesi pada L2", "sessions at L2"),
    "labelled": Words("diberi label", "labelled"),
    "list_price": Words("harga daftar", "list price"),
    "mean_daily_units": Words("unit per hari, rata-rata", "units a day, mean"),
    "mended": Words("diperbaiki", "put right"),
    "missing": Words("kurang", "missing"),
    "not_after_end": Words("tidak lewat waktu", "not after its end"),
    "not_before_start": Words("tidak sebelum mulai", "not before its start"),
    "not_undercut": Words("tidak di bawah pesaing", "not under rivals"),
    "not_reordered": Words("tidak dipesan lagi", "not ordered again"),
    "owner_group": Words("grup pemilik", "owner's group"),
    "owner_size_class": Words("ukuran grup pemilik", "size of the owner's group"),
    "promotion_funding": Words("pendana promosi", "who funds the promotion"),
    "promotion_id": Words("promosi", "promotion"),
    "promotion_kind": Words("jenis promosi", "kind of promotion"),
    "quota": Words("kuota", "quota"),
    "rivals": Words("pesaing sepadan", "matched rivals"),
    "rivals_came_first": Words("harga pesaing lebih dahulu", "rivals' price came first"),
    "rivals_enough": Words("cukup pesaing sepadan", "enough matched rivals"),
    "rivals_median_pb": Words("median pesaing", "rivals' median"),
    "rivals_needed": Words("pesaing yang disyaratkan", "rivals required"),
    "sale_days_7d": Words("hari berjualan dari 7", "days with sales of 7"),
    "seldom": Words("jarang", "seldom"),
    "seller_units_28d": Words("unit penjual, 28 hari", "seller's units in 28 days"),
    "shelf_life_days": Words("masa simpan, hari", "shelf life, days"),
    "shelf_life_source": Words("sumber masa simpan", "source of shelf life"),
    "short": Words("singkat", "short"),
    "size_class": Words("ukuran usaha", "size of the business"),
    "size_dated": Words("tanggal sumber ukuran", "date of that source"),
    "size_source": Words("sumber ukuran", "source of the size"),
    "size_status": Words("status ukuran", "status of the size"),
    "small_share_of_month": Words("bagian kecil dari sebulan", "small share of the month"),
    "starts_us": Words("mulai", "starts"),
    "stock_falling": Words("stok menurun", "stock falling"),
    "stock_first": Words("stok awal", "stock at first"),
    "stock_last": Words("stok terakhir", "stock at last"),
    "units_7d": Words("unit, 7 hari", "units in 7 days"),
    "usual_price": Words("harga biasanya", "usual price"),
    "why": Words("sebab", "why"),
    "within_quota": Words("dalam kuota", "within quota"),
}
MEANS: Final = {
    "buyer": Words("harga yang dibayar pembeli", "price that buyers paid"),
    "cheapest": Words("harga pembeli terendah", "lowest buyer's price"),
    "lowest": Words("harga rata-rata terendah", "lowest mean price"),
    "seller": Words("harga yang diterima penjual", "price that the seller received"),
}
_SUM: Final = re.compile(r"_value(_[sb])?$")
MONEY: Final = ("price", "cost_lo", "cost_hi", "median")
Line = tuple[Words, str]


def measured(raw: Any, currency: str, offset_us: int) -> tuple[Line, ...]:
    """(name, value) of every quantity that is known; sums and their units are shown as the mean price that they make."""
    if not isinstance(raw, Mapping):
        return ()
    counts = {name: _count_of(name, raw) for name in raw if _SUM.search(name)}
    lines = [
        _mean(name, raw, counts[name], currency) if name in counts else _line(name, raw, currency, offset_us)
        for name in raw
        if name not in counts.values()
    ]
    return tuple(line for line in lines if line is not None)


def _count_of(name: str, raw: Mapping[str, Any]) -> str | None:
    """The units that a sum of prices belongs to: lowest_value_s -> lowest_units, seller_value -> seller_units."""
    return next((n for n in (_SUM.sub(r"_units\1", name), _SUM.sub("_units", name)) if n in raw), None)


def _line(name: str, raw: Mapping[str, Any], currency: str, offset_us: int) -> Line | None:
    value = raw[name]
    if value is None:
        return None
    return NAMES.get(name, Words(name.replace("_", " "), "")), said(name, value, currency, offset_us)


def _mean(name: str, raw: Mapping[str, Any], count: str | None, currency: str) -> Line | None:
    value, units = raw[name], raw[count] if count else None
    if value is None or not units:
        return None
    before = _SUM.sub("", name)
    return MEANS.get(before, Words(f"{before} mean", "")), amounts.money(float(value) / float(units), currency)


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
