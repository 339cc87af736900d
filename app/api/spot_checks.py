"""Which unflagged products were put before a person, and what did the person say? Chance draws measure misses, the top cleans p."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from app.api.auth import Caller
from app.api.case_trail import recorded
from app.api.casework import CaseReader, CaseWorker, platforms_of
from app.api.finding_view import PairOut
from app.api.listing import CSV, Notice, Paging, answered, cut, position
from app.api.problems import Problem
from app.api.scope import visible
from app.api.services import ServicesDep
from app.api.session_view import moment
from app.domain.time import day_date
from app.store import spot_checks
from app.store.engine import read, write
from app.store.spot_checks import SpotCheck, Why

router: Final = APIRouter(prefix="/v1/spot-checks", tags=["spot checks"])


class SpotCheckFilters(Paging):
    """Which checks."""

    platform: str | None = None
    undecided: bool | None = Field(None, description="Only those that nobody has looked at yet, or only the others.")
    why: Why | None = Field(None, description="Only those drawn by chance, or only those listed for a p of 0.02 or less.")


class SpotCheckOut(BaseModel):
    """A product of a sealed day that was tested and not flagged, drawn by chance or listed for its small p."""

    check_id: str
    pair: PairOut
    day: str = Field(examples=["2026-11-11"], description="Local day that sealed it.")
    p_value: float | None
    stratum: str | None
    why: Why = Field(description="`drawn`: by chance, measures misses. `top`: p of 0.02 or less, its verdict only cleans the calibration.")
    verdict: str | None
    note: str | None
    actor: str | None
    decided_at: str | None
    notice: Notice = Notice()


class SpotCheckPage(BaseModel):
    """A page of checks."""

    items: list[SpotCheckOut]
    next: str | None


class CheckVerdict(BaseModel):
    """What a person found; `unlawful_indicated` is a miss, and counts in the measured miss share where chance drew the product."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    verdict: Literal["lawful", "data_error", "unlawful_indicated"]
    note: Annotated[str, Field(min_length=10, max_length=20_000, examples=["Invoices of three suppliers lie under the shown price."])]


@router.get("", response_model=SpotCheckPage, responses=CSV, summary="Unflagged products to look at, newest day first")
def list_spot_checks(filters: Annotated[SpotCheckFilters, Query()], caller: CaseReader, services: ServicesDep) -> Any:
    """A page, and the cursor of the next."""
    platforms = visible(caller, filters.platform)
    bound = filters.bound("spot-checks", platforms)
    at = position(services, filters, bound)
    with read(services.engine) as connection:
        rows = spot_checks.listed(connection, platforms, undecided=filters.undecided, why=filters.why, cursor=at, limit=filters.limit + 1)
    page, following = cut(services, filters, bound, rows, lambda row: (row.day, row.check_id))
    items = [_out(row) for row in page]
    return answered(filters, SpotCheckPage(items=items, next=following), items, following)


@router.post("/{check_id}/verdict", summary="Enter what a person found in a listed product")
def decide_spot_check(check_id: str, new: CheckVerdict, caller: CaseWorker, services: ServicesDep) -> SpotCheckOut:
    """The check with its verdict; a later verdict replaces it, the audit trail keeps both."""
    with write(services.engine) as connection:
        _visible(spot_checks.get(connection, check_id), caller, check_id)
        spot_checks.decide(connection, check_id, new.verdict, new.note, caller.key_id, services.clock())
        recorded(services, caller.key_id, "spot_check.verdict", check_id, {"verdict": new.verdict, "note": new.note})
        return _out(_visible(spot_checks.get(connection, check_id), caller, check_id))


def _visible(found: SpotCheck | None, caller: Caller, check_id: str) -> SpotCheck:
    mine = platforms_of(caller)
    if found is None or (mine is not None and found.platform not in mine):
        raise Problem("not-found", f"There is no spot check {check_id}.")
    return found


def _out(found: SpotCheck) -> SpotCheckOut:
    same = ("check_id", "p_value", "stratum", "why", "verdict", "note", "actor")
    return SpotCheckOut(
        **{name: getattr(found, name) for name in same},
        pair=PairOut(**{name: getattr(found, name) for name in PairOut.model_fields}),
        day=day_date(found.day).isoformat(),
        decided_at=moment(found.decided_us),
    )
