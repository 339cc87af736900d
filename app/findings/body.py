"""How is a judgement written down? One nested JSON text per final, the same for findings (docs/architecture.md 5)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from app.domain.canonical import canonical_bytes
from app.domain.events import PAIR
from app.domain.levels import Severity
from app.domain.time import iso
from app.findings.because import because
from app.findings.spells import Spell
from app.findings.wording import NOTICE, reasons
from app.law.facts import Facts
from app.law.harm import consumer_saving, estimated_harm
from app.law.judge import Judgement

DIGITS: Final = 12
SEVERITY_WORDS: Final = {int(s): s.name for s in Severity}


def final_texts(finals: pl.DataFrame, inputs: Mapping[str, Any]) -> pl.Series:
    """JSON text of each final by its figures alone; sums as strings, floats at 12 significant digits. No Python per row."""
    body = pl.struct(
        pl.struct(PAIR).alias("pair"),
        "category_id",
        "pane",
        "currency",
        pl.col("level"),
        pl.col("legal_level"),
        pl.col("legal_now"),
        pl.col("severity").replace_strict(SEVERITY_WORDS, return_dtype=pl.String()).alias("severity"),
        _float("p_value"),
        "calibration",
        "after_end",
        pl.struct(*[_window(w) for w in ("w1", "w5", "w30")], "force_price", "force_ps", "force_pb", "list_price", "stock",
                  _decimal(pl.col("cum_units")).alias("session_units"), pl.col("cum_value_s").cast(pl.String()).alias("session_value_s"),
                  _decimal(pl.col("below_units")).alias("below_cost_units")).alias("figures"),
        pl.struct(_float("reference").alias("price"), _float("own_median_ps").alias("own_median"), "own_days", "rivals",
                  _float("rivals_median_pb").alias("rivals_median"), _float("market_median")).alias("reference"),
        pl.struct(pl.col("cost_tier").alias("tier"), pl.col("cost_lo").alias("lo"), pl.col("cost_hi").alias("hi"),
                  pl.col("cost_source").alias("source")).alias("cost"),
        pl.struct(_float("anomaly_score"), _float("novelty_score"), _float("running_max")).alias("scores"),
        pl.col("history_day").alias("sealed_through"),
        "promotion_kind",
    )  # fmt: skip
    text = finals.select(body.struct.json_encode().alias("text")).to_series()
    tail = "," + canonical_bytes({"inputs": dict(inputs)}).decode()[1:]
    return text.str.strip_suffix("}") + tail


def told_body(base: str, spell: Spell, facts: Facts, judgement: Judgement, explanation: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The body of a final above L0: its figures, what spell and law say of them and, where a version begins, why (because.py)."""
    body: dict[str, Any] = json.loads(base)
    lowest = spell.lowest
    body["figures"]["first_below_at"] = None if spell.first_below_us is None else iso(spell.first_below_us)
    body["figures"]["lowest_mean_ps"] = None if lowest is None else lowest[0] / lowest[1]
    harm = harm_of(facts)
    saving = consumer_saving(facts.reference, max(0, facts.below_units_session or 0), max(0, facts.below_value_session or 0))
    body["inputs"]["rule_pack"] = judgement.rule_pack
    return body | {
        "p_value": spell.p_value,
        "spells": [{"from": iso(a), "to": None if b is None else iso(b)} for a, b in _spans(spell)],
        "status": "open" if spell.open else "closed",
        "severity_row": judgement.row,
        "tests": [
            {"rule": t.rule, "status": str(t.status), "why": t.why.plain(), "quantities": dict(t.quantities)} for t in judgement.tests
        ],
        "rules": list(judgement.rules),
        "addressee": judgement.addressee,
        "defences": [
            {"id": d.id, "status": str(d.status), "evidence": dict(d.evidence), "opened_by": d.opened_by} for d in judgement.defences
        ],
        "exemption": {"exempt": judgement.exemption.exempt, "why": judgement.exemption.why.plain()},
        "size": {"class": facts.size_class, "status": facts.size_status, "owner_group": facts.owner_group},
        "caps": [{"cap": c.cap.name, "reason": c.reason.plain(), "task": c.task.plain()} for c in judgement.caps],
        "may_propose": judgement.may_propose,
        "may_approve": judgement.may_approve,
        "lasting": {"L2": facts.aligned_l2, "L3": facts.aligned_l3, "L4": facts.aligned_l4},
        "estimated_harm": str(harm),
        "consumer_saving": str(saving),
        "reasons": reasons(facts, judgement),
        "explanation": None if explanation is None else {**explanation, "sentence": because(explanation, facts.currency)},
        "notice": NOTICE,
    }


def harm_of(facts: Facts) -> int:
    """Estimated harm of the session so far, in the smallest unit; what was cancelled is no harm."""
    return estimated_harm(facts.cost_bar, max(0, facts.below_units_session or 0), max(0, facts.below_value_session or 0))


def _spans(spell: Spell) -> list[tuple[int, int | None]]:
    return [(int(a or 0), b) for a, b in spell.spans]


def _float(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.Float64).round_sig_figs(DIGITS)


def _decimal(thousandths: pl.Expr) -> pl.Expr:
    """Thousandths as decimal text: 3000 -> "3.000"."""
    size = thousandths.abs()
    sign = pl.when(thousandths < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    return pl.concat_str(sign, (size // 1000).cast(pl.String()), pl.lit("."), (size % 1000).cast(pl.String()).str.zfill(3))


def _window(prefix: str) -> pl.Expr:
    units, value = pl.col(f"{prefix}_units"), pl.col(f"{prefix}_value_s")
    mean = pl.when(units > 0).then(value.cast(pl.Float64) / units).round_sig_figs(DIGITS)
    return pl.struct(
        _decimal(units).alias("units"),
        value.cast(pl.String()).alias("value_s"),
        mean.alias("mean_ps"),
        pl.col(f"{prefix}_low").alias("low"),
        pl.col(f"{prefix}_high").alias("high"),
        _decimal(pl.col(f"{prefix}_unfunded")).alias("unfunded"),
    ).alias(prefix)
