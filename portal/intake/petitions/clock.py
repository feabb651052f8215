"""By when a petition is to be read for clues."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ...core import clock

NEW, OLD = (
    5,
    90,
)  # working days of a new one; calendar days for what a spreadsheet brings at once: the bureau's own rule


def to_be_read(petition: Any) -> datetime:
    """Hundreds of old ones come in one morning."""
    return clock.due(clock.now(), OLD, "calendar") if petition.is_old else clock.due(clock.now(), NEW, "working")
