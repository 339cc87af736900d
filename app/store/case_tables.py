"""What is kept of casework? Cases, their findings and comments, referrals, messages and attempts to deliver them."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table

from app.store.columns import key, metadata, number, text

case_ = Table(
    "case",
    metadata,
    key("case_id"),
    text("platform", False),
    text("seller_id", False),
    text("status", False),  # open | referred | closed
    text("assignee"),
    number("opened_us", False),
    number("closed_us"),
    text("reply_step"),  # asked | answered | skipped (E9)
    text("reply_note"),
    Index(None, "platform", "seller_id"),
)
case_finding = Table("case_finding", metadata, key("case_id"), key("finding_id"))
case_comment = Table(
    "case_comment", metadata, key("comment_id"), text("case_id", False), number("at_us", False), text("actor", False), text("text", False)
)
referral = Table(
    "referral",
    metadata,
    key("referral_id"),
    text("case_id", False),
    text("addressee", False),  # KPPU ...
    text("status", False),  # proposed | approved | withdrawn
    text("proposed_by", False),
    text("reasons", False),
    number("proposed_us", False),
    text("approved_by"),
    number("approved_us"),
    text("report"),  # canonical JSON, frozen at approval
    text("sha256"),
    number("acknowledged_us"),
)
outbox = Table(
    "outbox",
    metadata,
    key("message_id"),
    text("case_id", False),
    text("referral_id", False),
    number("seq", False),  # order inside the case (F5)
    text("type", False),  # referral.created ...
    text("body", False),  # exact bytes to send, UTF-8
    text("status", False),  # pending | delivered | dead | skipped
    number("due_us", False),
    Column("attempts", Integer, nullable=False),
    number("delivered_us"),
    Index(None, "status", "due_us"),
)
attempt = Table(
    "attempt",
    metadata,
    key("message_id"),
    Column("number", Integer, primary_key=True, autoincrement=False),
    number("at_us", False),
    Column("status_code", Integer),
    number("latency_ms"),
    text("error"),
    text("excerpt"),  # first bytes of the answer
)
