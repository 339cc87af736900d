"""How does the reference stay true? settings.md, cli.md, features.md and openapi.json in docs/ are written from the code (`make docs`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import typer
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from app.demo.features_page import features_page
from app.main import create_app
from app.settings import Settings

MADE: Final = "<!-- written by `make docs` from the code: change it there -->"


def write_docs(folder: Path, typer_app: typer.Typer) -> list[Path]:
    """Write the generated pages into a folder; the same code gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "settings.md": settings_page(Settings),
        "cli.md": cli_page(typer_app),
        "features.md": features_page(MADE),
        "openapi.json": openapi_text(),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]


def settings_page(settings: type[BaseSettings]) -> str:
    """Every knob: environment variable, default, meaning."""
    prefix = str(settings.model_config.get("env_prefix", ""))
    lines = [
        "# Settings",
        "",
        MADE,
        "",
        "Environment variables, read once at the start; options of `kawal` win over them. Unsafe values end the start with a sentence.",
        "",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    lines += [f"| `{prefix}{name.upper()}` | {_default(field)} | {_cell(field.description or '')} |" for name, field in _fields(settings)]
    return "\n".join(lines) + "\n"


def cli_page(typer_app: typer.Typer) -> str:
    """Every command with its arguments and options."""
    lines = ["# Command line", "", MADE, "", "`.venv/bin/kawal` after `make setup`; `kawal COMMAND --help` says the same.", ""]
    for words, command in _commands(typer.main.get_command(typer_app), ("kawal",)):
        lines += [f"## `{' '.join(words)}`", "", _cell(command.help or ""), ""]
        rows = [_row(parameter) for parameter in command.params if not getattr(parameter, "hidden", False)]
        if rows:
            lines += ["| | default | |", "|---|---|---|", *rows, ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def openapi_text() -> str:
    """The published contract, as GET /openapi.json answers it."""
    document = create_app(Settings.model_construct(max_body_bytes=Settings.model_fields["max_body_bytes"].default)).openapi()
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _fields(settings: type[BaseSettings]) -> list[tuple[str, FieldInfo]]:
    return list(settings.model_fields.items())


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "under home"
    value = field.get_default()
    if value is None:
        return "unset"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return "hidden" if isinstance(value, SecretStr) else f"`{value}`"


def _commands(command: Any, words: tuple[str, ...]) -> list[tuple[tuple[str, ...], Any]]:
    """Every command below this one, in the order of the help; a group stands before its own."""
    inner = getattr(command, "commands", None)
    if inner is None:
        return [(words, command)]
    below = [found for name, one in inner.items() for found in _commands(one, (*words, name))]
    return below if len(words) == 1 else [(words, command), *below]


def _row(parameter: Any) -> str:
    options = [*parameter.opts, *parameter.secondary_opts]
    option = options[0].startswith("-")
    name = ", ".join(f"`{word}`" for word in options) if option else f"`{str(parameter.name).upper()}`"
    default = parameter.default
    shown = "" if default is None or callable(default) or not option else f"`{_plain(default)}`"
    needed = "needed" if parameter.required else shown
    return f"| {name} | {needed} | {_cell(getattr(parameter, 'help', None) or '')} |"


def _plain(default: Any) -> str:
    return str(default).lower() if isinstance(default, bool) else str(default)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
