"""How does the service write log lines? One JSON object a line, with the request's id, without payloads and without keys."""

from __future__ import annotations

import logging
import re
import sys
from contextvars import ContextVar
from typing import Final, TextIO

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""Id of the request that is being answered; a pure-ASGI middleware sets it, every line carries it."""

API_KEY: Final = re.compile(r"kwl_[A-Za-z0-9_\-]+")
SECRET_NAMES: Final = frozenset({"authorization", "cookie", "password", "secret", "secret_key", "token"})


def _add_request_id(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    current = request_id.get()
    if current is not None:
        event.setdefault("request_id", current)
    return event


def _redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for name, value in event.items():
        if name.lower() in SECRET_NAMES:
            event[name] = "***"
        elif isinstance(value, str):
            event[name] = API_KEY.sub("kwl_***", value)
    return event


def configure_logs(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send structlog's lines and the standard library's (uvicorn, Alembic) to one stream as JSON. Called once, by who starts a process."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        _add_request_id,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.format_exc_info,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _redact, structlog.processors.JSONRenderer(default=str)],
    )
    handler = logging.StreamHandler(stream if stream is not None else sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        theirs = logging.getLogger(name)
        theirs.handlers.clear()
        # whoever started a server in this process before may have muted it
        theirs.propagate, theirs.disabled = True, False
        theirs.setLevel(logging.NOTSET)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of a module: `log = get_logger(__name__)`, then `log.info("slice_judged", rows=5_000)`."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger
