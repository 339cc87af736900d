"""What goes into a referral? The frozen findings, the two people, the seller's reply: plain data, gathered by the caller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

KPPU: Final = "KPPU"
ADDRESSEES: Final = ("KPPU", "Ministry of Trade", "platform")
"""Whom a rule may name (E9)."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One content-addressed piece of evidence: the canonical events of a key in a minute (F1)."""

    sha256: str
    key: str
    minute_us: int


@dataclass(frozen=True, slots=True)
class FrozenFinding:
    """One finding at one version, which is never altered (F2)."""

    finding_id: str
    version: int
    version_sha256: str | None
    verdict: str | None
    body: Mapping[str, Any]
    segments: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """Who did something, and when; a person appears as the id of a key only (A5)."""

    key_id: str
    at_us: int


@dataclass(frozen=True, slots=True)
class Matter:
    """Everything that a report is made of. `approved` None: a draft."""

    referral_id: str
    case_id: str
    addressee: str
    platform: str
    seller_id: str
    reasons: str
    proposed: Act
    approved: Act | None
    reply_step: str | None
    reply_note: str | None
    findings: tuple[FrozenFinding, ...]
