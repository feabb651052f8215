"""What the verbs of these registers do. Nothing that was said lies open: no step has words, no paper a content."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select, update

from ..clues.forms import Take
from ..core import clock, desks, duties, links, people, recusals, sealed_files, vault
from ..core.act import also, running
from ..core.actor import Actor, Role
from ..core.errors import Refused
from ..core.files import Upload
from ..core.sight import Session, session_of
from ..intake.models import Receipt
from .forms import (
    Close,
    Dispose,
    Enter,
    HandOver,
    Name,
    Note,
    ReceiptIn,
    Report,
    Seal,
    SlipBack,
    SlipOut,
    Split,
    Submit,
)
from .given import Matched, Received
from .models import RECEIVERS, Aside, AsideState, Matter, MatterState, Member, Said, Slip, SlipState

M = Member.__table__


def _say(number: str, kind: str, words: str, **more: Any) -> None:
    """Sealed under the key of the matter; `more`: reporter, phone, receipt of a tip."""
    act = running()
    if words.strip():
        by = None if act.nameless else act.actor.id
        act.session.add(Said(number=number, kind=kind, at=act.stamp, person_id=by, words=words, **more))


def _all_told(matter: Matter, stage: str) -> None:
    """The query pages of all who reported it move on as those of any other; the clerk himself sees no receipt."""
    session, s, r = session_of(matter), Said.__table__, Receipt.__table__
    further = select(s.c.receipt).where(s.c.number == matter.number, s.c.receipt.is_not(None))
    numbers = [matter.receipt or "", *session.core(further).scalars()]
    session.core(update(r).where(r.c.number.in_(numbers)).values(stage=stage, last_on=clock.today()))


# ── how a matter begins ───────────────────────────────────────────────────────────────────────────────────────────
def receive(given: Received, actor: Actor, number: str) -> Matter:
    """Writes and reads nothing: whoever hands in needs no sight of this register."""
    act = running()
    unit, person = _goes_up(act.session, number, given.off) if given.up else desks.holder(act.session, "discipline")
    act.session.add(Member(number=number, person_id=person))
    for tip in given.tips:
        _say(number, "tip", tip.words, reporter=tip.reporter, phone=tip.phone, receipt=tip.receipt)
    about = _("打击报复举报人") if given.retaliation else _("%(field)s方面") % {"field": given.field or _("其他")}
    state = MatterState.SEALED if given.up else MatterState.RECEIVED
    matter = Matter(
        number=number, state=state.value, source=given.source, receipt=given.receipt, unit_id=unit, officer_id=person,
        original=given.original, title=_("关于%(about)s的反映") % {"about": about}, reporter=given.reporter,
        phone=given.phone, retaliation=given.retaliation,
    )  # fmt: skip
    for nth, f in enumerate(given.files, 1):
        sealed_files.put(act.session, matter, Upload.of(f.name, f.media_type, f.content), act, nth=nth)
    return matter


def _goes_up(session: Session, number: str, off: frozenset[int]) -> tuple[int, int]:
    """The head of discipline, whom it may be about, is kept off it, and who was kept off it where it came from."""
    head = desks.head(session, desks.holder(session, "discipline")[0])[1]
    for person_id in sorted(off | {head}):
        recusals.keep_off(session, number, person_id, "declared")
    return _who_seals(session, number)


def _who_seals(session: Session, number: str) -> tuple[int, int]:
    """(unit, person): who prints and encloses it. Who is not below the head of discipline before others, then the
    desk's clerk. Nobody left: it is for the organ above, which needs somebody here to receive it.
    """
    off = {person_id for person_id, _path in recusals.off(session, number)}
    unit, clerk = desks.holder(session, "discipline")
    own, _head = desks.head(session, unit)
    others = (people.by_id(session, i) for i, _name in people.holding(session, Role.DISCIPLINE) if i not in off)
    free = sorted((p.unit_id == own, p.id != clerk, p.id, p.unit_id) for p in others if p and p.id and p.unit_id)
    if not free:
        raise Refused("own_leaders", _("没有可以密封的监督执纪人员。请系统管理员先增加一位，不得是纪检负责人"))
    *_order, person_id, unit_id = free[0]
    return unit_id, person_id


def enter(given: Enter, actor: Actor, number: str) -> Matter:
    """By the clerk's own hand: a letter that came here, a finding of a superior organ."""
    running().session.add(Member(number=number, person_id=actor.id))
    return Matter(
        source=given.source, unit_id=actor.unit_id, officer_id=actor.id, original=given.original, title=given.title,
        reporter=given.reporter or None, phone=given.phone or None, retaliation=False,
    )  # fmt: skip


