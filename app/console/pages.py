"""Which pages are there? The list of sessions, one session, two products side by side; all of them only to be read."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, FastAPI, Query, Request, Response

from app.api.pagination import open_cursor, seal_cursor
from app.api.services import Services, ServicesDep
from app.console import login, model_page, render
from app.console.access import reader_of
from app.console.answer import html, missing, to_login
from app.console.compare import compare_page
from app.console.reading import Shelf
from app.console.session_list import FILTERS, Place, line, page, phases
from app.console.session_page import session_page
from app.store import silence
from app.store.engine import read

router: Final = APIRouter(prefix="/console", include_in_schema=False)
PageNumber = Annotated[int, Query(alias="page", ge=1, le=1000)]


def install(app: FastAPI) -> None:
    """Mount the console."""
    app.include_router(login.router)
    app.include_router(router)
    app.include_router(model_page.router)


@router.get("/console.css")
def stylesheet() -> Response:
    """The one stylesheet; its address names its content."""
    return Response(render.stylesheet()[0], media_type="text/css", headers={"Cache-Control": "public, max-age=31536000, immutable"})


@router.get("")
def list_page(
    request: Request, services: ServicesDep, platform: str | None = None, show: str = "all", after: str | None = None
) -> Response:
    """Sessions, flagged first."""
    reader = reader_of(request, services)
    if reader is None:
        return to_login(_wanted(request))
    if platform and not reader.sees(platform):
        return missing(reader)
    bound: dict[str, object] = {"list": "console", "platform": platform or None, "show": show}
    with read(services.engine) as connection:
        latest = silence.latest_rows(connection, reader.platforms)
        found, following = page(connection, phases(show, (platform,) if platform else reader.platforms), _place(services, bound, after))
        shelf = Shelf(connection)
        rows = [line(connection, shelf, session, latest) for session in found]
    next_page = None
    if following is not None:
        cursor = seal_cursor(services.secret, bound, (following[0], *(following[1] or ())))
        next_page = f"/console?{urlencode({'platform': platform or '', 'show': show, 'after': cursor})}"
    return html(
        "sessions.html", reader=reader, rows=rows, platforms=sorted(latest), platform=platform, show=show, filters=FILTERS, next=next_page
    )


@router.get("/sessions/{name:path}")
def one_session(
    name: str, request: Request, services: ServicesDep, product_id: str | None = None, seller_id: str | None = None, number: PageNumber = 1
) -> Response:
    """One session, or one product of it."""
    reader = reader_of(request, services)
    if reader is None:
        return to_login(_wanted(request))
    platform, _, session_id = name.partition(":")
    if not reader.sees(platform):
        return missing(reader)
    with read(services.engine) as connection:
        shown = session_page(connection, platform, session_id, product_id, seller_id, number)
    return missing(reader) if shown is None else html("session.html", reader=reader, **shown)


@router.get("/compare")
def compare(request: Request, services: ServicesDep, a: str, b: str, a_seller: str | None = None, b_seller: str | None = None) -> Response:
    """Two products, each named `platform:session:product`."""
    reader = reader_of(request, services)
    if reader is None:
        return to_login(_wanted(request))
    with read(services.engine) as connection:
        shown = compare_page(connection, reader, [(a, a_seller), (b, b_seller)])
    return missing(reader) if shown is None else html("compare.html", reader=reader, **shown)


def _place(services: Services, bound: dict[str, object], after: str | None) -> Place:
    if after is None:
        return 0, None
    phase, *cursor = open_cursor(services.secret, bound, after)
    return int(phase or 0), tuple(cursor) or None


def _wanted(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
