"""A real service for a sender to talk to: the application over a uvicorn socket, with a key of a platform."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
import uvicorn

from app.api.services import Services
from app.log.record import unpack
from app.log.sqlite import SqliteEventLog
from app.main import create_app
from app.settings import Settings
from app.store.audit import AuditTrail
from app.store.engine import make_engine
from app.store.migrate import migrate
from tests.contract.house import NOW_US, new_key


@dataclass(frozen=True)
class House:
    url: str
    key: str
    services: Services

    def logged(self) -> pl.DataFrame:
        """Every row of the log, in order."""
        log = self.services.log
        frames = [unpack(record.body).rows for p in range(log.partitions) for record in log.read(p, log.bounds(p)[0])]
        return pl.concat([frame for frame in frames if frame is not None]).filter(~pl.col("copy"))


@pytest.fixture
def house(tmp_home: Path) -> Iterator[House]:
    settings = Settings(home=tmp_home)
    engine = make_engine(settings.database_url)
    migrate(engine)
    log = SqliteEventLog(tmp_home / "log.sqlite3", 1)
    audit = AuditTrail(tmp_home / "audit.sqlite3")
    services = Services(settings=settings, log=log, engine=engine, audit=audit, clock=lambda: NOW_US, secret=settings.secret())
    config = uvicorn.Config(create_app(settings, services), host="127.0.0.1", port=0, log_config=None, ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield House(f"http://127.0.0.1:{port}", new_key(services)[1], services)
    server.should_exit = True
    thread.join(10)
    audit.close()
    log.close()
    engine.dispose()
