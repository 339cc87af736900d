"""`kawal keys`: how are API keys made, listed and revoked, and which key signs webhooks?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

from app.cli_frame import Home, fail, out, settings_of
from app.domain.levels import Role

keys_app = typer.Typer(
    help="API keys: made, listed, revoked; a secret is shown once. And the key that receivers check webhooks with.", no_args_is_help=True
)


@keys_app.command("create")
def keys_create(
    name: Annotated[str, typer.Option(help="Whose key it is.")],
    role: Annotated[Role, typer.Option(help="What it may do.")],
    platform: Annotated[list[str] | None, typer.Option(help="Platforms it may speak for or read; the first is its own.")] = None,
    sandbox: Annotated[bool, typer.Option("--sandbox", help="Its data is a platform of its own and never counts.")] = False,
    home: Home = None,
) -> None:
    """Make a key; the secret is the last line and is shown this once."""
    from app.runtime import create_key

    try:
        key_id, secret = create_key(settings_of(home), name, role, tuple(platform or ()), sandbox=sandbox)
    except ValueError as error:
        fail(str(error))
    print(f"{role.value} key {key_id} for {name}")
    print(secret)


@keys_app.command("list")
def keys_list(home: Home = None) -> None:
    """Every key, revoked ones too; never a secret."""
    from app.runtime import open_store
    from app.store import keys
    from app.store.engine import read

    names = ("key", "role", "sandbox", "made", "revoked", "platforms", "name")
    table = Table(*(Column(n, overflow="fold", no_wrap=n == "key") for n in names), box=None)  # the key id is never cut: revoke asks for it
    with read(open_store(settings_of(home))) as connection:
        for key in keys.list_keys(connection):
            made, ended = _day(key.created_us), _day(key.revoked_us)
            box = "yes" if key.sandbox else ""
            table.add_row(key.key_id, key.role, box, made, ended, " ".join(key.platforms), escape(key.name))
    out.print(table)


@keys_app.command("revoke")
def keys_revoke(key_id: Annotated[str, typer.Argument()], home: Home = None) -> None:
    """End a key for good."""
    from app.runtime import revoke_key

    if not revoke_key(settings_of(home), key_id):
        fail(f"there is no unrevoked key {key_id}")
    print(f"{key_id} is revoked")


@keys_app.command("webhook")
def keys_webhook(home: Home = None) -> None:
    """The public key that receivers check webhooks with, alone on the last line; made if there is none yet."""
    from app.referral.sign import load_or_create

    file = settings_of(home).referral_signing_key_file
    newest, *older = load_or_create(file)
    print(f"public half of {file}")
    for key in older:
        print(f"until the change of keys is over, too: {key.public}")
    print(newest.public)


def _day(us: int | None) -> str:
    return "" if us is None else datetime.fromtimestamp(us / 1e6, tz=UTC).strftime("%Y-%m-%d %H:%M")
