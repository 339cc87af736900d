"""How is a list answered? A page with a cursor, or the same page as CSV that a spreadsheet cannot be tricked by."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final, Literal, TypeVar

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.pagination import open_cursor, seal_cursor, type_of_key
from app.api.services import Services

NOTICE: Final = {"id": "Indikasi statistik, bukan putusan", "en": "statistical indication, not a finding of law"}
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
CSV: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {"text/csv": {}}}}
"""Said of every list in the OpenAPI document."""
T = TypeVar("T")


class Paging(BaseModel):
    """Where a list begins, how long it is, and its form."""

    model_config = ConfigDict(extra="forbid")
    limit: Annotated[int, Field(ge=1, le=500)] = 100
    cursor: Annotated[str | None, Field(max_length=2000, description="`next` of the page before, with the same filters.")] = None
    format: Annotated[Literal["json", "csv"], Field(description="CSV holds this page; `Link` names the next.")] = "json"

    def bound(self, what: str, platforms: Sequence[str] | None, **more: object) -> dict[str, object]:
        """The filters to which a cursor is bound."""
        used = self.model_dump(mode="json", exclude={"limit", "cursor", "format"}, exclude_none=True)
        return {"list": what, "platforms": platforms, **used, **more}


class Notice(BaseModel):
    """What every answer about a seller says (E10)."""

    id: str = NOTICE["id"]
    en: str = NOTICE["en"]


def position(services: Services, paging: Paging, bound: Mapping[str, object]) -> Any:
    """The sort key after which the page begins."""
    return None if paging.cursor is None else open_cursor(services.secret, bound, paging.cursor)


def cut(
    services: Services, paging: Paging, bound: Mapping[str, object], rows: Sequence[T], key: Callable[[T], Sequence[type_of_key]]
) -> tuple[Sequence[T], str | None]:
    """The page out of `limit + 1` rows, and the cursor of the next one."""
    page = rows[: paging.limit]
    return page, seal_cursor(services.secret, bound, key(page[-1])) if len(rows) > paging.limit else None


def answered(paging: Paging, page: BaseModel, items: Sequence[BaseModel], following: str | None) -> Any:
    """The page in the form that was asked for."""
    return page if paging.format == "json" else as_csv([item.model_dump(mode="json") for item in items], following)


def as_csv(rows: Sequence[Mapping[str, Any]], following: str | None) -> Response:
    """Nested values as columns `a.b`, lists as JSON; the notice stands in every row."""
    flat = [{**_flat(row), "notice": f"{NOTICE['id']} / {NOTICE['en']}"} for row in rows]
    columns = list(dict.fromkeys(name for row in flat for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns or ["notice"], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in flat)
    headers = {} if following is None else {"Link": f'<?cursor={following}>; rel="next"'}
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _flat(row: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if name == "notice":
            continue
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{before}{name}.")
        else:
            flat[before + name] = json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
    return flat


def _cell(value: Any) -> Any:
    # a spreadsheet runs text that begins so; numbers stay numbers
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
