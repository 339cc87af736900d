"""In which steps do panes close? Cut where a configuration took over and where ended pairs are forgotten (SEMANTICS D3, D6)."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.time import DAY_US, PANE_US
from app.windows.carry import forgets_through
from app.worker.platform_state import PlatformState


def hold(state: PlatformState, version: int) -> None:
    """A new configuration has come: panes closed before it, but waiting for a seal, keep the one they were closed under (D6)."""
    if state.clock.watermark_us is None:
        return
    closed = state.clock.watermark_us // PANE_US - 1
    bound = max([state.fired or 0, *(pane for pane, _ in state.waiting)])
    if closed > bound:
        state.waiting.append((closed, version))


def stretches(state: PlatformState, last: int) -> Iterator[tuple[int, int | None]]:
    """(last pane, version or None for the newest) of each step in which the panes up to `last` close, however many close at once."""
    rows = state.open_rows["pane"]
    done = state.fired if state.fired is not None else None if rows.is_empty() else int(rows.min()) - 1  # type: ignore[arg-type]
    cuts = {last} | {pane for pane, _ in state.waiting if pane < last}
    if done is not None:
        first_day = forgets_through(done * PANE_US) + DAY_US
        cuts |= {us // PANE_US - 1 for us in range(first_day, (last + 1) * PANE_US, DAY_US) if us // PANE_US - 1 > done}
    for cut in sorted(cuts):
        yield cut, next((version for pane, version in state.waiting if cut <= pane), None)


def release(state: PlatformState) -> None:
    """Drop what has fired."""
    state.waiting = [(pane, version) for pane, version in state.waiting if state.fired is None or pane > state.fired]
