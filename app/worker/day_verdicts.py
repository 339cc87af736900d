"""Who tells findings the q of their day? The sealer once, and whoever publishes a later version of such a finding (SEMANTICS E2, F2)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import polars as pl
from sqlalchemy import Connection

from app.domain.canonical import canonical_bytes, digest
from app.domain.events import PAIR
from app.domain.levels import Level, Severity
from app.domain.time import PANE_US, seal_us
from app.findings.cases import case_effects
from app.findings.day_words import day_sentence
from app.law.day import is_unusual, severity_of_day
from app.law.pack import RuleBook
from app.store import day_verdicts
from app.store.effects import change, insert_new
from app.worker.publishing import finding_id


def tell_day(connection: Connection, day: int, units: pl.DataFrame, rules: RuleBook, offset_us: int) -> None:
    """Freeze what the day's q says of each finding among its units (SEALED_UNITS_SCHEMA) and write it on the standing rows."""
    tested = units.filter(pl.col("q_value").is_not_null())
    raised = tested.filter(pl.col("level") > 0)
    q_of = {finding_id(unit): float(unit["q_value"]) for unit in raised.iter_rows(named=True)}
    sealed_at = seal_us(day, offset_us)
    limits = rules.at(sealed_at - 1).severity.limits
    named = day_verdicts.named(connection, q_of, sealed_at // PANE_US)
    for found, (version, sha256, body) in sorted(named.items()):
        said = {
            "finding_id": found,
            "day": day,
            "q_value": q_of[found],
            "units_tested": tested.height,
            "gates": is_unusual(body),
            "calibration": body.get("calibration"),
            "severity": severity_of_day(body, q_of[found], limits).name,
            "names_version": version,
            "names_sha256": sha256,
        }
        insert_new(connection, "day_verdict", [_row(said)])
    rows = list(day_verdicts.standing(connection, named).values())
    write_standing(connection, rows, rules)


def write_standing(connection: Connection, rows: list[dict[str, Any]], rules: RuleBook) -> None:
    """Put the days of findings (whole rows) beside what their newest versions say; MEDIUM joins a case, as at any other time."""
    changed = with_days(connection, rows, rules)
    if changed:
        change(connection, "finding", [{c: r[c] for c in ("finding_id", "severity", "q_value", "body")} for r in changed])
        judged = [{**{c: r[c] for c in PAIR}, "severity": r["severity"]} for r in changed]
        change(connection, "judgement", judged)
        for table, joined in case_effects(changed).items():
            insert_new(connection, table, joined)


def with_days(connection: Connection, rows: list[dict[str, Any]], rules: RuleBook) -> list[dict[str, Any]]:
    """Those of the rows that have a day verdict, with severity, q and the day in their body. Frozen versions keep their own text."""
    verdicts = day_verdicts.of(connection, [r["finding_id"] for r in rows])
    told = []
    for row in rows:
        verdict = verdicts.get(row["finding_id"])
        if verdict is not None:
            body = json.loads(row["body"])
            limits = rules.at(int(row["updated_us"]) - 1).severity.limits
            severity = severity_of_day(body, verdict.q_value, limits)
            day = {c: verdict.body[c] for c in ("day", "q_value", "units_tested", "gates", "calibration", "names_version")}
            now = {**day, "severity": severity.name, "gates": is_unusual(body), "tested": True, "sha256": verdict.sha256}
            text = canonical_bytes(body | {"day": {**now, "sentence": day_sentence(now)}}).decode()
            told.append({**row, "severity": int(severity), "q_value": verdict.q_value, "body": text})
    return told


def keep_days(connection: Connection, upserts: dict[str, list[dict[str, Any]]], rules: RuleBook) -> None:
    """Later rows of findings whose day is sealed keep what it said: severity and q are of the same body as at the seal. Changes them."""
    findings = upserts.get("finding", [])
    told = {(r["finding_id"], r["version"]): r for r in with_days(connection, findings, rules)}
    if told:
        upserts["finding"] = [told.get((r["finding_id"], r["version"]), r) for r in findings]
    anew = {r["finding_id"]: int(r["severity"]) for r in upserts.get("finding", [])}
    judged = {finding_id(r): r for r in upserts.get("judgement", []) if (r.get("level") or 0) >= Level.L1}
    for found, verdict in day_verdicts.of(connection, judged).items():
        if verdict.body["gates"]:
            judged[found]["severity"] = max(judged[found]["severity"], anew.get(found, verdict.severity))


def _row(said: Mapping[str, Any]) -> dict[str, Any]:
    kept = {c: said[c] for c in ("finding_id", "day", "q_value", "names_version")}
    severity = int(Severity[str(said["severity"])])
    return {**kept, "severity": severity, "sha256": digest(dict(said)), "body": canonical_bytes(dict(said)).decode()}
