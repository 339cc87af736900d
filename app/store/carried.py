"""What does a partition carry from pane to pane? Per kind one append-only list of Arrow deltas, folded now and then (D4)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, delete, func, insert, select

from app.store import tables

carried = tables.carried


def append(connection: Connection, partition: int, deltas: Mapping[str, bytes], compact: Mapping[str, bytes]) -> None:
    """Replace the lists named in `compact` by one full body each, then put `deltas` behind what is there."""
    if not deltas and not compact:
        return
    last = _last_seq(connection, partition, {*deltas, *compact})
    if compact:
        gone = delete(carried).where(carried.c.partition == partition, carried.c.kind.in_(list(compact)))
        connection.execute(gone)
    # a full body and a delta of the same kind in one commit: the delta comes after what it builds on
    rows = [
        {"partition": partition, "kind": kind, "seq": last.get(kind, 0) + step, "body": body}
        for step, bodies in ((1, compact), (2, deltas))
        for kind, body in bodies.items()
    ]
    connection.execute(insert(carried), rows)


def load(connection: Connection, partition: int) -> dict[str, list[bytes]]:
    """The bodies of each kind in the order in which they were committed."""
    query = select(carried.c.kind, carried.c.body).where(carried.c.partition == partition).order_by(carried.c.kind, carried.c.seq)
    lists: dict[str, list[bytes]] = {}
    for kind, body in connection.execute(query):
        lists.setdefault(kind, []).append(bytes(body))
    return lists


def _last_seq(connection: Connection, partition: int, kinds: set[str]) -> dict[str, int]:
    query = (
        select(carried.c.kind, func.max(carried.c.seq).label("last"))
        .where(carried.c.partition == partition, carried.c.kind.in_(sorted(kinds)))
        .group_by(carried.c.kind)
    )
    return {row.kind: row.last for row in connection.execute(query)}
