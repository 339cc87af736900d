"""Which finals do the closing panes have, and what becomes of each pair? Natural finals, full minutes of open spells, spells (E5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import polars as pl

from app.detection.counterfactual import HIGHEST
from app.domain.events import PAIR
from app.domain.levels import Severity
from app.domain.time import PANE_US
from app.findings.facts import facts_of
from app.findings.known import Known
from app.findings.spells import Spell, step
from app.law.facts import Facts
from app.law.judge import Judgement, judge
from app.windows import points
from app.windows.figures import Closing
from app.worker.context import Context
from app.worker.explaining import explanations, outgrown
from app.worker.line import extra_finals, natural_finals

Outgrows = Callable[[int, Sequence[float | None] | None], bool]
"""(pane, what the newest version's price bears) -> has the session outgrown it?"""
AFTER_LAST: Final = 37
"""Panes after a pair's last natural final, or the end of its price, in which its spell must have closed: five quiet minutes follow."""


@dataclass
class Told:
    """One final of a pair that was ever above L0, as the spell and the law see it."""

    final: dict[str, Any]
    facts: Facts
    judgement: Judgement
    in_spell: bool
    emit: bool  # a new version of the finding begins here
    state: Spell  # as of this final
    spell: str  # the same as carried
    explanation: dict[str, Any] | None = None  # of a version only (app.worker.explaining)


@dataclass
class Fired:
    """Finals of closing panes: the frame of all, and what was told of the pairs above L0, in pane order per pair."""

    frame: pl.DataFrame
    told: list[Told] = field(default_factory=list)


def fire(panes: Closing, context: Context, known: Known, platform: str) -> Fired:
    """Judge every final of the closing panes."""
    natural = natural_finals(panes, context, platform).with_columns(pl.lit(value=True).alias("natural"))
    spans = _loud_spans(natural, panes)
    where = points.minutes(spans, panes.first, panes.last).join(natural.select(*PAIR, "pane"), on=(*PAIR, "pane"), how="anti")
    frame = natural
    if not where.is_empty():
        extra = extra_finals(where, natural.drop("natural"), panes, context, platform)
        frame = pl.concat([natural, extra.with_columns(pl.lit(value=False).alias("natural")).select(natural.columns)])
    return _tell(frame.sort(*PAIR, "pane"), context, known, panes.low_pos)


def _loud_spans(natural: pl.DataFrame, panes: Closing) -> pl.DataFrame:
    """PAIR, from_pane, to_pane: where full minutes may be finals, for pairs with a spell open or opening."""
    loud = (pl.col("legal_now") > 0) | (pl.col("anomaly_score") > pl.col("open_score")).fill_null(value=False)
    begins = natural.filter(loud).group_by(PAIR).agg(pl.col("pane").min().alias("from_pane"))
    carried = panes.carry.pairs.filter(pl.col("spell").str.contains('"open":true', literal=True).fill_null(value=False)).select(
        *PAIR, pl.lit(panes.first, pl.Int64).alias("from_pane"), pl.col("last_pane").alias("was_last")
    )
    shown = panes.held.filter(pl.col("end_us") > pl.col("start_us")).select(*PAIR, (pl.col("end_us") // PANE_US).alias("pane"))
    ends = pl.concat([natural.select(*PAIR, "pane"), shown]).group_by(PAIR).agg(pl.col("pane").max().alias("last_pane"))
    return (
        pl.concat([begins, carried], how="diagonal")
        .group_by(PAIR)
        .agg(pl.col("from_pane").min(), pl.col("was_last").max())
        .join(ends, on=PAIR, how="left")
        .with_columns((pl.max_horizontal("last_pane", "was_last") + AFTER_LAST).alias("to_pane"))
        .select(*PAIR, "from_pane", "to_pane")
    )


def _tell(frame: pl.DataFrame, context: Context, known: Known, low_pos: int) -> Fired:
    """Walk the spells of pairs that are or were above L0; the others' finals are L0 by their figures alone."""
    loud = (pl.col("legal_now") > 0) | (pl.col("anomaly_score") > pl.col("open_score")).fill_null(value=False)
    of_interest = frame.filter((loud | pl.col("spell").is_not_null()).any().over(PAIR))
    rest = frame.join(of_interest.select(PAIR).unique(), on=PAIR, how="anti", maintain_order="left").filter("natural")
    told: list[Told] = []
    for pair in of_interest.partition_by(PAIR, maintain_order=True):
        told.extend(walk(pair.iter_rows(named=True), context, known, low_pos, outgrows=_outgrows(pair, context)))
    spoken = of_interest.join(_places(told), on=(*PAIR, "pane"), how="semi", maintain_order="left")
    versions = [t for t in told if t.emit]
    begun = of_interest.join(_places(versions), on=(*PAIR, "pane"), how="semi", maintain_order="left")
    for version, explanation in zip(versions, explanations(begun, context), strict=True):
        version.explanation = explanation
    return Fired(_with_verdicts(pl.concat([rest, spoken]), told), told)


def _outgrows(pair: pl.DataFrame, context: Context) -> Outgrows:
    return lambda pane, borne: outgrown(pair.filter((pl.col("pane") == pane) & pl.col("natural")), borne, context)


def _places(told: list[Told]) -> pl.DataFrame:
    """PAIR, pane of what was told."""
    schema = dict.fromkeys(PAIR, pl.String()) | {"pane": pl.Int64()}
    return pl.DataFrame([[t.final[c] for c in schema] for t in told], schema=schema, orient="row")


def walk(
    finals: Iterator[dict[str, Any]],
    context: Context,
    known: Known,
    low_pos: int = 0,
    judging: Callable[..., Judgement] = judge,
    outgrows: Outgrows = lambda _pane, _borne: False,
) -> Iterator[Told]:
    """Feed one pair's finals, in pane order, to its spell; yield those that exist.

    A version tells at which price nothing would have been found. If, after the spell, a dearer list price or a greater rush than any
    before would make that untrue, the finding is told once more.
    """
    spell: Spell | None = None
    for final in finals:
        spell = spell or Spell.load(final["spell"])
        before = spell.open
        if not step(spell, final, natural=final["natural"]):
            continue
        if spell.open and not before:
            spell.first_pos = low_pos if spell.first_pos is None else min(low_pos, spell.first_pos)
        facts = facts_of(final, spell, known, context.snapshot.alpha_open)
        judgement = judging(facts, context.rules)
        emit = spell.tell(_signature(spell, judgement)) if spell.level else False
        borne = [final.get(c) for c in HIGHEST.values()]
        if not emit and spell.level and not spell.open and final["natural"] and borne != spell.borne:
            emit = outgrows(final["pane"], spell.borne)
            spell.version += emit
        if spell.level and (emit or not spell.open):
            spell.borne = borne
        yield Told(
            final=final,
            facts=facts,
            judgement=judgement,
            in_spell=(spell.open or before) and spell.span_legal >= 2,
            emit=emit,
            state=replace(spell, spans=[list(span) for span in spell.spans]),
            spell=spell.dump(),
        )


def _signature(spell: Spell, judgement: Judgement) -> str:
    """What makes a new version of a finding: level, severity, rules, defences, and whether its spell is open (E5)."""
    defences = ",".join(f"{d.id}={d.status}" for d in judgement.defences)
    return f"{spell.open}|{spell.level}|{spell.legal}|{int(judgement.severity)}|{','.join(judgement.rules)}|{defences}"


def _with_verdicts(frame: pl.DataFrame, told: list[Told]) -> pl.DataFrame:
    """Add level, legal_level, severity, known_loss, in_spell, spell_now to the finals; L0 and NONE where nothing was told."""
    schema = dict.fromkeys(PAIR, pl.String()) | {
        "pane": pl.Int64(),
        "level": pl.Int64(),
        "legal_level": pl.Int64(),
        "severity": pl.Int64(),
        "known_loss": pl.Int64(),
        "in_spell": pl.Boolean(),
        "spell_now": pl.String(),
    }
    rows = [
        [
            *(t.final[c] for c in PAIR),
            t.final["pane"],
            t.state.level,
            t.state.legal,
            int(t.judgement.severity if t.state.level else Severity.NONE),
            int(t.state.known_loss),
            t.in_spell,
            t.spell,
        ]
        for t in told
    ]
    verdicts = pl.DataFrame(rows, schema=schema, orient="row")
    return (
        frame.join(verdicts, on=(*PAIR, "pane"), how="left", maintain_order="left")
        .with_columns(pl.col("level", "legal_level", "severity", "known_loss").fill_null(0), pl.col("in_spell").fill_null(value=False))
        .sort(*PAIR, "pane")
    )
