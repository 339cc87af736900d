"""Of what are tables made? The naming convention and the few kinds of column that all of them use."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, MetaData, String, Text

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata: Final = MetaData(naming_convention=NAMING)
KEEPS: Final = "keeps"
"""In a column's info: what an upsert makes of the old value and the new one; without it the new one stands."""
PAIR_COLUMNS: Final = ("platform", "session_id", "seller_id", "product_id", "key")


def key(name: str, kind: type | String = String) -> Column[object]:
    """Part of the primary key."""
    return Column(name, kind, primary_key=True)


def number(name: str, nullable: bool = True) -> Column[int]:
    """64 bits: times in UTC microseconds, money, thousandths, counts."""
    return Column(name, BigInteger, nullable=nullable)


def lowest(name: str) -> Column[int]:
    """A number of which an upsert keeps the lowest: what was told twice counts as first told in time, whatever was read last (D3)."""
    return Column(name, BigInteger, nullable=True, info={KEEPS: "lowest"})


def agreed(name: str) -> Column[str]:
    """Text that every upsert must say alike; empty for good once two of them differed."""
    return Column(name, Text, nullable=True, info={KEEPS: "agreed"})


def text(name: str, nullable: bool = True) -> Column[str]:
    """Text without a limit."""
    return Column(name, Text, nullable=nullable)


def pair() -> list[Column[object]]:
    """The five parts of a pair, as primary key."""
    return [key(c) for c in PAIR_COLUMNS]
