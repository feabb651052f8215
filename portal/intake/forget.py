"""What was typed of a call and must not stay: a misdialled one, and one that does not belong in this system."""

from __future__ import annotations

from contextlib import suppress

from ..core import drafts, repeats
from ..core.errors import Refused
from ..core.sight import Session
from .models import Tip

CALL = "intake.call"  # both buttons of the page, 登记 and 来电中断, share its draft


def draft(session: Session, person_id: int, *, once: str | None = None) -> None:
    """The draft of the person's call and its key. With `once` an autosave still under way does not bring it back."""
    session.begin_write()
    if once:
        with suppress(Refused):  # that call was registered already
            repeats.claim(session, once, None, CALL, None)
    drafts.drop(session, Tip.family, person_id, CALL, "")
    session.commit()
