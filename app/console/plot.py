"""What does the time plot of one product look like? A pure function from a chart to one accessible SVG."""

from __future__ import annotations

from html import escape

from app.console import amounts, clock, paths
from app.console.chart import (
    HEIGHT,
    LEFT,
    PRICE_BOTTOM,
    PRICE_TOP,
    REFERENCE_BAND,
    UNITS_BOTTOM,
    UNITS_TOP,
    Chart,
    Minute,
    is_under_cost,
)
from app.console.legend import legend
from app.console.paths import number
from app.console.scale import ticks, time_ticks


def draw(chart: Chart) -> str:
    """The SVG of a chart: price above, units below, time in local hours; colours come from the page's stylesheet."""
    layers = (_backdrop(chart), _spells(chart), _price_axis(chart), _time_axis(chart), _units(chart), _bands(chart), _prices(chart))
    names = f"{chart.ident}-t {chart.ident}-d"
    return (
        f'<svg class="plot plot-{chart.width}" viewBox="0 0 {chart.width} {HEIGHT}" role="img" aria-labelledby="{names}" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{chart.ident}-t">{escape(chart.title)}</title><desc id="{chart.ident}-d">{escape(describe(chart))}</desc>'
        f"{''.join(layers)}{legend(chart)}</svg>"
    )


def describe(chart: Chart) -> str:
    """The plot in words, for those who cannot see it."""
    sold = [m for m in chart.minutes if m.mean is not None]
    if not sold:
        return "Tidak ada penjualan dalam sesi ini. No sale in this session."
    low, high = min(m.mean or 0 for m in sold), max(m.mean or 0 for m in sold)
    under = sum(is_under_cost(m) for m in sold)
    prices = amounts.money_range(low, high, chart.currency)
    begin, end = (clock.hour_minute(us, chart.offset_us) for us in (chart.begin_us, chart.end_us))
    return (
        f"Harga penjual per menit {prices}, {begin} sampai {end} {clock.zone(chart.offset_us)}; "
        f"{under} dari {len(sold)} menit di bawah biaya. "
        f"Seller's price per minute {prices}; {under} of {len(sold)} minutes under cost."
    )


def _backdrop(chart: Chart) -> str:
    boxes = ((PRICE_TOP, PRICE_BOTTOM), (UNITS_TOP, UNITS_BOTTOM))
    frames = "".join(f'<rect class="pane" x="{LEFT}" y="{t}" width="{chart.right - LEFT}" height="{b - t}"/>' for t, b in boxes)
    hatch = (
        f'<defs><pattern id="{chart.ident}-h" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<path class="hatch" d="M0 0V6"/></pattern></defs>'
    )
    return hatch + frames


def _spells(chart: Chart) -> str:
    time, parts = chart.time(), []
    for spell in chart.spells:
        left = time.at(spell.from_us)
        wide = max(2.0, time.at(chart.end_us if spell.to_us is None else spell.to_us) - left)
        box = f'x="{number(left)}" y="{PRICE_TOP}" width="{number(wide)}" height="{UNITS_BOTTOM - PRICE_TOP}"'
        parts.append(f'<rect class="spell" {box}/><path class="spell-edge" d="M{number(left)} {PRICE_TOP}h{number(wide)}"/>')
    return "".join(parts)


def _price_axis(chart: Chart) -> str:
    price, parts = chart.price(), []
    for value in ticks(price.low, price.high):
        y = number(price.at(value))
        parts.append(f'<path class="grid" d="M{LEFT} {y}H{chart.right}"/>')
        said = escape(amounts.short_money(value, chart.currency))
        parts.append(f'<text class="tick" x="{LEFT - 8}" y="{y}" dy=".32em" text-anchor="end">{said}</text>')
    return "".join(parts)


def _time_axis(chart: Chart) -> str:
    time, parts = chart.time(), []
    for us in time_ticks(chart.begin_us, chart.end_us, chart.offset_us):
        x = number(time.at(us))
        parts.append(f'<path class="grid" d="M{x} {PRICE_TOP}V{PRICE_BOTTOM}M{x} {UNITS_TOP}V{UNITS_BOTTOM}"/>')
        said = clock.hour_minute(us, chart.offset_us)
        parts.append(f'<text class="tick" x="{x}" y="{UNITS_BOTTOM + 17}" text-anchor="middle">{said}</text>')
    label = f"{clock.day(chart.begin_us, chart.offset_us)} · {clock.zone(chart.offset_us)}"
    return "".join(parts) + f'<text class="axis" x="{chart.right}" y="{HEIGHT - 8}" text-anchor="end">{label}</text>'


def _units(chart: Chart) -> str:
    units = chart.units()
    width = max(1.2, min(9.0, 0.7 * (chart.right - LEFT) / max(1, (chart.end_us - chart.begin_us) // chart.step_us)))
    marks = "".join(
        f'<text class="tick" x="{LEFT - 8}" y="{number(units.at(v))}" dy=".32em" text-anchor="end">{amounts.units(int(v))}</text>'
        for v in (0, units.high)
    )
    per = (
        "unit per menit · units per minute" if chart.step_min == 1 else f"unit per {chart.step_min} menit · units per {chart.step_min} min"
    )
    label = f'<text class="axis" x="{LEFT}" y="{UNITS_TOP - 6}">{per}</text>'
    return f'{label}{marks}<path class="bars" stroke-width="{number(width)}" d="{paths.bars(chart)}"/>'


def _bands(chart: Chart) -> str:
    reference = paths.band(chart, _ordinary)
    middle = paths.step_line(chart, lambda m: m.reference)
    cost = paths.band(chart, lambda m: None if m.cost_lo is None or m.cost_hi is None else (m.cost_lo, m.cost_hi))
    return (
        f'<path class="ref-band" d="{reference}"/><path class="ref-line" d="{middle}"/>'
        f'<path class="cost-band" d="{cost}"/><path d="{cost}" fill="url(#{chart.ident}-h)"/>'
    )


def _prices(chart: Chart) -> str:
    fair = paths.points(chart, lambda m: None if is_under_cost(m) else m.mean)
    under = paths.points(chart, lambda m: m.mean if is_under_cost(m) else None)
    line = paths.joined(chart, paths.points(chart, lambda m: m.mean))
    force = paths.step_line(chart, lambda m: m.price_in_force)
    return (
        f'<path class="force" d="{force}"/><path class="range" d="{paths.ranges(chart)}"/><path class="mean" d="{line}"/>'
        f'<path class="dots" d="{paths.dots(fair)}"/><path class="under" d="{paths.diamonds(under)}"/>'
    )


def _ordinary(minute: Minute) -> tuple[float, float] | None:
    reference = minute.reference
    return None if reference is None else (reference * (1 - REFERENCE_BAND), reference * (1 + REFERENCE_BAND))
