"""How does a page leave the house? As HTML that may load nothing but our own stylesheet, framed by nobody, kept by no cache."""

from __future__ import annotations

from typing import Any, Final

from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.console import render
from app.console.access import Reader
from app.console.words import Words

POLICY: Final = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
MISSING: Final = Words("Tidak ada di sini, atau tidak terbuka untuk kunci ini.", "It is not here, or not open to this key.")


def html(template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A page."""
    return HTMLResponse(render.page(template, **context), status_code=status, headers=HEADERS)


def missing(reader: Reader) -> HTMLResponse:
    """404, the same whether it does not exist or may not be seen."""
    return html("problem.html", status=404, reader=reader, said=MISSING)


def to_login(wanted: str) -> Response:
    """Ask for a key first, then go where one wanted to."""
    from urllib.parse import quote

    return RedirectResponse(f"/console/login?next={quote(wanted, safe='')}", status_code=303, headers=HEADERS)
