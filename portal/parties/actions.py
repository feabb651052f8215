"""Two records that are one party, and two again. No request, no permission, no commit."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, select, update

from ..core import clock
from ..core.actor import Actor
from ..core.errors import Refused
from ..core.sight import Session, session_of
from . import forms
from .models import Merge, P, Record


def merge(party: Record, given: forms.Merge, actor: Actor, number: str) -> Merge:
    """并为一方. The one with others merged into it stays, else the elder. Unseen and absent are alike."""
    session, said = session_of(party), given.other.strip().upper()
    other = session.scalar(
        select(Record).where(Record.number == said, Record.id != party.id).with_for_update(of=Record)
    )
    if other is None:
        raise Refused("other", _("查无此编号，请核对另一方的编号"))
    if other.kind != party.kind:
        raise Refused("other", _("两方类型不同，不能并为一方"))
    if not (party.stands and other.stands):
        raise Refused("other", _("其中一方已并入他方，请在所并入的一方上办理，或先拆开"))
    many = select(P.c.into_id).where(or_(P.c.into_id == party.id, P.c.into_id == other.id)).distinct()
    holding = set(session.core(many).scalars())
    if len(holding) > 1:
        raise Refused("other", _("两方都已并有他方，请先拆开其中一方的"))
    stays = min(party, other, key=lambda p: (p.id not in holding, p.id))
    goes = other if stays is party else party
    _point(session, goes.id, stays.id)
    assert actor.id is not None
    return Merge(from_id=goes.id, into_id=stays.id, reason=given.words, merged_by=actor.id)


def split(merge: Merge, given: forms.Split, actor: Actor) -> None:
    """拆开 undoes this merge and no other: each mention has stayed with the party that it was said of."""
    merge.undone_at, merge.undone_by, merge.undone_why = clock.now(), actor.id, given.words
    _point(session_of(merge), merge.from_id, None)


def _point(session: Session, party_id: int, into_id: int | None) -> None:
    """By core: the record itself does not change, so whoever sees one half finds nothing changed about it."""
    merged: dict[str, Any] = {"into_id": into_id, "into_stands": into_id and True, "stands": into_id is None}
    session.core(update(P).where(P.c.id == party_id).values(merged))
