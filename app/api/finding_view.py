"""What does a finding look like to a reader? The JSON of docs/architecture.md 5, with the verdict beside it."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from app.api.listing import Notice
from app.api.session_view import moment
from app.store.findings import Finding

_PAIR: Final[JsonDict] = {
    "platform": "tiktok",
    "session_id": "s-77",
    "seller_id": "toko-1",
    "product_id": "p-9",
    "key": "tiktok:kids-tshirt",
}
_ROW: Final[JsonDict] = {
    "finding_id": "f_0f3a",
    "version": 3,
    "pair": _PAIR,
    "category_id": "kids-tshirt",
    "status": "open",
    "level": 4,
    "legal_level": 4,
    "severity": "MEDIUM",
    "p_value": 0.004,
    "q_value": 0.06,
    "opened_at": "2026-11-11T13:20:10.000000Z",
    "updated_at": "2026-11-11T14:05:00.000000Z",
    "closed_at": None,
    "currency": "IDR",
    "rules": ["R01"],
    "addressee": "KPPU",
    "estimated_harm": "2652000",
    "consumer_saving": "4212000",
    "verdict": None,
    "reasons": {
        "id": "Dijual rata-rata Rp44.500, 16 % di bawah biaya terdokumentasi.",
        "en": "Sold at Rp44,500 on average, 16 % under a documented cost.",
    },
}


class PairOut(BaseModel):
    """What was judged."""

    platform: str
    session_id: str
    seller_id: str
    product_id: str
    key: str


class FindingRow(BaseModel):
    """A finding in a list."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ROW]})
    finding_id: str
    version: int
    pair: PairOut
    category_id: str | None
    status: str
    level: int
    legal_level: int
    severity: str
    p_value: float | None
    q_value: float | None = Field(description="Over all units tested that platform-day; null before the day is sealed, or not tested.")
    opened_at: str | None
    updated_at: str | None
    closed_at: str | None
    currency: str | None
    rules: list[str]
    addressee: str | None
    estimated_harm: str
    consumer_saving: str | None
    verdict: str | None = Field(description="A person's verdict: lawful, data_error, unlawful_indicated or null.")
    reasons: dict[str, str] = Field(description="Two sentences each in Indonesian and English.")
    notice: Notice = Notice()


class FindingPage(BaseModel):
    """A page of findings."""

    items: list[FindingRow]
    next: str | None


class FindingVersion(BaseModel):
    """A frozen version."""

    version: int
    pane: int
    sha256: str


class FindingOut(FindingRow):
    """A finding in full."""

    calibration: str | None
    day: dict[str, Any] | None = Field(description="What the sealed day added: q, units tested, and whether severity rests on it.")
    spells: list[dict[str, Any]]
    figures: dict[str, Any]
    reference: dict[str, Any]
    cost: dict[str, Any]
    scores: dict[str, Any]
    tests: list[dict[str, Any]]
    defences: list[dict[str, Any]]
    exemption: dict[str, Any]
    size: dict[str, Any]
    caps: list[dict[str, Any]]
    explanation: dict[str, Any] | None = Field(
        description="Contributions to the forest's path length, the lowest single price that would have cleared, and one sentence of it."
    )
    lasting: dict[str, Any]
    inputs: dict[str, Any]
    evidence: dict[str, Any]
    versions: list[FindingVersion]


_MAPPINGS: Final = ("figures", "reference", "cost", "scores", "exemption", "size", "lasting", "inputs", "evidence")
_LISTS: Final = ("spells", "tests", "defences", "caps")


def finding_row(found: Finding) -> FindingRow:
    """A finding for a list."""
    return FindingRow(**_row(found))


def finding_out(found: Finding, versions: list[FindingVersion]) -> FindingOut:
    """A finding in full."""
    nested = {name: found.body.get(name) or {} for name in _MAPPINGS} | {name: found.body.get(name) or [] for name in _LISTS}
    return FindingOut(
        **_row(found),
        **nested,
        calibration=found.body.get("calibration"),
        day=found.body.get("day"),
        explanation=found.body.get("explanation"),
        versions=versions,
    )


def _row(found: Finding) -> dict[str, Any]:
    body = found.body
    pair = {name: getattr(found, name) for name in PairOut.model_fields}
    same = ("finding_id", "version", "category_id", "status", "level", "legal_level", "p_value", "q_value", "verdict")
    return {
        **{name: getattr(found, name) for name in same},
        **{f"{name}_at": moment(getattr(found, f"{name}_us")) for name in ("opened", "updated", "closed")},
        "pair": pair,
        "severity": found.severity.name,
        "currency": body.get("currency"),
        "rules": body.get("rules") or [],
        "addressee": body.get("addressee"),
        "estimated_harm": str(found.estimated_harm),
        "consumer_saving": body.get("consumer_saving"),
        "reasons": body.get("reasons") or {},
    }
