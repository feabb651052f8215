"""What must not stay: all of a matter that goes where only named people read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, insert, update

from ..clues.models import Clue, ClueState
from ..core import act, desks, links, moving, recusals, vault
from ..core.act import also, running
from ..core.clock import today
from ..core.files import Upload
from ..core.sight import Session
from ..parties import models as parties
from ..umbrella.given import Piece, Received, Told
from .mail import source
from .models import FEEDS, Contact, Receipt, Tip, TipState


def tip_goes(tip: Tip, found: str, field: str | None = None, *, up: bool = False) -> None:
    """A tip that turns out to name an official: what is left is a number, 已调整承办. `found`: what the reader saw;
    `up`: it concerns the own leaders or the discipline head. Nothing here tells the two apart.
    """
    session = running().session
    running().nameless = tip.is_anonymous
    told, said, field, channel = _told(tip), _written(session, tip), field or tip.field or "", tip.channel
    mail = _mail(tip)
    below = _children_go(session, tip)
    tip.state = TipState.MOVED.value
    hung = _taken_up(session, tip, below.numbers)
    empty(tip)
    words = "\n".join(filter(None, (told.words, found, said, below.words, hung.story)))
    moved = Received(words, field, channel, told.reporter, told.phone, tip.number, files=mail + pieces(hung.files))
    also("umbrella.receive", given=replace(moved, up=up, off=_off(session, tip.number)))


def clue_goes(clue: Clue, found: str, *, up: bool = False) -> None:
    """A clue with its children and the tips that it came from; who had it sees what he sees of another's: nothing."""
    session = running().session
    told: list[Told] = []
    files: list[Piece] = []
    stories: list[str] = []
    for link in links.to(clue):
        tip = session.unseen(Tip, link.from_number) if link.kind in FEEDS else None
        if tip is not None and tip.state in (TipState.ACCEPTED, TipState.JOINED):
            told.append(_told(tip))
            files += _mail(tip)
            hung = _taken_up(session, tip, _children_go(session, tip).numbers)
            files += pieces(hung.files)
            stories.append(hung.story)
            also("intake.moved", tip, unseen=True)
    said, source, field = _written(session, clue), clue.source, clue.field
    below = _children_go(session, clue)
    _empty_clue(session, clue)
    hung = moving.take_up(session, clue, *below.numbers)
    words = "\n".join(filter(None, (found, said, below.words, hung.story, *stories)))
    moved = Received(words, field, source, None, None, None, tips=tuple(told), files=(*pieces(hung.files), *files))
    off = _off(session, clue.number, *(tip.receipt for tip in told if tip.receipt))
    also("umbrella.receive", given=replace(moved, up=up, off=off))


def _off(session: Session, *numbers: str) -> frozenset[int]:
    """Who is kept off any of these."""
    return frozenset(person_id for number in numbers for person_id, _path in recusals.off(session, number))


def empty(tip: Tip) -> None:
    """Nothing of what was said stays in the row; its key is gone, and with it all that it sealed."""
    session, c = running().session, Contact.__table__
    session.core(delete(c).where(c.c.number == tip.number))
    parties.replace(session, tip.number, (), None)
    receipt = session.get(Receipt, tip.number)
    if receipt is not None:  # of a tip that fed a clue the code is gone since its excerpt
        receipt.code = None
    r = Receipt.__table__  # whoever marks a clue need not see receipts; the note on them goes all the same
    session.core(update(r).where(r.c.number == tip.number).values(note=None))
    tip.title = tip.excerpt = tip.field = tip.place = tip.urgency = tip.occurred = tip.evidence = None
    tip.wanted = tip.proposal = tip.category = tip.reason = None
    tip.came_on = tip.received_by = tip.headcount = tip.source = None
    tip.organ = tip.organ_ref = tip.batch = tip.asked_on = None
    tip.at_risk = False
    tip.reporter = tip.phone = None


def _empty_clue(session: Session, clue: Clue) -> None:
    """The columns that may not be empty say nothing; the matter stands with the office, as after any reassignment."""
    parties.replace(session, clue.number, (), None)
    moving.blank(clue)
    clue.state, clue.title = ClueState.MOVED.value, _("已调整承办")
    clue.source, clue.field, clue.kind, clue.level, clue.urgency = "其他", "其他", "其他违法", "一般", "一般"
    clue.unit_id, clue.officer_id = desks.holder(session, "triage")
    clue.closed_on = today()
    clue.proposed_unit_id = clue.proposed_officer_id = clue.proposed_by = None
    clue.due_at = clue.assigned_at = None
    clue.earlier_due_on = clue.signed_off_on = clue.answered_on = clue.wake_on = None


class _Below:
    """What stood below a matter: its numbers and words."""

    def __init__(self, rows: list[Any]) -> None:
        self.numbers = [row.number for row in rows]
        self.words = "\n".join(moving.words(row) for row in rows)


def _children_go(session: Session, row: Any) -> _Below:
    """Each child by its own verb, whatever register it is of: a register below tips or clues has a verb `moved`."""
    found = list(moving.children(session, row))
    below = _Below([child for _register, child in found])
    for register, child in found:
        also(f"{register.name}.moved", child, unseen=True)
    return below


def _told(tip: Tip) -> Told:
    """What the reporter said."""
    reporter = vault.look(tip, "reporter") if tip.reporter is not None else None
    phone = vault.look(tip, "phone") if tip.phone is not None else None
    return Told(vault.look(tip, "original"), reporter, phone, tip.number)


def _mail(tip: Tip) -> tuple[Piece, ...]:
    """The mail that it came from, as of one that named an official at once; here nothing of it is left, nor of what a
    petition said.
    """
    session = running().session
    found: list[Piece] = []
    for number in _came_from(tip):
        if number.startswith("YJ-"):
            found += source.pieces(session, number, unpacked=False)  # what hung on it is the tip's by now
            source.destroy(session, number)
        vault.destroy(session, tip.family, number)
    return tuple(found)


def _came_from(tip: Tip) -> list[str]:
    """The mail or petition."""
    return [link.from_number for link in links.to(tip) if link.kind == "source"]


def _taken_up(session: Session, tip: Tip, below: list[str]) -> moving.Hung:
    """All that hangs on a tip. What it came from still names its number, as where the matter went elsewhere at once:
    without one its page would tell which it was.
    """
    drafts, k = _came_from(tip), Tip.family.link.__table__
    hung = moving.take_up(session, tip, *below)
    for number in drafts:
        session.core(insert(k), {"from_number": number, "to_number": tip.number, "kind": "source"})
    return hung


def _written(session: Session, row: Any) -> str:
    """What was written of it, who is named, and what stood there before it was corrected."""
    named = "；".join(" ".join(p).strip() for p in parties.told(row))
    earlier = (text for _name, _until, text in act.earlier_texts(session, row))
    return "\n".join(filter(None, (moving.words(row), named, *earlier)))


def pieces(files: Iterable[Upload]) -> tuple[Piece, ...]:
    """Files as they move along."""
    return tuple(Piece(f.name, f.media_type, f.stream.read()) for f in files)
