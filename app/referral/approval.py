"""May this be proposed, may this be approved? Pure answers with a code that clients can act on (E2, E8, E9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from app.domain.levels import Severity
from app.referral.matter import FrozenFinding

REPLY_DONE: Final = ("answered", "skipped")
CLEARED: Final = ("lawful", "data_error")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not. `code` is stable, `detail` says what to do about it, `missing` names what each finding lacks."""

    code: str
    detail: str
    missing: Mapping[str, Any] = field(default_factory=dict)


def why_not_referable(finding: FrozenFinding, addressee: str, *, sandbox: bool) -> list[str]:
    """Reasons why a finding can't go to an addressee; empty: it can."""
    body = finding.body
    checks = (
        (sandbox, "sandbox data never leads to a referral"),
        (Severity[str(body.get("severity", "NONE"))] < Severity.MEDIUM, "its severity is under MEDIUM"),
        (body.get("addressee") != addressee, f"its rules name {body.get('addressee')}"),
        (bool(body.get("exemption", {}).get("exempt", False)), "the seller is exempt"),
        (finding.verdict in CLEARED, f"a person judged it: {finding.verdict}"),
    )
    return [why for met, why in checks if met]


def choose(found: Sequence[FrozenFinding], asked: Sequence[str] | None, addressee: str, *, sandbox: bool) -> list[FrozenFinding] | Refusal:
    """The findings of a proposal: those asked for, all of which must be referable, or all that are."""
    known = {f.finding_id: f for f in found}
    if asked is not None:
        strangers = sorted(set(asked) - set(known))
        if strangers:
            return Refusal("not_of_this_case", "The case doesn't hold these findings.", {f: ["not of this case"] for f in strangers})
    wanted = [known[i] for i in sorted(set(asked))] if asked is not None else list(found)
    reasons = {f.finding_id: why_not_referable(f, addressee, sandbox=sandbox) for f in wanted}
    chosen = [f for f in wanted if not reasons[f.finding_id]]
    if not chosen or (asked is not None and len(chosen) < len(wanted)):
        return Refusal("nothing_to_refer", f"These findings can't be referred to {addressee}.", {k: v for k, v in reasons.items() if v})
    return chosen


def same_person(proposer: tuple[str, str], approver: tuple[str, str]) -> bool:
    """Are two (key id, name) one person? Two keys under one name are one person, too."""
    return proposer[0] == approver[0] or proposer[1].strip().casefold() == approver[1].strip().casefold()


def missing_facts(findings: Iterable[FrozenFinding]) -> dict[str, list[str]]:
    """What has to be entered before a capped finding can go out."""
    return {f.finding_id: [str(c.get("task") or c.get("reason")) for c in f.body.get("caps", [])] for f in findings if f.body.get("caps")}


def why_not_approved(
    findings: Sequence[FrozenFinding], addressee: str, reply_step: str | None, reply_note: str | None, *, sandbox: bool
) -> Refusal | None:
    """What stands against approval, once it is known that another person asks for it; None: nothing."""
    if reply_step not in REPLY_DONE or not (reply_note or "").strip():
        return Refusal(
            "reply_step_open", "Ask the seller for papers and reasons and enter the answer, or skip the step with a written reason."
        )
    gone = {f.finding_id: why for f in findings if (why := why_not_referable(f, addressee, sandbox=sandbox))}
    if gone or not findings:
        return Refusal("no_longer_referable", "Withdraw the proposal and propose what still stands.", gone)
    lacking = missing_facts(findings)
    if lacking:
        return Refusal("missing_fact", "The findings are capped until these facts are entered.", lacking)
    return None
