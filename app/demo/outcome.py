"""What did the service find, and what was there to be found? Findings and sessions read over HTTP, joined with the truth by pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.client.reading import Reader
from app.demo.samples import Sample
from app.domain.levels import Severity

Pair = tuple[str, str, str]
"""session, seller, product"""
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A sample with its answers. `findings` holds every level, `flagged` the sessions that E8 flags."""

    sample: Sample
    sessions: list[Answer]
    findings: dict[Pair, Answer]

    @property
    def flagged(self) -> set[str]:
        """Names of the flagged sessions."""
        return {s["session_id"] for s in self.sessions if s["flagged"]}

    def of(self, truth: Answer) -> Answer | None:
        """The finding of a pair of the truth; None where nothing was found."""
        return self.findings.get(pair_of(truth))

    def severity(self, truth: Answer) -> Severity:
        """How grave the pair was found to be."""
        found = self.of(truth)
        return Severity.NONE if found is None else Severity[found["severity"]]


def pair_of(row: Answer) -> Pair:
    """The pair that a truth row or a finding's `pair` names."""
    return row["session_id"], row["seller_id"], row["product_id"]


def read_outcome(url: str, key: str, sample: Sample) -> Outcome:
    """Everything that a reader's key sees of the sample's platform."""
    with Reader(url, key) as reader:
        sessions = list(reader.sessions(platform=sample.platform, limit=500))
        findings = {pair_of(f["pair"]): f for f in reader.findings(platform=sample.platform, level=1, limit=500)}
    return Outcome(sample, sessions, findings)


def session_page(url: str, truth: Answer) -> str:
    """Where the console shows a pair."""
    return f"{url}/console/sessions/{truth['platform']}:{truth['session_id']}?product_id={truth['product_id']}"


def compare_page(url: str, left: Answer, right: Answer) -> str:
    """Where the console shows two pairs side by side."""
    a, b = (f"{t['platform']}:{t['session_id']}:{t['product_id']}" for t in (left, right))
    return f"{url}/console/compare?a={a}&b={b}"
