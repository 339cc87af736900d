"""How does a demonstration stop? With one sentence that says what was in the way."""


class DemoFailed(Exception):
    """The demonstration cannot go on; the message can be shown as it stands."""
