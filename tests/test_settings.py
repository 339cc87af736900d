"""Do the settings refuse what is unsafe, and find what they name?"""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import ROOT, Settings, UnsafeSetting

GOOD_SECRET = "9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c"


def test_defaults_need_no_server(tmp_home: Path) -> None:
    settings = Settings()
    assert settings.database_url == f"sqlite:///{tmp_home}/store.sqlite3"
    assert settings.log_url == f"sqlite:///{tmp_home}/log.sqlite3"
    assert settings.audit_url == f"sqlite:///{tmp_home}/audit.sqlite3"
    assert settings.referral_signing_key_file == tmp_home / "keys" / "referral_ed25519.key"
    assert settings.host == "127.0.0.1"
    assert settings.referral_url is None


def test_building_settings_writes_nothing(tmp_home: Path) -> None:
    Settings()
    assert list(tmp_home.iterdir()) == []


def test_every_knob_gives_its_reason() -> None:
    bare = [name for name, field in Settings.model_fields.items() if len(field.description or "") < 30]
    assert bare == []


def test_environment_names_the_knobs(tmp_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAWAL_ALPHA_OPEN", "0.02")
    monkeypatch.setenv("KAWAL_DATABASE_URL", "postgresql://k@db/kawal")
    settings = Settings()
    assert settings.alpha_open == 0.02
    assert settings.database_url == "postgresql+psycopg://k@db/kawal"


def test_unknown_knob_is_refused(tmp_home: Path) -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        Settings(**{"latenes_seconds": 60})


def test_models_are_found_from_any_folder(tmp_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings().models_dir == ROOT / "models"
    (tmp_path / "models").mkdir()
    assert Settings().models_dir == Path("models")


@pytest.mark.parametrize("weak", ["changeme", "changeme" * 6, "a" * 64, "", "short-but-9f8e7d6c5b"])
def test_weak_secret_is_refused_and_not_repeated(tmp_home: Path, weak: str) -> None:
    with pytest.raises(ValidationError, match="the secret") as refused:
        Settings(secret_key=weak)  # type: ignore[arg-type]
    assert not weak or weak not in str(refused.value)


def test_secret_is_made_once_and_kept_private(tmp_home: Path) -> None:
    first = Settings().secret()
    kept = tmp_home / "keys" / "secret.key"
    assert Settings().secret() == first
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in kept.parent.iterdir()] == ["secret.key"]


def test_given_secret_wins(tmp_home: Path) -> None:
    assert Settings(secret_key=GOOD_SECRET).secret() == GOOD_SECRET.encode()  # type: ignore[arg-type]
    assert GOOD_SECRET not in repr(Settings(secret_key=GOOD_SECRET))  # type: ignore[arg-type]


def test_secret_that_others_can_read_is_refused(tmp_home: Path) -> None:
    Settings().secret()
    (tmp_home / "keys" / "secret.key").chmod(0o644)
    with pytest.raises(UnsafeSetting, match="chmod 600"):
        Settings().secret()


@pytest.mark.parametrize(
    "url",
    [
        "http://authority.example/hook",
        "https://user:word@authority.example/hook",
        "https://127.0.0.1/hook",
        "https://localhost/hook",
        "http://[::1]:9/hook",
        "ftp://127.0.0.1/hook",
        "authority.example",
    ],
)
def test_unsafe_target_is_refused(tmp_home: Path, url: str) -> None:
    with pytest.raises(ValidationError, match="referral_url"):
        Settings(referral_url=url)


def test_loopback_target_is_for_the_demo(tmp_home: Path) -> None:
    assert Settings(referral_url="http://127.0.0.1:9/hook", referral_allow_loopback=True).referral_url == "http://127.0.0.1:9/hook"
    assert Settings(referral_url="https://authority.example/hook").referral_url == "https://authority.example/hook"
    with pytest.raises(ValidationError, match="https"):
        Settings(referral_url="http://authority.example/hook", referral_allow_loopback=True)


@pytest.mark.parametrize(
    ("knob", "value"),
    [
        ("database_url", "mysql://db/kawal"),
        ("log_url", "postgresql://db/kawal"),
        ("alpha_open", 0),
        ("partitions", 0),
        ("max_inflated_bytes", 2048),
    ],
)
def test_values_out_of_range_are_refused(tmp_home: Path, knob: str, value: object) -> None:
    with pytest.raises(ValidationError):
        Settings(**{knob: value})


def test_public_view_hides_what_is_secret(tmp_home: Path) -> None:
    shown = Settings(database_url="postgresql://k:word@db/kawal", secret_key=GOOD_SECRET).public_view()  # type: ignore[arg-type]
    assert shown["database_url"] == "postgresql+psycopg://***@db/kawal"
    assert "word" not in str(shown)
    assert GOOD_SECRET not in str(shown)
