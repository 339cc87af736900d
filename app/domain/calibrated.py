"""On what does a pair's p rest, or why is there none? The one list of answers; findings, pages and units carry them as text."""

from __future__ import annotations

from typing import Final

OK: Final = "ok"
"""Sessions of the pair's own platform."""
BORROWED: Final = "borrowed"
"""Sessions that the model was trained with: as valid as the platform's traffic is like theirs."""
NOT_ENOUGH: Final = "not enough calibration"
NO_LIKE_DAY: Final = "no like day"
"""The first day of its campaign: nothing can be promised until one like it has been seen (detection-study 1.7)."""
SUSPENDED: Final = "suspended"
"""The weekly check found normal units of this stratum at small p too often."""
SAYS_P: Final = frozenset({OK, BORROWED})
"""The answers with a p; only these let a finding open on novelty."""