# ── whose it is ───────────────────────────────────────────────────────────────────────────────────────────────────
def name_also(matter: Matter, given: Name, actor: Actor) -> None:
    """A second clerk, who from now on sees the whole."""
    session = session_of(matter)
    if given.person_id in _named(session, matter.number):
        raise Refused("person_id", _("这位同志已经列名"))
    session.core(insert(M), {"number": matter.number, "person_id": given.person_id})


def take_off(matter: Matter, given: Name, actor: Actor) -> None:
    """Never the last one: what nobody sees is lost. What the person owes on it goes to another who is named."""
    session = session_of(matter)
    named = _named(session, matter.number)
    if given.person_id not in named:
        raise Refused("person_id", _("这位同志没有列名"))
    left = sorted(named - {given.person_id}, key=lambda i: i != actor.id)
    if not left:
        raise Refused("person_id", _("至少要有一人列名。请先增加承办人，再撤下这一位"))
    session.core(delete(M).where(M.c.number == matter.number, M.c.person_id == given.person_id))
    instead = people.by_id(session, left[0])
    assert instead is not None
    assert instead.unit_id is not None
    if matter.officer_id == given.person_id:
        matter.unit_id, matter.officer_id = instead.unit_id, left[0]
    duties.hand_on(session, matter, given.person_id, (instead.unit_id, left[0]))


def _named(session: Session, number: str) -> set[int]:
    return set(session.core(select(M.c.person_id).where(M.c.number == number)).scalars())


# ── the way of a matter ───────────────────────────────────────────────────────────────────────────────────────────
def submit(matter: Matter, given: Submit, actor: Actor) -> None:
    """The same day: the 呈批件 is a paper without a content, the matter itself lies sealed beside it."""
    matter.receiver, matter.kind = given.receiver, given.kind or None
    _say(matter.number, "paper", given.remark)


def hand_over(matter: Matter, given: HandOver, actor: Actor) -> None:
    """Handed to the organ in charge of the rank; the query page says 办理中."""
    matter.receiver, matter.way, matter.handed_on = given.receiver, given.way, given.handed_on
    _say(matter.number, "handed", given.remark)
    _all_told(matter, "办理中")


def receipt_in(matter: Matter, given: ReceiptIn, actor: Actor) -> None:
    """回执: who signed for it, when, under which number."""
    if matter.handed_on and given.receipt_on < matter.handed_on:
        raise Refused("receipt_on", _("签收日期不能早于移交日期"))
    matter.receipt_on = given.receipt_on
    _say(matter.number, "receipt", f"{given.receipt_no} {given.signed_by}".strip())


def report(matter: Matter, given: Report, actor: Actor) -> None:
    """What the receiver has decided, written down as it was told. 予以了结 leaves clarifying and telling to us."""
    matter.disposition, matter.disposed_on = given.disposition, given.disposed_on
    _say(matter.number, "report", given.said)
    ends = given.disposition == "予以了结" or given.is_final
    matter.state = (MatterState.SETTLING if ends else MatterState.AWAITED).value


def dispose(matter: Matter, given: Dispose, actor: Actor) -> None:
    """One of the four by ourselves: only where the account has the competence, after collective study."""
    matter.disposition, matter.disposed_on = given.disposition, given.disposed_on
    matter.kind = given.kind or matter.kind
    _say(matter.number, "report", given.said)
    _all_told(matter, "办理中")


def close(matter: Matter, given: Close, actor: Actor) -> None:
    """What came of it, and that clarifying and telling are done."""
    matter.closed_on = clock.today()
    _say(matter.number, "closed", given.result)
    _all_told(matter, "已办结")


def note(matter: Matter, given: Note, actor: Actor) -> None:
    """What is to be remembered."""
    _say(matter.number, "note", given.note)


