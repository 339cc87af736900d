"""Who is asking? Bearer keys, their roles, and the dependencies that let a role in (DESIGN.md 3.2)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Final

from anyio.to_thread import run_sync
from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.api.key_cache import KeyCache
from app.api.problems import Problem
from app.api.services import ServicesDep
from app.domain.cases import SANDBOX_PREFIX
from app.domain.levels import Role

CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="kawal"'}
_SCHEME: Final = HTTPBearer(
    auto_error=False, scheme_name="kawal_key", bearerFormat="kwl_...", description="A key made by `kawal keys create`."
)


@dataclass(frozen=True, slots=True)
class Caller:
    """The holder of a valid key. `platforms` are the ones it may speak for; a sandbox key's are sandbox platforms (A6)."""

    key_id: str
    name: str
    role: Role
    platforms: tuple[str, ...]
    sandbox: bool

    @property
    def sees_all(self) -> bool:
        """Whether rows of every platform are open to it."""
        return self.role in (Role.ADMIN, Role.AUTHORITY)


async def caller_of(
    request: Request, services: ServicesDep, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_SCHEME)]
) -> Caller:
    """The caller, or 401. The store is asked at most once a second per key, so that revoking works within a second."""
    if credentials is None:
        raise Problem("not-authenticated", "No bearer key was sent.", headers=CHALLENGE)
    cache: KeyCache = request.app.state.key_cache
    key = cache.fresh(credentials.credentials)
    if key is None:
        key = await run_sync(cache.load, services.engine, credentials.credentials)
    if key is None:
        raise Problem("not-authenticated", "The key is not known.", headers=CHALLENGE)
    if key.revoked_us is not None:
        raise Problem("key-revoked", f"The key {key.key_id} was revoked.", headers=CHALLENGE)
    platforms = tuple(sandboxed(p) for p in key.platforms) if key.sandbox else tuple(key.platforms)
    return Caller(key.key_id, key.name, Role(key.role), platforms, key.sandbox)


CallerDep = Annotated[Caller, Depends(caller_of)]


def sandboxed(platform: str) -> str:
    """The platform of its own on which a sandbox key's data lives (A6)."""
    return f"{SANDBOX_PREFIX}{platform}"


def require(*roles: Role) -> Callable[[Caller], Awaitable[Caller]]:
    """A dependency that lets in these roles and admin; anyone else gets 403."""
    allowed = frozenset({*roles, Role.ADMIN})

    async def let_in(caller: CallerDep) -> Caller:
        if caller.role not in allowed:
            names = sorted(role.value for role in allowed)
            raise Problem("forbidden", f"A key of role {caller.role.value} may not do this.", roles=names)
        return caller

    return let_in


PlatformCaller = Annotated[Caller, Depends(require(Role.PLATFORM))]
AdminCaller = Annotated[Caller, Depends(require())]
ReaderCaller = Annotated[Caller, Depends(require(Role.ANALYST, Role.APPROVER, Role.OBSERVER))]
