"""What is a kind of look-alike? A name, why it is lawful, which fact or defence must keep it under HIGH, and how one is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.training.look_alikes.stage import Live

Maker = Callable[[np.random.Generator, str], list[Live]]
"""(stream of the case, its name) -> the lives of one case, most often one."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of B5. `below_cost`: whether its lives sell under a documented cost for a while."""

    name: str
    lawful: str
    held_by: str
    below_cost: bool
    make: Maker
