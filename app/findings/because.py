"""What stands out, and which price would have cleared, in one plain sentence? Indonesian and English (SEMANTICS E10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.findings.numbers import Language, money

FIGURES: Final[dict[str, dict[str, str]]] = {
    "depth_list": {"id": "potongan dari harga normal yang tertera", "en": "the cut under the list price"},
    "depth_own": {"id": "potongan dari harga penjual sendiri sebelumnya", "en": "the cut under the seller's own earlier prices"},
    "depth_market": {"id": "potongan dari harga penjual lain di kategorinya", "en": "the cut under the category's other sellers"},
    "drop_in_session": {"id": "penurunan harga selama sesi", "en": "the fall of the price during the session"},
    "demand_burst": {"id": "lonjakan pembelian", "en": "the rush of buyers"},
    "list_inflation": {"id": "kenaikan harga normal sebelum sesi", "en": "the list price raised before the session"},
}
"""Names of the features in a sentence; one that is not here is called by its own name."""
CAUSES: Final[dict[str, dict[str, str]]] = {
    "cost": {"id": "batas biaya per unit", "en": "the unit cost"},
    "rivals": {"id": "harga pesaing yang sepadan", "en": "the prices of matched rivals"},
    "novelty": {"id": "kelaziman dibanding sesi serupa", "en": "what is usual in comparable sessions"},
}


def figure(name: str) -> dict[str, str]:
    """A feature's name in both languages."""
    return FIGURES.get(name) or dict.fromkeys(("id", "en"), name.replace("_", " "))


def because(explanation: Mapping[str, Any], currency: str) -> dict[str, str]:
    """{"id", "en"}: exactly one sentence each."""
    return {language: _sentence(explanation, currency, language) for language in ("id", "en")}


def _sentence(explanation: Mapping[str, Any], currency: str, language: Language) -> str:
    parts = [part for part in (_outstanding(explanation, language), _clearing(explanation, currency, language)) if part]
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _outstanding(explanation: Mapping[str, Any], language: Language) -> str:
    shares = explanation["contributions"]
    if not shares or shares[0]["path_change"] >= 0:
        return ""
    most = figure(shares[0]["feature"])[language]
    return f"yang paling tidak lazim adalah {most}" if language == "id" else f"most unusual is {most}"


def _clearing(explanation: Mapping[str, Any], currency: str, language: Language) -> str:
    counterfactual = explanation["counterfactual"]
    price, causes = counterfactual["price"], counterfactual["causes"]
    if price is None:
        if language == "id":
            return "tidak ada satu harga pun untuk seluruh sesi yang menghapus temuan ini"
        return "no single price for the whole session would have kept this finding away"
    told = money(price, currency, language)
    ground = CAUSES[causes[0]["cause"]][language]
    if language == "id":
        return f"seandainya harga sepanjang sesi paling rendah {told}, diukur menurut {ground}, temuan ini tidak akan ada"
    return f"had the price been at least {told} throughout the session, measured by {ground}, this finding would not be there"
