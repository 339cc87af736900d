"""Which honest reasons for a low price do the measured facts bear out? One file per defence (SEMANTICS E3)."""
