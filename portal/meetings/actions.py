"""What the verbs do. No request, no permission, no commit."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from ..clues.forms import Words
from ..core import clock, desks, duties, links, messages, search
from ..core.act import also, running
from ..core.actor import Actor
from ..core.errors import Refused
from ..core.sight import Session, session_of
from ..organisation import queries as organisation
from . import queries
from .forms import Answer, Log, Make, Postpone, Report, Review
from .models import LISTENING, ON_LEAVE, PRESENT, Attendance, Decision, DecisionState, Meeting


# ── the meeting ───────────────────────────────────────────────────────────────────────────────────────────────────
def log(given: Log, actor: Actor, number: str) -> Meeting:
    """The meeting, who was there, and each decision with its duty: one transaction."""
    session, year = running().session, given.held_on.year
    same = (Meeting.kind == given.kind, Meeting.year == year, Meeting.sequence == given.sequence)
    if session.scalar(select(func.count(Meeting.id)).where(*same)):
        words = _("%(year)d 年第 %(n)d 次%(kind)s已经记过，请核对次数")
        raise Refused("sequence", words % {"year": year, "n": given.sequence, "kind": given.kind})
    meeting = Meeting(
        number=number, created_at=running().stamp, kind=given.kind, year=year, sequence=given.sequence,
        title=_("第 %(n)d 次%(kind)s") % {"n": given.sequence, "kind": given.kind}, held_on=given.held_on,
        place=given.place or None, chair_id=given.chair_id,
    )  # fmt: skip
    search.write(meeting, queries.words_of(meeting, organisation.name_of(session, given.chair_id)))
    session.add(meeting)
    session.flush()  # its decisions point at it
    _attend(session, meeting, given)
    for made in given.rows:
        also("decisions.make", meeting, made)
    return meeting


def _attend(session: Session, meeting: Meeting, given: Log) -> None:
    names = {p.id: p.name for p in queries.people(session)}
    chair = () if given.chair_id in given.present else (given.chair_id,)
    told = ((PRESENT, (*chair, *given.present)), (ON_LEAVE, given.on_leave), (LISTENING, given.listening))
    rows = [(how, person, names[person]) for how, people in told for person in people]
    others = ((PRESENT, given.present_others), (LISTENING, given.listening_others))
    rows += [(how, None, name) for how, said in others for name in _names(said)]
    session.add_all(Attendance(meeting_id=meeting.id, how=h, person_id=p, name=n[:60]) for h, p, n in rows)


def _names(said: str) -> list[str]:
    for mark in "，,；;\n":
        said = said.replace(mark, "、")
    return [name.strip() for name in said.split("、") if name.strip()]


# ── a decision ────────────────────────────────────────────────────────────────────────────────────────────────────
def _owner(session: Session, unit_id: int, officer_id: int | None) -> int:
    """The person of this unit who holds it: its head where nobody is named."""
    person = desks.head(session, unit_id)[1] if officer_id is None else officer_id
    found = next((p for p in queries.people(session) if p.id == person and p.owns), None)
    if found is None or (officer_id is not None and found.unit_id != unit_id):
        raise Refused("officer_id", _("责任人不属于所选单位，或不能承办议定事项，请重新选择"))
    return person


def _due(day: date | None) -> datetime | None:
    return clock.end_of(day) if day else None


def make(meeting: Meeting, given: Make, actor: Actor, number: str) -> Decision:
    """Numbers are written only where the writer sees what they name; person and head of the unit are told."""
    session = running().session
    owner = _owner(session, given.unit_id, given.officer_id)
    seen = queries.known(session, given.title)
    last = session.scalar(select(func.max(Decision.position)).where(Decision.meeting_id == meeting.id)) or 0
    decision = Decision(
        number=number, title=queries.without_unknown(given.title, seen), meeting_id=meeting.id, position=last + 1,
        occasion=meeting.title, made_on=meeting.held_on, unit_id=given.unit_id, officer_id=owner,
        due_at=_due(given.due_on), review_on=given.review_on,
    )  # fmt: skip
    head = desks.head(session, given.unit_id)[1]
    if head not in (owner, actor.id):
        messages.send(session, decision.family, head, "duty", number, "decisions.accept")
    session.add(decision)
    for named in sorted(seen):
        links.link(decision, named, "related")
    return decision


def accept(decision: Decision, given: None, actor: Actor) -> None:
    """What has an end is worked on; what lasts is reviewed."""
    _goes_on(decision)


def _goes_on(decision: Decision) -> None:
    decision.state = DecisionState.STANDING if decision.review_on else DecisionState.WORKING


def dispute(decision: Decision, given: Words, actor: Actor) -> None:
    """Once: the database has no room for a second."""
    decision.objections += 1


def answer(decision: Decision, given: Answer, actor: Actor) -> None:
    """The office's word is the last: the decision stands, as it was or with another owner or day."""
    session = session_of(decision)
    decision.unit_id, decision.officer_id = given.unit_id, _owner(session, given.unit_id, given.officer_id)
    decision.due_at, decision.review_on = _due(given.due_on), given.review_on


def finish(decision: Decision, given: Report, actor: Actor) -> None:
    """In time is what was reported in time, however long the office takes to look."""
    decision.finished_at = clock.now()


def verify(decision: Decision, given: Words, actor: Actor) -> None:
    """By another than who reported it."""
    decision.verified_by, decision.closed_on = actor.id, clock.today()


def send_back(decision: Decision, given: Words, actor: Actor) -> None:
    """It goes on where it was; the day stays."""
    decision.finished_at = decision.proposed_by = None
    _goes_on(decision)


def review(decision: Decision, given: Review, actor: Actor) -> None:
    """It lasts; the next look is on that day."""
    decision.review_on = given.review_on


def postpone(decision: Decision, given: Postpone, actor: Actor) -> None:
    """The duty of its owner moves with the day."""
    if decision.due_at is None:
        raise Refused(None, _("长期办理的事项没有办结时限，由责任人复核"))
    decision.due_at = clock.end_of(given.due_on)
    for what in ("decisions.accept", "decisions.finish"):
        duties.reset(session_of(decision), decision.family, what, decision.number, decision.due_at)


def urge(decision: Decision, given: Words, actor: Actor) -> None:
    """Told to the person whose turn it is."""
    if decision.owed_by:
        messages.send(session_of(decision), decision.family, decision.owed_by, "urged", decision.number)
