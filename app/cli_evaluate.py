"""How good is the detection, and what does that cost? `kawal evaluate`, with the one measurement that a bench makes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli_frame import now_us, settings_of


def evaluate(
    sets: Annotated[list[str] | None, typer.Option("--set", help="Set to judge on, several times; unset: all of them.")] = None,
    seeds: Annotated[int, typer.Option(min=2, help="Markets of generated evenings.")] = 20,
    seed: Annotated[int, typer.Option(help="Seed of fits and of bootstrap draws.")] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="As small as can be: shows that it runs, its figures say nothing.")] = False,
    ablations: Annotated[bool, typer.Option("--ablations", help="Also what each part of the score brings.")] = False,
    card: Annotated[bool, typer.Option("--card", help="Write docs/evaluation.md, and evaluation.md and .json beside the model.")] = False,
    reference: Annotated[
        Path | None,
        typer.Option(envvar="KAWAL_REFERENCE_DATA", exists=True, file_okay=False, help="Sets outside the repository; said where unset."),
    ] = None,
    progress: Annotated[bool, typer.Option(help="Show a progress bar.")] = True,
) -> None:
    """Judge the detection per pair beside divisions, rules, other detectors and a supervised line; false alarms with exact limits."""
    from app.demo.bench import BENCHES
    from app.training.evaluate.command import print_tables, run
    from app.training.evaluate.measurements import measured
    from app.training.evaluate.parts import SCORING_COST

    docs = Path("docs") if card else None
    flags: dict[str, Any] = {"seeds": seeds, "seed": seed, "quick": quick, "ablations": ablations, "progress": progress}
    others = {SCORING_COST: lambda _: measured(SCORING_COST, BENCHES["scoring"]())}
    told, sections = run(sets or [], settings_of(None), reference, now_us, docs=docs, others=others, **flags)
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        print_tables(sections)
    if any(section.broken for section in sections):
        raise typer.Exit(1)
