"""What does each mark of the plot mean? Only marks that the chart holds are explained."""

from __future__ import annotations

from html import escape

from app.console.chart import LEFT, MARGIN, WIDE, Chart, is_under_cost
from app.console.paths import number

SWATCH, GAP, LETTER = 24, 14, 6.5
"""Width of a swatch, of the gap between entries, and of a letter in the widest usual font."""


def legend(chart: Chart) -> str:
    """Swatches and words in rows above the panel; narrow plots begin at the edge, and nothing runs out of the picture."""
    left = LEFT if chart.width >= WIDE else MARGIN
    x, y, parts = float(left), 10, []
    for swatch, words in entries(chart):
        wide = SWATCH + LETTER * len(words)
        if x > left and x + wide > chart.width:
            x, y = float(left), y + 16
        parts.append(f'<g transform="translate({number(x)} {y})">{swatch}<text class="key" x="{SWATCH}" dy=".32em">{words}</text></g>')
        x += wide + GAP
    return "".join(parts)


def entries(chart: Chart) -> list[tuple[str, str]]:
    """(swatch, words) of the marks in use."""
    minutes = chart.minutes
    price, reference = '<path class="mean" d="M0 0H18"/><path class="dots" d="M9 0h0"/>', '<path class="ref-band" d="M0-5H18V5H0Z"/>'
    spell, bars = '<rect class="spell" y="-6" width="18" height="12"/>', '<path class="bars" stroke-width="4" d="M4 6V0M9 6V-6M14 6V-2"/>'
    tier = f" ({escape(chart.tier)})" if chart.tier else ""
    shown = [
        (any(m.mean is not None for m in minutes), price, "harga penjual · price"),
        (_any_under(chart), '<path class="under" d="M9-4.5l4.5 4.5-4.5 4.5-4.5-4.5Z"/>', "di bawah biaya · below"),
        (any(m.price_in_force is not None for m in minutes), '<path class="force" d="M0 3H9V-3H18"/>', "harga berlaku · in force"),
        (any(m.reference is not None for m in minutes), reference + '<path class="ref-line" d="M0 0H18"/>', "acuan · reference"),
        (any(m.cost_lo is not None for m in minutes), _cost_swatch(chart), f"biaya · cost{tier}"),
        (bool(chart.spells), spell + '<path class="spell-edge" d="M0-6H18"/>', "temuan · finding"),
        (any(m.units_milli for m in minutes), bars, "unit · units"),
    ]
    return [(swatch, words) for used, swatch, words in shown if used]


def _any_under(chart: Chart) -> bool:
    return any(is_under_cost(m) for m in chart.minutes)


def _cost_swatch(chart: Chart) -> str:
    return f'<path class="cost-band" d="M0-4H18V4H0Z"/><path d="M0-4H18V4H0Z" fill="url(#{chart.ident}-h)"/>'
