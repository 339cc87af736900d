"""Whose rows may a caller see? Its platforms; admins all of them (DESIGN.md 3.2)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Depends

from app.api.auth import Caller, require
from app.api.problems import Problem
from app.domain.levels import Role

SessionCaller = Annotated[Caller, Depends(require(Role.ANALYST, Role.APPROVER, Role.OBSERVER, Role.PLATFORM))]
"""Reads sessions: analysts and observers of their platforms, and a platform its own."""
EditorCaller = Annotated[Caller, Depends(require(Role.ANALYST))]
"""Enters reference data."""
AcceptorCaller = Annotated[Caller, Depends(require(Role.ANALYST, Role.APPROVER))]
"""May be the second person."""


def visible(caller: Caller, platform: str | None = None) -> tuple[str, ...] | None:
    """Platforms to be listed, None for all; a wish for another platform is refused."""
    if platform is not None:
        if not caller.sees_all and platform not in caller.platforms:
            raise Problem("other-platform", f"The key does not list the platform {platform}.")
        return (platform,)
    return None if caller.sees_all else caller.platforms


def named(name: str, caller: Caller) -> tuple[str, str]:
    """(platform, id) of `{platform}:{id}`, if the caller may see that platform; what it may not see does not exist for it."""
    platform, colon, ident = name.partition(":")
    if not (platform and colon and ident):
        raise Problem("not-found", "Name it as {platform}:{id}.")
    if not caller.sees_all and platform not in caller.platforms:
        raise Problem("not-found", f"There is no {name} among the platforms of this key.")
    return platform, ident


def micros(moment: datetime | None) -> int | None:
    """UTC microseconds of an aware moment."""
    return None if moment is None else round(moment.timestamp() * 1_000_000)
