"""Which parts has the evaluation? Each by name, imported only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from app.training.evaluate import measurements
from app.training.evaluate.section import Part, Section, Wanted
from app.training.evaluate.sets.shape import EvaluationSet

SCORING_COST: Final = "scoring-cost"
"""Measured by `kawal bench scoring`, a floor above: whoever runs the evaluation hands it in."""
ABLATIONS: Final = "ablations"
UNSET: Final = "KAWAL_REFERENCE_DATA is not set: this lies outside the repository and was not judged"


def parts() -> dict[str, Part]:
    """Every part by name, in the order in which they are told."""
    return {
        "vegetables": _vegetables,
        "ticks": _ticks,
        "orange-juice": _orange_juice,
        "promotions": _promotions,
        "shopee": _shopee,
        "false-alarms": _from_reference("false-alarms", measurements.false_alarms),
        "evenings": _evenings,
        "adbench": _adbench,
        "known-costs": measurements.known_costs,
        "simulation": measurements.simulation,
        "look-alikes": measurements.look_alikes,
        "explanations": measurements.explanations,
        ABLATIONS: measurements.ablations,
    }


def _vegetables(wanted: Wanted) -> Section:
    from app.training.evaluate.sets.vegetables import vegetables

    return _judged_from("vegetables", vegetables)(wanted)


def _ticks(wanted: Wanted) -> Section:
    from app.training.evaluate.real_sets import judged
    from app.training.evaluate.sets.ticks import ticks

    return judged(ticks(), wanted)


def _orange_juice(wanted: Wanted) -> Section:
    from app.training.evaluate.sets.orange_juice import orange_juice

    if wanted.quick:
        return _judged_from("orange-juice", lambda folder: orange_juice(folder, every=20, last_week=104))(wanted)
    return _judged_from("orange-juice", orange_juice)(wanted)


def _promotions(wanted: Wanted) -> Section:
    from app.training.evaluate.sets.promotions import EVERY, promotions

    every = 3 * EVERY if wanted.quick else EVERY
    return _judged_from("promotions", lambda folder: promotions(folder, every=every))(wanted)


def _shopee(wanted: Wanted) -> Section:
    from app.training.evaluate.sets.shopee import shopee

    return _judged_from("shopee", shopee)(wanted)


def _evenings(wanted: Wanted) -> Section:
    from app.training.evaluate.prevalence import section

    return section(wanted)


def _adbench(wanted: Wanted) -> Section:
    from app.training.evaluate.adbench import section

    return _from_reference("adbench", section)(wanted)


def _judged_from(name: str, make: Callable[[Path], EvaluationSet]) -> Part:
    from app.training.evaluate.real_sets import judged

    def part(wanted: Wanted) -> Section:
        assert wanted.reference is not None
        return judged(make(wanted.reference), wanted)

    return _from_reference(name, part)


def _from_reference(name: str, part: Part) -> Part:
    """A part that reads KAWAL_REFERENCE_DATA: said where that is unset or lacks a file."""

    def told(wanted: Wanted) -> Section:
        if wanted.reference is None:
            return Section(name, missing=UNSET)
        try:
            return part(wanted)
        except OSError as error:
            return Section(name, missing=f"not judged: {error.strerror or 'a file is missing'} under KAWAL_REFERENCE_DATA")

    return told


DEFAULT: Final = (*(name for name in parts() if name != ABLATIONS), SCORING_COST)
