"""Which model judges, and how does it stand? One page: what serves, what is warm, what drifts, what the checks said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from app.api.model_view import model_view
from app.api.services import ServicesDep
from app.console.access import reader_of
from app.console.answer import html, to_login
from app.console.paths import number
from app.console.words import Words
from app.detection.strata import SEPARATOR

router: Final = APIRouter(prefix="/console", include_in_schema=False)
WIDE, HIGH, LEFT, FOOT = 1100, 130, 44, 104
TOP: Final = 12
STATES: Final = {
    "warm": Words("cukup", "warm"),
    "cold": Words("belum cukup", "not enough yet"),
    "suspended": Words("dihentikan sementara", "suspended"),
}


@router.get("/model")
def model_page(request: Request, services: ServicesDep) -> Response:
    """The same figures as GET /v1/model, for the platforms of the reader."""
    reader = reader_of(request, services)
    if reader is None:
        return to_login("/console/model")
    told = model_view(services, reader.platforms)
    shown = [_shown(name, said) for name, said in told["platforms"].items()]
    return html("model.html", reader=reader, told=told, platforms=shown)


def _shown(platform: str, said: dict[str, Any]) -> dict[str, Any]:
    calibration, drift = said["calibration"] or {}, said["drift"] or {}
    strata = [_stratum(row, own=True) for row in calibration.get("strata", ())]
    lent = [_stratum(row, own=False) for row in calibration.get("borrowed", ())]
    days = [(d["day"], d["highest_psi"]) for d in drift.get("days", ()) if d["highest_psi"] is not None]
    return said | {"name": platform, "strata": strata, "lent": lent, "svg": Markup(psi_plot(days, drift.get("warns_over", 0.2), platform))}


def _stratum(row: dict[str, Any], *, own: bool) -> dict[str, Any]:
    state = STATES["suspended" if row["suspended"] else "warm" if row["warm"] else "cold"]
    return row | {"name": row["level"].replace(SEPARATOR, " · "), "state": state, "own": own}


def psi_plot(days: Sequence[tuple[str, float]], warns_over: float, platform: str) -> str:
    """The highest PSI of each sealed day as a dot, under the line at which it warns; empty without days."""
    if not days:
        return ""
    most = max(2 * warns_over, *(psi for _, psi in days)) * 1.1
    step = (WIDE - LEFT - 16) / max(1, len(days) - 1)

    def y(psi: float) -> str:
        return number(FOOT - (FOOT - TOP) * psi / most)

    spots = [(number(LEFT + step * i), y(psi)) for i, (_, psi) in enumerate(days)]
    line = "".join(f"{'M' if i == 0 else 'L'}{x} {at}" for i, (x, at) in enumerate(spots))
    dots = "".join(f"M{x} {at}h0" for x, at in spots)
    last = days[-1]
    return (
        f'<svg class="plot" viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="PSI {Markup.escape(platform)}: '
        f'{last[1]:.3f} ({last[0]})">'
        f'<path class="spell-edge" d="M{LEFT} {y(warns_over)}H{WIDE - 8}"/><text x="2" y="{y(warns_over)}">{warns_over:g}</text>'
        f'<text x="2" y="{FOOT}">0</text><path class="grid" d="M{LEFT} {FOOT}H{WIDE - 8}"/>'
        f'<path class="mean" d="{line}"/><path class="dots" d="{dots}"/>'
        f'<text class="axis" x="{LEFT}" y="{HIGH - 6}">{days[0][0]}</text>'
        f'<text class="axis" x="{WIDE - 8}" y="{HIGH - 6}" text-anchor="end">{last[0] if len(days) > 1 else ""}</text></svg>'
    )
