"""The steps of the store, in order; each one is frozen once released."""
