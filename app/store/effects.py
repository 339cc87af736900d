"""What does a step of the detector change? Plain rows and carried state, written with the ledger in one transaction (D5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, case, delete, literal, update
from sqlalchemy.dialects import postgresql, sqlite

from app.store.columns import KEEPS
from app.store.tables import metadata

Row: TypeAlias = Mapping[str, Any]
Rows: TypeAlias = Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Effects:
    """Everything that one commit changes. Keys are table names; rows need their primary key and all columns that may not be null.

    Written in the order deletes, inserts, upserts, updates, compact, carried.
    """

    upserts: Rows = field(default_factory=dict)
    """Inserted, or where the primary key exists only the given columns are updated."""
    inserts: Rows = field(default_factory=dict)
    """Inserted, or left alone where the primary key exists."""
    updates: Rows = field(default_factory=dict)
    """Rows that exist: the given columns change, found by primary key; a row that is not there stays absent."""
    carried: Mapping[str, bytes] = field(default_factory=dict)
    """kind -> Arrow delta, appended behind the deltas kept so far."""
    compact: Mapping[str, bytes] = field(default_factory=dict)
    """kind -> full body that replaces every delta kept so far."""
    deletes: Rows = field(default_factory=dict)
    """Deleted where all given columns equal (none of them null)."""


def upsert(connection: Connection, table_name: str, rows: Sequence[Row]) -> None:
    """Insert rows; where the primary key exists update the given columns only, merged where the column says how (KEEPS)."""
    table = metadata.tables[table_name]
    keys = set(table.primary_key.columns.keys())
    for columns, group in _same_columns(rows):
        statement = _insert(connection, table)
        changed = {c: _merged(table.c[c], statement.excluded[c]) for c in columns if c not in keys}
        if changed:
            statement = statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=changed)
        else:
            statement = statement.on_conflict_do_nothing(index_elements=list(table.primary_key))
        connection.execute(statement, group)


def insert_new(connection: Connection, table_name: str, rows: Sequence[Row]) -> None:
    """Insert rows; those whose primary key exists are left as they are."""
    table = metadata.tables[table_name]
    for _, group in _same_columns(rows):
        connection.execute(_insert(connection, table).on_conflict_do_nothing(index_elements=list(table.primary_key)), group)


def change(connection: Connection, table_name: str, rows: Sequence[Row]) -> None:
    """Change the given columns of rows that exist; each row gives its whole primary key."""
    table = metadata.tables[table_name]
    keys = [c.name for c in table.primary_key]
    for columns, group in _same_columns(rows):
        where = and_(*(table.c[k] == bindparam(f"where_{k}") for k in keys))
        values: dict[str, Any] = {c: bindparam(f"set_{c}") for c in columns if c not in keys}
        named = [{f"{'where' if c in keys else 'set'}_{c}": row[c] for c in columns} for row in group]
        connection.execute(update(table).where(where).values(values), named)


def remove(connection: Connection, table_name: str, rows: Sequence[Row]) -> None:
    """Delete where all given columns equal; an empty condition is refused with ValueError."""
    table = metadata.tables[table_name]
    for columns, group in _same_columns(rows):
        if not columns:
            raise ValueError(f"a delete from {table_name} names no column")
        # bind names must differ from column names inside a DELETE
        where = and_(*(table.c[c] == bindparam(f"where_{c}") for c in columns))
        connection.execute(delete(table).where(where), [{f"where_{c}": row[c] for c in columns} for row in group])


def write_rows(connection: Connection, effects: Effects) -> None:
    """The table rows of the effects, one executemany per table and set of columns."""
    for table, rows in effects.deletes.items():
        remove(connection, table, rows)
    for table, rows in effects.inserts.items():
        insert_new(connection, table, rows)
    for table, rows in effects.upserts.items():
        upsert(connection, table, rows)
    for table, rows in effects.updates.items():
        change(connection, table, rows)


def _merged(old: ColumnElement[Any], new: ColumnElement[Any]) -> ColumnElement[Any]:
    keeps = getattr(old, "info", {}).get(KEEPS)
    if keeps == "lowest":
        return case((old.is_(None), new), (new < old, new), else_=old)
    return case((old.is_not_distinct_from(new), old), else_=literal("")) if keeps == "agreed" else new


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def _same_columns(rows: Sequence[Row]) -> list[tuple[tuple[str, ...], list[dict[str, Any]]]]:
    """Rows grouped by the columns they give: one statement speaks of one set of columns."""
    groups: defaultdict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[frozenset(row)].append(dict(row))
    return [(tuple(sorted(columns)), group) for columns, group in groups.items()]
