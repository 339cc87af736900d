# ruff: noqa: E501
"""A small house with an evening in it: two platforms, three sessions, findings, judgements, minutes and a key for every role."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import Engine

from app.api.services import Services
from app.console.chart import Minute
from app.domain.identity import name
from app.domain.levels import Role, Severity
from app.log.sqlite import SqliteEventLog
from app.main import create_app
from app.settings import Settings
from app.store import keys
from app.store.audit import AuditTrail
from app.store.effects import Effects, write_rows
from app.store.engine import make_engine, write
from app.store.migrate import migrate
from tests.console.evening import BEGIN, MINUTE, body, flash_sale, minutes

Row = dict[str, Any]


@dataclass
class House:
    """Adapters that are open, and the secret of a key for every role."""

    engine: Engine
    services: Services
    client: TestClient
    secrets: dict[str, str] = field(default_factory=dict)

    def key(self, called: str, role: Role, platforms: tuple[str, ...], *, sandbox: bool = False) -> str:
        with write(self.engine) as connection:
            made = keys.create(connection, name=called, role=role, platforms=platforms, sandbox=sandbox, now_us=BEGIN)
        self.secrets[called] = made[1]
        return made[0]

    def get(self, path: str, called: str = "analyst", **query: Any) -> Any:
        return self.client.get(path, params=query, headers=self.bearer(called))

    def bearer(self, called: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secrets[called]}"}

    def keep(self, **rows: list[Row]) -> None:
        with write(self.engine) as connection:
            write_rows(connection, Effects(upserts=rows))


def session_row(platform: str, session_id: str, *, ended: bool = True, minutes_long: int = 95, begin: int = BEGIN) -> Row:
    end = begin + minutes_long * MINUTE
    return {
        "platform": platform, "session_id": session_id, "host_id": "h-5", "host_kind": "affiliate", "host_tier": "celebrity", "started_us": begin,
        "ended_us": end if ended else None, "first_us": begin, "last_us": end, "viewers": 18250, "likes": 40120,
    }  # fmt: skip


def part_row(session: Row, rows: int = 500, late: int = 1) -> Row:
    return {k: session[k] for k in ("platform", "session_id", "first_us", "last_us")} | {"partition": 0, "rows": rows, "late": late}


def finding_rows(said: Row) -> tuple[Row, Row]:
    """(finding, its judgement) of a body."""
    pair = said["pair"]
    finding = {
        "finding_id": said["finding_id"], **pair, "category_id": said["category_id"], "partition": 0, "status": said["status"],
        "level": said["level"], "legal_level": said["legal_level"], "severity": int(Severity[said["severity"]]), "p_value": said["p_value"],
        "opened_us": BEGIN + 20 * MINUTE, "updated_us": BEGIN + 70 * MINUTE, "closed_us": None, "version": said["version"],
        "estimated_harm": said["estimated_harm"], "harm_rank": float(said["estimated_harm"]), "verdict": None, "body": json.dumps(said),
    }  # fmt: skip
    return finding, judgement_row(pair, said)


def judgement_row(pair: Row, final: Row | None, provisional: Row | None = None) -> Row:
    told = final or {}
    return {
        **pair, "partition": 0, "category_id": "kids-tshirt", "pane": 1 if final else None, "level": told.get("level"),
        "legal_level": told.get("legal_level"), "severity": int(Severity[told["severity"]]) if final else None, "p_value": told.get("p_value"),
        "anomaly_score": 1.2, "novelty_score": 0.6, "finals": 9 if final else 0, "finals_digest": "ab", "final": json.dumps(final) if final else None,
        "provisional": json.dumps(provisional) if provisional else None, "provisional_pos": 4 if provisional else None,
    }  # fmt: skip


def timeline_rows(pair: Row, run: list[Minute]) -> list[Row]:
    names = ("minute_us", "low", "high", "mean", "units_milli", "reference", "cost_lo", "cost_hi", "price_in_force", "level")
    return [{**pair, **{n: getattr(minute, n) for n in names}} for minute in run]


def calm(number: int, platform: str = "siarmart", session_id: str = "s-77") -> Row:
    """A product with nothing to say about."""
    pair = {
        "platform": platform,
        "session_id": session_id,
        "seller_id": f"kios-{number}",
        "product_id": f"q-{number}",
        "key": f"{platform}:kids",
    }
    bare = {k: v for k, v in body().items() if k in ("figures", "reference", "cost", "currency", "calibration", "scores")}
    return judgement_row(pair, bare | {"pair": pair, "level": 0, "legal_level": 0, "severity": "NONE", "p_value": 0.6})


def evening(house: House) -> None:
    """s-77 with a planted loss, s-78 with a flash sale as deep, s-79 that fell silent; another platform's s-1."""
    loss, flash = body(), flash_sale()
    elsewhere = body(finding_id="f_9", pair={**loss["pair"], "platform": "pasarlive", "session_id": "s-1", "key": "pasarlive:kids-tshirt"})
    held = [session_row("siarmart", "s-77"), session_row("siarmart", "s-78"), session_row("pasarlive", "s-1")]
    held.append(session_row("siarmart", "s-79", ended=False, minutes_long=30))
    early = {"platform": "siarmart", "session_id": "s-78", "seller_id": "toko-3", "product_id": "p-early", "key": "siarmart:kids-tshirt"}
    pairs = [finding_rows(said) for said in (loss, flash, elsewhere)]
    house.keep(
        session=held,
        session_part=[part_row(s) for s in held],
        finding=[finding for finding, _ in pairs],
        finding_version=[
            {"finding_id": "f_1", "version": 1, "pane": 5, "sha256": "cd", "body": json.dumps({"finding_id": "f_1", "version": 1})}
        ],
        judgement=[*(judged for _, judged in pairs), *(calm(i) for i in range(60)), judgement_row(early, None, {"level": 3, "pane": 7})],
        timeline=[*timeline_rows(loss["pair"], minutes()), *timeline_rows(flash["pair"], minutes(3, cost=(38000, 41000)))],
    )


@contextmanager
def open_house(home: Path, **settings: Any) -> Iterator[House]:
    """The application over real adapters, with the evening in its store."""
    engine = make_engine(f"sqlite:///{home}/store.sqlite3")
    migrate(engine)
    with closing(SqliteEventLog(home / "log.sqlite3", 3)) as log, closing(AuditTrail(home / "audit.sqlite3")) as audit:
        chosen = Settings(home=home, **settings)
        services = Services(settings=chosen, log=log, engine=engine, audit=audit, clock=lambda: BEGIN, secret=name("s", "x").encode())
        with TestClient(create_app(chosen, services), base_url="http://localhost") as client:
            house = House(engine, services, client)
            for role in (Role.ANALYST, Role.APPROVER, Role.OBSERVER, Role.PLATFORM):
                house.key(role.value, role, ("siarmart",))
            house.key("admin", Role.ADMIN, ())
            house.key("authority", Role.AUTHORITY, ())
            evening(house)
            yield house
    engine.dispose()