def split(matter: Matter, given: Split, actor: Actor) -> None:
    """分案: the ordinary half as a clue with an excerpt of its own. It stands there as the office's, registered by the
    clerk of triage as every other; the link is kept on this side alone.
    """
    act, session = running(), session_of(matter)
    _unit, clerk = desks.holder(session, "triage")
    act.hand = people.by_id(session, clerk)
    take = Take(
        title=given.title, summary=given.summary, source=given.source, source_ref="", field=given.field,
        kind=given.kind, level=given.level, urgency=given.urgency, place=given.place, occurred="",
        parties=given.parties, proposed_unit_id=given.proposed_unit_id,
        proposed_officer_id=given.proposed_officer_id,
    )  # fmt: skip
    clue = also("clues.register", given=take)
    links.link(matter, clue.number, "split")


# ── 密封移交 ──────────────────────────────────────────────────────────────────────────────────────────────────────
def slip_out(given: SlipOut, actor: Actor, number: str) -> Slip:
    """Whoever sealed the envelope writes it. One about discipline itself goes past it and is seen by nobody here."""
    past = given.receiver == RECEIVERS[-1]
    unit, person = (None, None) if past else desks.holder(running().session, "discipline")
    state = SlipState.PAST if past else SlipState.SENT
    return Slip(
        number=number, state=state.value, unit_id=unit, officer_id=person, sent_on=given.sent_on,
        envelope=given.envelope, receiver=given.receiver, way=given.way,
    )  # fmt: skip


def hand_sealed(matter: Matter, given: Seal, actor: Actor) -> None:
    """It is in its envelope, printed and with all its files: here every word of it ends. The slip goes past discipline
    to the organ above, and is seen by nobody here; who reported it reads 办理中, as of any matter handed over.
    """
    session, s = session_of(matter), Said.__table__
    _all_told(matter, "办理中")
    session.core(delete(s).where(s.c.number == matter.number))
    sealed_files.discard(session, matter, running())
    vault.destroy(session, matter.family, matter.number)
    matter.receipt, matter.source, matter.retaliation = None, "—", False
    slip = also("sealed.send", given=given.slip)
    links.link(matter, slip.number, "sealed")


def recuse(matter: Matter, given: None, actor: Actor) -> None:
    """本人申报回避 of what goes up sealed: another encloses it, and this clerk sees it no more."""
    assert actor.id is not None
    session = session_of(matter)
    recusals.keep_off(session, matter.number, actor.id, "declared")
    unit_id, person_id = _who_seals(session, matter.number)
    session.core(update(M).where(M.c.number == matter.number).values(person_id=person_id))
    matter.unit_id, matter.officer_id = unit_id, person_id
    duties.hand_on(session, matter, actor.id, (unit_id, person_id))


def slip_back(slip: Slip, given: SlipBack, actor: Actor) -> None:
    """The receipt of an envelope."""
    if given.receipt_on < slip.sent_on:
        raise Refused("receipt_on", _("回执日期不能早于送出日期"))
    slip.receipt_on = given.receipt_on


# ── 回避认定 ──────────────────────────────────────────────────────────────────────────────────────────────────────
def match(given: Matched, actor: Actor, number: str) -> Aside:
    """To the discipline desk; if it is that clerk himself, to another of discipline."""
    session = running().session
    unit, person = desks.holder(session, "discipline")
    if person == given.person_id:
        others = [i for i, _name in people.holding(session, Role.DISCIPLINE) if i != person]
        other = people.by_id(session, others[0]) if others else None
        if other is not None and other.id is not None and other.unit_id is not None:
            unit, person = other.unit_id, other.id
    return Aside(subject=given.number, person_id=given.person_id, unit_id=unit, officer_id=person)


def uphold(aside: Aside, given: None, actor: Actor) -> None:
    """认定回避: it stays so."""
    _decide(aside, upheld=True)


def lift(aside: Aside, given: None, actor: Actor) -> None:
    """不属回避: the person sees the matter again; who handles it now goes on until it is assigned anew."""
    _decide(aside, upheld=False)


def _decide(aside: Aside, *, upheld: bool) -> None:
    aside.decided_on = clock.today()
    aside.state = (AsideState.UPHELD if upheld else AsideState.LIFTED).value
    recusals.decide(session_of(aside), aside.subject, aside.person_id, upheld=upheld)
