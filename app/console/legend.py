"""What does each mark of the plot mean? Only marks that the chart holds are explained."""

from __future__ import annotations

from html import escape

from app.console.chart import LEFT, Chart, is_under_cost

STEP = 160
"""Least width of one entry."""


def legend(chart: Chart) -> str:
    """Swatches and words in two rows above the panel."""
    columns = max(1, (chart.right - LEFT + 20) // STEP)
    step, parts = (chart.right - LEFT + 20) // columns, []
    for i, (swatch, words) in enumerate(entries(chart)):
        x, y = LEFT + step * (i % columns), 10 + 16 * (i // columns)
        parts.append(f'<g transform="translate({x} {y})">{swatch}<text class="key" x="24" dy=".32em">{words}</text></g>')
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
