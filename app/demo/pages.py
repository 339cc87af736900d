"""Where can it be looked at? Addresses of the console, opened once so that none of them is printed in vain."""

from __future__ import annotations

import httpx2

from app.demo.outcome import Answer, compare_page, session_page
from app.demo.screen import Screen

LARGEST_BYTES = 100_000


def addresses(url: str, loss: Answer, sale: Answer, clearance: Answer) -> list[tuple[str, str]]:
    """(what it is, address)"""
    return [
        ("generated evening: planted loss and equally deep flash sale, side by side", compare_page(url, loss, sale)),
        ("real till ticks: clearance of fresh vegetables under cost, LOW", session_page(url, clearance)),
    ]


def check(places: list[tuple[str, str]], screen: Screen) -> None:
    """Every page opens, draws a plot, stays small and loads nothing from elsewhere."""
    with httpx2.Client(timeout=30.0, trust_env=False) as client:
        for what, address in places:
            answer = client.get(address)
            screen.holds(f"page opens: {what}", 200, answer.status_code)
            found = f"{len(answer.content):,} bytes, {'plot' if '<svg' in answer.text else 'no plot'}"
            screen.holds("  with its plot, under 100 kB", "plot", found, "<svg" in answer.text and len(answer.content) < LARGEST_BYTES)
