"""The lifecycle of a finding: opened, updated, closed, its evidence and its case."""
