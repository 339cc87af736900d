"""Who takes part in the demonstration? Roles, never a person: nobody's name is made up."""

from __future__ import annotations

from app.demo.people import _NEW


def test_the_two_people_are_named_by_their_part() -> None:
    assert [_NEW[part]["name"] for part in ("analyst", "approver")] == ["analis satu", "penyetuju"]
    assert len({key["name"] for key in _NEW.values()}) == len(_NEW), "two keys under one name count as one person"
