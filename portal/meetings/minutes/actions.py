"""What the verbs do. No request, no permission, no commit."""

from __future__ import annotations

from flask_babel import gettext as _

from ...clues.forms import Words
from ...core import clock, desks, duties, papers
from ...core.act import running
from ...core.actor import Actor
from ...core.errors import Refused
from ...core.sight import Session, session_of
from .. import queries as meetings
from ..models import Meeting
from . import queries
from .forms import Draft
from .models import Minutes, Recipient

TO_SIGN_FOR = clock.working_days(2)


def _known(session: Session, given: Draft) -> None:
    """A number is written only where the writer sees what it names. Unseen and absent are told alike."""
    told = f"{given.title}\n{given.body}"
    seen = meetings.known(session, told)
    if unknown := [number for number in meetings.numbers(told) if number not in seen]:
        raise Refused("body", _("查无此编号：%(numbers)s，请核对或删去", numbers="、".join(unknown)))


def draft(meeting: Meeting, given: Draft, actor: Actor, number: str) -> Minutes:
    """The first of a meeting."""
    return _new(given, actor, meeting.id, None)


def correct(minutes: Minutes, given: Draft, actor: Actor, number: str) -> Minutes:
    """A new paper with a life of its own; the issued one stays as it is."""
    return _new(given, actor, minutes.meeting_id, minutes.id)


def _new(given: Draft, actor: Actor, meeting_id: int, corrects_id: int | None) -> Minutes:
    _known(running().session, given)
    return Minutes(
        meeting_id=meeting_id, corrects_id=corrects_id, unit_id=actor.unit_id, officer_id=actor.id,
        recipients=_to(given), **_words(given),
    )  # fmt: skip


def revise(minutes: Minutes, given: Draft, actor: Actor) -> None:
    """Whoever wrote last is the drafter: the text is checked by another."""
    session = session_of(minutes)
    _known(session, given)
    for name, said in _words(given).items():
        setattr(minutes, name, said)
    minutes.unit_id, minutes.officer_id = actor.unit_id, actor.id
    if queries.recipients(minutes) != sorted(given.unit_ids):
        minutes.recipients = _to(given)


def _words(given: Draft) -> dict[str, str]:
    return {name: getattr(given, name) for name in ("title", "body", "present", "on_leave", "listening", "copies")}


def _to(given: Draft) -> list[Recipient]:
    return [Recipient(unit_id=unit) for unit in given.unit_ids]


def check(minutes: Minutes, given: Words, actor: Actor) -> None:
    """核稿."""
    minutes.checked_by = actor.id


def send_back(minutes: Minutes, given: Words, actor: Actor) -> None:
    """What was checked or signed is to be checked and signed again."""
    minutes.checked_by = minutes.signed_by = minutes.signed_on = minutes.signed_how = None


def sign(minutes: Minutes, given: Words, actor: Actor) -> None:
    """签发, on screen or on paper."""
    signed = running().signed
    if signed:
        minutes.signed_by, minutes.signed_on, minutes.signed_how = signed.approver.id, signed.on, "paper"
    else:
        minutes.signed_by, minutes.signed_on, minutes.signed_how = actor.id, clock.today(), "screen"


def unsign(minutes: Minutes, given: None, actor: Actor) -> None:
    """The leader has not signed it."""
    minutes.signed_by = minutes.signed_on = minutes.signed_how = None


def issue(minutes: Minutes, given: None, actor: Actor) -> None:
    """Each unit's head owes a receipt."""
    session = session_of(minutes)
    minutes.issued_on = clock.today()
    for unit_id in queries.recipients(minutes):
        duties.owe(
            session, minutes.family, desks.head(session, unit_id), TO_SIGN_FOR(minutes), register="minutes",
            subject=minutes.number, what="minutes.receive",
        )  # fmt: skip


def receive(minutes: Minutes, given: None, actor: Actor) -> None:
    """For each unit whose receipt the actor owes; core ends the duty."""
    session = session_of(minutes)
    owed = duties.owed(session, minutes.family, "minutes.receive", minutes.number)
    his = [d.unit_id for d in owed if d.person_id == actor.id]
    paper = papers.issued(session, minutes)
    papers.receive(session, minutes, paper["id"], his, actor.signature)
