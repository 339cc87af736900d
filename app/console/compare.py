"""How do two products differ? The same facts side by side, so that a deep cut and a loss are not taken for one another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection

from app.console import amounts, reading
from app.console.access import Reader
from app.console.article import Room, article
from app.console.chart import NARROW
from app.console.facts import ProductFacts
from app.console.reading import Shelf
from app.console.render import depth
from app.console.words import Words

HALF: Final = Room(NARROW, 180, 30)
ALIKE: Final = 0.05
"""Cuts from the reference price whose depths differ by no more than this share are called nearly equal."""
EQUALLY_DEEP: Final = 0.03
"""Prices under cost whose gaps to it differ by no more than this share are called equally deep."""


def compare_page(connection: Connection, reader: Reader, names: list[tuple[str, str | None]]) -> dict[str, Any] | None:
    """Everything that the template needs; None if one of the products is not there."""
    shelf = Shelf(connection)
    found = [named(connection, shelf, reader, name, seller_id) for name, seller_id in names]
    shown = [facts for facts in found if facts is not None]
    if len(shown) < len(names):
        return None
    articles = [article(facts, reading.minutes(connection, facts), f"p{i}", HALF) for i, facts in enumerate(shown)]
    return {"articles": articles, "verdict": verdict(shown), "lines": lines(shown)}


def named(connection: Connection, shelf: Shelf, reader: Reader, name: str, seller_id: str | None) -> ProductFacts | None:
    """The product of `platform:session:product`. Ids may hold colons: every way to part them is tried."""
    platform, _, rest = name.partition(":")
    if not reader.sees(platform):
        return None
    parts = rest.split(":")
    for cut in range(1, len(parts)):
        session_id, product_id = ":".join(parts[:cut]), ":".join(parts[cut:])
        found = reading.product(connection, shelf, platform, session_id, product_id, seller_id)
        if found is not None:
            return found
    return None


def verdict(shown: list[ProductFacts]) -> Words:
    """The sentence above: are they equally deep under cost, or else are the cuts alike, and are the conclusions?"""
    same = len({facts.severity for facts in shown}) == 1
    ends = Words("tingkat yang sama", "the same severity") if same else Words("tingkat yang berbeda", "different severities")
    cost = [facts.cost_gap for facts in shown]
    if all(gap is not None and gap > 0 for gap in cost) and _within(cost, EQUALLY_DEEP):
        begin = Words("Sama dalamnya di bawah biaya", "Equally deep below cost")
        why = Words("Yang menentukan adalah pembelaan dan fakta lain.", "Defences and other facts decide.")
    else:
        alike = _within([facts.depth for facts in shown], ALIKE)
        near = Words("Potongan yang hampir sama dalamnya dari harga acuan", "Cuts of nearly equal depth from the reference price")
        begin = near if alike else Words("Dua produk", "Two products")
        why = Words(
            "Yang menentukan adalah biaya dan pembelaan, bukan dalamnya potongan.", "Cost and defences decide, not the depth of the cut."
        )
    return Words(f"{begin.id}, {ends.id}. {why.id}", f"{begin.en}, {ends.en}. {why.en}")


def _within(shares: list[float | None], most: float) -> bool:
    """Are all of them known, and none further from another than this?"""
    known = [share for share in shares if share is not None]
    return len(known) == len(shares) and max(known) - min(known) <= most


def lines(shown: list[ProductFacts]) -> list[tuple[str, str, Sequence[str | Words]]]:
    """(Indonesian, English, one value per product)."""
    return [
        ("Ringkasnya", "in short", [f.summary for f in shown]),
        ("Terhadap harga acuan", "against the reference price", [_gap(f.depth) for f in shown]),
        ("Terhadap biaya", "against cost", [_gap(f.cost_gap) for f in shown]),
        ("Biaya per unit", "unit cost", [f"{f.cost_words} ({f.part('cost').get('tier') or 'T4'})" for f in shown]),
        ("Pembelaan yang berlaku", "defences that hold", [_holding(f) for f in shown]),
        ("Perkiraan kerugian jual", "estimated loss on sales", [f.money(f.body.get("estimated_harm")) for f in shown]),
    ]


def _gap(share: float | None) -> str:
    return amounts.DASH if share is None else depth(share)


def _holding(facts: ProductFacts) -> str:
    names = [f"{d.ident} {d.name.id} · {d.name.en}" for d in facts.defences if d.status == "holds"]
    return ", ".join(names) or "tidak ada · none"
