"""How is the service put on a socket? uvicorn with the settings that a long-running single process wants."""

from __future__ import annotations

import logging

import uvicorn

from app.main import create_app
from app.observe.logs import configure_logs
from app.runtime import check_model, open_log, open_store
from app.settings import Settings


def run_server(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM; open requests get ten seconds to end."""
    # what a person can put right (another number of partitions, a newer store, no such model) is raised here, before there is a server
    open_log(settings).close()
    engine = open_store(settings)
    try:
        check_model(settings, engine)
    finally:
        engine.dispose()
    configure_logs(settings.log_level)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # its plug-ins introduce themselves at every start
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
