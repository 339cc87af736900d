"""Are the right prices repeated? The streaming function against a brute-force reading of B6, and its hard cases one by one."""

from __future__ import annotations

import re
from typing import Any
from zlib import crc32

from hypothesis import given
from hypothesis import strategies as st

from app.client.event_file import Line
from app.client.in_force import ends_of
from app.client.moments import moment_us
from app.client.repeats import repeat_prices
from app.domain.time import MINUTE_US, iso
from tests.client.service import BASE_US, Event, at, ended, price, sale

FIVE = 5 * MINUTE_US


def ids(events: list[Event]) -> list[str]:
    return [event["event_id"] for event in repeat_prices(events)]


def us_of(event: Event) -> int:
    found = moment_us(event)
    assert found is not None
    return found


def pair(event: Event) -> tuple[Any, ...]:
    return tuple(event.get(name) for name in ("session_platform", "session_id", "seller_id", "product_id", "category_id"))


def brute(events: list[Event]) -> list[tuple[int, str]]:
    """(moment, id) of every repeat, looking at all events for each of them."""
    held = {event["event_id"] for event in events}
    found, done = [], set()
    for one in events:
        if one["type"] != "price" or one["event_id"] in done or re.fullmatch(r".+~[1-9]\d*", one["event_id"]):
            continue
        done.add(one["event_id"])
        own = [e for e in events if e["type"] in ("price", "sale") and pair(e) == pair(one)]
        closing = [us_of(e) for e in events if e["type"] == "session_ended" and e["session_id"] == one["session_id"]]
        limits = [us_of(e) for e in own if e["type"] == "price" and (us_of(e), e["event_id"]) > (us_of(one), one["event_id"])]
        limits += [min(closing)] if closing else [max(map(us_of, own)), min(map(us_of, own)) + 24 * 60 * MINUTE_US]
        promised = moment_us(one, "promotion_ends_at")
        limits += [promised] if promised is not None and promised > us_of(one) else []
        k = 1
        while one.get("offered") is not False and us_of(one) + k * FIVE < min(limits):
            if f"{one['event_id']}~{k}" not in held:
                found.append((us_of(one) + k * FIVE, f"{one['event_id']}~{k}"))
            k += 1
    return sorted(found)


@st.composite
def evenings(draw: st.DrawFn) -> list[Event]:
    minutes = st.integers(0, 240).map(lambda half: half / 2)
    events: list[Event] = []
    for number in range(draw(st.integers(1, 14))):
        make = draw(st.sampled_from([price, price, sale]))
        name = draw(st.sampled_from([f"e-{number}", f"e-{number}", f"e-{number // 2}", f"e-{max(0, number - 1)}~1"]))
        event = make(name, draw(minutes), session_id=draw(st.sampled_from("ab")), product_id=draw(st.sampled_from("pq")))
        if make is price and draw(st.integers(0, 3)) == 0:
            event |= draw(st.sampled_from([{"offered": False}, {"promotion_ends_at": at(draw(minutes))}, {"category_id": "c"}]))
        events.append(event)
    events += [ended(f"end-{s}", draw(minutes), s) for s in draw(st.sets(st.sampled_from("ab")))]
    return events


@given(evenings())
def test_in_time_order_as_brute_force(events: list[Event]) -> None:
    events = sorted(events, key=lambda e: (us_of(e), e["event_id"]))
    found = list(repeat_prices(events))
    kept = {id(event) for event in events}
    assert [event for event in found if id(event) in kept] == events
    made = [event for event in found if id(event) not in kept]
    assert sorted((us_of(e), e["event_id"]) for e in made) == brute(events)
    assert [us_of(e) for e in found] == sorted(us_of(e) for e in found)
    assert list(repeat_prices(found)) == found, "repeating twice adds nothing"


@given(evenings().flatmap(st.permutations))
def test_in_any_order_the_same_up_to_the_counted_time(events: list[Event]) -> None:
    found = list(repeat_prices(events))
    made = {(us_of(e), e["event_id"]) for e in found if id(e) not in {id(event) for event in events}}
    assert made <= set(brute(events))
    assert len(made) == len(found) - len(events)


@given(evenings())
def test_a_little_disorder_loses_none(events: list[Event]) -> None:
    # five minutes late at most, as the door's clocks are: every repeat is made, none before its time
    late = sorted(events, key=lambda e: (us_of(e) + crc32(e["event_id"].encode()) % 6 * MINUTE_US, e["event_id"]))
    found = list(repeat_prices(late))
    held = {id(event) for event in events}
    assert sorted((us_of(e), e["event_id"]) for e in found if id(e) not in held) == brute(late)


def test_up_to_the_next_price_the_end_or_the_last_row() -> None:
    assert ids([price("a", 0), price("b", 10.5), ended("z", 16)]) == ["a", "a~1", "a~2", "b", "b~1", "z"]
    assert ids([price("a", 0), sale("b", 11)]) == ["a", "a~1", "a~2", "b"]
    assert ids([price("a", 0), ended("z", 10)]) == ["a", "a~1", "z"], "not at the end itself"
    assert ids([price("a", 0), price("b", 7, offered=False), ended("z", 30)]) == ["a", "a~1", "b", "z"]
    assert ids([price("a", 0, promotion_ends_at=at(10)), ended("z", 30)]) == ["a", "a~1", "z"]
    assert ids([price("a", 0), {**sale("r", 60), "type": "sale_changed"}]) == ["a", "r"], "a return shows no price"


def test_what_is_repeated_already_is_not_repeated() -> None:
    assert ids([price("a", 0), price("a~1", 5), price("a~2", 10), ended("z", 30)]) == ["a", "a~1", "a~2", "z"]
    assert ids([price("a", 0), price("a", 0), ended("z", 7)]) == ["a", "a", "a~1", "z"], "a duplicate repeats nothing twice"


def test_a_repeat_is_the_price_at_another_moment() -> None:
    first = price("a", 0, stock=9, received_at=at(0.1), list_price=60000)
    made = list(repeat_prices([first, ended("z", 6)]))[1]
    assert made == price("a~1", 5, received_at=at(5), list_price=60000)


def test_one_wrong_year_flushes_nothing() -> None:
    wrong = sale("w", 60 * 24 * 365, product_id="other")
    assert ids([price("a", 0), wrong, sale("b", 3), sale("c", 11)]) == ["a", "w", "b", "a~1", "a~2", "c"]


def test_a_late_price_is_followed_by_what_it_missed() -> None:
    assert ids([price("b", 12), price("a", 4), ended("z", 13)]) == ["b", "a", "a~1", "z"]


def test_broken_lines_pass() -> None:
    broken = [Line(b"{"), Line(b"[1]"), Line(b'{"type":"price","event_id":["x"],"occurred_at":"2026-11-11T20:00:00Z"}')]
    assert list(repeat_prices(broken, ends_of(broken))) == broken
    assert iso(BASE_US) == at(0)
