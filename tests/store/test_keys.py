"""Is a key shown once, found by its secret only, and dead once revoked?"""

from __future__ import annotations

import re

from sqlalchemy import Engine, select

from app.domain.levels import Role
from app.store import keys, tables
from app.store.engine import read, write


def test_a_key_is_shown_once_and_found_by_its_secret(engine: Engine) -> None:
    with write(engine) as connection:
        key_id, secret = keys.create(connection, name="TikTok", role=Role.PLATFORM, platforms=["tokopedia", "tiktok"], now_us=5)
        other_id, _ = keys.create(connection, name="Analyst", role=Role.ANALYST, platforms=["tiktok"], sandbox=True, now_us=6)
    assert re.fullmatch(r"kwl_[A-Za-z0-9_-]{43}", secret)
    with read(engine) as connection:
        found = keys.find(connection, secret)
        assert found is not None
        assert (found.key_id, found.role, found.platforms, found.sandbox) == (key_id, Role.PLATFORM, ("tokopedia", "tiktok"), False)
        for wrong in ("", "kwl_", secret[:-1], secret + "x", secret.swapcase(), "kwl_café"):
            assert keys.find(connection, wrong) is None
        assert [k.key_id for k in keys.list_keys(connection)] == [key_id, other_id]
        everything = str(connection.execute(select(tables.api_key)).all())
    assert secret not in everything
    assert secret[4:] not in everything


def test_the_whole_hash_is_compared(engine: Engine) -> None:
    with write(engine) as connection:
        key_id, secret = keys.create(connection, name="n", role=Role.ADMIN, platforms=[], now_us=1)
        connection.execute(tables.api_key.update().values(secret_sha256="0" * 64))
    with read(engine) as connection:
        assert keys.find(connection, secret) is None
        assert keys.get(connection, key_id) is not None


def test_a_revoked_key_is_dead(engine: Engine) -> None:
    with write(engine) as connection:
        key_id, secret = keys.create(connection, name="n", role=Role.ADMIN, platforms=[], now_us=1)
        assert keys.revoke(connection, key_id, 9)
        assert not keys.revoke(connection, key_id, 10)
        assert not keys.revoke(connection, "key_nobody", 10)
        assert keys.find(connection, secret) is None
        kept = keys.get(connection, key_id)
    assert kept is not None
    assert kept.revoked_us == 9
