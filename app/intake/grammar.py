"""Which text is surely a good event? The contract as a regular expression, run in Rust over a whole body at once.

Polars turns 45000.0 in a text column into "45000", takes the first of two equal keys and drops unknown fields without a word. So
nothing reaches the columnar reader that this grammar has not seen: whatever it accepts, the pydantic model accepts with the same
values (a property test says so). What it refuses may still be good; then the model decides, event by event.
"""

from __future__ import annotations

from typing import Final

from app.domain.events import EVENT_TYPES
from app.intake.fields import CHANGE_STATUSES, COST_SOURCES, FIELDS, PROMOTION_KINDS, SALE_STATUSES, Kind
from app.intake.values import CONTROL, UNSAFE

_GAP: Final = r"[ \t]*"
_SPACE: Final = r"[ \t\r\n]*"
# Rust and Python name the same characters with \x00; JSON itself forbids raw ones below \x20 in strings
_ID: Final = rf'"[^ {UNSAFE}](?:[^{UNSAFE}]*[^ {UNSAFE}])?"'
_TEXT: Final = rf'"[^{CONTROL}"\\]+"'
_TIME: Final = (
    r'"(?:19[7-9][0-9]|20[0-9][0-9])-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]'
    r'(?:\.[0-9]{1,9})?(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"'
)
_WHOLE: Final = r'(?:0|[1-9][0-9]{0,11}|"[0-9]{1,12}")'
_QUANTITY: Final = r'(?:(?:0|[1-9][0-9]{0,6})(?:\.[0-9]{1,3})?|"[0-9]{1,7}(?:\.[0-9]{1,3})?")'
_SCALAR: Final = rf'(?:"[^{CONTROL}"\\]*"|0|-?[1-9][0-9]{{0,17}}|true|false|null)'


def _words(*choices: str) -> str:
    return f'"(?:{"|".join(dict.fromkeys(choices))})"'


VALUE: Final = {
    Kind.TYPE: _words(*EVENT_TYPES),
    Kind.ID: _ID,
    Kind.TEXT: _TEXT,
    Kind.CURRENCY: '"[A-Z]{3}"',
    Kind.STATUS: _words(*SALE_STATUSES, *CHANGE_STATUSES),
    Kind.COST_SOURCE: _words(*COST_SOURCES),
    Kind.PROMOTION: _words(*PROMOTION_KINDS),
    Kind.TIME: _TIME,
    Kind.MONEY: _WHOLE,
    Kind.COUNT: _WHOLE,
    Kind.QUANTITY: _QUANTITY,
    Kind.FLAG: "(?:true|false)",
}
"""The values of each kind that are surely good, or need only the checks of `columnar`."""


def _known_member() -> str:
    by_kind: dict[str, list[str]] = {}
    for field in FIELDS.values():
        by_kind.setdefault(VALUE[field.kind], []).append(field.name)
    # names of one kind share one value pattern: the automaton stays small
    options = [f'"(?:{"|".join(names)})":{_GAP}(?:{value}|null)' for value, names in by_kind.items()]
    return f"(?:{'|'.join(options)})"


def _object(member: str, gap: str) -> str:
    return rf"\{{{gap}{member}{gap}(?:,{gap}{member}{gap})*\}}"


# no gap before a colon: members are counted by `":`
_ANY_NAME: Final = rf'"[^{CONTROL}"\\]{{1,64}}"'
MEMBER: Final = rf'({_ANY_NAME}):{_GAP}("[^"\\]*"|[^,"\s}}]+)'
"""Name and value of one member, in a text that FLAT_LINE accepted."""
KNOWN_LINE: Final = rf"\A{_GAP}{_object(_known_member(), _GAP)}{_GAP}\r?\z"
"""One event of known fields only."""
FLAT_LINE: Final = rf"\A{_GAP}{_object(f'{_ANY_NAME}:{_GAP}(?:{_SCALAR}|{_QUANTITY})', _GAP)}{_GAP}\r?\z"
"""One event with plain values and perhaps unknown fields."""
KNOWN_BODY: Final = rf"\A(?:{_GAP}(?:{_object(_known_member(), _GAP)}{_GAP})?\r?\n)*(?:{_GAP}{_object(_known_member(), _GAP)}{_GAP}\r?)?\z"
"""A whole NDJSON body of such events."""
_LOOSE: Final = r'\{(?:[^"{}\[\]]|"(?:[^"\\\x00-\x1f]|\\.)*")*\}'
FLAT_ARRAY: Final = rf"\A{_SPACE}\[{_SPACE}{_LOOSE}(?:{_SPACE},{_SPACE}{_LOOSE})*{_SPACE}\]{_SPACE}\z"
"""A JSON array whose elements hold no array or object: it may be cut at OBJECT."""
OBJECT: Final = _LOOSE
