"""What the verbs do. No request, no permission, no commit."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import func, select

from ..core import clock, desks, duties, messages, recusals
from ..core.act import also, running
from ..core.actor import Actor
from ..core.errors import Refused
from ..core.sight import Session, session_of
from ..organisation import queries as organisation
from ..parties import models as parties
from ..umbrella.given import Received
from .clock import due
from .forms import (
    Amend,
    Assign,
    Check,
    Close,
    Conclude,
    File,
    Hold,
    Propose,
    Reassign,
    Receive,
    Send,
    Take,
    Words,
)  # fmt: skip
from .models import CheckRecord, Clue, Referral, ReferralState


def _fits(session: Session, unit_id: int, officer_id: int, field: str) -> None:
    """The person belongs to the unit: without script the two lists do not narrow each other."""
    if organisation.unit_of(session, officer_id) != unit_id:
        raise Refused(field, _("承办人不属于所选单位，请重新选择"))


def _may_have(clue: Clue, unit_id: int, officer_id: int) -> None:
    """Who is kept off the matter, or stands under who is, does not get it."""
    if recusals.instead(session_of(clue), clue.number, (unit_id, officer_id))[1] != officer_id:
        raise Refused("officer_id", _("这位承办人须回避本件，请另选一位"))


def register(given: Take, actor: Actor, number: str) -> Clue | None:
    """The office handles it until it is assigned: the proposed unit must not see it before (own_unit reads unit_id)."""
    session = running().session
    if given.names_official == "是":
        words = (given.title, given.summary, given.place, *(" ".join(p) for p in given.parties))
        also("umbrella.receive", given=Received("\n".join(words), given.field, given.source, None, None, number))
        return None
    _fits(session, given.proposed_unit_id, given.proposed_officer_id, "proposed_officer_id")
    parties.keep(session, number, given.parties, actor.id)
    return Clue(
        title=given.title, summary=given.summary, source=given.source, source_ref=given.source_ref or None,
        received_at=clock.now(), field=given.field, kind=given.kind, level=given.level, urgency=given.urgency,
        place=given.place, occurred=given.occurred or None, earlier_due_on=given.earlier_due_on,
        unit_id=actor.unit_id, officer_id=actor.id, proposed_unit_id=given.proposed_unit_id,
        proposed_officer_id=given.proposed_officer_id,
    )  # fmt: skip


def propose(clue: Clue, given: Propose, actor: Actor) -> None:
    """Another proposal after the office_head sent it back."""
    _fits(session_of(clue), given.proposed_unit_id, given.proposed_officer_id, "proposed_officer_id")
    clue.proposed_unit_id, clue.proposed_officer_id = given.proposed_unit_id, given.proposed_officer_id
    clue.level, clue.officer_id = given.level, actor.id


def assign(clue: Clue, given: Assign, actor: Actor) -> None:
    """The clock starts: the due time is the matter's own from now on."""
    _fits(session_of(clue), given.unit_id, given.officer_id, "officer_id")
    _may_have(clue, given.unit_id, given.officer_id)
    clue.unit_id, clue.officer_id, clue.level = given.unit_id, given.officer_id, given.level
    clue.assigned_at, clue.due_at = clock.now(), due(given.level, clue.urgency, clue.earlier_due_on)


def back_to_office(clue: Clue, given: Words | None, actor: Actor) -> None:
    """The unit returns it, or an approval is denied: the office handles it again, and the unit sees it no more."""
    clue.proposed_unit_id, clue.proposed_officer_id = clue.unit_id, clue.officer_id
    clue.unit_id, clue.officer_id = desks.holder(session_of(clue), "triage")
    clue.due_at = clue.assigned_at = None


def reassign(clue: Clue, given: Reassign, actor: Actor) -> None:
    """The due time stays: another hand is no extension. Whoever had it is told so."""
    _fits(session_of(clue), given.unit_id, given.officer_id, "officer_id")
    _may_have(clue, given.unit_id, given.officer_id)
    if clue.officer_id == given.officer_id:
        raise Refused("officer_id", _("已经由这位承办人办理，请选择另一位"))
    if clue.officer_id is not None and clue.officer_id != actor.id:
        messages.send(session_of(clue), clue.family, clue.officer_id, "moved", clue.number)
    clue.unit_id, clue.officer_id = given.unit_id, given.officer_id


