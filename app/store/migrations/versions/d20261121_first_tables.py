"""The first tables.

Frozen as they were on the first day: later changes of app/store/tables.py are steps of their own. SQL that SQLite and PostgreSQL
read alike, but for the type of bytes.

Revision ID: 20261121_first_tables
Revises:
"""

from __future__ import annotations

from alembic import op

revision = "20261121_first_tables"
down_revision = None
branch_labels = None
depends_on = None

STATEMENTS = (
    """CREATE TABLE alarm (alarm_id VARCHAR NOT NULL, raised_us BIGINT NOT NULL, what TEXT NOT NULL, body TEXT NOT NULL, CONSTRAINT
    pk_alarm PRIMARY KEY (alarm_id))""",
    """CREATE TABLE api_key (key_id VARCHAR NOT NULL, secret_sha256 TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, platforms TEXT
    NOT NULL, sandbox BOOLEAN NOT NULL, created_us BIGINT NOT NULL, revoked_us BIGINT, CONSTRAINT pk_api_key PRIMARY KEY (key_id))""",
    """CREATE TABLE attempt (message_id VARCHAR NOT NULL, number INTEGER NOT NULL, at_us BIGINT NOT NULL, status_code INTEGER, latency_ms
    BIGINT, error TEXT, excerpt TEXT, CONSTRAINT pk_attempt PRIMARY KEY (message_id, number))""",
    """CREATE TABLE carried (partition INTEGER NOT NULL, kind VARCHAR NOT NULL, seq BIGINT NOT NULL, body {bytes} NOT NULL, CONSTRAINT
    pk_carried PRIMARY KEY (partition, kind, seq))""",
    """CREATE TABLE "case" (case_id VARCHAR NOT NULL, platform TEXT NOT NULL, seller_id TEXT NOT NULL, status TEXT NOT NULL, assignee
    TEXT, opened_us BIGINT NOT NULL, closed_us BIGINT, reply_step TEXT, reply_note TEXT, CONSTRAINT pk_case PRIMARY KEY (case_id))""",
    """CREATE INDEX ix_case_platform_seller_id ON "case" (platform, seller_id)""",
    """CREATE TABLE case_comment (comment_id VARCHAR NOT NULL, case_id TEXT NOT NULL, at_us BIGINT NOT NULL, actor TEXT NOT NULL, text
    TEXT NOT NULL, CONSTRAINT pk_case_comment PRIMARY KEY (comment_id))""",
    """CREATE TABLE case_finding (case_id VARCHAR NOT NULL, finding_id VARCHAR NOT NULL, CONSTRAINT pk_case_finding PRIMARY KEY (case_id,
    finding_id))""",
    """CREATE TABLE cost_paper (paper_id VARCHAR NOT NULL, platform TEXT, seller_id TEXT, product_id TEXT, category_id TEXT, currency
    TEXT, tier TEXT, cost_lo BIGINT, cost_hi BIGINT, valid_from_us BIGINT, valid_to_us BIGINT, document_sha256 TEXT, note TEXT,
    entered_by TEXT, accepted_by TEXT, entered_us BIGINT, accepted_us BIGINT, CONSTRAINT pk_cost_paper PRIMARY KEY (paper_id))""",
    """CREATE TABLE day_part (partition INTEGER NOT NULL, platform VARCHAR NOT NULL, day BIGINT NOT NULL, seq BIGINT NOT NULL, body
    {bytes} NOT NULL, CONSTRAINT pk_day_part PRIMARY KEY (partition, platform, day, seq))""",
    """CREATE TABLE evidence (sha256 VARCHAR NOT NULL, "key" TEXT NOT NULL, minute_us BIGINT NOT NULL, body {bytes} NOT NULL, CONSTRAINT
    pk_evidence PRIMARY KEY (sha256))""",
    """CREATE TABLE final (platform VARCHAR NOT NULL, session_id VARCHAR NOT NULL, seller_id VARCHAR NOT NULL, product_id VARCHAR NOT
    NULL, "key" VARCHAR NOT NULL, pane BIGINT NOT NULL, body TEXT NOT NULL, CONSTRAINT pk_final PRIMARY KEY (platform, session_id,
    seller_id, product_id, "key", pane))""",
    """CREATE TABLE finding (finding_id VARCHAR NOT NULL, platform TEXT NOT NULL, session_id TEXT NOT NULL, seller_id TEXT NOT NULL,
    product_id TEXT NOT NULL, "key" TEXT NOT NULL, category_id TEXT, partition INTEGER NOT NULL, status TEXT NOT NULL, level
    INTEGER NOT NULL, legal_level INTEGER NOT NULL, severity INTEGER NOT NULL, p_value FLOAT, opened_us BIGINT, updated_us BIGINT,
    closed_us BIGINT, version INTEGER NOT NULL, estimated_harm TEXT NOT NULL, harm_rank FLOAT NOT NULL, verdict TEXT, body TEXT
    NOT NULL, CONSTRAINT pk_finding PRIMARY KEY (finding_id))""",
    """CREATE INDEX ix_finding_harm_rank_finding_id ON finding (harm_rank, finding_id)""",
    """CREATE INDEX ix_finding_platform_session_id ON finding (platform, session_id)""",
    """CREATE INDEX ix_finding_seller_id ON finding (seller_id)""",
    """CREATE INDEX ix_finding_severity_updated_us ON finding (severity, updated_us)""",
    """CREATE INDEX ix_finding_updated_us_finding_id ON finding (updated_us, finding_id)""",
    """CREATE TABLE finding_evidence (finding_id VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, CONSTRAINT pk_finding_evidence PRIMARY KEY
    (finding_id, sha256))""",
    """CREATE TABLE finding_version (finding_id VARCHAR NOT NULL, version INTEGER NOT NULL, pane BIGINT NOT NULL, sha256 TEXT NOT NULL,
    body TEXT NOT NULL, CONSTRAINT pk_finding_version PRIMARY KEY (finding_id, version))""",
    """CREATE TABLE judgement (platform VARCHAR NOT NULL, session_id VARCHAR NOT NULL, seller_id VARCHAR NOT NULL, product_id VARCHAR NOT
    NULL, "key" VARCHAR NOT NULL, partition INTEGER NOT NULL, category_id TEXT, pane BIGINT, level INTEGER, legal_level INTEGER,
    severity INTEGER, p_value FLOAT, anomaly_score FLOAT, novelty_score FLOAT, finals BIGINT, finals_digest TEXT, final TEXT,
    provisional TEXT, provisional_pos BIGINT, CONSTRAINT pk_judgement PRIMARY KEY (platform, session_id, seller_id, product_id,
    "key"))""",
    """CREATE INDEX ix_judgement_platform_session_id ON judgement (platform, session_id)""",
    """CREATE TABLE late_row (platform VARCHAR NOT NULL, posting_platform VARCHAR NOT NULL, event_id VARCHAR NOT NULL, day BIGINT NOT
    NULL, partition INTEGER NOT NULL, pos BIGINT NOT NULL, body {bytes} NOT NULL, CONSTRAINT pk_late_row PRIMARY KEY (platform,
    posting_platform, event_id))""",
    """CREATE INDEX ix_late_row_platform_day ON late_row (platform, day)""",
    """CREATE TABLE ledger (partition INTEGER NOT NULL, epoch BIGINT NOT NULL, next_pos BIGINT NOT NULL, replay_from BIGINT NOT NULL,
    config_version BIGINT NOT NULL, worker TEXT, state TEXT NOT NULL, CONSTRAINT pk_ledger PRIMARY KEY (partition))""",
    """CREATE TABLE outbox (message_id VARCHAR NOT NULL, case_id TEXT NOT NULL, referral_id TEXT NOT NULL, seq BIGINT NOT NULL, type TEXT
    NOT NULL, body TEXT NOT NULL, status TEXT NOT NULL, due_us BIGINT NOT NULL, attempts INTEGER NOT NULL, delivered_us BIGINT,
    CONSTRAINT pk_outbox PRIMARY KEY (message_id))""",
    """CREATE INDEX ix_outbox_status_due_us ON outbox (status, due_us)""",
    """CREATE TABLE receipt (receipt_id VARCHAR NOT NULL, key_id TEXT NOT NULL, idempotency_key TEXT NOT NULL, received_us BIGINT NOT
    NULL, accepted BIGINT NOT NULL, rejected BIGINT NOT NULL, positions TEXT NOT NULL, body TEXT NOT NULL, CONSTRAINT pk_receipt
    PRIMARY KEY (receipt_id))""",
    """CREATE INDEX ix_receipt_key_id_idempotency_key ON receipt (key_id, idempotency_key)""",
    """CREATE TABLE record_count (partition INTEGER NOT NULL, pos BIGINT NOT NULL, counted BIGINT NOT NULL, duplicate BIGINT NOT NULL,
    late BIGINT NOT NULL, skipped BIGINT NOT NULL, marks TEXT, CONSTRAINT pk_record_count PRIMARY KEY (partition, pos))""",
    """CREATE TABLE reference (sha256 VARCHAR NOT NULL, kind TEXT NOT NULL, body {bytes} NOT NULL, CONSTRAINT pk_reference PRIMARY KEY
    (sha256))""",
    """CREATE TABLE referral (referral_id VARCHAR NOT NULL, case_id TEXT NOT NULL, addressee TEXT NOT NULL, status TEXT NOT NULL,
    proposed_by TEXT NOT NULL, reasons TEXT NOT NULL, proposed_us BIGINT NOT NULL, approved_by TEXT, approved_us BIGINT, report
    TEXT, sha256 TEXT, acknowledged_us BIGINT, CONSTRAINT pk_referral PRIMARY KEY (referral_id))""",
    """CREATE TABLE rejection (rejection_id VARCHAR NOT NULL, posting_platform TEXT NOT NULL, stage TEXT NOT NULL, received_us BIGINT NOT
    NULL, receipt_id TEXT, "index" BIGINT, event_id TEXT, field TEXT, problem TEXT NOT NULL, body TEXT NOT NULL, CONSTRAINT
    pk_rejection PRIMARY KEY (rejection_id))""",
    """CREATE INDEX ix_rejection_posting_platform_received_us ON rejection (posting_platform, received_us)""",
    """CREATE TABLE seal (platform VARCHAR NOT NULL, sealed_through BIGINT NOT NULL, CONSTRAINT pk_seal PRIMARY KEY (platform))""",
    """CREATE TABLE sealed_day (platform VARCHAR NOT NULL, day BIGINT NOT NULL, sha256 TEXT NOT NULL, origin TEXT NOT NULL, body {bytes}
    NOT NULL, CONSTRAINT pk_sealed_day PRIMARY KEY (platform, day))""",
    """CREATE TABLE session (platform VARCHAR NOT NULL, session_id VARCHAR NOT NULL, host_id TEXT, host_kind TEXT, host_tier TEXT,
    started_us BIGINT, ended_us BIGINT, first_us BIGINT, last_us BIGINT, viewers BIGINT, likes BIGINT, CONSTRAINT pk_session
    PRIMARY KEY (platform, session_id))""",
    """CREATE INDEX ix_session_last_us ON session (last_us)""",
    """CREATE TABLE session_part (platform VARCHAR NOT NULL, session_id VARCHAR NOT NULL, partition INTEGER NOT NULL, rows BIGINT NOT
    NULL, late BIGINT NOT NULL, first_us BIGINT NOT NULL, last_us BIGINT NOT NULL, CONSTRAINT pk_session_part PRIMARY KEY
    (platform, session_id, partition))""",
    """CREATE TABLE snapshot (version BIGINT NOT NULL, created_us BIGINT NOT NULL, actor TEXT NOT NULL, change TEXT NOT NULL, body TEXT
    NOT NULL, CONSTRAINT pk_snapshot PRIMARY KEY (version))""",
    """CREATE TABLE timeline (platform VARCHAR NOT NULL, session_id VARCHAR NOT NULL, seller_id VARCHAR NOT NULL, product_id VARCHAR NOT
    NULL, "key" VARCHAR NOT NULL, minute_us BIGINT NOT NULL, low BIGINT, high BIGINT, units_milli BIGINT, reference BIGINT,
    cost_lo BIGINT, cost_hi BIGINT, price_in_force BIGINT, mean FLOAT, level INTEGER, CONSTRAINT pk_timeline PRIMARY KEY
    (platform, session_id, seller_id, product_id, "key", minute_us))""",
)


def upgrade() -> None:
    """Make every table of the first release."""
    kind = "BYTEA" if op.get_bind().dialect.name == "postgresql" else "BLOB"
    for statement in STATEMENTS:
        op.execute(statement.replace("{bytes}", kind))


def downgrade() -> None:
    """There is nothing before the first tables: start an empty database instead."""
    raise NotImplementedError("the first tables have nothing to go back to")
