"""What is running? Adapters, workers and repositories built once from the settings and closed in reverse (composition root)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import polars as pl
from sqlalchemy import Engine

from app.api.configure import announce
from app.api.services import Services
from app.detection import model_file
from app.detection.manifest import ModelRefused, read_manifest
from app.detection.model import Model
from app.domain.levels import Role
from app.domain.snapshot import CALENDAR_SCHEMA, PlatformRule
from app.domain.time import EPOCH, HOUR_US, SECOND_US
from app.findings.rulebook import read_rule_book
from app.log.port import EventLog
from app.log.sqlite import SqliteEventLog
from app.settings import Settings
from app.store import announcing, keys, senders, snapshots
from app.store.audit import AuditTrail
from app.store.engine import make_engine, read, write
from app.store.migrate import migrate
from app.worker.contexts import contexts_of
from app.worker.courier import courier_of
from app.worker.loop import DetectorLoop

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Running(Services):
    """Services with the threads that work behind them."""

    stop: threading.Event = field(default_factory=threading.Event)
    threads: tuple[threading.Thread, ...] = ()


def now_us() -> int:
    """UTC microseconds; the one clock of the process."""
    return time.time_ns() // 1000


def open_services(settings: Settings, *, role: str | None = None) -> Running:
    """Open log, store and audit, publish a first configuration, start the workers of the role."""
    bare = _opened(settings)
    stop = threading.Event()
    try:
        configure(bare)
        check_model(settings, bare.engine, role)
        threads, checks = _workers(settings, bare.log, bare.engine, stop, role or settings.role)
    except BaseException:
        close(bare)
        raise
    for thread in threads:
        thread.start()
    return Running(settings, bare.log, bare.engine, bare.audit, now_us, bare.secret, checks, stop, tuple(threads))


def _opened(settings: Settings) -> Services:
    """Services without workers; nothing stays open if one of them cannot be opened."""
    with ExitStack() as opened:
        log = open_log(settings)
        opened.callback(log.close)
        engine = open_store(settings)
        opened.callback(engine.dispose)
        audit = AuditTrail(sqlite_path(settings.audit_url, settings))
        opened.callback(audit.close)
        services = Services(settings, log, engine, audit, now_us, settings.secret())
        opened.pop_all()
    return services


def close(services: Services) -> None:
    """Stop the workers, then close what they stood on."""
    if isinstance(services, Running):
        services.stop.set()
        for thread in services.threads:
            thread.join(timeout=30)
    services.audit.close()
    services.log.close()
    services.engine.dispose()


def open_store(settings: Settings) -> Engine:
    """The store, migrated to the newest schema."""
    url = settings.database_url
    if url.startswith("sqlite:///"):
        url = f"sqlite:///{sqlite_path(url, settings)}"
    engine = make_engine(url)
    migrate(engine)
    return engine


def open_log(settings: Settings) -> EventLog:
    """The event log that the settings name."""
    return SqliteEventLog(sqlite_path(settings.log_url, settings), settings.partitions)


def sqlite_path(url: str, settings: Settings) -> Path:
    """The file of a sqlite:/// address; relative ones lie under home."""
    path = Path(url.removeprefix("sqlite:///"))
    path = path if path.is_absolute() else settings.home / path
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def models_of(settings: Settings) -> Callable[[str], Model]:
    """Model by id, from models_dir; its hashes are checked before any file is opened."""
    return lambda model_id: model_file.load(settings.models_dir / model_id)


def newest_model(settings: Settings) -> str | None:
    """The id to begin with: as set, else of the latest manifest in models_dir; None where there is no model.

    Raises ModelRefused where every model there must be refused.
    """
    if settings.model_id is not None:
        return settings.model_id
    dated, refused = [], []
    for folder in sorted(p.parent for p in settings.models_dir.glob("*/manifest.json")):
        try:
            dated.append((str(read_manifest(folder).get("created_on") or ""), folder.name))
        except ModelRefused as why:
            refused.append(why)
    if refused and not dated:
        raise refused[0]  # one of an older version beside a good one is only passed over
    return max(dated)[1] if dated else None


def check_model(settings: Settings, engine: Engine, role: str | None = None) -> None:
    """Load the model that a start would judge with, so that nothing begins without it. Raises ModelRefused with what to do about it."""
    with read(engine) as connection:
        before = snapshots.load(connection, snapshots.newest(connection))
    model_id = settings.model_id or before.model_id or newest_model(settings)
    if model_id is not None and ((role or settings.role) in {"all", "detector"} or before.model_id is None):
        models_of(settings)(model_id)


def configure(services: Services) -> None:
    """Publish what the settings and the shipped tables say where the newest snapshot does not say it yet, and announce it."""
    if configure_store(services.engine, services.settings):
        announce(services)


