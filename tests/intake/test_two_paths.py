"""Do columns and model agree? On any events, good or bad, both paths accept and refuse the same and give identical rows."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.domain.events import EVENT_TYPES
from app.intake.check import INDEXED, Checked, check
from app.intake.decode import Texts, texts_of
from app.intake.exact import Refusal, judge
from app.intake.fields import CHANGE_STATUSES, COST_SOURCES, FIELDS, PROMOTION_KINDS, SALE_STATUSES, Kind
from app.intake.refusal import Refused

TIMES = [
    "2026-11-11T20:00:01.000+07:00",
    "2026-11-11T13:00:01Z",
    "2026-11-11T13:00:01.1234567Z",
    "2026-11-11T13:00:01.123456789-09:30",
    "1970-01-01T06:59:59+07:00",
    "1970-01-01T00:00:00Z",
    "2026-02-30T00:00:00Z",
    "2026-11-11T13:00:01",
    "2026-11-11T13:00:60Z",
    "2026-11-11T24:00:00Z",
    "2026-11-11t13:00:01z",
    "2026-11-11 13:00:01Z",
    "2026-11-11T13:00Z",
    "2026-11-11T13:00:01+0700",
    "2026-11-11T13:00:01+14:00",
    "2026-11-11T13:00:01+23:59",
    "2026-11-11T13:00:01+24:00",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-11-11T13:00:01.Z",
    "2026-13-01T00:00:00Z",
    "",
    "now",
    "\u0662\u0660\u0662\u0666-11-11T13:00:01Z",
    "2099-12-31T23:59:59.999999999Z",
    "2024-02-29T00:00:00Z",
    "2023-02-29T00:00:00Z",
    "2026-11-11T13:00:01-00:00",
]
NUMBERS = [
    "0",
    "-0",
    "1",
    "3",
    "45000",
    "-5",
    "45000.0",
    "1e3",
    "1E+2",
    "0.328",
    "0.3280",
    "0.3284",
    "0.1",
    "999999.999",
    "1000000",
    "1000000.001",
    "1000000000000",
    "1000000000001",
    "999999999999",
    "9223372036854775808",
    "18446744073709551616",
    "1" + "0" * 50,
    "1e999",
    "-1e-400",
    "0.0",
    "5e-324",
    "NaN",
    "Infinity",
    "-Infinity",
    "01",
    ".5",
    "5.",
    "+5",
    "0x10",
    "1_000",
    "2.675",
    "0.001",
    "0.0005",
    "123456.789",
]
STRINGS = [
    "a",
    "toko-1",
    "SKU 12/3",
    " a",
    "a ",
    "",
    " ",
    "x" * 128,
    "x" * 129,
    "é" * 128,
    "é" * 129,
    "商品",
    "😀",
    "a\u200bb",
    "a\x7fb",
    "a\x85b",
    "a\nb",
    "a\x00b",
    "it's",
    'quo"te',
    "br{ace",
    "<b>",
    "back\\slash",
    "IDR",
    "idr",
    "XXX",
    "RPH",
    "45000",
    "045",
    "45.000",
    "0.5",
    "0.5000",
    "-5",
    "1e3",
    "null",
    "true",
    '":',
    "]},{",
    "٣",
    "\ufeff",
    "a\u2028b",
    "a\u00a0b",
    "1000000000000",
    "1000000000001",
    "00000000000001",
    "9999999",
]
RAW = [
    "true",
    "false",
    "null",
    "{}",
    "[]",
    '{"a":1}',
    "[1,2]",
    '"\\ud800"',
    '"\\ud83d\\ude00"',
    '"a\\/b"',
    '"a\\u0000"',
    '"\\u0061"',
    '"\t"',
    "",
]
WORDS = [*EVENT_TYPES, *SALE_STATUSES, *CHANGE_STATUSES, *COST_SOURCES, *PROMOTION_KINDS]
NEEDED = {
    "occurred_at": '"2026-11-11T13:00:01Z"', "sold_at": '"2026-11-11T13:00:01Z"', "price": "1", "currency": '"IDR"', "quantity": "1",
    "status": '"paid"',
}  # fmt: skip
UNKNOWN = ["foo", "seller_vouchr", "a\\u0062", "", "x" * 64, "x" * 65, "price ", "Price", "model_config", "extra", "é"]


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def good(kind: Kind) -> st.SearchStrategy[str]:
    match kind:
        case Kind.TYPE:
            return st.sampled_from(EVENT_TYPES).map(quoted)
        case Kind.TIME:
            return st.sampled_from(TIMES[:4]).map(quoted)
        case Kind.CURRENCY:
            return st.just('"IDR"')
        case Kind.STATUS:
            return st.sampled_from((*SALE_STATUSES, *CHANGE_STATUSES)).map(quoted)
        case Kind.COST_SOURCE:
            return st.sampled_from(COST_SOURCES).map(quoted)
        case Kind.PROMOTION:
            return st.sampled_from(PROMOTION_KINDS).map(quoted)
        case Kind.FLAG:
            return st.sampled_from(["true", "false"])
        case Kind.MONEY | Kind.COUNT:
            return st.one_of(st.integers(0, 10**12).map(str), st.integers(0, 10**12).map(lambda n: f'"{n}"'))
        case Kind.QUANTITY:
            return st.integers(1, 10**9).map(lambda milli: f"{milli // 1000}.{milli % 1000:03d}")
        case _:
            return st.sampled_from(["a", "toko-1", "商品", "SKU 12/3"]).map(quoted)


ANY_VALUE = st.one_of(
    st.sampled_from(NUMBERS), st.sampled_from(STRINGS).map(quoted), st.sampled_from(TIMES).map(quoted), st.sampled_from(RAW),
    st.text(max_size=6).map(json.dumps), st.floats().map(json.dumps), st.integers().map(str),
)  # fmt: skip


@st.composite
def event_text(draw: st.DrawFn) -> str:
    """One event: mostly good, with a few changes of any sort."""
    kind = draw(st.sampled_from(EVENT_TYPES))
    members = {"type": quoted(kind)}
    for field in FIELDS.values():
        if field.name != "type" and (kind in field.required or (kind in field.allowed and draw(st.booleans()))):
            members[field.name] = draw(good(field.kind))
    if kind in ("sale", "sale_changed") and "status" in members:
        members["status"] = quoted(draw(st.sampled_from(SALE_STATUSES if kind == "sale" else CHANGE_STATUSES)))
    pairs = list(members.items())
    for _ in range(draw(st.sampled_from([0, 0, 0, 0, 1, 1, 2]))):
        at = draw(st.integers(0, len(pairs) - 1))
        match draw(st.sampled_from(["replace", "replace", "remove", "add", "known", "twice", "null"])):
            case "replace":
                pairs[at] = (pairs[at][0], draw(ANY_VALUE))
            case "remove":
                pairs = pairs[:at] + pairs[at + 1 :] or pairs
            case "add":
                pairs.insert(at, (draw(st.sampled_from(UNKNOWN)), draw(ANY_VALUE)))
            case "known":
                name = draw(st.sampled_from(sorted(FIELDS)))
                pairs.insert(at, (name, draw(good(FIELDS[name].kind))))
            case "twice":
                pairs.append((pairs[at][0], draw(st.one_of(st.just(pairs[at][1]), ANY_VALUE))))
            case "null":
                pairs.append((draw(st.sampled_from([*sorted(FIELDS), "foo"])), "null"))
    gap, colon = draw(st.sampled_from([("", ":"), (" ", ": "), ("\t", ":\t"), ("", " :")]))
    text = f"{{{gap}" + f",{gap}".join(f'"{name}"{colon}{value}' for name, value in pairs) + f"{gap}}}"
    return draw(st.sampled_from([text] * 30 + [text[:-1], text + "x", f"[{text}]", text + text, "null", "5", '"x"', f" {text}\r"]))


def slow(lines: list[str]) -> Checked:
    """Every event through the model, one by one."""
    judged = [judge(line) for line in lines]
    rows = [{"index": at, **one.row} for at, one in enumerate(judged) if one.row is not None]
    refused = {at: one.refusal for at, one in enumerate(judged) if one.refusal is not None}
    unknown = check(Texts("")).unknown
    for one in judged:
        unknown.update(one.unknown)
    return Checked(pl.DataFrame(rows, schema=INDEXED), refused, unknown, len(lines))


def same(fast: Checked, expected: Checked) -> None:
    def told(refusals: dict[int, Refusal]) -> list[Any]:
        return sorted((at, one.event_id, one.field, one.problem) for at, one in refusals.items())

    assert told(fast.refused) == told(expected.refused)
    assert fast.rows.to_dicts() == expected.rows.to_dicts()
    assert fast.rows.schema == expected.rows.schema
    assert fast.unknown == expected.unknown
    assert fast.sent == expected.sent


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(event_text(), min_size=1, max_size=6), st.sampled_from(["\n", "\n", "\r\n", "\n\n", "\n \t\n", "\n\r\n"]))
@example(['{"type":"heartbeat","event_id":"a","occurred_at":"2026-11-11T13:00:01Z","event_id":null}'], "\n")
@example(['{"type":"heartbeat","event_id":null,"occurred_at":"2026-11-11T13:00:01Z","event_id":"a"}'], "\n")
def test_ndjson(lines: list[str], end: str) -> None:
    lines = [line.replace("\n", " ") for line in lines]
    expected = slow(lines)
    body = (end.join(lines) + end).encode()
    texts = texts_of(body, "application/x-ndjson")
    same(check(texts, few_chars=0), expected)
    same(check(texts), expected)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(event_text(), min_size=1, max_size=4), st.sampled_from([",", " ,\n", "\r\n,"]))
def test_an_array_is_refused_or_says_the_same(lines: list[str], comma: str) -> None:
    body = f"[{comma.join(lines)}]".encode()
    try:
        texts = texts_of(body, "application/json")
    except Refused:
        for line in lines:  # some element is broken: the document cannot be good
            try:
                json.loads(line)
            except ValueError:
                return
        raise
    found = check(texts, few_chars=0)
    if found.sent == len(lines):
        same(found, slow(lines))


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_every_odd_value_in_every_field(name: str) -> None:
    values = dict.fromkeys([*NUMBERS, *RAW, *(quoted(text) for text in (*STRINGS, *TIMES, *WORDS))])
    lines = [with_value(kind, name, value) for kind in sorted(FIELDS[name].allowed)[:2] for value in values]
    same(check(texts_of("\n".join(lines).encode(), "application/x-ndjson"), few_chars=0), slow(lines))
    # those that the grammar accepts, as one body that is read at a glance
    surely = [line for line in lines if texts_of(line.encode(), "application/x-ndjson").surely()]
    texts = texts_of("\r\n".join(surely).encode(), "application/x-ndjson")
    assert texts.surely()
    same(check(texts, few_chars=0), slow(surely))


def with_value(kind: str, name: str, value: str) -> str:
    """A good event of a kind with one field set to a text."""
    members = {field.name: NEEDED.get(field.name, '"a"') for field in FIELDS.values() if kind in field.required}
    members |= {"type": quoted(kind), "status": NEEDED["status"]} if "status" in members else {"type": quoted(kind)}
    members[name] = value
    return ("{" + ",".join(f'"{n}":{v}' for n, v in members.items()) + "}").replace("\n", " ")
