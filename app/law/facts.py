"""What does judge() know about one pair at one final? Facts only; whatever is None was not measured and never clears anyone.

Units: *_us UTC microseconds; money and prices in the smallest traded unit; units (quantities) in thousandths; *_value_* sums of price x
thousandths, so that value / units is a mean price; minutes and days whole. Session means "so far in this session, up to this final".
"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.calibrated import NOT_ENOUGH, SAYS_P


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a judgement may rest on. Defaults are the answer "not known"."""

    platform: str
    session_id: str
    seller_id: str
    product_id: str
    key: str
    end_us: int  # first microsecond after the judged pane
    category_id: str | None = None
    currency: str = "IDR"

    # levels (E1, E5): the highest so far in the session, `legal_now` of this final's own 1-minute window
    level: int = 0
    legal_level: int = 0
    legal_now: int = 0
    # clock-aligned 5-minute windows of the pair within 24 h at or above a level (E2)
    aligned_l2: int = 0
    aligned_l3: int = 0
    aligned_l4: int = 0
    sessions_l4_lasting: int = 0  # sessions of (seller, product), this one included, in which L4 lasted
    l4_span_us: int = 0  # first to last L4 final of (seller, product), sessions joined
    l2_days: int = 0  # days with (seller, product) at L2 or more, today included
    l2_sessions: int = 0  # sessions likewise

    # novelty (DESIGN 4.8): running p of the pair, q of the sealed day
    calibration: str = NOT_ENOUGH  # app.domain.calibrated
    p_value: float | None = None
    q_value: float | None = None
    alpha_open: float = 0.01

    # cost as resolve_costs gave it (B3)
    cost_tier: str = "T4"
    cost_lo: int | None = None
    cost_hi: int | None = None
    cost_source: str | None = None

    # below-cost sales of the session: below cost_lo at L4, below cost_hi at L3; net of changes
    below_units_session: int | None = None
    below_value_session: int | None = None  # p_s x thousandths over those units
    below_minutes_session: int = 0
    first_below_us: int | None = None  # end_us of the first and last final whose 1-minute mean was below cost
    last_below_us: int | None = None
    lowest_value_s: int | None = None  # the below-cost 1-minute window with the lowest mean p_s
    lowest_units: int | None = None
    cum_units: int | None = None
    fresh_units: int | None = None  # of them in the five minutes up to the last sale
    cum_value_s: int | None = None
    funding_known: bool = False  # no below-cost unit has unknown funding (B2)
    settled: bool = False

    # the 1-minute window with the lowest mean p_b, and p_s of the same window: for R06 and D7
    cheapest_value_b: int | None = None
    cheapest_units_b: int | None = None
    cheapest_value_s: int | None = None
    cheapest_units: int | None = None

    # market
    rivals: int | None = None
    rivals_median_pb: float | None = None
    reference: float | None = None
    own_median_ps: float | None = None
    list_price: int | None = None
    force_ps: int | None = None  # seller's price in force at end_us
    last_force_ps: int | None = None  # the last one that was in force, also where none is any more

    # earlier prices and sealed days of (seller, product) (D2, D6)
    fair_price_session: int | None = None  # highest 1-minute mean p_s at or above cost, seen earlier in the session
    fair_price_7d: int | None = None  # highest daily mean p_s of the seven sealed days
    below_units_7d: int | None = None
    units_7d: int | None = None
    sale_days_7d: int | None = None
    below_days_28d: int | None = None
    seller_units_28d: int | None = None
    mean_daily_units: int | None = None

    # goods
    shelf_life_days: int | None = None
    shelf_life_source: str | None = None
    stock_first: int | None = None  # whole units, first and last seen in the session
    stock_last: int | None = None

    # promotion: latest known fields (E3); quota in whole units
    promotion_id: str | None = None
    promotion_kind: str | None = None
    promotion_quota: int | None = None
    promotion_funding: str | None = None
    promotion_starts_us: int | None = None
    promotion_ends_us: int | None = None
    promotion_announced_us: int | None = None

    # seller (A4)
    size_class: str | None = None  # micro | small | medium | large
    size_status: str = "unknown"  # known | declared | unknown
    size_source: str | None = None
    size_dated: str | None = None
    owner_group: str | None = None
    owner_size_class: str | None = None

    # answers of rules that this service has no data for yet
    power: bool | None = None  # R09 or R10 or R12
    intent: bool | None = None  # R08
    structure: bool | None = None
    rival_gone: bool | None = None  # R15

    @property
    def calibrated(self) -> bool:
        """Does its p rest on anything?"""
        return self.calibration in SAYS_P

    @property
    def unusual(self) -> bool:
        """Has the pair opened on novelty? Never without a calibration (E2)."""
        return self.calibrated and self.p_value is not None and self.p_value <= self.alpha_open

    @property
    def cost_bar(self) -> int | None:
        """The end of the cost interval that the level was measured against: low end at L4, high end else."""
        return self.cost_lo if self.legal_level >= 4 else self.cost_hi
