"""How do good events become rows? One columnar read and checks as expressions; a doubtful row is left to the model."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Final

import polars as pl

from app.domain.events import ROW_SCHEMA
from app.intake.currencies import CURRENCIES
from app.intake.fields import CHANGE_STATUSES, FIELDS, INTEGERS, SALE_STATUSES, Field, Kind, names_of
from app.intake.values import ID_CHARS, QUANTITY_MAX_MILLI, TEXT_CHARS

_TYPED: Final = {Kind.QUANTITY: pl.Float64(), Kind.FLAG: pl.Boolean(), **dict.fromkeys(INTEGERS, pl.Int64())}
_CODES: Final = pl.Series(sorted(CURRENCIES))
_LENGTHS: Final = {Kind.ID: ID_CHARS, Kind.TEXT: TEXT_CHARS}


def read(ndjson: bytes, names: list[str]) -> pl.DataFrame:
    """The events as columns of `names`. The text must have passed the grammar: nothing here notices a wrong type."""
    typed = {name: _TYPED.get(FIELDS[name].kind, pl.String()) for name in names}
    try:
        return pl.read_ndjson(ndjson, schema=typed)
    except pl.exceptions.ComputeError:
        # numbers sent as strings of digits: read them all as text, the grammar has seen that they are digits
        text = {name: kind if kind == pl.Boolean() else pl.String() for name, kind in typed.items()}
        return pl.read_ndjson(ndjson, schema=text).with_columns(
            pl.col(name).cast(kind) for name, kind in typed.items() if kind in (pl.Int64(), pl.Float64())
        )


def filled(raw: pl.DataFrame) -> pl.DataFrame:
    """How many members of each event were read and not null: compared with its text, it shows a key named twice or unknown."""
    return raw.select(pl.sum_horizontal(pl.all().is_not_null()).cast(pl.Int64).alias("filled"))


def rows_of(raw: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """The event columns of ROW_SCHEMA, and which rows are doubtful."""
    values = raw.with_columns(_converted(name) for name in raw.columns if FIELDS[name].kind in (Kind.TIME, Kind.QUANTITY))
    doubts = [*_absent(raw), *_out_of_place(raw), *_unconverted(raw, values), *_too_long(raw), *_misused(raw)]
    doubtful = values.select(reduce(or_, doubts, pl.lit(False)).alias("doubtful").fill_null(True))["doubtful"]
    if len(doubtful) < values.height:  # a literal alone: no doubt about any
        doubtful = pl.repeat(False, values.height, eager=True)
    fields = {FIELDS[name].column: name for name in raw.columns}
    columns = [
        pl.col(fields[column]).cast(kind).alias(column) if column in fields else pl.lit(None, dtype=kind).alias(column)
        for column, kind in ROW_SCHEMA.items()
    ]
    return values.select(columns), doubtful


def _converted(name: str) -> pl.Expr:
    if FIELDS[name].kind is Kind.TIME:
        return pl.col(name).str.to_datetime("%+", strict=False, time_unit="us").dt.epoch("us").alias(name)
    # a double with at most three decimals (the grammar saw them) times 1000 rounds to the exact thousandths
    return (pl.col(name) * 1000).round(0).cast(pl.Int64).alias(name)


def _where(types: frozenset[str]) -> pl.Expr:
    return pl.col("type").is_in(sorted(types))


def _absent(raw: pl.DataFrame) -> list[pl.Expr]:
    """A needed field is missing."""
    groups: dict[frozenset[str], list[str]] = {}
    whole: list[pl.Expr] = []
    for field in FIELDS.values():
        if field.name not in raw.columns:
            whole += [_where(field.required)] if field.required else []
        elif field.required and raw[field.name].null_count():
            groups.setdefault(field.required, []).append(field.name)
    return whole + [_where(types) & pl.any_horizontal(pl.col(names).is_null()) for types, names in groups.items()]


def _out_of_place(raw: pl.DataFrame) -> list[pl.Expr]:
    """A field stands on a type that does not have it: unknown there, so the model names it."""
    groups: dict[frozenset[str], list[str]] = {}
    for name in raw.columns:
        if len(FIELDS[name].allowed) < len(FIELDS["type"].allowed) and raw[name].null_count() < raw.height:
            groups.setdefault(FIELDS[name].allowed, []).append(name)
    present = raw["type"].unique().to_list()
    return [
        ~_where(allowed) & pl.any_horizontal(pl.col(names).is_not_null())
        for allowed, names in groups.items()
        if not allowed.issuperset(present)
    ]


def _unconverted(raw: pl.DataFrame, values: pl.DataFrame) -> list[pl.Expr]:
    """A moment that does not exist, or a quantity out of range."""
    gone = [name for name in names_of(Kind.TIME) if name in raw.columns and values[name].null_count() > raw[name].null_count()]
    # any null time of such a column is doubtful: which of them were null before no longer matters
    doubts = [pl.col(name).is_null() for name in gone]
    doubts += [pl.col(name) < 0 for name in names_of(Kind.TIME) if name in raw.columns]
    if "quantity" in raw.columns:
        doubts.append(((pl.col("quantity") <= 0) | (pl.col("quantity") > QUANTITY_MAX_MILLI)).fill_null(False))
    return [doubt.fill_null(False) for doubt in doubts]


def _too_long(raw: pl.DataFrame) -> list[pl.Expr]:
    def longest(field: Field) -> int:
        most = raw[field.name].str.len_bytes().max()
        return most if isinstance(most, int) else 0

    fields = [FIELDS[name] for name in raw.columns if FIELDS[name].kind in _LENGTHS]
    return [
        (pl.col(field.name).str.len_chars() > _LENGTHS[field.kind]).fill_null(False)
        for field in fields
        if longest(field) > _LENGTHS[field.kind]
    ]


def _misused(raw: pl.DataFrame) -> list[pl.Expr]:
    """A currency that is none, or a status of the other type."""
    doubts: list[pl.Expr] = []
    if "currency" in raw.columns and not raw["currency"].drop_nulls().unique().is_in(_CODES).all():
        doubts.append((~pl.col("currency").is_in(_CODES)).fill_null(False))
    if "status" in raw.columns:
        sale = (pl.col("type") == "sale") & ~pl.col("status").is_in(SALE_STATUSES)
        change = (pl.col("type") == "sale_changed") & ~pl.col("status").is_in(CHANGE_STATUSES)
        doubts.append((sale | change).fill_null(False))
    return doubts
