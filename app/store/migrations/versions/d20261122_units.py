"""Units of sealed days: what a day's q says, spot checks, weekly checks of calibration; readings of model and candidate.

Revision ID: 20261122_units
Revises: 20261121_first_tables
"""

from __future__ import annotations

from alembic import op

revision = "20261122_units"
down_revision = "20261121_first_tables"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE judgement ADD COLUMN loss_probability FLOAT",
    "ALTER TABLE judgement ADD COLUMN stratum TEXT",
    "ALTER TABLE judgement ADD COLUMN calibration_level TEXT",
    "ALTER TABLE judgement ADD COLUMN calibration TEXT",
    "ALTER TABLE judgement ADD COLUMN q_value FLOAT",
    "ALTER TABLE judgement ADD COLUMN unit_day BIGINT",
    "ALTER TABLE judgement ADD COLUMN shadow_score FLOAT",
    "ALTER TABLE judgement ADD COLUMN shadow_p FLOAT",
    "ALTER TABLE judgement ADD COLUMN shadow_model_id TEXT",
    "ALTER TABLE finding ADD COLUMN q_value FLOAT",
    """CREATE TABLE open_unit (platform VARCHAR NOT NULL, session_id VARCHAR NOT NULL, seller_id VARCHAR NOT NULL,
    product_id VARCHAR NOT NULL, "key" VARCHAR NOT NULL, first_us BIGINT NOT NULL, stratum TEXT, calibration TEXT, calibration_level TEXT,
    model_id TEXT, first_model_id TEXT, maximum FLOAT, p_value FLOAT, level BIGINT NOT NULL, legal_level BIGINT NOT NULL,
    known_loss BIGINT NOT NULL, units_milli BIGINT NOT NULL,
    CONSTRAINT pk_open_unit PRIMARY KEY (platform, session_id, seller_id, product_id, "key"))""",
    """CREATE TABLE sealed_units (platform VARCHAR NOT NULL, day BIGINT NOT NULL, sha256 TEXT NOT NULL, origin TEXT NOT NULL, body {bytes}
    NOT NULL, CONSTRAINT pk_sealed_units PRIMARY KEY (platform, day))""",
    """CREATE TABLE day_verdict (finding_id VARCHAR NOT NULL, day BIGINT NOT NULL, q_value FLOAT NOT NULL, severity BIGINT NOT NULL,
    names_version BIGINT NOT NULL, sha256 TEXT NOT NULL, body TEXT NOT NULL, CONSTRAINT pk_day_verdict PRIMARY KEY (finding_id, day))""",
    """CREATE TABLE spot_check (check_id VARCHAR NOT NULL, platform TEXT NOT NULL, session_id TEXT NOT NULL, seller_id TEXT NOT NULL,
    product_id TEXT NOT NULL, "key" TEXT NOT NULL, day BIGINT NOT NULL, p_value FLOAT, stratum TEXT, why TEXT NOT NULL, verdict TEXT,
    note TEXT, actor TEXT, decided_us BIGINT, CONSTRAINT pk_spot_check PRIMARY KEY (check_id))""",
    "CREATE INDEX ix_spot_check_platform_day ON spot_check (platform, day)",
    """CREATE TABLE feature_count (partition INTEGER NOT NULL, platform VARCHAR NOT NULL, day BIGINT NOT NULL, model_id VARCHAR NOT NULL,
    body TEXT NOT NULL, CONSTRAINT pk_feature_count PRIMARY KEY (partition, platform, day, model_id))""",
    """CREATE TABLE calibration_check (platform VARCHAR NOT NULL, last_day BIGINT NOT NULL, scope VARCHAR NOT NULL, name VARCHAR NOT NULL,
    alpha FLOAT NOT NULL, units BIGINT NOT NULL, sellers BIGINT NOT NULL, ratio FLOAT, low FLOAT, high FLOAT, suspended BIGINT NOT NULL,
    CONSTRAINT pk_calibration_check PRIMARY KEY (platform, last_day, scope, name, alpha))""",
)


def upgrade() -> None:
    """Add columns and tables; nothing that is there changes."""
    kind = "BYTEA" if op.get_bind().dialect.name == "postgresql" else "BLOB"
    for statement in STATEMENTS:
        op.execute(statement.replace("{bytes}", kind))


def downgrade() -> None:
    """Sealed units cannot be made again from what is kept elsewhere."""
    raise NotImplementedError("restore a copy of the database instead")
