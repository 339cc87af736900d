"""What is served? The FastAPI application: lifespan, middleware, routers. `uvicorn app.main:app` works."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final

from anyio.to_thread import run_sync
from fastapi import FastAPI
from fastapi.routing import APIRoute

from app import __version__
from app.api import handlers, openapi, routers
from app.api.key_cache import KeyCache
from app.api.limit import BodyLimit
from app.api.observed import Observed
from app.api.request_id import RequestId
from app.api.services import Services
from app.console import pages as console
from app.domain.time import SECOND_US
from app.intake.accept import Door
from app.settings import Settings

EVENTS_PATH: Final = "/v1/events"
COMMAND_BODY_BYTES: Final = 8 * 1024 * 1024
"""Commands are small; only whole reference tables (PUT /v1/products, /v1/costs) come near this."""

DESCRIPTION: Final = """Keeps watch over prices in live commerce, so that small sellers are protected and nobody is accused without
evidence. Every error is `application/problem+json` (RFC 9457).

Indikasi statistik, bukan putusan / statistical indication, not a finding of law."""


def create_app(settings: Settings, services: Services | None = None) -> FastAPI:
    """The application. `services` already open are used as they are and left open (tests); else `app.runtime` opens and closes them."""
    app = FastAPI(
        title="Kawal Harga",
        version=__version__,
        description=DESCRIPTION,
        lifespan=_lifespan(settings, services),
        generate_unique_id_function=_operation_id,
        docs_url=None,  # its page loads scripts from outside; /openapi.json is the document
        redoc_url=None,
        separate_input_output_schemas=False,
    )
    app.state.key_cache = KeyCache()
    handlers.install(app)
    # added last is outermost: the id is there before anything can fail
    app.add_middleware(BodyLimit, default=COMMAND_BODY_BYTES, paths={EVENTS_PATH: settings.max_body_bytes})
    app.add_middleware(Observed)
    app.add_middleware(RequestId)
    routers.include_all(app)
    console.install(app)
    openapi.install(app)
    return app


def _operation_id(route: APIRoute) -> str:
    # the handler's name is the operation: unique (a test counts) and stable while paths move
    return route.name


def _lifespan(settings: Settings, services: Services | None) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if services is not None:
            _hang(app, services)
            yield
            return
        # not at import: building an application opens no file
        from app import runtime

        opened = await run_sync(runtime.open_services, settings)
        _hang(app, opened)
        try:
            yield
        finally:
            await run_sync(runtime.close, opened)

    return lifespan


def _hang(app: FastAPI, services: Services) -> None:
    app.state.services = services
    app.state.door = Door(
        services.log,
        services.engine,
        future_us=services.settings.future_seconds * SECOND_US,
        max_inflated_bytes=services.settings.max_inflated_bytes,
    )


def __getattr__(name: str) -> FastAPI:
    # `uvicorn app.main:app` asks for `app`; importing this module must have no effect
    if name != "app":
        raise AttributeError(name)
    application = create_app(Settings())
    globals()["app"] = application
    return application
