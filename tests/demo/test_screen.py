"""Does a line that does not hold stand out, and is it remembered?"""

from __future__ import annotations

import io

from rich.console import Console

from app.demo.screen import Screen


def test_what_does_not_hold_is_said_with_expected_and_found() -> None:
    text = io.StringIO()
    screen = Screen(Console(file=text, width=60))
    assert screen.holds("sent = accepted + rejected", 1000, 1000)
    assert not screen.holds("recall of L4", 1.0, 0.25)
    assert not screen.holds("severity", "at most LOW", "[HIGH]", good=False)
    assert screen.failures == ["recall of L4: expected 1.000, found 0.250", "severity: expected at most LOW, found [HIGH]"]
    assert text.getvalue().splitlines() == [
        "✓ sent = accepted + rejected: 1,000",
        "✗ recall of L4: expected 1.000, found 0.250",
        "✗ severity: expected at most LOW, found [HIGH]",
    ]


def test_long_lines_can_be_copied() -> None:
    text = io.StringIO()
    Screen(Console(file=text, width=20)).say("curl " + "x" * 100)
    assert text.getvalue() == "curl " + "x" * 100 + "\n"
