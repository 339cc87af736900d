"""How do sellers, products and costs come in? By the API, as an analyst enters them, cost papers accepted by a second person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from app.demo.asking import Api, segment
from app.demo.people import People
from app.demo.samples import Sample
from app.demo.screen import Screen
from app.domain.time import iso

AT_ONCE: Final = 200
Advance = Callable[[int], None]


def enter(url: str, people: People, samples: list[Sample], screen: Screen) -> None:
    """Everything that is known beside the events of the samples."""
    with Api(url, people.analyst) as analyst, Api(url, people.approver) as approver, screen.progress() as bars:
        for sample in samples:
            total = sample.sellers.height + sample.catalogue.height + 2 * sample.costs.height
            bar = bars.add_task(f"reference data of {sample.platform}, rows", total=total)
            _enter(sample, analyst, approver, lambda n, bar=bar: bars.advance(bar, n))  # type: ignore[misc]
    rows = [[s.platform, s.sellers.height, s.catalogue.height, _with_shelf_life(s), s.costs.height] for s in samples]
    screen.table(["platform", "sellers", "products", "with shelf life", "cost papers (T1), accepted"], rows)


def _enter(sample: Sample, analyst: Api, approver: Api, advance: Advance) -> None:
    for row in sample.sellers.iter_rows(named=True):
        analyst.put(f"/v1/sellers/{row.pop('platform')}:{segment(row.pop('seller_id'))}", row)
        advance(1)
    products = [{k: v for k, v in row.items() if k != "platform"} for row in sample.catalogue.iter_rows(named=True)]
    for some in _cut(products):
        analyst.put("/v1/products", {"platform": sample.platform, "products": some})
        advance(len(some))
    for some in _cut([_paper(row) for row in sample.costs.iter_rows(named=True)]):
        entered = analyst.put("/v1/costs/papers", {"papers": some})["paper_ids"]
        advance(len(some))
        approver.post("/v1/costs/acceptance", {"paper_ids": entered})
        advance(len(some))


def _paper(row: dict[str, Any]) -> dict[str, Any]:
    said = {name: row[name] for name in ("platform", "seller_id", "product_id", "category_id", "currency", "tier", "cost_lo", "cost_hi")}
    until = row["valid_to_us"]
    return said | {
        "valid_from": iso(row["valid_from_us"]),
        "valid_to": None if until is None else iso(until),
        "document_sha256": row["source"].removeprefix("sha256:"),
    }


def _cut(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]


def _with_shelf_life(sample: Sample) -> int:
    return int(sample.catalogue["shelf_life_days"].is_not_null().sum())
