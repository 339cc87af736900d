"""`kawal model`: which models are there, which serves, which runs beside it, and how does one give way to another?"""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from app.cli_frame import Home, fail, out, settings_of

ACTOR = "cli"
WIDE = 200
model_app = typer.Typer(help="Models: listed, run beside the serving one, promoted, rolled back.", no_args_is_help=True)
ModelId = Annotated[str, typer.Argument(help="A folder in the models' folder, as `kawal model list` names it.")]


@model_app.command("list")
def model_list(home: Home = None) -> None:
    """Every model folder; one that would be refused says why."""
    from app.api.model_view import models_view
    from app.runtime import commanded

    names = ("model", "role", "made on", "trained on", "seed", "refused")
    table = Table(*(Column(n, overflow="fold", no_wrap=n == "model") for n in names), box=None)
    for m in commanded(settings_of(home), models_view)["items"]:
        seed = "" if m["seed"] is None else str(m["seed"])
        table.add_row(m["model_id"], m["role"] or "", m["created_on"] or "", m["trained_on"] or "", seed, m["refused"] or "")
    (out if out.is_terminal else Console(width=WIDE)).print(table)  # a file is no terminal: one line a model there


@model_app.command("show")
def model_show(model_id: ModelId, home: Home = None) -> None:
    """Manifest in short as JSON, then the card and the evaluation."""
    from app.api.model_folder import in_full

    told = in_full(settings_of(home).models_dir / model_id)
    if told["refused"] is not None and told["card"] is None:
        fail(told["refused"])
    texts = [told.pop("card"), told.pop("evaluation_card")]
    told.pop("evaluation")
    print(json.dumps(told, indent=2))
    for text in filter(None, texts):
        print(text)


@model_app.command("shadow")
def model_shadow(
    model_id: Annotated[str | None, typer.Argument(help="The candidate; without one the comparison ends.")] = None, home: Home = None
) -> None:
    """Let a candidate score the same finals beside the serving model; nothing is judged by it."""
    from app.api import model_life

    version = _done(home, lambda services: model_life.run_beside(services, ACTOR, model_id))
    print(f"configuration {version}: candidate {model_id or 'none'}")


@model_app.command("promote")
def model_promote(model_id: ModelId, home: Home = None) -> None:
    """Let a model serve; panes that close after its record are judged by it."""
    from app.api import model_life

    version = _done(home, lambda services: model_life.promote(services, ACTOR, model_id))
    print(f"configuration {version}: {model_id} serves")


@model_app.command("rollback")
def model_rollback(home: Home = None) -> None:
    """Let the model serve that did before this one."""
    from app.api import model_life

    model_id, version = _done(home, lambda services: model_life.roll_back(services, ACTOR))
    print(f"configuration {version}: {model_id} serves")


def _done(home: Any, command: Any) -> Any:
    from app.api.model_life import NotChanged
    from app.runtime import commanded

    try:
        return commanded(settings_of(home), command)
    except NotChanged as refused:
        fail(str(refused))
