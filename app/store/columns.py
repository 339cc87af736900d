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
PAIR_COLUMNS: Final = ("platform", "session_id", "seller_id", "product_id", "key")


def key(name: str, kind: type | String = String) -> Column[object]:
    """Part of the primary key."""
    return Column(name, kind, primary_key=True)


def number(name: str, nullable: bool = True) -> Column[int]:
    """64 bits: times in UTC microseconds, money, thousandths, counts."""
    return Column(name, BigInteger, nullable=nullable)


def text(name: str, nullable: bool = True) -> Column[str]:
    """Text without a limit."""
    return Column(name, Text, nullable=nullable)


def pair() -> list[Column[object]]:
    """The five parts of a pair, as primary key."""
    return [key(c) for c in PAIR_COLUMNS]
