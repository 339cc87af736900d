"""Which knobs does the service have? Every one with its unit, its default and its reason; unsafe values are refused at once."""

from __future__ import annotations

import os
import secrets
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT: Final = Path(__file__).resolve().parents[1]
"""The folder that holds app/, models/ and data/."""

MIB: Final = 1024 * 1024
SECRET_MIN_CHARS: Final = 32
SECRET_MIN_DISTINCT: Final = 10
WEAK_WORDS: Final = ("changeme", "change-me", "change_me", "secret", "password", "default", "example", "kawal")


class UnsafeSetting(ValueError):
    """A value with which the service must not start; the message says what to set instead."""


def _beside_the_code(path: Path) -> Path:
    """A relative folder is taken from the working directory if it is there, else from the installation."""
    return path if path.is_absolute() or path.exists() else ROOT / path


class Settings(BaseSettings):
    """Every knob. Built once by whoever starts the service (never at import); environment variables are KAWAL_ + the name."""

    model_config = SettingsConfigDict(env_prefix="KAWAL_", frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True)

    home: Path = Field(Path("var"), description="Folder of everything the service writes: SQLite files, keys. One folder is one backup.")
    host: str = Field("127.0.0.1", description="Address to listen on. Loopback, so that nothing is reachable before somebody decides so.")
    port: int = Field(8000, ge=0, le=65535, description="TCP port to listen on; 0 lets the system choose (tests).")
    public_url: str = Field("http://127.0.0.1:8000", description="Address under which people reach the service; links in reports use it.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Lowest level that is written to the log lines.")

    database_url: str = Field(
        default_factory=lambda known: f"sqlite:///{known['home']}/store.sqlite3",
        description="Store of findings, cases and the outbox. Default: store.sqlite3 under home. postgresql://... for many machines.",
    )
    log_url: str = Field(
        default_factory=lambda known: f"sqlite:///{known['home']}/log.sqlite3",
        description="Log of events. Default: log.sqlite3 under home, a file of its own so that intake never waits for the store.",
    )
    audit_url: str = Field(
        default_factory=lambda known: f"sqlite:///{known['home']}/audit.sqlite3",
        description="Audit trail. Default: audit.sqlite3 under home, apart from what it watches (F3).",
    )
    role: Literal["all", "edge", "detector", "courier"] = Field(
        "all", description="Which part of the line this process works; `all` is one machine, the others share its log and store."
    )
    partitions: int = Field(1, ge=1, le=1024, description="Partitions of a new log. Stored in it and refused if changed later (D1).")

    max_body_bytes: int = Field(32 * MIB, ge=1024, description="Largest request body as sent; beyond it 413.")
    max_inflated_bytes: int = Field(256 * MIB, ge=1024, description="Largest body after gzip or zstd; stops decompression bombs.")
    future_seconds: int = Field(300, ge=0, le=3600, description="How far occurred_at may lie ahead of our clock before it is refused (C1).")

    slice_max_bytes: int = Field(
        32_000_000, ge=65_536, description="Most log bytes in one detector step. Larger catches up faster, smaller judges sooner."
    )
    poll_interval_ms: int = Field(50, ge=1, le=10_000, description="Wait between looks at the log when nothing wakes the detector.")
    alpha_open: float = Field(0.01, gt=0, le=0.2, description="p at which a finding opens on novelty: the promised false share (4.8a).")
    models_dir: Path = Field(Path("models"), description="Folder of trained models; relative: working directory, else beside app/.")
    data_dir: Path = Field(Path("data"), description="Folder of rule packs and reference tables; relative as models_dir.")
    model_id: str | None = Field(None, description="Model to judge with. Unset: the newest in models_dir.")
    keep_finals: bool = Field(False, description="Keep the canonical bytes of every final, not of findings only. For proofs; grows fast.")

    referral_url: str | None = Field(None, description="The authority's webhook, https only. Unset: referrals are kept and not sent.")
    referral_allow_loopback: bool = Field(False, description="Let the webhook be on this machine, over http. For the demo and tests only.")
    referral_signing_key_file: Path = Field(
        default_factory=lambda known: known["home"] / "keys" / "referral_ed25519.key",
        description="Private key that signs webhooks. Default: made under home on first use.",
    )
    secret_key: SecretStr | None = Field(
        None, description="Signs cursors and console sessions: 32 characters or more. Unset: made under home on first start, mode 0600."
    )

    console_open: bool = Field(
        False, description="Read the console without a key, on this machine only: refused unless host is loopback. For the demo."
    )

    @field_validator("models_dir", "data_dir")
    @classmethod
    def _find_folder(cls, value: Path) -> Path:
        return _beside_the_code(value)

    @field_validator("audit_url")
    @classmethod
    def _audit_file(cls, value: str) -> str:
        if not value.startswith("sqlite:///"):
            raise UnsafeSetting("must be sqlite:///FILE: the audit trail is a file of its own, apart from what it watches (F3)")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_store(cls, value: str) -> str:
        if value.startswith(("postgresql://", "postgres://")):
            value = "postgresql+psycopg://" + value.split("://", 1)[1]
        if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise UnsafeSetting("must be sqlite:///FILE or postgresql://USER@HOST/NAME")
        return value

    @field_validator("log_url")
    @classmethod
    def _known_log(cls, value: str) -> str:
        if not value.startswith("sqlite:///"):
            raise UnsafeSetting("must be sqlite:///FILE; a Kafka log belongs to a later release")
        return value

    @field_validator("secret_key")
    @classmethod
    def _strong_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            refuse_weak_secret(value.get_secret_value())
        return value

    @model_validator(mode="after")
    def _safe_together(self) -> Settings:
        if self.max_inflated_bytes < self.max_body_bytes:
            raise UnsafeSetting("max_inflated_bytes is under max_body_bytes: an uncompressed body would be refused by the wrong limit")
        if self.console_open and not _is_loopback(self.host):
            raise UnsafeSetting("console_open needs a loopback host: the console would be readable by everyone who reaches this address")
        if self.referral_url is not None:
            refuse_unsafe_target(self.referral_url, allow_loopback=self.referral_allow_loopback)
        return self

    def secret(self) -> bytes:
        """The secret that signs cursors and console sessions: as given, else the one under home, made when there is none."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value().encode()
        return _kept_secret(self.home / "keys" / "secret.key")

    def public_view(self) -> dict[str, Any]:
        """Every setting as it may be shown: no secret, no password inside an address."""
        return {name: _masked(value) for name, value in self.model_dump(mode="json").items()}


def refuse_weak_secret(value: str) -> None:
    """Raise UnsafeSetting for a secret that is short, repetitive or made of a default word."""
    remedy = "set a random one (python -c 'import secrets; print(secrets.token_hex(32))') or unset it to have one made"
    if any(word in value.lower() for word in WEAK_WORDS):
        raise UnsafeSetting(f"the secret holds a default word; {remedy}")
    if len(value) < SECRET_MIN_CHARS or len(set(value)) < SECRET_MIN_DISTINCT:
        raise UnsafeSetting(f"the secret is guessable: under {SECRET_MIN_CHARS} characters or too few different ones; {remedy}")


def refuse_unsafe_target(url: str, *, allow_loopback: bool) -> None:
    """Raise UnsafeSetting unless a webhook address is https without a user part, or on loopback where that is allowed."""
    parts = urlsplit(url)
    if not parts.hostname or parts.username is not None or parts.password is not None:
        raise UnsafeSetting("referral_url must name a host and no user or password")
    loopback = _is_loopback(parts.hostname)
    if loopback and not allow_loopback:
        raise UnsafeSetting("referral_url points to this machine: allowed with referral_allow_loopback only (demo, tests)")
    if parts.scheme != "https" and not (loopback and parts.scheme == "http"):
        raise UnsafeSetting("referral_url must be https")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _kept_secret(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    if not path.exists():
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)  # whole or not at all, and never over another process's secret
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    if path.stat().st_mode & 0o077:
        raise UnsafeSetting(f"{path} can be read by others: chmod 600 it, or delete it to have a new one made")
    value = path.read_text().strip()
    refuse_weak_secret(value)
    return value.encode()


def _masked(value: Any) -> Any:
    if isinstance(value, str) and "://" in value and "@" in value:
        scheme, rest = value.split("://", 1)
        return f"{scheme}://***@{rest.rsplit('@', 1)[1]}"
    return value
