"""Which unknown fields do plain events carry? Taken apart as columns, no Python per event."""

from __future__ import annotations

from typing import Final

import polars as pl

from app.intake.exact import EXTRA_BYTES
from app.intake.fields import FIELDS
from app.intake.grammar import MEMBER, VALUE

# names and values whose text is already canonical JSON: what is kept equals what the exact path writes
_PLAIN_VALUE: Final = r'\A(?:"[^"\\\x00-\x1f]*"|0|-?[1-9][0-9]{0,17}|true|false)\z'
SCHEMA: Final = {"at": pl.UInt32(), "unknown": pl.Int64(), "extra": pl.String(), "sure": pl.Boolean()}


def take_apart(lines: pl.Series, at: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """For texts that FLAT_LINE accepts: per text (at, count of unknown fields, extra, sure), and (at, name) of each unknown field."""
    members = _members(lines, at)
    known = pl.col("name").is_in(list(FIELDS))
    checked = members.filter(known).group_by("at", maintain_order=True).agg(_good_values().all().alias("sure_known"))
    unknown = members.filter(~known & (pl.col("value") != "null")).sort("at", "name")
    extras = unknown.group_by("at", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("unknown"),
        pl.concat_str(pl.lit('"'), "name", pl.lit('":'), "value").str.join(",").alias("joined"),
        (pl.col("value").str.contains(_PLAIN_VALUE).all() & (pl.col("name").n_unique() == pl.len())).alias("sure_unknown"),
    )
    whole = pl.DataFrame({"at": at}).join(checked, "at", "left").join(extras, "at", "left", maintain_order="left")
    per_text = whole.select(
        "at",
        pl.col("unknown").fill_null(0),
        pl.concat_str(pl.lit("{"), "joined", pl.lit("}")).alias("extra"),
        sure=pl.col("sure_known").fill_null(True)
        & pl.col("sure_unknown").fill_null(True)
        & (pl.col("joined").str.len_bytes().fill_null(0) + 2 <= EXTRA_BYTES),
    )
    return per_text, unknown.select("at", "name")


def _members(lines: pl.Series, at: pl.Series) -> pl.DataFrame:
    found = pl.DataFrame({"at": at, "member": lines.str.extract_all(MEMBER)}).explode("member", empty_as_null=False)
    parts = pl.col("member").str.extract_groups(MEMBER)
    return found.select("at", parts.struct[0].str.strip_chars('"').alias("name"), parts.struct[1].alias("value"))


def _good_values() -> pl.Expr:
    """Whether a known member's value is one that the grammar takes for its kind."""
    good = pl.col("value") == "null"
    for kind, pattern in VALUE.items():
        names = [field.name for field in FIELDS.values() if field.kind is kind]
        good = good | (pl.col("name").is_in(names) & pl.col("value").str.contains(rf"\A(?:{pattern})\z"))
    return good
