"""What became of a request? Its receipt as first given, and how far the detector is with its rows (D10)."""

from __future__ import annotations

import json
from typing import Annotated, Any, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends

from app.api.auth import Caller, require
from app.api.problems import Problem
from app.api.services import Services, ServicesDep
from app.domain.levels import Role
from app.store import receipts
from app.store.engine import read

router: Final = APIRouter(prefix="/v1/receipts", tags=["events"])
ReceiptCaller = Annotated[Caller, Depends(require(Role.PLATFORM))]


@router.get("/{receipt_id}", summary="A receipt and what the detector made of its rows")
async def read_receipt(receipt_id: str, caller: ReceiptCaller, services: ServicesDep) -> dict[str, Any]:
    """accepted = counted + duplicate + late + skipped once `pending` is 0."""
    found = await run_sync(_read, services, receipt_id, None if caller.role is Role.ADMIN else caller.key_id)
    if found is None:
        raise Problem("not-found", f"There is no receipt {receipt_id} of this key.")
    return found


def _read(services: Services, receipt_id: str, key_id: str | None) -> dict[str, Any] | None:
    with read(services.engine) as connection:
        receipt = receipts.get(connection, receipt_id)
        # another key's receipt is not even admitted to exist
        if receipt is None or (key_id is not None and receipt.key_id != key_id):
            return None
        counts = receipts.counts(connection, receipt)
    known = {"counted": counts.counted, "duplicate": counts.duplicate, "late": counts.late, "skipped": counts.skipped}
    first: dict[str, Any] = json.loads(receipt.body)
    return {**first, **known, "pending": receipt.accepted - sum(known.values())}
