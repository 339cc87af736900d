"""Do the parts of the contract agree? Models with the field table, rows with ROW_SCHEMA, key ids with the store's."""

from __future__ import annotations

import typing
from pathlib import Path

import pytest

from app.api.key_cache import KeyCache
from app.domain.events import EVENT_TYPES, ROW_SCHEMA
from app.domain.levels import Role
from app.intake import contract
from app.intake.fields import FIELDS
from app.store import keys
from app.store.engine import make_engine, write
from app.store.migrate import migrate

MODELS = {typing.get_args(model.model_fields["type"].annotation)[0]: model for model in typing.get_args(typing.get_args(contract.Event)[0])}


def test_one_model_per_type() -> None:
    assert set(MODELS) == set(EVENT_TYPES)


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_models_and_table_agree(kind: str) -> None:
    model = MODELS[kind]
    assert set(model.model_fields) == {f.name for f in FIELDS.values() if kind in f.allowed}
    assert {n for n, f in model.model_fields.items() if f.is_required()} == {f.name for f in FIELDS.values() if kind in f.required}


def test_every_field_has_a_column() -> None:
    assert {field.column for field in FIELDS.values()} <= set(ROW_SCHEMA)


def test_a_revoked_key_is_found_by_its_secret(tmp_path: Path) -> None:
    # the cache derives the id from the secret as `app.store.keys` does; if that changes, revoked keys must still be told
    engine = make_engine(f"sqlite:///{tmp_path}/store.sqlite3")
    migrate(engine)
    with write(engine) as connection:
        key_id, secret = keys.create(connection, name="n", role=Role.PLATFORM, platforms=["a"], now_us=1)
        keys.revoke(connection, key_id, 2)
    found = KeyCache().load(engine, secret)
    engine.dispose()
    assert found is not None
    assert (found.key_id, found.revoked_us) == (key_id, 2)
