"""How do concurrent writers share one fsync? They queue; whoever holds the lock commits everything queued so far."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


@dataclass(slots=True, eq=False)
class _Ticket(Generic[Item, Outcome]):
    item: Item
    outcome: Outcome | None = None
    error: BaseException | None = None
    done: bool = False


class GroupCommit(Generic[Item, Outcome]):
    """Calls `commit` with one or many submitted items, never twice at once, in the order they were submitted.

    There is no lingering: an item alone is committed at once, a group forms only while a commit is under way.
    """

    def __init__(self, commit: Callable[[Sequence[Item]], Sequence[Outcome]]) -> None:
        self._commit = commit
        self._queue: list[_Ticket[Item, Outcome]] = []
        self._queue_lock = threading.Lock()
        self._leading = threading.Lock()

    def submit(self, item: Item) -> Outcome:
        """The outcome of `commit` for this item; what `commit` raises, every member of its group gets."""
        ticket: _Ticket[Item, Outcome] = _Ticket(item)
        with self._queue_lock:
            self._queue.append(ticket)
        with self._leading:
            if not ticket.done:
                self._lead()
        if ticket.error is not None:
            raise _own_copy(ticket.error)
        return ticket.outcome  # type: ignore[return-value]  # set by _lead whenever error is None

    def run(self, action: Callable[[], None]) -> None:
        """Do something else between two commits, never beside one."""
        with self._leading:
            action()

    def _lead(self) -> None:
        with self._queue_lock:
            group, self._queue = self._queue, []
        try:
            outcomes = self._commit([t.item for t in group])
            for ticket, outcome in zip(group, outcomes, strict=True):
                ticket.outcome = outcome
        except BaseException as error:
            for ticket in group:
                ticket.error = error
        finally:
            for ticket in group:
                ticket.done = True


def _own_copy(error: BaseException) -> BaseException:
    """Each thread raises an exception of its own: a shared one would collect the tracebacks of all."""
    try:
        copy = type(error)(*error.args)
    except Exception:
        return error
    copy.__cause__ = error
    return copy
