# ruff: noqa: E501
"""Sample bodies of architecture section 5 and their minutes: a planted loss, a flash sale as deep, a real clearance."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

from app.console.chart import Minute

MINUTE = 60_000_000
BEGIN = round(datetime(2026, 11, 11, 13, 0, tzinfo=UTC).timestamp()) * 1_000_000


def body(**changed: Any) -> dict[str, Any]:
    """The planted loss: sold under an accepted document for an hour, no defence holds."""
    return {
        "finding_id": "f_1", "version": 3, "category_id": "kids-tshirt", "status": "open", "level": 4, "legal_level": 4, "severity": "MEDIUM",
        "pair": {"platform": "siarmart", "session_id": "s-77", "seller_id": "toko-1", "product_id": "p-9", "key": "siarmart:kids-tshirt"},
        "p_value": 0.004, "calibration": "ok", "opened_at": "2026-11-11T13:20:10Z", "updated_at": "2026-11-11T14:10:00Z", "closed_at": None,
        "spells": [{"from": "2026-11-11T13:20:10Z", "to": "2026-11-11T14:05:00Z"}], "pane": 178000000, "currency": "IDR",
        "figures": {"w1": {"units": "3.000", "mean_ps": 45000.0, "low": 45000, "high": 45000}, "w5": {}, "w30": {}, "force_price": 45000,
                    "list_price": 60000, "below_cost_units": "312.000", "first_below_at": "2026-11-11T13:20:10Z", "lowest_mean_ps": 44500.0},
        "reference": {"price": 58000.0, "own_median": 57500.0, "rivals": 4, "rivals_median": 58500.0, "market_median": 58000.0},
        "cost": {"tier": "T1", "lo": 53000, "hi": 53000, "source": "sha256:9f2c"},
        "scores": {"anomaly_score": 1.2, "novelty_score": 0.61, "running_max": 1.2},
        "tests": [
            {"rule": "R01", "status": "triggered", "quantities": {"mean_ps": 44500.0, "cost_lo": 53000, "units": "312.000"},
             "why": {"id": "Rata-rata Rp44.500 di bawah biaya terdokumentasi Rp53.000.", "en": "Mean Rp44,500 under the documented cost Rp53,000."}},
            {"rule": "R06", "status": "not_triggered", "why": {"id": "", "en": ""}, "quantities": {"rivals": 4, "gap": 0.233}},
            {"rule": "R09", "status": "insufficient", "why": {"id": "", "en": ""}, "quantities": {}},
        ],
        "rules": ["R01"], "addressee": "KPPU",
        "defences": [
            {"id": "D2", "status": "fails", "evidence": {"shelf_life_days": None}},
            {"id": "D6", "status": "fails", "evidence": {"announced": False, "quota": None, "minutes_below": 45}},
            {"id": "D7", "status": "fails", "evidence": {"platform_funded_share": 0.0}},
            {"id": "D9", "status": "unknown", "evidence": {}},
        ],
        "exemption": {"exempt": False, "why": ""}, "size": {"class": "large", "status": "known", "owner_group": None},
        "caps": [], "lasting": {"L2": 0, "L3": 2, "L4": 9}, "estimated_harm": "2652000", "consumer_saving": "4212000",
        "reasons": {
            "id": "Produk ini dijual rata-rata Rp44.500, yaitu 16 % di bawah biaya terdokumentasi Rp53.000, selama 45 menit. "
                  "Tidak ada pembelaan yang berlaku: potongan tidak dibiayai platform dan promosinya tidak diumumkan.",
            "en": "This product sold at Rp44,500 on average, 16 % below its documented cost of Rp53,000, for 45 minutes. "
                  "No defence holds: the cut was not funded by the platform and no promotion was announced.",
        },
        "explanation": {
            "of": {"pane": 178000000, "highest": True}, "path_length": 3.214567891, "expected_path_length": 6.512345678,
            "contributions": [{"feature": "depth_list", "value": 0.29, "path_change": -2.4}, {"feature": "demand_burst", "value": 1.1, "path_change": -1.2},
                              {"feature": "depth_market", "value": 0.25, "path_change": 0.3}, {"feature": "drop_in_session", "value": None, "path_change": 0.0}],
            "counterfactual": {"price": 53000, "causes": [{"cause": "cost", "price": 53000}, {"cause": "novelty", "price": 47210}]},
            "sentence": {"id": "Yang paling tidak lazim adalah potongan dari harga normal yang tertera; seandainya harga sepanjang sesi paling rendah Rp53.000, diukur menurut batas biaya per unit, temuan ini tidak akan ada.",
                         "en": "Most unusual is the cut under the list price; had the price been at least Rp53,000 throughout the session, measured by the unit cost, this finding would not be there."},
        },
        "notice": {"id": "Indikasi statistik, bukan putusan", "en": "statistical indication, not a finding of law"},
        "inputs": {"model_id": None, "rule_pack": "2026-11", "references": {}, "sealed_through": 20400, "code": "0.1.0"},
        "evidence": {"merkle_root": None, "segments": []},
    } | changed  # fmt: skip


def minutes(
    seed: int = 7, *, cut: int = 45000, normal: int = 58000, cost: tuple[int, int] | None = (53000, 53000), count: int = 95
) -> list[Minute]:
    """An evening whose price falls to `cut` between minute 20 and 65."""
    rng, made = random.Random(seed), []
    for i in range(count):
        price = cut if 20 <= i < 65 else normal
        sold = rng.random() < (0.95 if price == cut else 0.6)
        mean = price - rng.choice((0, 0, 0, 500, 900)) if sold else None
        made.append(
            Minute(
                BEGIN + i * MINUTE,
                low=price - 1000 if sold else None,
                high=price if sold else None,
                mean=mean,
                units_milli=1000 * rng.randint(1, 14 if price == cut else 4) if sold else 0,
                reference=58000 if i < 40 else 57600,
                cost_lo=cost[0] if cost else None,
                cost_hi=cost[1] if cost else None,
                price_in_force=price,
                level=4 if price == cut else 0,
            )
        )
    return made


def flash_sale() -> dict[str, Any]:
    """As deep as the planted loss, but a short announced promotion above cost."""
    return body(
        finding_id="f_2", severity="LOW", level=2, legal_level=2, estimated_harm="0", p_value=0.03,
        pair={"platform": "siarmart", "session_id": "s-78", "seller_id": "toko-8", "product_id": "p-21", "key": "siarmart:kids-tshirt"},
        cost={"tier": "T2", "lo": 38000, "hi": 41000, "source": "asosiasi 2026"},
        defences=[{"id": "D6", "status": "holds", "evidence": {"announced": True, "quota": 50, "minutes": 45}},
                  {"id": "D2", "status": "fails", "evidence": {}}],
        tests=[{"rule": "R06", "status": "triggered", "why": {"id": "23 % di bawah median 4 pesaing.", "en": "23 % under the median of 4 rivals."},
                "quantities": {"rivals": 4}}],
        reasons={"id": "Harga turun 23 % di bawah acuan selama 45 menit, tetapi tetap di atas biaya. Promosi singkat ini diumumkan dan dibatasi 50 unit.",
                 "en": "The price fell 23 % below reference for 45 minutes but stayed above cost. "
                       "The short promotion was announced and limited to 50 units."},
    )  # fmt: skip


def clearance() -> dict[str, Any]:
    """Fresh goods sold under cost in the evening: a lawful defence holds."""
    return body(
        finding_id="f_3", severity="LOW", currency="CNY",
        defences=[{"id": "D2", "status": "holds", "evidence": {"shelf_life_days": 2, "earlier_price": 1200, "below_share_7d": 0.18}}],
        spells=[{"from": "2026-11-11T12:20:10Z", "to": None}],
    )  # fmt: skip
