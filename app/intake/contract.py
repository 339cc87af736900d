"""What may be posted? The pydantic models of every event: the contract, its OpenAPI, and the wording of problems."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, TypeAdapter, WithJsonSchema

from app.intake import examples
from app.intake.fields import CHANGE_STATUSES, COST_SOURCES, FIELDS, PROMOTION_KINDS, SALE_STATUSES
from app.intake.values import (
    ID_CHARS,
    ID_PATTERN,
    MONEY_MAX,
    TEXT_CHARS,
    read_choice,
    read_count,
    read_currency,
    read_flag,
    read_id,
    read_money,
    read_quantity,
    read_text,
    read_time,
)

_ID: Final[dict[str, Any]] = {"type": "string", "minLength": 1, "maxLength": ID_CHARS, "pattern": ID_PATTERN}
_WHOLE: Final[dict[str, Any]] = {
    "anyOf": [{"type": "integer", "minimum": 0, "maximum": MONEY_MAX}, {"type": "string", "pattern": "^[0-9]{1,13}$"}],
}
_QUANTITY: Final[dict[str, Any]] = {
    "anyOf": [
        {"type": "number", "exclusiveMinimum": 0, "maximum": 10**6},
        {"type": "string", "pattern": r"^[0-9]{1,7}(\.[0-9]{1,3})?$"},
    ],
    "description": "At most three decimals.",
}
_TIME: Final[dict[str, Any]] = {"type": "string", "format": "date-time", "description": "RFC 3339 with a zone."}


def _maybe(schema: dict[str, Any]) -> WithJsonSchema:
    # null is the same as leaving the field out
    return WithJsonSchema({"anyOf": [schema, {"type": "null"}]})


def _words(choices: tuple[str, ...]) -> dict[str, Any]:
    return {"type": "string", "enum": list(choices)}


Id = Annotated[str, PlainValidator(read_id), WithJsonSchema(_ID)]
MaybeId = Annotated[str | None, PlainValidator(read_id), _maybe(_ID)]
MaybeText = Annotated[str | None, PlainValidator(read_text), _maybe({"type": "string", "minLength": 1, "maxLength": TEXT_CHARS})]
Money = Annotated[int, PlainValidator(read_money), WithJsonSchema({**_WHOLE, "description": "Smallest traded unit."})]
MaybeMoney = Annotated[int | None, PlainValidator(read_money), _maybe(_WHOLE)]
MaybeCount = Annotated[int | None, PlainValidator(read_count), _maybe(_WHOLE)]
Quantity = Annotated[int, PlainValidator(read_quantity), WithJsonSchema(_QUANTITY)]
Time = Annotated[int, PlainValidator(read_time), WithJsonSchema(_TIME)]
MaybeTime = Annotated[int | None, PlainValidator(read_time), _maybe(_TIME)]
MaybeFlag = Annotated[bool | None, PlainValidator(read_flag), _maybe({"type": "boolean"})]
Currency = Annotated[str, PlainValidator(read_currency), WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$"})]
MaybeCostSource = Annotated[str | None, PlainValidator(read_choice(COST_SOURCES)), _maybe(_words(COST_SOURCES))]
MaybePromotion = Annotated[str | None, PlainValidator(read_choice(PROMOTION_KINDS)), _maybe(_words(PROMOTION_KINDS))]
MaybeSaleStatus = Annotated[str | None, PlainValidator(read_choice(SALE_STATUSES)), _maybe(_words(SALE_STATUSES))]
ChangeStatus = Annotated[str, PlainValidator(read_choice(CHANGE_STATUSES)), WithJsonSchema(_words(CHANGE_STATUSES))]


def _shown(example: dict[str, Any]) -> ConfigDict:
    # an unknown field is kept in `extra` and named in the receipt, never an error (D8)
    return ConfigDict(extra="allow", frozen=True, json_schema_extra={"examples": [example]})


class _Event(BaseModel):
    event_id: Id
    occurred_at: Time
    received_at: MaybeTime = None
    session_platform: MaybeId = None


class _InSession(_Event):
    session_id: Id


class _OfPair(_InSession):
    seller_id: Id
    product_id: Id
    currency: Currency
    price: Money
    category_id: MaybeId = None
    variant_id: MaybeId = None


class _Offer(_OfPair):
    list_price: MaybeMoney = None
    unit_cost: MaybeMoney = None
    cost_source: MaybeCostSource = None
    stock: MaybeCount = None
    promotion_id: MaybeId = None
    promotion_kind: MaybePromotion = None
    promotion_starts_at: MaybeTime = None
    promotion_ends_at: MaybeTime = None
    promotion_announced_at: MaybeTime = None
    promotion_quota: MaybeCount = None
    promotion_funding: MaybeId = None
    origin: MaybeId = None
    fob_usd_cents: MaybeMoney = None


class _Line(_OfPair):
    quantity: Quantity
    order_id: MaybeId = None
    line_id: MaybeId = None
    platform_discount_total: MaybeMoney = None
    seller_voucher_total: MaybeMoney = None
    platform_voucher_total: MaybeMoney = None
    commission_total: MaybeMoney = None
    affiliate_total: MaybeMoney = None
    payment_fee_total: MaybeMoney = None
    seller_shipping_total: MaybeMoney = None


class SessionStarted(_InSession):
    """A live begins. The host may be the seller, an affiliate, a celebrity or the platform."""

    model_config = _shown(examples.SESSION_STARTED)
    type: Literal["session_started"]
    host_id: MaybeId = None
    host_kind: MaybeId = None
    host_tier: MaybeId = None


class Price(_Offer):
    """A price is shown, per unit. It holds until the next one, at most 15 minutes: repeat it every 5."""

    model_config = _shown(examples.PRICE)
    type: Literal["price"]
    platform_discount: MaybeMoney = None
    seller_voucher: MaybeMoney = None
    platform_voucher: MaybeMoney = None
    offered: MaybeFlag = None


class Sale(_Line, _Offer):
    """One order line is sold; amounts ending in _total are for the line."""

    model_config = _shown(examples.SALE)
    type: Literal["sale"]
    status: MaybeSaleStatus = None


class SaleChanged(_Line):
    """Part or all of an order line is cancelled, returned, refunded or paid; amounts are those of the changed quantity."""

    model_config = _shown(examples.SALE_CHANGED)
    type: Literal["sale_changed"]
    status: ChangeStatus
    sold_at: Time
    reason: MaybeText = None


class SessionStatus(_InSession):
    """How many watch."""

    model_config = _shown(examples.SESSION_STATUS)
    type: Literal["session_status"]
    viewers: MaybeCount = None
    likes: MaybeCount = None


class Heartbeat(_Event):
    """All that this key has up to occurred_at is sent."""

    model_config = _shown(examples.HEARTBEAT)
    type: Literal["heartbeat"]


class SessionEnded(_InSession):
    """A live ends."""

    model_config = _shown(examples.SESSION_ENDED)
    type: Literal["session_ended"]


Event = Annotated[SessionStarted | Price | Sale | SaleChanged | SessionStatus | Heartbeat | SessionEnded, Field(discriminator="type")]
ADAPTER: Final[TypeAdapter[Event]] = TypeAdapter(Event)


def row_of(event: Event) -> dict[str, Any]:
    """The columns of ROW_SCHEMA that the event fills; unknown fields are in `event.model_extra`."""
    return {FIELDS[name].column: getattr(event, name) for name in type(event).model_fields}
