"""A small house for tests: a store, keys for every role, one seller's findings, a clock that only moves when told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, insert, update

from app.api import case_commands, cases, delivery, handlers, proposals, referrals, verdicts
from app.api.key_cache import KeyCache
from app.api.request_id import RequestId
from app.api.services import Services
from app.domain.canonical import canonical_bytes, digest
from app.domain.cases import case_id
from app.domain.levels import Role, Severity
from app.findings.cases import case_effects
from app.settings import Settings
from app.store import keys, tables
from app.store.audit import AuditTrail
from app.store.effects import Effects, write_rows
from app.store.engine import make_engine, write
from app.store.migrate import migrate

START_US = 1_794_398_400_000_000
MINUTE_US = 60_000_000


@dataclass
class Clock:
    """Microseconds that move only when told."""

    now_us: int = START_US

    def __call__(self) -> int:
        return self.now_us

    def forward(self, seconds: float) -> None:
        self.now_us += int(seconds * 1_000_000)


def body_of(finding_id: str, **changes: Any) -> dict[str, Any]:
    """A finding's body as docs/architecture.md 5 has it."""
    body = {
        "finding_id": finding_id,
        "version": 1,
        "pair": {"platform": "tiktok", "session_id": "s-1", "seller_id": "toko-1", "product_id": finding_id, "key": "tiktok:rice"},
        "category_id": "rice",
        "status": "open",
        "level": 4,
        "legal_level": 4,
        "severity": "HIGH",
        "p_value": 0.004,
        "calibration": "ok",
        "opened_at": "2026-11-11T13:00:00.000000Z",
        "updated_at": "2026-11-11T13:30:00.000000Z",
        "closed_at": None,
        "spells": [{"from": "2026-11-11T13:00:00.000000Z", "to": None}],
        "currency": "IDR",
        "figures": {"w1": {"units": "3.000", "mean_ps": 45000.0}},
        "reference": {"price": 58000.0, "rivals": 0, "rivals_median": None},
        "cost": {"tier": "T1", "lo": 53000, "hi": 53000, "source": "sha256:" + "ab" * 32},
        "scores": {"anomaly_score": 1.2, "novelty_score": 0.61, "running_max": 1.2},
        "tests": [
            {"rule": "R01", "status": "triggered", "why": {"id": "di bawah biaya", "en": "below cost"}, "quantities": {}},
            {"rule": "R06", "status": "insufficient", "why": {"id": "", "en": "under three rivals"}, "quantities": {}},
        ],
        "rules": ["R01"],
        "addressee": "KPPU",
        "defences": [{"id": "D2", "status": "fails", "evidence": {}}, {"id": "D5", "status": "unknown", "evidence": {}}],
        "exemption": {"exempt": False, "why": ""},
        "size": {"class": "large", "status": "known", "owner_group": None},
        "caps": [],
        "lasting": {"L2": 0, "L3": 2, "L4": 8},
        "estimated_harm": "24000",
        "consumer_saving": "39000",
        "reasons": {"id": "dua kalimat", "en": "two sentences"},
        "inputs": {"model_id": None, "rule_pack": "2026-11", "references": {}, "sealed_through": 20400, "code": "0.1.0"},
        "evidence": {"merkle_root": None, "segments": []},
    }
    return {**body, **changes}


