"""D9. What cannot be worked is listed with an alarm and everything else goes on; memory, disk and store errors stop the loop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from app.log.record import CorruptRecord, unpack
from app.windows.admission import stamp
from app.worker import line, reading
from app.worker.carrying import from_bytes
from tests.property.rig import MINUTE, SECOND, Rig, finals
from tests.semantics.stage import NOON, beat, outcomes, price, rig_at, sale

BAD = {"product_id": "p-bad", "seller_id": "toko-bad"}


def failing(inner: Callable[..., Any], error: type[Exception] = RuntimeError) -> Callable[..., Any]:
    """The function, but for frames that hold the bad product."""

    def function(frame: pl.DataFrame, *rest: Any, **named: Any) -> Any:
        if "product_id" in frame.columns and (frame["product_id"] == "p-bad").any():
            raise error("poison")
        return inner(frame, *rest, **named)

    return function


def undecodable(body: bytes) -> Any:
    unpacked = unpack(body)
    if unpacked.rows is not None and (unpacked.rows["product_id"] == "p-bad").any():
        raise CorruptRecord("poison")
    return unpacked


def break_(stage: str, monkeypatch: pytest.MonkeyPatch, error: type[Exception] = RuntimeError) -> None:
    if stage == "decode":
        monkeypatch.setattr(reading, "unpack", undecodable)
    elif stage == "windows":
        monkeypatch.setattr(reading, "stamp", failing(stamp, error))
    elif stage == "detection":
        monkeypatch.setattr(line, "score", failing(line.score, error))
    else:
        monkeypatch.setattr(line, "legal_levels", failing(line.legal_levels, error))


def post(rig: Rig, *, bad: bool) -> None:
    rig.post([price("g-1", NOON), sale("g-2", NOON + SECOND)], at_us=NOON + 2 * SECOND)
    if bad:
        rig.post([price("x-1", NOON, **BAD), sale("x-2", NOON + SECOND, **BAD)])
    rig.post([sale("g-3", NOON + 12 * SECOND)], at_us=NOON + 13 * SECOND)


@pytest.mark.parametrize("slice_bytes", [1, 10**7])
@pytest.mark.parametrize("stage", ["decode", "windows", "detection", "law"])
def test_the_next_good_event_is_judged_and_the_bad_one_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str, slice_bytes: int
) -> None:
    with rig_at(tmp_path / "clean") as rig:
        post(rig, bad=False)
        rig.post([beat("h", NOON + 10 * MINUTE)], at_us=NOON + 10 * MINUTE)
        rig.drain(slice_bytes)
        clean = finals(rig)
    with rig_at(tmp_path / "bad") as rig:
        break_(stage, monkeypatch)
        post(rig, bad=True)
        rig.drain(slice_bytes)
        shown = rig.one("select product_id from judgement where provisional like '%\"pane\":%'")
        assert shown == [("p-1",)]
        rig.post([beat("h", NOON + 10 * MINUTE)], at_us=NOON + 10 * MINUTE)
        rig.drain(slice_bytes, restart_every=1)
        listed = rig.one("select stage, problem, body from rejection")
        assert listed
        assert all("poison" in problem for _, problem, _ in listed)
        assert rig.one("select count(*) from alarm") == [(len(listed),)]
        counted, _, _, skipped = outcomes(rig)
        if stage in {"decode", "windows"}:
            assert (counted, skipped) == (4, 2)
            assert {s for s, _, _ in listed} == {stage}
        else:
            assert (counted, skipped) == (6, 0)  # no row is skipped for a pair that cannot be judged
            assert all("p-bad" in body for _, _, body in listed)
            assert '"unjudged":true' in rig.one("select final from judgement where product_id = 'p-bad'")[0][0]
        assert {k: v for k, v in finals(rig).items() if k[3] != "p-bad"} == clean
        assert rig.drain().lag() == 0


@pytest.mark.parametrize("error", [MemoryError, OSError])
@pytest.mark.parametrize("stage", ["windows", "detection", "law"])
def test_memory_and_disk_errors_are_nobody_s_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str, error: type[Exception]
) -> None:
    """[Skipping rows because the disk was full would lose them for good.]"""
    with rig_at(tmp_path) as rig:
        post(rig, bad=True)
        with monkeypatch.context() as broken:
            break_(stage, broken, error)
            loop = rig.loop(1)
            loop.run(threading.Event())
            assert loop.failure is not None  # readiness reads it
            assert error.__name__ in loop.failure
            assert rig.one("select * from rejection") == []
        rig.drain()  # once mended, all is counted
        assert outcomes(rig) == (5, 0, 0, 0)


def test_what_could_not_be_judged_is_still_in_the_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """[Receipted as counted, and missing from the day: sold units that no history would ever know of.]"""
    with rig_at(tmp_path) as rig:
        break_("law", monkeypatch)
        post(rig, bad=True)
        rig.post([beat("h", NOON + 10 * MINUTE)], at_us=NOON + 10 * MINUTE)
        rig.drain()
        bodies = [from_bytes(bytes(body)) for (body,) in rig.one("select body from day_part")]
    units = pl.concat(bodies).group_by("product_id").agg(pl.col("units").sum())
    assert dict(units.iter_rows())["p-bad"] == dict(units.iter_rows())["p-1"] // 2
