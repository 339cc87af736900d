"""Which events of a body are good? The grammar says which are surely so, columns read those, the model judges the rest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from app.domain.events import ROW_SCHEMA
from app.intake import columnar
from app.intake.decode import Texts
from app.intake.exact import Judged, Refusal, judge
from app.intake.fields import FIELDS
from app.intake.grammar import FLAT_LINE, KNOWN_LINE
from app.intake.members import take_apart

FEW_CHARS: Final = 4_000
"""Up to about ten events the model is quicker than the set-up of columns (measured: 0.1 against 4 ms for one)."""
_SAMPLE_CHARS: Final = 6_000
_NAME: Final = re.compile(r'"([a-z_]+)":')
_NULL: Final = r'":[ \t]*null'
INDEXED: Final = {"index": pl.UInt32(), **ROW_SCHEMA}


@dataclass(frozen=True, slots=True)
class Checked:
    """`rows`: the good events, `index` and ROW_SCHEMA, in order; the door's own columns are still empty."""

    rows: pl.DataFrame
    refused: dict[int, Refusal]
    unknown: Counter[str]
    sent: int


def check(texts: Texts, few_chars: int = FEW_CHARS) -> Checked:
    """Every event as a row or a refusal; a body under `few_chars` goes event by event."""
    if len(texts.body) < few_chars:
        few = texts.few()
        return _joined(pl.DataFrame(schema=INDEXED), _judged(enumerate(few)), Counter(), len(few))
    whole = _whole(texts) if texts.surely() else None
    if whole is not None:
        return whole
    lines = texts.lines()
    frame = pl.DataFrame({"index": pl.arange(len(lines), eager=True, dtype=pl.UInt32), "line": lines})
    rows, names = _plain(frame)
    rest = frame.join(rows.select("index"), on="index", how="anti", maintain_order="left")
    return _joined(rows, _judged(rest.iter_rows()), Counter(names.to_list()), len(lines))


def _whole(texts: Texts) -> Checked | None:
    """A body that the grammar accepts at one glance; None if a key may be named twice."""
    body = texts.body.encode()
    nulls = pl.Series([texts.body]).str.count_matches(_NULL)[0] if b"null" in body else 0
    raw = _read(body, body.count(b'":') - nulls)
    if raw is None:
        return None
    rows, doubtful = columnar.rows_of(raw)
    rows = rows.select(pl.row_index("index").cast(pl.UInt32), pl.all())
    if not doubtful.any():
        return Checked(rows, {}, Counter(), rows.height)
    lines = texts.lines()
    if len(lines) != rows.height:
        return None
    judged = _judged((int(at), lines[int(at)]) for at in doubtful.arg_true())
    return _joined(rows.filter(~doubtful), judged, Counter(), rows.height)


def _read(body: bytes, members: int) -> pl.DataFrame | None:
    """Fewer columns read faster: first those seen in samples; a wrong count of members shows that others are there."""
    for names in (_sampled(body), list(FIELDS)):
        raw = columnar.read(body, names)
        if sum(raw.height - column.null_count() for column in raw.iter_columns()) == members:
            return raw
    return None


def _sampled(body: bytes) -> list[str]:
    middle = len(body) // 2
    sample = body[:_SAMPLE_CHARS] + body[middle : middle + _SAMPLE_CHARS] + body[-_SAMPLE_CHARS:]
    seen = {*_NAME.findall(sample.decode("utf-8", errors="replace")), "type"}
    return [name for name in FIELDS if name in seen]


def _plain(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Rows of the lines that columns can read, and the names of unknown fields, once per occurrence."""
    line = pl.col("line")
    known = frame.select("index", "line", line.str.contains(KNOWN_LINE).alias("known"))
    flat = known.filter(~pl.col("known") & line.str.contains(FLAT_LINE))
    told, names = take_apart(flat["line"], flat["index"])
    plain = known.join(told, left_on="index", right_on="at", how="left", maintain_order="left").filter(
        pl.col("known") | pl.col("sure").fill_null(False)
    )
    raw = columnar.read("\n".join(plain["line"]).encode(), list(FIELDS)) if plain.height else None
    if raw is None or raw.height != plain.height:
        return pl.DataFrame(schema=INDEXED), pl.Series(dtype=pl.String)
    # every member of the text is accounted for: read, null, or unknown; else a key is named twice
    named = line.str.count_matches('":', literal=True).cast(pl.Int64)
    members = plain.select((named - line.str.count_matches(_NULL) - pl.col("unknown").fill_null(0)).alias("n"))["n"]
    rows, doubtful = columnar.rows_of(raw)
    sure = ~doubtful & (columnar.filled(raw)["filled"] == members)
    rows = rows.with_columns(plain["extra"], plain["index"]).select(*INDEXED).filter(sure)
    return rows, names.join(rows.select("index"), left_on="at", right_on="index", how="semi")["name"]


def _judged(texts: Iterable[tuple[Any, ...]]) -> dict[int, Judged]:
    return {int(index): judge(text) for index, text in texts}


def _joined(rows: pl.DataFrame, judged: dict[int, Judged], unknown: Counter[str], sent: int) -> Checked:
    good = [{"index": index, **one.row} for index, one in judged.items() if one.row is not None]
    if good:
        # column by column: row by row costs four times as much for one event
        found = pl.DataFrame({name: [row.get(name) for row in good] for name in INDEXED}, schema=INDEXED)
        rows = pl.concat([rows, found]).sort("index") if rows.height else found
    for one in judged.values():
        unknown.update(one.unknown)
    refused = {index: one.refusal for index, one in judged.items() if one.refusal is not None}
    return Checked(rows, refused, unknown, sent)
