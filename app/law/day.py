"""What does the sealed day add to a finding? Where it is unusual at alpha_open, its q decides on MEDIUM; nothing is ever lowered (E2).

Read from what the finding's own frozen body says, so that nothing is judged twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.calibrated import OK
from app.domain.levels import Level, Severity
from app.law.defences.answer import Status
from app.law.pack import Limits
from app.law.severity import lowered


def is_unusual(body: Mapping[str, Any]) -> bool:
    """Did the pair's running p reach alpha_open? Whatever was measured beside it: E2's row of L1 asks for L1 or more (decision 013)."""
    p, alpha = body.get("p_value"), (body.get("inputs") or {}).get("alpha_open")
    return body["level"] >= Level.L1 and p is not None and alpha is not None and p <= alpha


def severity_of_day(body: Mapping[str, Any], q_value: float, limits: Limits) -> Severity:
    """Severity of a finding once q of its day is known: MEDIUM at q <= q_permille where p rests on the platform's own sessions.

    body: docs/architecture.md 5. Defences, exemption and caps lower it as they do everywhere; nothing falls under what it was.
    """
    before = Severity[str(body["severity"])]
    if not is_unusual(body) or body.get("calibration") != OK or q_value * 1000 > limits["q_permille"]:
        return before
    holding = [str(d["id"]) for d in body.get("defences", ()) if d["status"] == Status.HOLDS]
    caps = [Severity[str(c["cap"])] for c in body.get("caps", ())]
    exempt = bool((body.get("exemption") or {}).get("exempt", False))
    return max(before, lowered(Severity.MEDIUM, holding, exempt, caps))
