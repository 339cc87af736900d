"""E4. A provisional judgement is one replaceable row per pair, at most L3, without id, evidence or case; the final replaces it."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from app.domain.events import PAIR
from app.worker.platform_state import OPEN_SCHEMA, PlatformState
from app.worker.provisional import provisional_rows
from tests.windows.rows import Row, change, frame, price, sale
from tests.worker.line import close, context

FREE = {"platform_discount": 0, "seller_voucher": 0}
TOTALS = {"platform_discount_total": 0, "seller_voucher_total": 0}
LOSS = [price(1, 45_000, **FREE), sale(5, 45_000)]


def seen(rows: list[Row], touched: list[Row] | None = None, pos: int = 9) -> list[dict[str, Any]]:
    missing = [pl.lit(None, t).alias(c) for c, t in OPEN_SCHEMA.items() if c not in frame(rows).columns]
    state = PlatformState(open_rows=frame(rows).with_columns(missing).select(*OPEN_SCHEMA))
    pairs = frame(touched or rows).select(PAIR).unique()
    return provisional_rows(state, "p", pairs, 0, pos, 10_000, context())


def test_a_loss_under_a_document_is_l3_until_its_pane_is_final() -> None:
    """[L4 within a second of a mistyped price, shown to an authority's analyst, and gone at the next event.]"""
    (row,) = seen(LOSS)
    body = json.loads(row["provisional"])
    assert (body["level"], body["legal_now"], body["provisional"], row["provisional_pos"]) == (3, 3, True, 9)
    assert close(LOSS, 3).at(0)["legal_now"] == 4


def test_its_shapes_are_those_of_the_final_that_replaces_it() -> None:
    (row,) = seen(LOSS)
    early, final = json.loads(row["provisional"]), json.loads(close(LOSS, 3).at(0)["text"])
    assert early.keys() - final.keys() == {"provisional", "as_of", "log_position"}
    assert final.keys() <= early.keys()
    assert early["figures"]["w1"] == {"units": "1.000", "value_s": "45000000", "mean_ps": 45000.0, "low": 45000, "high": 45000,
                                      "unfunded": "0.000"}  # fmt: skip
    differing = {"level", "legal_level", "legal_now", "calibration", "sealed_through"}  # a final knows more, and may say L4
    assert {k for k in final.keys() - differing if early[k] != final[k]} == {"figures"}
    assert {k for k in final["figures"] if early["figures"][k] != final["figures"][k]} == {"below_cost_units"}
    assert early["sealed_through"] == 10_000


def test_its_severity_is_low_for_any_level() -> None:
    """[A loss at L3 with severity NONE: whoever filters by severity never sees it.]"""
    words = {(body["level"], body["severity"]) for r in seen([*LOSS, sale(7, 60_000, product_id="y")])
             if (body := json.loads(r["provisional"]))}  # fmt: skip
    assert words == {(3, "LOW"), (0, "NONE")}


def test_it_holds_no_id_evidence_case_or_version() -> None:
    (row,) = seen(LOSS)
    assert not {"finding_id", "version", "evidence", "case_id", "spells"} & (row.keys() | json.loads(row["provisional"]).keys())


def test_there_is_one_row_per_pair_whatever_panes_are_open() -> None:
    rows = seen([*LOSS, sale(35, 44_000), sale(65, 43_000), sale(5, 1, event_id="y", product_id="y")])
    assert sorted(r["product_id"] for r in rows) == ["x", "y"]


def test_a_change_is_applied_at_once() -> None:
    (row,) = seen([*LOSS, change(12, 5, 45_000, **TOTALS)])
    assert json.loads(row["provisional"])["level"] == 0


def test_a_pair_without_open_rows_has_nothing_provisional() -> None:
    assert seen(LOSS, touched=[sale(5, 1, product_id="z")]) == []


def test_a_look_changes_nothing_that_finals_read() -> None:
    missing = [pl.lit(None, t).alias(c) for c, t in OPEN_SCHEMA.items() if c not in frame(LOSS).columns]
    state = PlatformState(open_rows=frame(LOSS).with_columns(missing).select(*OPEN_SCHEMA))
    before = (state.open_rows.clone(), state.carry)
    provisional_rows(state, "p", frame(LOSS).select(PAIR).unique(), 0, 1, 10_000, context())
    assert state.open_rows.equals(before[0])
    assert state.carry is before[1]
