"""What do readers get to see of closed panes? Rows of judgement, finding, case, timeline, session and evidence (D5)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import polars as pl

from app.domain.canonical import canonical_bytes, digest
from app.domain.events import PAIR
from app.domain.identity import name
from app.domain.levels import Severity
from app.findings.body import harm_of, told_body
from app.findings.cases import case_effects
from app.findings.evidence import Segment, merkle_root
from app.windows.days import merge
from app.worker.carrying import to_bytes
from app.worker.closing import Closed
from app.worker.firing import Told
from app.worker.timeline import timeline_rows
from app.worker.units import unit_rows

Rows = dict[str, list[dict[str, Any]]]
Collect = Callable[[Told], list[Segment]]
JUDGEMENT: Final = {
    "level": "level",
    "legal_level": "legal_level",
    "severity": "severity",
    "anomaly_score": "running_max",
    "novelty_score": "running_novelty",
    "p_value": "p_value",
    "loss_probability": "running_loss",
    "stratum": "stratum",
    "calibration_level": "calibration_level",
    "calibration": "calibration",
    "shadow_score": "running_shadow",
    "shadow_p": "shadow_p",
    "shadow_model_id": "shadow_by",
    "category_id": "category_id",
    "pane": "pane",
    "finals": "finals",
    "finals_digest": "digest",
    "final": "text",
}


def finding_id(pair: Mapping[str, Any]) -> str:
    """One finding per (platform, session, seller, product, key), named by them."""
    return name("f", *(str(pair[c]) for c in PAIR))


def publish(closed: Closed, partition: int, collect: Collect, *, keep_finals: bool) -> tuple[Rows, Rows]:
    """(upserts, inserts) of everything that is read from outside."""
    upserts: Rows = {"judgement": _judgements(closed, partition), "timeline": timeline_rows(closed)}
    inserts: Rows = {}
    upserts |= unit_rows(closed)
    texts = _texts(closed)
    # a pair above L0 is told anew at every final, but only its last one and new versions are shown
    last = {tuple(told.final[c] for c in PAIR): told for told in closed.told}
    shown = closed.told if keep_finals else [t for t in closed.told if t.emit or t is last[tuple(t.final[c] for c in PAIR)]]
    bodies = {
        _place(t.final): told_body(texts[_place(t.final)], t.state, t.facts, t.judgement, t.explanation) for t in shown if t.state.level
    }
    _enrich(upserts["judgement"], bodies)
    if keep_finals:
        inserts["final"] = _finals(closed, bodies)
    for told in closed.told:
        if told.emit:
            _finding(told, bodies[_place(told.final)], partition, collect, upserts, inserts)
    return upserts, inserts


def running(closed: Closed) -> list[dict[str, Any]]:
    """Updates of `finding` for what grows between two versions: harm and p. The versions themselves are frozen (F2)."""
    last = {tuple(told.final[c] for c in PAIR): told for told in closed.told if told.state.level}
    rows = []
    for told in last.values():
        harm = str(harm_of(told.facts))
        rows.append(
            {
                "finding_id": finding_id(told.final),
                "updated_us": int(told.final["end_us"]),
                "estimated_harm": harm,
                "harm_rank": float(harm),
                "p_value": told.state.p_value,
            }
        )
    return rows


def day_parts(platform: str, parts: list[pl.DataFrame], partition: int, last: int) -> list[dict[str, Any]]:
    """Rows of `day_part`, one per day the closed panes lie in; the `last` pane numbers them."""
    days = merge(pl.concat(parts)).partition_by("day", as_dict=True)
    return [
        {"partition": partition, "platform": platform, "day": day, "seq": last, "body": to_bytes(part)}
        for (day,), part in sorted(days.items())
    ]


def _place(final: Mapping[str, Any]) -> tuple[Any, ...]:
    return (*(final[c] for c in PAIR), final["pane"])


def _texts(closed: Closed) -> dict[tuple[Any, ...], str]:
    wanted = closed.finals.filter(pl.col("spell_now").is_not_null())
    return {row[:6]: row[6] for row in wanted.select(*PAIR, "pane", "text").iter_rows()}


def _judgements(closed: Closed, partition: int) -> list[dict[str, Any]]:
    last = closed.finals.group_by(PAIR, maintain_order=True).agg(pl.all().last())
    rows = last.select(*PAIR, *[pl.col(c).alias(n) for n, c in JUDGEMENT.items() if c in last.columns]).to_dicts()
    return [{**row, "partition": partition} for row in rows]


def _enrich(rows: list[dict[str, Any]], bodies: Mapping[tuple[Any, ...], dict[str, Any]]) -> None:
    for row in rows:
        body = bodies.get(_place(row))
        if body is not None:
            row["final"] = canonical_bytes(body).decode()
            row["p_value"] = body["p_value"]


def _finals(closed: Closed, bodies: Mapping[tuple[Any, ...], dict[str, Any]]) -> list[dict[str, Any]]:
    rows = closed.finals.select(*PAIR, "pane", pl.col("text").alias("body")).to_dicts()
    for row in rows:
        body = bodies.get(_place(row))
        row["body"] = canonical_bytes(body if body is not None else json.loads(row["body"])).decode()
    return rows


def _finding(told: Told, body: dict[str, Any], partition: int, collect: Collect, upserts: Rows, inserts: Rows) -> None:
    found = finding_id(told.final)
    severity = Severity[body["severity"]]
    evidence = collect(told) if severity >= Severity.MEDIUM else []
    state = told.state
    full = body | {
        "finding_id": found,
        "version": state.version,
        "opened_us": state.opened_us,
        "evidence": {
            "merkle_root": merkle_root([s.sha256 for s in evidence]) if evidence else None,
            "segments": [s.sha256 for s in evidence],
        },
    }
    end = int(told.final["end_us"])
    text = canonical_bytes(full).decode()
    row = {
        **{c: told.final[c] for c in PAIR},
        "finding_id": found,
        "category_id": told.final["category_id"],
        "partition": partition,
        "status": body["status"],
        "level": state.level,
        "legal_level": state.legal,
        "severity": int(severity),
        "p_value": state.p_value,
        "opened_us": state.opened_us,
        "updated_us": end,
        "closed_us": None if state.open else end,
        "version": state.version,
        "estimated_harm": body["estimated_harm"],
        "harm_rank": float(body["estimated_harm"]),
        "body": text,
    }
    _add(upserts, "finding", row)
    _add(
        inserts,
        "finding_version",
        {"finding_id": found, "version": state.version, "pane": told.final["pane"], "sha256": digest(full), "body": text},
    )
    for segment in evidence:
        _add(inserts, "evidence", {"sha256": segment.sha256, "key": segment.key, "minute_us": segment.minute_us, "body": segment.body})
        _add(inserts, "finding_evidence", {"finding_id": found, "sha256": segment.sha256})
    for table, rows in case_effects([row]).items():
        for joined in rows:
            _add(inserts, table, joined)


def _add(rows: Rows, table: str, row: dict[str, Any]) -> None:
    rows.setdefault(table, []).append(row)
