"""What is measured beside rankings? Simulated days, known costs, look-alikes, explanations, false alarms, ablations."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from app.detection import model_file
from app.detection.manifest import ModelRefused
from app.detection.model import Model
from app.training.evaluate.section import DASH, Section, Table, Wanted, number

NOT_THERE: Final = "this version does not measure it"
Measured = tuple[Mapping[str, Any], Sequence[Any]]
"""(figures, rows): a row is a mapping or a sequence of cells."""


def simulation(wanted: Wanted) -> Section:
    """The promises of calibration on simulated days."""
    from app.training.evaluate.simulation import simulate
    from app.training.evaluate.simulation_evenings import evening_rows

    found = simulate(quick=wanted.quick, progress=wanted.step)
    tables = [as_table(f"simulation: {kind}", found[kind]) for kind in ("checks", "rows", "null") if found.get(kind)]
    model, why = shipped(wanted)
    if model is None:
        return Section("simulation", found, tuple(tables), (f"no evenings through the whole line: {why}",))
    whole = evening_rows(model, 1, sessions=6) if wanted.quick else evening_rows(model, progress=wanted.step)
    tables.append(as_table(f"normal evenings through the whole line, {whole['units']:,} units", whole["checked"]))
    return Section("simulation", {**found, "evenings": whole}, tuple(tables))


def look_alikes(wanted: Wanted) -> Section:
    """Lawful look-alikes beside planted losses; levels from L2 up need no model."""
    from app.training.evaluate.look_alikes import evaluate_look_alikes

    model, why = shipped(wanted)
    told = measured("look-alikes", evaluate_look_alikes(quick=wanted.quick, model=model, tell=wanted.step))
    return told if model is not None else replace(told, notes=(f"without a model, so L1 is left out: {why}",))


def explanations(wanted: Wanted) -> Section:
    """Additivity, planted causes, counterfactual prices of the shipped model."""
    from app.training.evaluate.explanations import evaluate_explanations

    model, why = shipped(wanted)
    if model is None:
        return Section("explanations", missing=why)
    if wanted.quick:
        return measured("explanations", evaluate_explanations(model, evenings=1, cases=20, step=wanted.step))
    return measured("explanations", evaluate_explanations(model, step=wanted.step))


def false_alarms(wanted: Wanted) -> Section:
    """Openings and findings of the shipped model per 1,000 posted events of promotions and Shopee ticks. Raises OSError."""
    from app.training.evaluate.alarms import false_alarms as count

    assert wanted.reference is not None
    model, why = shipped(wanted)
    rows = count(wanted.reference, model, quick=wanted.quick)
    told = measured("false-alarms", ({str(row["set"]): row for row in rows}, rows))
    return told if model is not None else replace(told, notes=(f"without a model, so L1 is left out: {why}",))


def known_costs(wanted: Wanted) -> Section:
    """What the costs of some sellers teach about the others."""
    return _borrowed("known-costs", "app.training.evaluate.known_costs", wanted)


def ablations(wanted: Wanted) -> Section:
    """What each part of the score brings."""
    return _borrowed("ablations", "app.training.evaluate.ablation", wanted)


def _borrowed(name: str, module: str, wanted: Wanted) -> Section:
    """A module whose `measure(wanted)` gives (figures, rows)."""
    try:
        found = importlib.import_module(module)
    except ModuleNotFoundError as absent:
        if absent.name != module:
            raise
        return Section(name, missing=NOT_THERE)
    return measured(name, found.measure(wanted))


def shipped(wanted: Wanted) -> tuple[Model | None, str]:
    """The model that would be served, or why there is none."""
    if wanted.model_id is None:
        return None, "no model to measure"
    try:
        return model_file.load(wanted.models / wanted.model_id), ""
    except ModelRefused as refused:
        return None, f"the shipped model is refused: {str(refused).replace(str(wanted.models), wanted.models.name)}"


def measured(name: str, found: Measured | Mapping[str, Any]) -> Section:
    """Figures and rows as a section; figures alone are their own rows."""
    figures, rows = found if isinstance(found, tuple) else (found, [{"figure": k, "value": v} for k, v in found.items()])
    return Section(name, figures, (as_table(name, rows),) if rows else ())


def as_table(title: str, rows: Sequence[Any]) -> Table:
    """Mappings under their keys, sequences as they are; figures to three digits."""
    if not rows:
        return Table(title, (), ())
    if isinstance(rows[0], Mapping):
        columns = tuple(dict.fromkeys(str(k) for row in rows for k in row))
        return Table(title, columns, tuple(tuple(_cell(row.get(c)) for c in columns) for row in rows))
    lines = [row if isinstance(row, list | tuple) else (row,) for row in rows]
    width = max(map(len, lines))
    return Table(title, ("",) * width, tuple(tuple(_cell(c) for c in [*line, *[None] * (width - len(line))]) for line in lines))


def _cell(value: Any) -> str:
    if value is None:
        return DASH
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {_cell(v)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_cell, value)) + "]"
    return number(value) if isinstance(value, float) else str(value)
