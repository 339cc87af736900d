"""What follows from what was measured? The second sentence: how long, what speaks for the seller, what is still missing."""

from __future__ import annotations

from typing import Final

from app.domain.levels import Level, Severity
from app.findings.numbers import Language
from app.law.defences.answer import Status
from app.law.facts import Facts
from app.law.judge import Judgement

DEFENCE_NAMES: Final[dict[str, dict[str, str]]] = {
    "D2": {"id": "barang mudah rusak", "en": "perishable goods"},
    "D3": {"id": "cuci gudang", "en": "stock clearance"},
    "D5": {"id": "mengikuti harga pesaing", "en": "meeting rivals' prices"},
    "D6": {"id": "promosi singkat yang diumumkan", "en": "a short announced promotion"},
    "D7": {"id": "potongan yang dibiayai platform", "en": "a discount that the platform paid"},
    "D9": {"id": "salah ketik harga", "en": "a slip in the price"},
}
SEVERITY_NAMES: Final[dict[Severity, dict[str, str]]] = {
    Severity.NONE: {"id": "tanpa tingkat", "en": "no severity"},
    Severity.INFO: {"id": "INFO (keterangan saja)", "en": "INFO (for information only)"},
    Severity.LOW: {"id": "RENDAH (daftar pantau)", "en": "LOW (watch list)"},
    Severity.MEDIUM: {"id": "SEDANG", "en": "MEDIUM"},
    Severity.HIGH: {"id": "TINGGI", "en": "HIGH"},
    Severity.CRITICAL: {"id": "KRITIS", "en": "CRITICAL"},
}


def _lasting(facts: Facts, language: Language) -> str:
    if facts.legal_level <= Level.L1:
        return "Tidak ada uji hukum yang terpenuhi" if language == "id" else "No legal test is met"
    if facts.legal_level == Level.L2:
        days, sessions = facts.l2_days, facts.l2_sessions
        if language == "id":
            return f"Keadaan ini tercatat pada {days} hari dan {sessions} sesi"
        return f"This is on record for {days} day{'s' * (days != 1)} and {sessions} session{'s' * (sessions != 1)}"
    windows = facts.aligned_l4 if facts.legal_level >= Level.L4 else facts.aligned_l3
    if language == "id":
        return f"Keadaan ini berlangsung selama {windows} jendela lima menit dalam 24 jam"
    return f"This lasted for {windows} five-minute window{'s' * (windows != 1)} within 24 hours"


def _holding(judgement: Judgement, language: Language) -> str:
    names = [DEFENCE_NAMES[d.id][language] for d in judgement.defences if d.status is Status.HOLDS]
    return (" dan " if language == "id" else " and ").join(names)


def _ground(judgement: Judgement, language: Language) -> str:
    """What speaks for the seller or is missing, in the order that lowers most."""
    if judgement.exemption.exempt:
        return "dan usaha mikro atau kecil ini dikecualikan" if language == "id" else "and this micro or small business is exempt"
    holding = _holding(judgement, language)
    if holding:
        reason = "dan alasan yang terbukti dari fakta terukur adalah" if language == "id" else "and the measured facts bear out"
        return f"{reason} {holding}"
    if judgement.caps:
        tasks = (" dan " if language == "id" else " and ").join(c.task.plain()[language] for c in judgement.caps)
        return (
            f"dan sebelum rujukan disetujui masih perlu: {tasks}" if language == "id" else f"and before any approval it remains to {tasks}"
        )
    return "dan tidak ada alasan pembenar yang terbukti dari data ini" if language == "id" else "and no defence is borne out by these data"


def consequence(facts: Facts, judgement: Judgement, language: Language) -> str:
    """One sentence without its full stop, ending with the severity."""
    word = "sehingga tingkatnya" if language == "id" else "so the severity is"
    severity = SEVERITY_NAMES[judgement.severity][language]
    return f"{_lasting(facts, language)}, {_ground(judgement, language)}, {word} {severity}"