def configure_store(engine: Engine, settings: Settings) -> bool:
    """The first configuration (model, calendar, alpha), or another model where the settings name one; True if that changed anything.

    Raises ModelRefused for a model that cannot be served, before anything is published.
    """
    with write(engine) as connection:
        before = snapshots.load(connection, snapshots.newest(connection))
        changes: snapshots.Changes = {}
        if before.model_id is None or settings.model_id not in {None, before.model_id}:
            model = newest_model(settings)
            if model != before.model_id:
                if model is not None:
                    # a version once published stands in the log for ever: one that cannot be loaded would stop every later start
                    models_of(settings)(model)
                changes["model_id"] = model
        if before.calendar.is_empty():
            calendar = read_calendar(settings.data_dir / "calendar.csv")
            if not calendar.is_empty():
                changes["calendar"] = calendar
        if before.model_id is None and before.calendar.is_empty():  # the first start; a key made before it publishes a version too
            changes["alpha_open"] = settings.alpha_open
        if changes:
            snapshots.amend(connection, "runtime", "settings at start: " + ", ".join(sorted(changes)), lambda _: changes)
    return bool(changes)


def create_key(settings: Settings, name: str, role: Role, platforms: tuple[str, ...], *, sandbox: bool) -> tuple[str, str]:
    """(key id, secret) of a new key, listed as a sender where it is a platform's. Raises ValueError for a key without platforms."""
    if role not in {Role.ADMIN, Role.AUTHORITY} and not platforms:
        raise ValueError(f"a key of role {role.value} needs at least one --platform")
    with _bare(settings) as services:
        with write(services.engine) as connection:
            made = keys.create(connection, name=name, role=role, platforms=platforms, sandbox=sandbox, now_us=now_us())
            enlisted = senders.enlist(connection, "cli")
        services.audit.append("cli", "key.created", made[0], {"role": role.value, "platforms": list(platforms)})
        if enlisted is not None:
            announce(services)
    return made


def revoke_key(settings: Settings, key_id: str) -> bool:
    """End a key; False where there is no such key, or it has ended already."""
    with _bare(settings) as services:
        with write(services.engine) as connection:
            ended = keys.revoke(connection, key_id, now_us())
            enlisted = senders.enlist(connection, "cli") if ended else None
        if ended:
            services.audit.append("cli", "key.revoked", key_id)
        if enlisted is not None:
            announce(services)
    return ended


def set_clock(settings: Settings, platform: str, lateness_seconds: int, utc_offset_hours: int) -> int:
    """Publish how long a platform's panes wait for stragglers (C2) and where its days begin (C5); the new configuration version."""
    rule = PlatformRule(lateness_seconds * SECOND_US, utc_offset_hours * HOUR_US)
    with _bare(settings) as services:
        with write(services.engine) as connection:
            version = snapshots.amend(
                connection, "cli", f"clock of {platform}", lambda before: {"platforms": {**before.platforms, platform: rule}}
            )
        services.audit.append(
            "cli", "platform.clock", platform, {"lateness_seconds": lateness_seconds, "utc_offset_hours": utc_offset_hours}
        )
        announce(services)
    return version


def commanded(settings: Settings, command: Callable[[Services], T]) -> T:
    """What one command answers that needs log, store and audit, and no workers."""
    with _bare(settings) as services:
        return command(services)


@contextmanager
def _bare(settings: Settings) -> Iterator[Services]:
    """Services without workers, for one command."""
    services = _opened(settings)
    try:
        yield services
    finally:
        close(services)


def read_calendar(path: Path) -> pl.DataFrame:
    """Campaign days as CALENDAR_SCHEMA, of two rows of a day the first; empty where the file is missing."""
    if not path.exists():
        return pl.DataFrame(schema=CALENDAR_SCHEMA)
    # 10.10 is a name: read as a number it would be 10.1
    frame = pl.read_csv(path, try_parse_dates=True, schema_overrides={"campaign": pl.String()})
    day = (pl.col("date") - pl.lit(EPOCH.date())).dt.total_days().cast(pl.Int64)
    return frame.select(day.alias("day"), "campaign").unique("day", keep="first", maintain_order=True).sort("day")


def detector_loop(settings: Settings, log: EventLog, engine: Engine) -> DetectorLoop:
    """A loop over every partition of the log."""
    contexts = contexts_of(engine, read_rule_book(settings.data_dir / "rules"), models_of(settings))
    idle = settings.poll_interval_ms / 1000
    return DetectorLoop(log, engine, contexts, keep_finals=settings.keep_finals, slice_bytes=settings.slice_max_bytes, idle_seconds=idle)


def _workers(
    settings: Settings, log: EventLog, engine: Engine, stop: threading.Event, role: str
) -> tuple[list[threading.Thread], dict[str, Callable[[], str | None]]]:
    threads: list[threading.Thread] = []
    checks: dict[str, Callable[[], str | None]] = {}
    if role in {"all", "detector"}:
        announcing.catch_up(engine, log, "runtime")
        loop = detector_loop(settings, log, engine)
        threads.append(_thread("detector", loop.run, stop))
        checks["detector"] = lambda thread=threads[-1]: _stopped(loop, thread)  # type: ignore[misc]
    if role in {"all", "courier"}:
        courier = courier_of(settings, engine, now_us)
        threads.append(_thread("courier", courier.run, stop))
    return threads, checks


def _stopped(loop: DetectorLoop, thread: threading.Thread) -> str | None:
    """Why nothing is judged any more; anybody may ask for readiness, so the error's own words stay in the log."""
    if loop.failure is not None:
        return f"stopped: {loop.failure.partition(':')[0]}"
    return None if thread.is_alive() else "stopped"


def _thread(name: str, work: Callable[[threading.Event], Any], stop: threading.Event) -> threading.Thread:
    return threading.Thread(target=work, args=(stop,), name=f"kawal-{name}", daemon=True)
