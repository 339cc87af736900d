"""A made-up Indonesian live evening, by seed: honest majority, planted losses, and the truth written beside the events."""
