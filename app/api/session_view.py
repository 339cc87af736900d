"""What does a session look like to a reader? The JSON of sessions, their products and their minutes."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from app.api.listing import Notice
from app.domain.time import iso
from app.store.judgements import Judgement
from app.store.pair_findings import PairFinding
from app.store.sessions import Session
from app.store.silence import silent_since
from app.store.timelines import Minute

_SESSION: Final[JsonDict] = {
    "platform": "tiktok",
    "session_id": "s-77",
    "host_id": "h-5",
    "host_kind": "affiliate",
    "host_tier": "celebrity",
    "started_at": "2026-11-11T12:59:58.120000Z",
    "ended_at": None,
    "first_at": "2026-11-11T12:59:58.120000Z",
    "last_at": "2026-11-11T14:30:00.000000Z",
    "silent_since": None,
    "viewers": 18250,
    "likes": 40120,
    "rows": 5120,
    "late": 4,
    "flagged": True,
    "severity": "MEDIUM",
    "findings": {"L4": 1},
    "estimated_harm": "2652000",
}
_MINUTE: Final[JsonDict] = {
    "minute_at": "2026-11-11T13:20:00.000000Z",
    "seller_id": "toko-1",
    "product_id": "p-9",
    "key": "tiktok:kids-tshirt",
    "low": 44000,
    "high": 45000,
    "mean": 44750.0,
    "units": "12.000",
    "reference": 58000,
    "cost_lo": 53000,
    "cost_hi": 53000,
    "price_in_force": 45000,
    "level": 4,
}


class SessionOut(BaseModel):
    """A session with what its standing findings add up to. Money in the smallest traded unit, as a string where it is a sum."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SESSION]})
    platform: str
    session_id: str
    host_id: str | None
    host_kind: str | None
    host_tier: str | None
    started_at: str | None
    ended_at: str | None
    first_at: str | None
    last_at: str | None
    silent_since: str | None = Field(description="Set where the session never ended and the platform went on for 30 minutes without it.")
    viewers: int | None
    likes: int | None
    rows: int
    late: int
    flagged: bool = Field(description="Holds a finding of MEDIUM or more that no verdict has struck.")
    severity: str
    findings: dict[str, int] = Field(description="Standing findings by level.")
    estimated_harm: str
    notice: Notice = Notice()


class SessionPage(BaseModel):
    """A page of sessions."""

    items: list[SessionOut]
    next: str | None


class ProductOut(BaseModel):
    """One product of one seller in a session, flagged or not: the newest final, and on request the provisional judgement."""

    seller_id: str
    product_id: str
    key: str
    category_id: str | None
    flagged: bool
    finding_id: str | None
    level: int | None = Field(examples=[4])
    legal_level: int | None = Field(examples=[4])
    severity: str | None = Field(examples=["MEDIUM"])
    p_value: float | None
    q_value: float | None = Field(description="Over all units tested that platform-day; null before the day is sealed, or not tested.")
    calibration: str | None = Field(description="What p rests on, or why there is none.", examples=["ok"])
    anomaly_score: float | None
    novelty_score: float | None
    loss_probability: float | None = Field(description="Highest so far; null where no known cost of that market supports one.")
    currency: str | None
    figures: dict[str, Any] = Field(description="Window figures of the last final.")
    reference: dict[str, Any]
    cost: dict[str, Any] = Field(examples=[{"tier": "T1", "lo": 53000, "hi": 53000, "source": "sha256:9f2c"}])
    rules: list[str]
    finals: int
    finals_digest: str | None = Field(description="sha256 chained over every final of the pair: equal logs give equal digests.")
    final: dict[str, Any] | None
    provisional: dict[str, Any] | None = Field(None, description="Early and replaceable; only with include=provisional, at most L3.")
    notice: Notice = Notice()


class ProductPage(BaseModel):
    """A page of products."""

    items: list[ProductOut]
    next: str | None


class MinuteOut(BaseModel):
    """One closed minute of a pair."""

    model_config = ConfigDict(json_schema_extra={"examples": [_MINUTE]})
    minute_at: str
    seller_id: str
    product_id: str
    key: str
    low: int | None
    high: int | None
    mean: float | None
    units: str | None
    reference: int | None
    cost_lo: int | None
    cost_hi: int | None
    price_in_force: int | None
    level: int | None


class Timeline(BaseModel):
    """Minutes in order of time."""

    items: list[MinuteOut]
    next: str | None
    notice: Notice = Notice()


def moment(us: int | None) -> str | None:
    """A time, or null where none is known."""
    return iso(us) if us else None


def session_out(session: Session, latest: dict[str, int]) -> SessionOut:
    """A session as shown."""
    same = ("platform", "session_id", "host_id", "host_kind", "host_tier", "viewers", "likes", "rows", "late", "flagged", "estimated_harm")
    times = {f"{name}_at": moment(getattr(session, f"{name}_us")) for name in ("started", "ended", "first", "last")}
    return SessionOut(
        **{name: getattr(session, name) for name in same},
        **times,
        silent_since=moment(silent_since(session, latest)),
        severity=session.severity.name,
        findings={level.name: count for level, count in session.levels.items()},
    )


def product_out(judged: Judgement, finding: PairFinding | None) -> ProductOut:
    """A product as shown; without a final its figures are empty, provisional ones stand apart."""
    same = (
        "seller_id",
        "product_id",
        "key",
        "category_id",
        "p_value",
        "q_value",
        "calibration",
        "anomaly_score",
        "novelty_score",
        "loss_probability",
        "finals",
        "finals_digest",
        "final",
        "provisional",
    )
    final = judged.final or {}
    return ProductOut(
        **{name: getattr(judged, name) for name in same},
        flagged=finding is not None and finding.flagged,
        finding_id=finding.finding_id if finding else None,
        level=judged.level,
        legal_level=judged.legal_level,
        severity=judged.severity.name if judged.severity is not None else None,
        currency=final.get("currency"),
        figures=final.get("figures") or {},
        reference=final.get("reference") or {},
        cost=final.get("cost") or {},
        rules=final.get("rules") or [],
    )


def minute_out(minute: Minute) -> MinuteOut:
    """A minute as shown; units as a decimal string of three places."""
    same = ("seller_id", "product_id", "key", "low", "high", "mean", "reference", "cost_lo", "cost_hi", "price_in_force", "level")
    units = None if minute.units_milli is None else f"{minute.units_milli / 1000:.3f}"
    return MinuteOut(minute_at=iso(minute.minute_us), units=units, **{name: getattr(minute, name) for name in same})
