"""How is a finding's explanation shown? One sentence, a bar for what each figure adds to the path length, the price that would clear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from markupsafe import Markup

from app.console import amounts
from app.console.facts import ProductFacts, words_of
from app.console.paths import number
from app.console.words import Words
from app.findings.because import CAUSES, figure

MOST: Final = 6
LEAST: Final = 0.005
"""Splits: a smaller change would be drawn as nothing."""
WIDE, MIDDLE, LABEL, LINE, TOP = 560, 400, 268, 36, 22


@dataclass(frozen=True, slots=True)
class Because:
    """What stands in the explanation's part of an article."""

    sentence: Words
    svg: Markup
    note: Words
    causes: tuple[tuple[Words, str], ...]


def because(facts: ProductFacts, ident: str) -> Because | None:
    """The explanation of a finding's version; None where the body carries none (an early judgement, an older version)."""
    found = facts.part("explanation")
    sentence = words_of(found.get("sentence"))
    if sentence is None:
        return None
    bars = [share for share in found.get("contributions") or () if abs(share["path_change"]) >= LEAST]
    shown = sorted(bars, key=lambda share: -abs(share["path_change"]))[:MOST]
    causes = tuple(
        (Words(**CAUSES[cause["cause"]]), facts.money(cause["price"]))
        for cause in (found.get("counterfactual") or {}).get("causes") or ()
        if cause["cause"] in CAUSES
    )
    return Because(sentence, Markup(draw(shown, f"{ident}-b")) if shown else Markup(""), _note(found), causes)


def _note(found: Mapping[str, Any]) -> Words:
    length, usual = found.get("path_length"), found.get("expected_path_length")
    if length is None or usual is None:
        return Words("Hutan isolasi tidak menilai baris ini.", "The isolation forest saw no price here.")
    seen, expected = amounts.trimmed(length, 2), amounts.trimmed(usual, 2)
    return Words(
        f"Panjang jalur hutan isolasi {seen}, diharapkan {expected}; batang ke kiri membuatnya lebih pendek, yaitu lebih tidak lazim.",
        f"Path length in the isolation forest {seen}, expected {expected}; bars to the left shorten it, which is more unusual.",
    )


def draw(shares: list[Mapping[str, Any]], ident: str) -> str:
    """Bars around a middle line, the longest first: shorter paths to the left, longer ones to the right."""
    reach = max(abs(share["path_change"]) for share in shares)
    height = TOP + LINE * len(shares)
    said = "; ".join(f"{figure(s['feature'])['id']} {amounts.trimmed(s['path_change'], 2)}" for s in shares)
    rows = "".join(_bar(share, TOP + LINE * i, reach) for i, share in enumerate(shares))
    return (
        f'<svg class="shares" viewBox="0 0 {WIDE} {height}" role="img" aria-labelledby="{ident}-t {ident}-d" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{ident}-t">Sumbangan tiap angka · contribution of each figure</title><desc id="{ident}-d">{escape(said)}</desc>'
        f'<text class="axis" x="{MIDDLE - 8}" y="14" text-anchor="end">← lebih tidak lazim · more unusual</text>'
        f'<path class="grid" d="M{MIDDLE} {TOP - 4}V{height}"/>{rows}</svg>'
    )


def _bar(share: Mapping[str, Any], top: float, reach: float) -> str:
    change, name = share["path_change"], figure(share["feature"])
    wide = max(1.0, abs(change) / reach * (MIDDLE - LABEL - 12))
    left, kind = (MIDDLE - wide, "rarer") if change < 0 else (MIDDLE, "usual")
    return (
        f'<text class="key" x="0" y="{number(top + 11)}">{escape(name["id"])}</text>'
        f'<text class="axis" x="0" y="{number(top + 24)}" lang="en">{escape(name["en"])}</text>'
        f'<rect class="{kind}" x="{number(left)}" y="{number(top + 3)}" width="{number(wide)}" height="16" rx="2"/>'
        f'<text x="{WIDE - 4}" y="{number(top + 15)}" text-anchor="end">{escape(amounts.trimmed(change, 2))}</text>'
    )
