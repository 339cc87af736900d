"""Is the seller exempt as a small business? Known size and control only (UU 5/1999 Art. 50(h), R30, SEMANTICS A4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.law.facts import Facts
from app.law.pack import Text

SMALL: Final = ("micro", "small")
LARGER: Final = ("medium", "large")


@dataclass(frozen=True, slots=True)
class Exemption:
    """`known` is whether size and control are established at all: only then does the answer stand, either way."""

    exempt: bool
    known: bool
    why: Text


UNKNOWN_SIZE: Final = Exemption(False, False, Text("ukuran dan pemilik usaha belum ditetapkan", "size and owner are not established"))
UNKNOWN_OWNER: Final = Exemption(
    False, False, Text("ukuran grup pemilik belum ditetapkan", "the size of the owner group is not established")
)
OWNED: Final = Exemption(False, True, Text("usaha kecil milik usaha menengah atau besar", "a small business under a medium or large owner"))
LARGE: Final = Exemption(False, True, Text("usaha menengah atau besar", "a medium or large business"))
EXEMPT: Final = Exemption(
    True,
    True,
    Text("usaha mikro atau kecil tanpa pemilik menengah atau besar", "a micro or small business without a medium or large owner"),
)


def exemption(facts: Facts) -> Exemption:
    """Exempt iff size known, micro or small, and no medium or large owner; a declared or unknown size settles nothing."""
    if facts.size_status != "known" or facts.size_class not in (*SMALL, *LARGER):
        return UNKNOWN_SIZE
    if facts.size_class in LARGER:
        return LARGE
    if facts.owner_size_class in LARGER:
        return OWNED
    # forty small shops of one unknown owner are not forty small businesses (A4)
    if facts.owner_group is not None and facts.owner_size_class is None:
        return UNKNOWN_OWNER
    return EXEMPT
