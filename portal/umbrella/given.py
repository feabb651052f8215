"""What other parts may hand in. This module imports nothing: it is all that they may import from here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Received:
    """A matter that names an official. `reporter`, `phone`: None if anonymous; `receipt`: the number told, if any."""

    original: str
    field: str
    source: str
    reporter: str | None
    phone: str | None
    receipt: str | None