def finding_row(body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The row of `finding` that carries a body."""
    row = {
        "finding_id": body["finding_id"],
        **body["pair"],
        "category_id": body["category_id"],
        "partition": 0,
        "status": body["status"],
        "level": body["level"],
        "legal_level": body["legal_level"],
        "severity": int(Severity[body["severity"]]),
        "p_value": body["p_value"],
        "opened_us": START_US,
        "updated_us": START_US,
        "version": body["version"],
        "estimated_harm": body["estimated_harm"],
        "harm_rank": float(body["estimated_harm"]),
        "body": json.dumps(body),
    }
    return {**row, **changes}


@dataclass
class House:
    """One store with its application and keys; `clients[role]` speaks with that role's key."""

    engine: Engine
    services: Services
    clock: Clock
    app: FastAPI
    secrets: dict[str, str] = field(default_factory=dict)
    key_ids: dict[str, str] = field(default_factory=dict)

    @property
    def case_id(self) -> str:
        return case_id("tiktok", "toko-1", 1)

    def key(self, who: str, role: Role, platforms: tuple[str, ...] = ("tiktok",), name: str | None = None) -> None:
        with write(self.engine) as conn:
            key_id, secret = keys.create(conn, name=name or who, role=role, platforms=platforms, now_us=START_US)
        self.secrets[who], self.key_ids[who] = secret, key_id

    def as_(self, who: str) -> TestClient:
        return TestClient(self.app, headers={"authorization": f"Bearer {self.secrets[who]}"})

    def find(self, *bodies: dict[str, Any], segments: int = 2, **changes: Any) -> None:
        """Write findings the way the detector does: the row, its frozen version, evidence, and what joins a case."""
        rows = [finding_row(body, **changes) for body in bodies]
        pieces = [
            {"sha256": digest([b["finding_id"], n]), "key": b["pair"]["key"], "minute_us": START_US + n * MINUTE_US, "body": b""}
            for b in bodies
            for n in range(segments)
        ]
        owners = [{"finding_id": b["finding_id"], "sha256": digest([b["finding_id"], n])} for b in bodies for n in range(segments)]
        versions = [
            {"finding_id": b["finding_id"], "version": b["version"], "pane": 1, "sha256": digest(b), "body": canonical_bytes(b).decode()}
            for b in bodies
        ]
        inserts = {"finding_version": versions, "evidence": pieces, "finding_evidence": owners, **case_effects(rows)}
        with write(self.engine) as conn:
            write_rows(conn, Effects(upserts={"finding": rows}, inserts=inserts))

    def set_platform(self, platform: str) -> None:
        with write(self.engine) as conn:
            conn.execute(update(tables.case_).values(platform=platform))

    def proposed(self, **body: Any) -> str:
        """A proposal of the case whose reply step was skipped with a reason; its id."""
        analyst = self.as_("analyst")
        reply = {"step": "skipped", "text": "the shop can't be reached by the platform"}
        assert analyst.post(f"/v1/cases/{self.case_id}/reply-step", json=reply).status_code == 200
        answer = analyst.post(f"/v1/cases/{self.case_id}/referral", json={"reasons": "below its invoiced cost for hours", **body})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["referral_id"])

    def approved(self) -> str:
        """An approved referral; its id."""
        referral_id = self.proposed()
        answer = self.as_("approver").post(f"/v1/referrals/{referral_id}/approval", json={})
        assert answer.status_code == 200, answer.text
        return referral_id

    def message(self, message_id: str, case: str, seq: int, *, due_us: int = START_US, status: str = "pending") -> None:
        """A bare message, for tests of order."""
        row = {"message_id": message_id, "case_id": case, "referral_id": f"r-{message_id}", "seq": seq, "type": "referral.created"}
        with write(self.engine) as conn:
            conn.execute(insert(tables.outbox).values(**row, body=f'{{"m":"{message_id}"}}', status=status, due_us=due_us, attempts=0))

    def actions(self) -> list[tuple[str, str, str]]:
        """(actor, action, object) of the audit trail."""
        return [(e.actor, e.action, e.object) for e in self.services.audit.entries(0, 1000)]


@contextmanager
def open_house(home: Path) -> Iterator[House]:
    """A house with one HIGH finding of one seller, and a key for every role."""
    engine = make_engine(f"sqlite:///{home}/store.sqlite3")
    migrate(engine)
    clock = Clock()
    app = FastAPI()
    handlers.install(app)
    app.add_middleware(RequestId)
    for module in (cases, case_commands, proposals, referrals, delivery, verdicts):
        app.include_router(module.router)
    with closing(AuditTrail(home / "audit.sqlite3", clock=clock)) as audit:
        settings = Settings(home=home, public_url="https://kawal.example")
        services = Services(settings=settings, log=None, engine=engine, audit=audit, clock=clock, secret=b"s" * 32)  # type: ignore[arg-type]
        app.state.services, app.state.key_cache = services, KeyCache()
        house = House(engine, services, clock, app)
        for role in (Role.ANALYST, Role.APPROVER, Role.OBSERVER, Role.ADMIN, Role.AUTHORITY, Role.PLATFORM):
            house.key(role.value, role)
        house.find(body_of("f_1"))
        yield house
    engine.dispose()
