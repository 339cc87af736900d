"""What is kept? Every table of the store, one definition for SQLite and PostgreSQL.

Times are UTC microseconds (BIGINT). Sums that may pass 2**63 are decimal strings (B1). JSON columns hold canonical text.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, LargeBinary, Table

from app.store.case_tables import attempt, case_, case_comment, case_finding, outbox, referral
from app.store.columns import PAIR_COLUMNS, lowest, metadata
from app.store.columns import key as _key
from app.store.columns import number as _int
from app.store.columns import pair as _pair
from app.store.columns import text as _text
from app.store.unit_tables import calibration_check, day_verdict, feature_count, open_unit, sealed_units, spot_check

__all__ = [
    "PAIR_COLUMNS",
    "attempt",
    "calibration_check",
    "case_",
    "case_comment",
    "case_finding",
    "day_verdict",
    "feature_count",
    "metadata",
    "open_unit",
    "outbox",
    "referral",
    "sealed_units",
    "spot_check",
]

# ---- the detector's own state (SEMANTICS D4) -------------------------------------------------------------------
ledger = Table(
    "ledger",
    metadata,
    Column("partition", Integer, primary_key=True, autoincrement=False),
    _int("epoch", False),
    _int("next_pos", False),
    _int("replay_from", False),
    _int("config_version", False),
    _text("worker"),
    _text("state", False),  # JSON: watermarks, fired panes, log time
)
carried = Table(
    "carried",
    metadata,
    Column("partition", Integer, primary_key=True, autoincrement=False),
    _key("kind"),  # pair | session | open_rows ...: one append-only list of Arrow deltas each
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)
record_count = Table(
    "record_count",
    metadata,
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("pos", BigInteger, primary_key=True, autoincrement=False),
    *[_int(c, False) for c in ("counted", "duplicate", "late", "skipped")],
    _text("marks"),  # JSON platform -> watermark before the record: a replay must find the same rows late
)
late_row = Table(
    "late_row",
    metadata,
    _key("platform"),
    _key("posting_platform"),
    _key("event_id"),
    _int("day", False),
    Column("partition", Integer, nullable=False),
    _int("pos", False),
    Column("body", LargeBinary, nullable=False),  # one row as Arrow IPC
    Index(None, "platform", "day"),
)
day_part = Table(  # sums of an open day, per partition, until the seal
    "day_part",
    metadata,
    Column("partition", Integer, primary_key=True, autoincrement=False),
    _key("platform"),
    Column("day", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)
sealed_day = Table(
    "sealed_day",
    metadata,
    _key("platform"),
    Column("day", BigInteger, primary_key=True, autoincrement=False),
    _text("sha256", False),
    _text("origin", False),  # sealed | loaded
    Column("body", LargeBinary, nullable=False),
)
seal = Table("seal", metadata, _key("platform"), _int("sealed_through", False))

# ---- configuration (D6) ----------------------------------------------------------------------------------------
reference = Table("reference", metadata, _key("sha256"), _text("kind", False), Column("body", LargeBinary, nullable=False))
snapshot = Table(
    "snapshot",
    metadata,
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    _int("created_us", False),
    _text("actor", False),
    _text("change", False),  # in words
    _text("body", False),  # JSON: reference hashes, senders, platform rules, model id, alpha_open
)
cost_paper = Table(
    "cost_paper",
    metadata,
    _key("paper_id"),
    *[_text(c) for c in ("platform", "seller_id", "product_id", "category_id", "currency", "tier")],
    *[_int(c) for c in ("cost_lo", "cost_hi", "valid_from_us", "valid_to_us")],
    *[_text(c) for c in ("document_sha256", "note", "entered_by", "accepted_by")],
    _int("entered_us"),
    _int("accepted_us"),
)
api_key = Table(
    "api_key",
    metadata,
    _key("key_id"),
    _text("secret_sha256", False),
    _text("name", False),
    _text("role", False),
    _text("platforms", False),  # JSON list
    Column("sandbox", Boolean, nullable=False),
    _int("created_us", False),
    _int("revoked_us"),
)

# ---- the door ----------------------------------------------------------------------------------------------------
receipt = Table(
    "receipt",
    metadata,
    _key("receipt_id"),
    _text("key_id", False),
    _text("idempotency_key", False),
    _int("received_us", False),
    _int("accepted", False),
    _int("rejected", False),
    _text("positions", False),  # JSON [[partition, pos], ...]
    _text("body", False),  # JSON answer as first given
    Index(None, "key_id", "idempotency_key"),
)
rejection = Table(
    "rejection",
    metadata,
    _key("rejection_id"),
    _text("posting_platform", False),
    _text("stage", False),  # door | decode | windows | detection | law
    _int("received_us", False),
    _text("receipt_id"),
    _int("index"),
    _text("event_id"),
    _text("field"),
    _text("problem", False),
    _text("body", False),  # JSON: known fields only
    Index(None, "posting_platform", "received_us"),
)
alarm = Table("alarm", metadata, _key("alarm_id"), _int("raised_us", False), _text("what", False), _text("body", False))

# ---- what is read ------------------------------------------------------------------------------------------------
session = Table(
    "session",
    metadata,
    _key("platform"),
    _key("session_id"),
    *[_text(c) for c in ("host_id", "host_kind", "host_tier")],
    *[lowest(c) for c in ("started_us", "ended_us")],
    *[_int(c) for c in ("first_us", "last_us", "viewers", "likes")],
    Index(None, "last_us"),
)
session_part = Table(  # per partition, so that no two partitions write one row
    "session_part",
    metadata,
    _key("platform"),
    _key("session_id"),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    *[_int(c, False) for c in ("rows", "late", "first_us", "last_us")],
)
judgement = Table(
    "judgement",
    metadata,
    *_pair(),
    Column("partition", Integer, nullable=False),
    _text("category_id"),
    _int("pane"),  # of the last final; null: only provisional so far
    Column("level", Integer),
    Column("legal_level", Integer),
    Column("severity", Integer),
    Column("p_value", Float),
    Column("anomaly_score", Float),
    Column("novelty_score", Float),
    Column("loss_probability", Float),  # highest so far, like the scores; null: no known cost of that market supports one
    *[_text(c) for c in ("stratum", "calibration_level", "calibration")],
    Column("q_value", Float),  # of the day that sealed the pair's session; null before
    _int("unit_day"),  # that day
    Column("shadow_score", Float),  # of the candidate model that runs beside the serving one
    Column("shadow_p", Float),
    _text("shadow_model_id"),
    _int("finals"),  # how many finals so far
    _text("finals_digest"),  # sha256 chained over the canonical bytes of every final of the pair (D3)
    _text("final"),  # JSON of the last final (see docs/architecture.md)
    _text("provisional"),  # JSON, replaced by the pane's final (E4)
    _int("provisional_pos"),
    Index(None, "platform", "session_id"),
)
final = Table(  # every final as canonical JSON; written only when settings.keep_finals (tests, audits)
    "final",
    metadata,
    *_pair(),
    Column("pane", BigInteger, primary_key=True, autoincrement=False),
    _text("body", False),
)
finding = Table(
    "finding",
    metadata,
    _key("finding_id"),
    *[_text(c, False) for c in PAIR_COLUMNS],
    _text("category_id"),
    Column("partition", Integer, nullable=False),
    _text("status", False),  # open | closed
    Column("level", Integer, nullable=False),
    Column("legal_level", Integer, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("p_value", Float),
    Column("q_value", Float),
    *[_int(c) for c in ("opened_us", "updated_us", "closed_us")],
    Column("version", Integer, nullable=False),
    _text("estimated_harm", False),  # decimal string, smallest unit
    Column("harm_rank", Float, nullable=False),  # float of the same, for sorting only
    _text("verdict"),  # lawful | data_error | unlawful_indicated | null
    _text("body", False),  # JSON of the newest version
    Index(None, "platform", "session_id"),
    Index(None, "severity", "updated_us"),
    Index(None, "harm_rank", "finding_id"),
    Index(None, "updated_us", "finding_id"),
    Index(None, "seller_id"),
)
finding_version = Table(
    "finding_version",
    metadata,
    _key("finding_id"),
    Column("version", Integer, primary_key=True, autoincrement=False),
    _int("pane", False),
    _text("sha256", False),
    _text("body", False),  # frozen (F2)
)
evidence = Table(  # content-addressed segments (F1)
    "evidence",
    metadata,
    _key("sha256"),
    _text("key", False),
    _int("minute_us", False),
    Column("body", LargeBinary, nullable=False),  # canonical events, one JSON line each
)
finding_evidence = Table("finding_evidence", metadata, _key("finding_id"), _key("sha256"))
timeline = Table(
    "timeline",
    metadata,
    *_pair(),
    Column("minute_us", BigInteger, primary_key=True, autoincrement=False),
    *[_int(c) for c in ("low", "high", "units_milli", "reference", "cost_lo", "cost_hi", "price_in_force")],
    Column("mean", Float),  # unit-weighted seller's price; null without units
    Column("level", Integer),
)
