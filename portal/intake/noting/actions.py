"""What a note must not hold, and how one reaches the reporter: he hears it with the stage when he asks."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from ...clues.models import Clue
from ...core import clock, links
from ...core.act import running
from ...core.actor import Actor, Role
from ...core.errors import Refused
from ...core.notes import OWN, REPORTER, Jotted
from ...core.sight import Session
from ..models import FEEDS, Receipt, Tip
from ..opening.models import Opening, OpeningState
from ..queries import sealed_of
from ..traces import still_holds


def of_tip(tip: Tip, given: Jotted, actor: Actor) -> None:
    """By the desk that took an anonymous call the step names the desk: a name would be that of whoever took it."""
    session, at_desk = running().session, actor.has((Role.OPERATOR,))
    if tip.is_anonymous and at_desk:
        if given.reader == OWN:
            raise Refused("reader", _("匿名举报不记是谁受理，不能留只给自己的记事，请改选“给办理人”"))
        running().nameless = True
    _hold_nothing_sealed(given, [tip] if at_desk else _opened(session, actor, [tip.number]))
    if given.reader == REPORTER:
        _tell(session, [tip.number], given.words)


def of_clue(clue: Clue, given: Jotted, actor: Actor) -> None:
    """To every reporter whose tip has fed it, also where the writer does not see the tip."""
    session, tips = running().session, fed_by(clue)
    _hold_nothing_sealed(given, _opened(session, actor, tips))
    if given.reader == REPORTER:
        _tell(session, tips, given.words)


def fed_by(clue: Clue) -> list[str]:
    """Numbers of the tips that a clue has its words from."""
    return [link.from_number for link in links.to(clue) if link.kind in FEEDS]


def _opened(session: Session, actor: Actor, numbers: list[str]) -> list[Tip]:
    """Of these tips those whose sealed words the writer was once given to read (启封)."""
    granted = select(Opening.tip_id).where(
        Opening.proposed_by == actor.id, Opening.state == OpeningState.OPENED.value, Opening.since.is_not(None)
    )
    return list(session.scalars(select(Tip).where(Tip.number.in_(numbers), Tip.id.in_(granted))))


def _hold_nothing_sealed(given: Jotted, known: list[Tip]) -> None:
    """A note is working text, as an excerpt is. Only against tips whose sealed words the writer knows already.

    Asked of anybody's note it would be an answer: a note with the names of a whole yard, refused, would tell that the
    reporter is one of them, and who, in seven more.
    """
    for tip in known:
        if held := still_holds(given.words, sealed_of(tip)):
            raise Refused("words", _("内容里有举报人的%(kinds)s，请删去后再记") % {"kinds": "、".join(held)})


def _tell(session: Session, numbers: list[str], words: str) -> None:
    """The one note of a receipt is the last one. Past sight: an officer writes to a reporter whom he does not see."""
    r: Any = Receipt.__table__
    told = update(r).where(r.c.number.in_(numbers)).values(note=words, last_on=clock.today())
    if not numbers or not session.core(told).rowcount:
        raise Refused("reader", _("本件没有举报回单，请改选“给办理人”或“只给自己”"))
