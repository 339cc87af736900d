"""Who may use the service? API keys: made, listed, revoked by an admin; the secret is shown once."""

from __future__ import annotations

from typing import Annotated, Any, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from app.api.auth import AdminCaller
from app.api.commands import recorded
from app.api.configure import announce
from app.api.problems import Problem
from app.api.services import Services, ServicesDep
from app.domain.cases import is_sandbox
from app.domain.levels import Role
from app.domain.time import iso
from app.store import keys, senders
from app.store.engine import read, write
from app.store.keys import ApiKey

router: Final = APIRouter(prefix="/v1/keys", tags=["keys"])
PLATFORMLESS: Final = (Role.ADMIN, Role.AUTHORITY)
PlatformName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$", examples=["tiktok"])]


class NewKey(BaseModel):
    """A key to be made."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "TikTok", "role": "platform", "platforms": ["tiktok"], "sandbox": True}]}
    )
    name: str = Field(min_length=1, max_length=100)
    role: Role
    platforms: list[PlatformName] = Field(default_factory=list, max_length=50)
    sandbox: bool = False


@router.post("", status_code=201, summary="Make a key; its secret is in this answer and never again")
async def create_key(new: NewKey, caller: AdminCaller, services: ServicesDep) -> dict[str, Any]:
    """The key and its secret."""
    if new.role not in PLATFORMLESS and not new.platforms:
        raise Problem(
            "request-not-valid",
            "One or more fields are not valid.",
            errors=[{"field": "body.platforms", "problem": f"a key of role {new.role.value} lists at least one platform"}],
        )
    if any(is_sandbox(p) for p in new.platforms):
        raise Problem(
            "request-not-valid",
            "One or more fields are not valid.",
            errors=[{"field": "body.platforms", "problem": "sandbox- is put before the platform by `sandbox: true`, it cannot be claimed"}],
        )
    return await run_sync(_create, services, new, caller.key_id)


@router.get("", summary="Every key, revoked ones too, never a secret")
async def list_keys(_caller: AdminCaller, services: ServicesDep) -> dict[str, Any]:
    """Oldest first."""
    return {"items": await run_sync(_list, services)}


@router.delete("/{key_id}", summary="Revoke a key for good")
async def revoke_key(key_id: str, caller: AdminCaller, services: ServicesDep, request: Request) -> dict[str, Any]:
    """The revoked key; revoking twice changes nothing."""
    answer = await run_sync(_revoke, services, key_id, caller.key_id)
    request.app.state.key_cache.forget()
    return answer


def _create(services: Services, new: NewKey, actor: str) -> dict[str, Any]:
    with write(services.engine) as connection:
        key_id, secret = keys.create(
            connection, name=new.name, role=new.role, platforms=new.platforms, sandbox=new.sandbox, now_us=services.clock()
        )
        made = keys.get(connection, key_id)
        assert made is not None
        recorded(services, actor, "key.created", {"key_id": key_id, "role": new.role.value, "platforms": list(made.platforms)})
        enlisted = senders.enlist(connection, actor)
    if enlisted is not None:
        announce(services)
    return {**_shown(made), "secret": secret}


def _list(services: Services) -> list[dict[str, Any]]:
    with read(services.engine) as connection:
        return [_shown(key) for key in keys.list_keys(connection)]


def _revoke(services: Services, key_id: str, actor: str) -> dict[str, Any]:
    with write(services.engine) as connection:
        ended = keys.revoke(connection, key_id, services.clock())
        key = keys.get(connection, key_id)
        if key is None:
            raise Problem("not-found", f"There is no key {key_id}.")
        enlisted = None
        if ended:
            recorded(services, actor, "key.revoked", {"key_id": key_id})
            enlisted = senders.enlist(connection, actor)
    if enlisted is not None:
        announce(services)
    return _shown(key)


def _shown(key: ApiKey) -> dict[str, Any]:
    return {
        "key_id": key.key_id,
        "name": key.name,
        "role": key.role.value,
        "platforms": list(key.platforms),
        "sandbox": key.sandbox,
        "created_at": iso(key.created_us),
        "revoked_at": None if key.revoked_us is None else iso(key.revoked_us),
    }
