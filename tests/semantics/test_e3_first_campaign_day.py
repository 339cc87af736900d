"""E3, E2. A first 11.11 promises nothing of novelty, whatever a 9.9 has shown; a documented loss on it is a loss all the same."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any, Final

import polars as pl

from app.detection.model import Model
from app.detection.units import calibrate
from app.domain.calibrated import NO_LIKE_DAY, OK
from app.domain.events import PAIR
from app.domain.units import UNITS_SCHEMA
from app.runtime import read_calendar
from app.settings import Settings
from app.training.bulk import Bulk, rows_of
from tests.worker.line import BOOK, cost, snapshot, tiny_model

COST: Final = 40_000
CHEAP: Final = 45_000
"""Under every usual price, over the documented cost."""
LOSS: Final = 30_000
NINTH, ELEVENTH, ORDINARY_DAY = "2026-09-09", "2026-11-11", "2026-11-17"


def live(day: str, paid: int, minutes: int = 12) -> list[dict[str, Any]]:
    """An evening of the pair (p, a, x) at one price, a sale a minute."""
    whose = {"session_id": f"s-{day}", "seller_id": "a", "product_id": "x", "category_id": "c", "currency": "IDR"}
    free = {"platform_discount_total": 0, "seller_voucher_total": 0, "platform_voucher_total": 0}
    told: list[dict[str, Any]] = []
    for m in range(minutes):
        shown = {"type": "price", "price": paid, "list_price": 100_000}
        sold = {"type": "sale", "price": paid, "quantity": "1", **free}
        for second, event in ((0, shown), (5, sold)):
            kind, at = event["type"], f"{day}T20:{m:02}:{second:02}+07:00"
            told.append(whose | event | {"event_id": f"{kind}-{day}-{m}", "occurred_at": at})
    return told


@cache
def model(*campaigns: str) -> Model:
    """Units enough of each campaign, all of them of the platform's own and less unusual than any price here."""
    rows = [("p", f"{c}-{n}", "b", "y", "p:c", f"IDR|{c}|unknown|unknown|3", n / 10**6) for c in campaigns for n in range(400)]
    scorer = tiny_model().scorer
    return Model("m_days", scorer, calibrate(pl.DataFrame(rows, schema=UNITS_SCHEMA, orient="row"), scorer.bands))


def finals(by: Model, *lives: tuple[str, int]) -> pl.DataFrame:
    """The finals of whole days under the shipped calendar, + day."""
    calendar = read_calendar(Settings().data_dir / "calendar.csv")
    of = replace(snapshot([cost(lo=COST, hi=COST)], alpha_open=0.05), calendar=calendar)
    events = [e for day, paid in lives for e in live(day, paid)]
    told = pl.concat([closed.finals for closed in Bulk("p", of, BOOK, by).run(rows_of(events, "p"))])
    return told.select(*PAIR, pl.col("session_id").str.slice(2).alias("day"), "calibration", "p_value", "level", "legal_level", "severity")


def on(told: pl.DataFrame, day: str) -> pl.DataFrame:
    return told.filter(pl.col("day") == day)


def test_a_first_eleventh_has_no_like_day_though_a_ninth_of_september_had() -> None:
    told = finals(model("ordinary", "9.9"), (NINTH, CHEAP), (ELEVENTH, CHEAP), (ORDINARY_DAY, CHEAP))
    for day in (NINTH, ORDINARY_DAY):
        seen = on(told, day)
        assert set(seen["calibration"]) == {OK}
        assert (seen["p_value"].is_not_null().all(), seen["level"].max()) == (True, 1), "as unusual a price, and an L1"
    first = on(told, ELEVENTH)
    assert first.height > 0
    assert set(first["calibration"]) == {NO_LIKE_DAY}
    assert first["p_value"].is_null().all()
    assert first["level"].max() == 0


def test_a_documented_loss_on_a_first_eleventh_is_l4() -> None:
    told = finals(model("ordinary", "9.9"), (ELEVENTH, LOSS))
    assert set(told["calibration"]) == {NO_LIKE_DAY}
    assert told["p_value"].is_null().all()
    assert (told["level"].max(), told["legal_level"].max()) == (4, 4)
    assert told["severity"].to_list()[-1] not in ("NONE", "INFO")


def test_the_second_eleventh_is_compared_with_the_first() -> None:
    told = finals(model("ordinary", "11.11"), (ELEVENTH, CHEAP), ("2026-12-12", CHEAP))
    assert set(on(told, ELEVENTH)["calibration"]) == {OK}
    assert on(told, ELEVENTH)["level"].max() == 1
    assert set(on(told, "2026-12-12")["calibration"]) == {NO_LIKE_DAY}
