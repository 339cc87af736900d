"""From bytes to a checked frame in the log: decode, validate, accept, reject."""
