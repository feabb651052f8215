"""Triage judges two matters: not the same, after all to be looked at, more of the same. Neither row is changed."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import bindparam, delete, select, text

from ...clues.models import Clue
from ...core import links
from ...core.act import running
from ...core.actor import Actor
from ...core.errors import Refused
from ...core.sight import Session
from ..models import RELATED, Tip, TipState
from .forms import Other
from .models import Apart

A = Apart.__table__
JUDGE = text(
    "INSERT INTO judged_apart (low, high, person_id, at) VALUES (:low, :high, :person_id, :at) "
    "ON CONFLICT (low, high) DO NOTHING"
).bindparams(bindparam("at", type_=A.c.at.type))


def set_apart(tip: Tip, given: Other, actor: Actor) -> None:
    """不是同一件: the pair is hidden from triage, whichever of the two is looked at."""
    session = running().session
    low, high = sorted((tip.number, _seen(session, tip, given.other, Tip, Clue)))
    session.core(JUDGE, {"low": low, "high": high, "person_id": actor.id, "at": running().at})


def put_back(tip: Tip, given: Other, actor: Actor) -> None:
    """恢复. Two who press it mean the same."""
    session = running().session
    low, high = sorted((tip.number, _seen(session, tip, given.other, Tip, Clue)))
    session.core(delete(A).where(A.c.low == low, A.c.high == high))


def supplement(tip: Tip, given: Other, actor: Actor) -> None:
    """记为补充材料, as the operator does while the caller talks: between tips alone, and once."""
    other = _seen(running().session, tip, given.other, Tip)
    known = {link.to_number for link in links.of(tip) if link.kind == RELATED}
    known |= {link.from_number for link in links.to(tip) if link.kind == RELATED}
    if other not in known:
        links.link(tip, other, RELATED)


def _seen(session: Session, tip: Tip, number: str, *models: type[Tip | Clue]) -> str:
    """An unseen number, an absent one and a void one answer alike."""
    wanted = number.strip().upper()
    for model in models:
        here = select(model.id).where(model.number == wanted, model.state != TipState.MOVED.value)
        if wanted != tip.number and session.rows(here).first() is not None:
            return wanted
    raise Refused("other", _("查无此编号，请核对编号"))
