"""What the service knows beside the log: ledger, findings, configuration and receipts, in SQLite or PostgreSQL."""
