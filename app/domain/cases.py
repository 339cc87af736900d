"""What is a case called, and whose data never makes one? The n-th case of a seller; its id is a hash of exactly that (D3, A6)."""

from __future__ import annotations

from typing import Final

from app.domain.identity import name

FIRST: Final = 1
"""The seller's first case is also its file: the detector adds findings to it without knowing what became of it."""
SANDBOX_PREFIX: Final = "sandbox-"
"""Platforms of sandbox keys begin with it; no live key can claim such a platform."""


def is_sandbox(platform: str) -> bool:
    """Is it practice data, which never enters cases, references or webhooks (A6)?"""
    return platform.startswith(SANDBOX_PREFIX)


def case_id(platform: str, seller_id: str, ordinal: int) -> str:
    """Id of the n-th case of a seller."""
    return name("c", platform, seller_id, str(ordinal))
