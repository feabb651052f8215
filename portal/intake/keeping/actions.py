"""What becomes of a draft, whichever way it came."""

from __future__ import annotations

from typing import Any

from ...core import vault
from ...core.sight import session_of
from .forms import HandSealed


def hand_sealed(draft: Any, given: HandSealed) -> None:
    """密封移交: to which organ and when. Its data key ends, and with it every word that the draft kept."""
    session = session_of(draft)
    draft.receiver, draft.handed_on = given.receiver, given.handed_on
    vault.destroy(session, draft.family, draft.number)
