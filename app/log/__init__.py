"""The durable, partitioned event log: what was posted, in the order it was accepted."""
