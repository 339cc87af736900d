"""Does every command explain itself, do its work, and say a mistake in one line with exit code 2?"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from app.cli import app
from app.domain.levels import Role
from app.referral.sign import begin_rotation, load_keys
from app.runtime import create_key, open_store
from app.settings import Settings
from app.store import keys, snapshots
from app.store.engine import read
from app.training.history_load import SEALED_DAY_SCHEMA
from app.training.scoring import SCORE_SCHEMA

COMMANDS = (
    "serve",
    "replay",
    "score",
    "train",
    "evaluate",
    "load-history",
    "migrate",
    "platform",
    "demo",
    "bench",
    "docs",
    "keys create",
    "keys list",
    "keys revoke",
    "keys webhook",
    "model list",
    "model show",
    "model shadow",
    "model promote",
    "model rollback",
)


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def last(self) -> str:
        return self.out.rstrip("\n").splitlines()[-1]


Kawal = Callable[..., Said]


@pytest.fixture
def kawal(tmp_home: Path) -> Kawal:
    def run(*arguments: object) -> Said:
        done = CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)
        return Said(done.exit_code, done.stdout, done.stderr)

    return run


def refused(said: Said, *words: str) -> None:
    """One clear line on stderr, exit code 2."""
    assert said.code == 2, said
    lines = said.err.splitlines()
    assert len(lines) == 1, said.err
    assert lines[0].startswith("kawal: ")
    for word in words:
        assert word in lines[0]


@pytest.mark.parametrize("command", COMMANDS)
def test_help(kawal: Kawal, command: str) -> None:
    said = kawal(*command.split(), "--help")
    assert said.code == 0
    assert "Usage:" in said.out


def test_no_command_is_untested() -> None:
    groups = [(f"{g.name} ", g.typer_instance) for g in app.registered_groups]
    found = [(prefix, c) for prefix, one in [("", app), *groups] for c in one.registered_commands]
    names = {prefix + (c.name or (c.callback.__name__ if c.callback else "")) for prefix, c in found}
    assert {n.replace("keys keys_", "keys ") for n in names} == set(COMMANDS)


def test_version_and_bare_call(kawal: Kawal) -> None:
    assert kawal("--version").out.strip().count(".") == 2
    assert kawal().code == 2
    assert "load-history" in kawal().out
    assert "revoke" in kawal("keys").out


# ---- keys ----


def test_a_new_key_is_alone_on_the_last_line_and_works(kawal: Kawal, tmp_home: Path) -> None:
    said = kawal("keys", "create", "--name", "[b]Pasar[/b]", "--role", "platform", "--platform", "pasar")
    assert said.code == 0
    assert said.last.startswith("kwl_")
    with read(open_store(Settings(home=tmp_home))) as connection:
        found = keys.find(connection, said.last)
    assert found is not None
    assert (found.role, found.platforms, found.sandbox, found.name) == (Role.PLATFORM, ("pasar",), False, "[b]Pasar[/b]")
    listed = kawal("keys", "list").out
    assert found.key_id in listed
    assert "[b]Pasar" in listed, "a name is no markup"
    assert said.last not in listed


def test_a_revoked_key_no_longer_works(kawal: Kawal, tmp_home: Path) -> None:
    key_id, secret = create_key(Settings(home=tmp_home), "x", Role.OBSERVER, ("pasar",), sandbox=False)
    assert kawal("keys", "revoke", key_id).out == f"{key_id} is revoked\n"
    with read(open_store(Settings(home=tmp_home))) as connection:
        assert keys.find(connection, secret) is None
    refused(kawal("keys", "revoke", key_id), "no unrevoked key", key_id)


def test_the_webhooks_public_key_is_alone_on_the_last_line(kawal: Kawal, tmp_home: Path) -> None:
    file = Settings(home=tmp_home).referral_signing_key_file
    said = kawal("keys", "webhook")
    assert (said.code, said.last) == (0, load_keys(file)[0].public)
    assert "whsk_" not in said.out
    assert kawal("keys", "webhook").last == said.last
    fresh = begin_rotation(file)
    changing = kawal("keys", "webhook")
    assert (changing.last, said.last in changing.out) == (fresh.public, True)
    file.chmod(0o644)
    refused(kawal("keys", "webhook"), "chmod 600")


def test_mistakes_in_keys(kawal: Kawal) -> None:
    refused(kawal("keys", "create", "--name", "x", "--role", "platform"), "--platform")
    refused(kawal("keys", "create", "--name", "x", "--role", "king"), "king")
    refused(kawal("keys", "create", "--role", "admin"), "--name")


# ---- settings ----


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("SECRET_KEY", "changeme", "secret_key: the secret holds a default word"),
        ("SECRET_KEY", "a" * 40, "secret_key: the secret is guessable"),
        ("PORT", "eighty", "port: "),
        ("DATABASE_URL", "mysql://x/y", "database_url: must be sqlite:///FILE or postgresql://"),
        ("REFERRAL_URL", "http://example.org/hook", "settings: referral_url must be https"),
        ("ROLE", "king", "role: "),
    ],
)
def test_settings_that_must_not_start(kawal: Kawal, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, words: str) -> None:
    monkeypatch.setenv(f"KAWAL_{setting}", value)
    for command in ("serve", "migrate"):
        said = kawal(command)
        refused(said, words)
        assert value not in said.err or setting != "SECRET_KEY"


def test_an_open_console_needs_loopback(kawal: Kawal) -> None:
    refused(kawal("serve", "--host", "0.0.0.0", "--console-open"), "console_open needs a loopback host")


def test_a_home_that_is_a_file(kawal: Kawal, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused(kawal("migrate", "--home", tmp_path / "file"), "file")


def test_a_log_of_other_partitions(kawal: Kawal, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kawal("keys", "create", "--name", "x", "--role", "admin").code == 0
    monkeypatch.setenv("KAWAL_PARTITIONS", "8")
    for command in (("keys", "create", "--name", "x", "--role", "admin"), ("serve", "--port", 0)):
        refused(kawal(*command), "the log has 1 partitions for ever, not 8")


def test_a_model_that_is_not_there(kawal: Kawal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAWAL_MODEL_ID", "m_none")
    refused(kawal("serve", "--port", 0), "m_none", "kawal train")


# ---- platform, migrate, load-history ----


def test_a_platform_gets_its_own_clock(kawal: Kawal, tmp_home: Path) -> None:
    assert kawal("platform", "pasar", "--lateness-seconds", "90", "--utc-offset-hours", "8").out.startswith("configuration ")
    with read(open_store(Settings())) as connection:
        rule = snapshots.load(connection, snapshots.newest(connection)).rule("pasar")
    assert (rule.lateness_us, rule.day_offset_us) == (90_000_000, 8 * 3_600_000_000)
    assert kawal("platform", "pasar", "--lateness-seconds", "-1").code == 2


def test_migrate_says_the_schema_and_twice_is_once(kawal: Kawal, tmp_home: Path) -> None:
    first, second = kawal("migrate"), kawal("migrate")
    assert first == second
    assert first.out.startswith("schema 2026")
    assert (tmp_home / "store.sqlite3").exists()


def test_history_is_loaded_and_mistakes_are_said(kawal: Kawal, tmp_path: Path) -> None:
    file = tmp_path / "h.parquet"
    refused(kawal("load-history", file, "--platform", "p"), "does not exist")
    file.write_text("no parquet")
    refused(kawal("load-history", file, "--platform", "p"), "h.parquet")
    pl.DataFrame(schema=SEALED_DAY_SCHEMA).write_parquet(file)
    refused(kawal("load-history", file, "--platform", "p"), "no rows")
    refused(kawal("load-history", file), "--platform")


# ---- replay ----


def ndjson(path: Path, events: Sequence[object]) -> Path:
    path.write_text("".join(e if isinstance(e, str) else json.dumps(e) + "\n" for e in events))
    return path


def sale(n: int, **more: object) -> dict[str, object]:
    pair = {"session_id": "s-1", "seller_id": "toko-1", "product_id": "p-1", "category_id": "shirt", "currency": "IDR", "price": 45_000}
    at = f"2026-11-11T20:{n // 6:02d}:{n % 6 * 10:02d}+07:00"
    return {"type": "sale", "event_id": f"e-{n}", "occurred_at": at, "quantity": 1, "status": "paid", "list_price": 60_000, **pair, **more}


def test_mistakes_in_replay(kawal: Kawal, tmp_path: Path) -> None:
    file = ndjson(tmp_path / "e.ndjson", [sale(1)])
    refused(kawal("replay", tmp_path / "none.ndjson"), "none.ndjson", "does not exist")
    refused(kawal("replay", file, "--to", "ftp://x"), "no http(s) address")
    refused(kawal("replay", file, "--batch", 0), "--batch")
    refused(kawal("replay", file, "--speed", -1), "--speed")
    (tmp_path / "e.json").write_text("[{]")
    refused(kawal("replay", tmp_path / "e.json"), "e.json: no JSON array")
    (tmp_path / "e.gz").write_bytes(b"\x1f\x8bnot gzip")
    refused(kawal("replay", tmp_path / "e.gz"), "e.gz: ")


# ---- score ----


@pytest.fixture
def events(tmp_path: Path) -> Path:
    return ndjson(tmp_path / "e.ndjson", [sale(n, unit_cost=53_000, cost_source="seller_declared") for n in range(90)])


def test_score_without_a_home_uses_the_shipped_model(kawal: Kawal, events: Path, tmp_path: Path) -> None:
    said = kawal("score", events, "--out", tmp_path / "s.parquet", "--home", tmp_path / "nowhere", "--no-progress")
    assert said.code == 0, said
    assert said.last == f"90 of 90 events, 1 pairs -> {tmp_path / 's.parquet'}"
    frame = pl.read_parquet(tmp_path / "s.parquet")
    assert dict(frame.schema) == SCORE_SCHEMA
    assert frame.height == 1
    row = frame.row(0, named=True)
    assert (row["platform"], row["session_id"], row["seller_id"], row["product_id"]) == ("local", "s-1", "toko-1", "p-1")
    assert row["legal_level"] == "L3"
    assert row["anomaly_score"] > 0
    assert row["novelty_score"] is not None
    assert not (tmp_path / "nowhere").exists()


def test_score_writes_csv_with_the_same_columns(kawal: Kawal, events: Path, tmp_path: Path) -> None:
    said = kawal("score", events, "--out", tmp_path / "s.csv", "--platform", "pasar", "--accept-costs", "--no-progress")
    assert said.code == 0, said
    frame = pl.read_csv(tmp_path / "s.csv")
    assert frame.columns == list(SCORE_SCHEMA)
    assert (frame.height, frame["platform"][0], frame["legal_level"][0]) == (1, "pasar", "L4")
    assert "R01" in frame["rules"][0].split()


def test_one_broken_line_is_counted_and_spoils_nothing(kawal: Kawal, tmp_path: Path) -> None:
    file = ndjson(tmp_path / "e.ndjson", [sale(1), '{"type": "sale", \n', sale(2)])
    said = kawal("score", file, "--out", tmp_path / "s.parquet", "--no-progress")
    assert (said.code, said.last.split(" ->")[0]) == (0, "2 of 3 events, 1 pairs")


def test_mistakes_in_score(kawal: Kawal, events: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = ("--out", tmp_path / "s.parquet", "--no-progress")
    refused(kawal("score", tmp_path / "none.ndjson", *out), "does not exist")
    refused(kawal("score", events, "--tables", tmp_path / "none", *out), "does not exist")
    broken = ndjson(tmp_path / "b.ndjson", ['{"type": \n', "nonsense\n"])
    refused(kawal("score", broken, *out), "No line of the body is JSON")
    refused(kawal("score", ndjson(tmp_path / "w.ndjson", [sale(1, price=-1)]), *out), "none of 1 events was accepted: price: ")
    refused(kawal("score", ndjson(tmp_path / "n.ndjson", []), *out), "the files are empty")
    elsewhere = ndjson(tmp_path / "o.ndjson", [sale(1, session_platform="elsewhere")])
    refused(kawal("score", elsewhere, *out), "this key may not speak for that platform")
    refused(kawal("score", events, "--out", tmp_path / "no" / "folder.csv", "--no-progress"), "folder.csv")
    (tmp_path / "costs.csv").write_text("nothing,like,it\n1,2,3\n")
    refused(kawal("score", events, "--tables", tmp_path, *out), "costs.csv")
    monkeypatch.setenv("KAWAL_MODEL_ID", "m_none")
    refused(kawal("score", events, *out), "m_none")


def test_score_knows_the_platforms_of_its_home(kawal: Kawal, events: Path, tmp_home: Path, tmp_path: Path) -> None:
    out = ("--out", tmp_path / "s.parquet", "--no-progress")
    create_key(Settings(home=tmp_home), "x", Role.PLATFORM, ("pasar",), sandbox=False)
    assert kawal("score", events, *out).code == 0
    assert pl.read_parquet(tmp_path / "s.parquet")["platform"][0] == "pasar"
    refused(kawal("score", events, "--platform", "pasr", *out), "no platform pasr", "--platform may be pasar")
    create_key(Settings(home=tmp_home), "y", Role.PLATFORM, ("kios",), sandbox=False)
    refused(kawal("score", events, *out), "name one", "kios, pasar")


# ---- train, bench ----


def test_mistakes_in_train(kawal: Kawal, tmp_path: Path) -> None:
    refused(kawal("train", "--data", tmp_path / "none"), "does not exist")
    empty = tmp_path / "empty"
    empty.mkdir()
    refused(kawal("train", "--data", empty, "--models", tmp_path / "m"), "to learn from")
    (empty / "recipe.toml").write_text("sessions = 'many'\n")
    refused(kawal("train", "--data", empty, "--models", tmp_path / "m"), "recipe.toml")
