"""How does one come in? A key is posted once, checked as the API does, and answered with a signed cookie (SameSite=Strict, HttpOnly)."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import parse_qs

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from app.api.services import Services, ServicesDep
from app.console import access
from app.console.answer import HEADERS, html
from app.console.words import Words
from app.store import keys
from app.store.engine import read
from app.store.keys import ApiKey

router: Final = APIRouter(prefix="/console", include_in_schema=False)
HOME: Final = "/console"
REFUSED: Final = Words("Kunci ini tidak dikenal atau tidak boleh membaca di sini.", "This key is not known or may not read here.")
ELSEWHERE: Final = Words("Formulir dikirim dari situs lain.", "The form was posted from another site.")


@router.get("/login")
def show_login(wanted: Annotated[str, Query(alias="next")] = HOME) -> Response:
    """The form."""
    return html("login.html", next=own_path(wanted), problem=None)


@router.post("/login")
async def sign_in(request: Request, services: ServicesDep) -> Response:
    """Exchange a key for a cookie."""
    form = parse_qs((await request.body()).decode("utf-8", "replace"))
    wanted = own_path(form.get("next", [HOME])[0])
    if access.from_elsewhere(request):
        return html("login.html", status=403, next=wanted, problem=ELSEWHERE)
    key = await run_sync(_find, services, form.get("key", [""])[0].strip())
    if key is None or access.reader_for(key) is None:
        return html("login.html", status=401, next=wanted, problem=REFUSED)
    answer = RedirectResponse(wanted, status_code=303, headers=HEADERS)
    answer.set_cookie(
        access.COOKIE,
        access.sealed(services.secret, key.key_id, services.clock()),
        max_age=access.LASTS_SECONDS,
        path=HOME,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return answer


@router.post("/logout")
def sign_out(request: Request) -> Response:
    """Forget the cookie."""
    if access.from_elsewhere(request):
        return html("login.html", status=403, next=HOME, problem=ELSEWHERE)
    answer = RedirectResponse("/console/login", status_code=303, headers=HEADERS)
    answer.delete_cookie(access.COOKIE, path=HOME, httponly=True, samesite="strict")
    return answer


def own_path(wanted: str) -> str:
    """Only pages of this console are gone to afterwards."""
    plain = wanted == HOME or wanted.startswith((f"{HOME}/", f"{HOME}?"))
    return wanted if plain and "\\" not in wanted and wanted.isprintable() else HOME


def _find(services: Services, secret: str) -> ApiKey | None:
    with read(services.engine) as connection:
        return keys.find(connection, secret)
