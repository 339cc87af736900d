"""Which session does a path name? `{platform}:{session_id}`; ids may hold slashes and colons, platforms no colon."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from sqlalchemy import Connection

from app.api.problems import Problem
from app.store import sessions
from app.store.sessions import Session

SessionName = Annotated[str, Path(description="{platform}:{session_id}", examples=["tiktok:s-77"])]


def found_session(connection: Connection, platform: str, session_id: str) -> Session:
    """The session, or 404."""
    session = sessions.get(connection, platform, session_id)
    if session is None:
        raise Problem("not-found", f"There is no session {platform}:{session_id}.")
    return session