def urge(clue: Clue, given: Words, actor: Actor) -> None:
    """Told to the person whose turn it is."""
    if clue.owed_by:
        messages.send(session_of(clue), clue.family, clue.owed_by, "urged", clue.number)


def recuse(clue: Clue, given: Words, actor: Actor) -> None:
    """本人申报回避: the matter is gone from the person's sight at once."""
    assert actor.id is not None
    recusals.keep_off(session_of(clue), clue.number, actor.id, "declared")
    duties.step_aside(clue)


def check(clue: Clue, given: Check, actor: Actor, number: str) -> CheckRecord:
    """Two officers, and a time that has been."""
    if given.second_officer_id == actor.id:
        raise Refused("second_officer_id", _("核查须二人以上，另一核查人不能是您本人"))
    checked_at = given.checked_at.replace(tzinfo=clock.LOCAL)
    if checked_at > clock.now():
        raise Refused("checked_at", _("核查时间不能晚于现在"))
    assert actor.id is not None
    return CheckRecord(
        clue=clue, first_officer_id=actor.id, second_officer_id=given.second_officer_id, checked_at=checked_at,
        method=given.method, place=given.place, found=given.found,
    )  # fmt: skip


def conclude(clue: Clue, given: Conclude, actor: Actor) -> None:
    """A conclusion rests on at least one checking record."""
    if not session_of(clue).scalar(select(func.count(CheckRecord.id)).where(CheckRecord.clue_id == clue.id)):
        raise Refused(None, _("还没有核查记录，请先登记核查记录再提出结论"))
    clue.conclusion, clue.finding, clue.disposition = given.conclusion, given.finding, given.disposition


def sign(clue: Clue, given: Words, actor: Actor) -> None:
    """单位主要负责人签字背书."""
    signed = running().signed
    clue.signed_off_on = signed.on if signed else clock.today()


def passed(clue: Clue, given: Words, actor: Actor) -> None:
    """Each linked tip that asks for it owes its telling; the clue can't close before."""
    duties.owe_back(clue)


def hold(clue: Clue, given: Hold, actor: Actor) -> None:
    """It wakes by itself on that day."""
    clue.wake_on = given.wake_on


def close(clue: Clue, given: Close, actor: Actor) -> None:
    """办结, with 一案三查 answered. What is behind it goes to the person in charge; here it reads 已答 either way."""
    if given.umbrella == "有":
        words = f"{clue.number} {clue.title}\n{given.umbrella_words}"
        also("umbrella.receive", given=Received(words, clue.field, "一案三查", None, None, None))
    clue.oversight, clue.loophole = given.oversight, given.loophole
    clue.answered_on = clue.closed_on = clock.today()


def reopen(clue: Clue, given: Words | None, actor: Actor) -> None:
    """重办 starts the clock anew; a closing that the approver denies leaves it as it was."""
    if given is not None:
        clue.due_at = due(clue.level, clue.urgency, None)
    clue.closed_on = clue.answered_on = clue.oversight = clue.loophole = None


def file(clue: Clue, given: File, actor: Actor) -> None:
    """归档."""
    clue.archive_no = given.archive_no


def amend(clue: Clue, given: Amend, actor: Actor) -> None:
    """The earlier text is kept by perform."""
    clue.title, clue.summary, clue.place = given.title, given.summary, given.place


def send(clue: Clue, given: Send, actor: Actor, number: str) -> Referral:
    """A referral that was sent on paper; the clue waits outside the bureau."""
    also("clues.referred", clue)
    return Referral(
        clue=clue, receiver=given.receiver, receiver_name=given.receiver_name, document_no=given.document_no or None,
        sent_on=given.sent_on, unit_id=clue.unit_id, officer_id=clue.officer_id,
    )  # fmt: skip


def answered(referral: Referral, given: Receive, actor: Actor) -> None:
    """The last answer brings the clue back to its officer."""
    referral.answered_on, referral.answer, referral.answer_text = given.answered_on, given.answer, given.answer_text
    others = select(func.count(Referral.id)).where(
        Referral.clue_id == referral.clue_id, Referral.id != referral.id, Referral.state == ReferralState.SENT
    )
    if not session_of(referral).scalar(others):
        also("clues.answered", referral.clue)
