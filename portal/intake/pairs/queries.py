"""What triage is told of two matters side by side. Each other end is shown through the viewer's sight."""

from __future__ import annotations

from sqlalchemy import or_, select

from ...core.sight import Session
from ..models import Tip
from .models import SameSource

S = SameSource.__table__


def same_source(session: Session, tip: Tip) -> tuple[str, ...]:
    """Tips that were left with the same number, before this one or after it."""
    asked = select(S.c.number, S.c.earlier).where(or_(S.c.number == tip.number, S.c.earlier == tip.number))
    return tuple(b if a == tip.number else a for a, b in session.core(asked))
