"""What the verbs of intake do. One number and one receipt for every call, whatever it holds."""

from __future__ import annotations

import json
from datetime import timedelta
from secrets import choice
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, delete, insert, select, update

from ..clues.forms import Take
from ..clues.models import Clue
from ..core import clock, desks, drafts, duties, links, messages, recusals, sealed_files, vault
from ..core.act import also, running
from ..core.actor import Actor
from ..core.errors import Refused
from ..core.files import Upload
from ..core.sight import Session, session_of
from ..parties import models as parties
from ..parties.matching import normalised
from ..umbrella.given import Piece, Received
from . import forget
from .forms import Accept, Call, Complete, Decline, Excerpt, HandOn, Join, Mailed, Mark, ReporterForm, Settle, Tell
from .models import NAMINGS, NO_REPORTER, ON_PAPER, PETITION, Contact, Receipt, Tip, TipState
from .queries import sealed_of
from .traces import still_holds
from .ways import can_be_told

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that sounds or looks like another
CODE_SHOWN, CONTACT_OPEN = timedelta(minutes=30), timedelta(minutes=10)
DESK = "hotline"
LETTERS_DESK = "letters"  # what the receipt says: its holder is that of the hotline
LINKED = 20  # related tips of one call at most
TOLD_IN_DAYS = 15  # 信访工作条例 第二十三条: calendar days from receipt
TOLD_OF_ACCUSATION = 15  # working days; 检举控告 is outside that rule (domain.md 3, row 7)


def call(given: Call, actor: Actor, number: str) -> Tip | None:
    """A call that names an official leaves nothing in this part but its receipt: the rest goes where only named
    people read it.
    """
    return received(given, actor, number, TipState.EXCERPT)


def hang_up(given: Call, actor: Actor, number: str) -> Tip | None:
    """来电中断: kept as 未完整, the missing fields are owed by the desk."""
    assert actor.id is not None
    drafts.drop(running().session, Tip.family, actor.id, ReporterForm.verb, "")  # both buttons end the same form
    return received(given, actor, number, TipState.INCOMPLETE)


def mailed(given: Mailed, actor: Actor, number: str) -> Tip | None:
    """A draft (mail, petition) that its keeper has read and excerpted. Whatever it holds, it points at the number."""
    session = running().session
    session.core(insert(Tip.family.link.__table__), {"from_number": given.draft, "to_number": number, "kind": "source"})
    tip = received(
        given.call, actor, number, TipState.TRIAGE, given.channel, at=given.desk, address=given.address,
        files=given.files, pieces=given.pieces,
    )  # fmt: skip
    if tip is not None:
        tip.title, tip.excerpt, tip.source = given.title, given.excerpt, given.source
    return tip


def goes_elsewhere(given: Call) -> bool:
    """To the people who are named for it, and to nobody here."""
    return given.names_official == "是" or given.retaliation


def received(
    given: Call, actor: Actor, number: str, state: TipState, channel: str = "来电", *, at: str = DESK,
    address: str = "", arrived: tuple[str, ...] = (), files: tuple[Upload, ...] = (),
    pieces: tuple[Piece, ...] = (),
) -> Tip | None:  # fmt: skip
    """A new tip; None if the matter goes to named people, with `arrived`, `files` and `pieces`.

    `at`: the desk that owes the telling; `address`: where a mail came from, if its sender gave his name; `pieces`: the
    mail itself.
    """
    act, session = running(), running().session
    anonymous = given.naming == NAMINGS[0]
    act.nameless = anonymous
    _receipt(session, number, LETTERS_DESK if channel in ON_PAPER else at)
    bare = anonymous or given.naming == NO_REPORTER
    reporter = None if bare else json.dumps(_reporter(given, address), ensure_ascii=False)
    phone = None if bare else given.phone.strip() or address or None
    if goes_elsewhere(given) or (given.adds and not is_tip(session, given.adds)):
        words, along = "\n".join((_whole(given), *arrived)), (*pieces, *forget.pieces(files))
        told = Received(words, given.field or "", channel, reporter, phone, number, given.retaliation, files=along)
        also("umbrella.receive", given=told)
        return None
    parties.keep(session, number, given.parties, None if anonymous else actor.id)
    desk = unit_id, holder = desks.holder(session, at)
    tip = Tip(
        state=state.value, desk=at, channel=channel, field=given.field or None, place=given.place or None,
        urgency=given.urgency or None, occurred=given.occurred or None, evidence="、".join(given.evidence) or None,
        wanted=given.wanted or None, proposal=given.proposal or None, at_risk=given.risk != "无", naming=given.naming,
        created_by=None if anonymous else actor.id, unit_id=unit_id, officer_id=holder, number=number,
        original=given.narrative, reporter=reporter, phone=phone,
    )  # fmt: skip
    _link(session, tip, given)
    if not bare and (phone or given.address.strip()):
        _owe_telling(session, number, channel, desk)
    return tip


def _owe_telling(session: Session, number: str, channel: str, whom: duties.Whose) -> None:
    """告知. Of a petition the 信访 system tells that it is accepted or not."""
    if channel != PETITION:
        in_days = clock.due(clock.now(), TOLD_IN_DAYS, "calendar", "none")
        duties.owe(session, Tip.family, whom, in_days, register="intake", subject=number, what="intake.tell")


def _link(session: Session, tip: Tip, given: Call) -> None:
    """The number whose code the caller gave, and tips of the own desk that the operator recognised."""
    table, quoted, recognised = Tip.family.link.__table__, {given.adds} - {""}, set()
    if given.related:
        found = session.rows(select(Tip.number).where(Tip.number.in_(given.related[:LINKED])))
        recognised = {r.number for r in found}
    for kind, numbers in (("follows", quoted), ("related", recognised - quoted)):
        for earlier in sorted(numbers):
            session.core(insert(table), {"from_number": tip.number, "to_number": earlier, "kind": kind})


def is_tip(session: Session, number: str) -> bool:
    """Whether the number holds a tip: what is added goes where the first call went."""
    t = Tip.__table__
    here = select(t.c.id).where(t.c.number == number, t.c.state != TipState.MOVED.value)
    return session.core(here).first() is not None


def _reporter(given: Call, address: str) -> dict[str, str]:
    told = {"姓名": given.name, "住址或单位": given.address, "关系": given.relation, "风险": given.risk_words}
    return told | ({"邮箱": address} if address else {})


def _whole(given: Call) -> str:
    """All that was said, as one sealed text."""
    named = "；".join(" ".join(p).strip() for p in given.parties)
    lines = (
        given.narrative,
        f"地点：{given.place}",
        f"涉及：{named}",
        f"时间：{given.occurred}",
        f"补充：{given.adds}",
    )
    return "\n".join(line for line in lines if not line.endswith("："))


def _receipt(session: Session, number: str, desk: str) -> None:
    """The code is stored keyed-hashed; sealed beside it until it has been read out."""
    code = "".join(choice(LETTERS) for _n in range(8))
    until = clock.now() + CODE_SHOWN
    receipt = Receipt(
        number=number, desk=desk, stage="已受理", received_on=clock.today(), last_on=clock.today(),
        code_digest=vault.digest(f"code {number} {code}"), code=code, code_until=until,
    )  # fmt: skip
    session.add(receipt)


def complete(tip: Tip, given: Complete, actor: Actor) -> None:
    """The fields that were missing. A call that names an official moves over; what is left is a number, 已调整承办."""
    running().nameless = tip.is_anonymous
    if given.names_official == "是":
        named = "；".join(" ".join(p).strip() for p in given.parties)
        forget.tip_goes(tip, f"{given.place}\n{named}", given.field)
        return
    tip.state = TipState.EXCERPT.value
    tip.field, tip.place, tip.urgency = given.field, given.place, given.urgency
    parties.replace(session_of(tip), tip.number, given.parties, None if tip.is_anonymous else actor.id)


def mark(tip: Tip, given: Mark, actor: Actor) -> None:
    """涉及公职人员, seen while reading: the content goes to named people, a number stays."""
    forget.tip_goes(tip, given.found, up=given.own_leaders == "是")


def mark_clue(clue: Clue, given: Mark, actor: Actor) -> None:
    """The same of a clue, with all that hangs on it; whoever had it is told what he is told of any reassignment."""
    officer = clue.officer_id
    forget.clue_goes(clue, given.found, up=given.own_leaders == "是")
    if officer is not None and officer not in (actor.id, clue.officer_id):
        messages.send(session_of(clue), clue.family, officer, "moved", clue.number)


def moved(tip: Tip, given: None, actor: Actor) -> None:
    """It goes with its clue."""
    forget.empty(tip)


def excerpt(tip: Tip, given: Excerpt, actor: Actor) -> None:
    """Working text from now on; the original opens for two alone. Checked once more against what is sealed."""
    if held := still_holds(f"{given.title}\n{given.excerpt}", sealed_of(tip)):
        raise Refused("excerpt", _("摘录里还有举报人的%(kinds)s，请遮盖后再采用") % {"kinds": "、".join(held)})
    running().nameless = tip.is_anonymous  # else the excerpt would tell who took the call, and when
    tip.title, tip.excerpt = given.title, given.excerpt
    receipt = session_of(tip).get_one(Receipt, tip.number)
    receipt.code, receipt.code_until = None, None


def _stage(tip: Tip, stage: str, category: str) -> None:
    """The three facts move on, and the class decides by when the reporter is told."""
    session = session_of(tip)
    _heard(tip, stage=stage)
    tip.category = category
    if stage == "已办结" and can_be_told(tip) and not duties.owed(session, tip.family, "intake.tell", tip.number):
        _owe_telling(session, tip.number, tip.channel, desks.holder(session, tip.desk))  # 受理 was told, the end is not
    if category == "检举控告":
        due = clock.due(clock.now(), TOLD_OF_ACCUSATION, "working", "none")
        duties.reset(session, tip.family, "intake.tell", tip.number, due)


def _heard(tip: Tip, **told: str) -> None:
    """By whoever asks with number and code. Who decides need not see receipts: a recused desk's work goes up."""
    r = Receipt.__table__
    session_of(tip).core(update(r).where(r.c.number == tip.number).values(last_on=clock.today(), **told))


def accept(tip: Tip, given: Accept, actor: Actor) -> None:
    """立为线索: the excerpt is copied, the clue is the office's until the office_head assigns it."""
    # of 待研判 the database has all of them
    assert tip.title is not None
    assert tip.excerpt is not None
    assert tip.field is not None
    assert tip.place is not None
    assert tip.urgency is not None
    take = Take(
        title=tip.title, summary=tip.excerpt, source=tip.source or "群众举报", source_ref=_ref(tip), field=tip.field,
        kind=given.kind, level=given.level, urgency=tip.urgency, place=tip.place, occurred=tip.occurred or "",
        parties=parties.told(tip), proposed_unit_id=given.proposed_unit_id,
        proposed_officer_id=given.proposed_officer_id, earlier_due_on=given.earlier_due_on,
    )  # fmt: skip
    clue = also("clues.register", given=take)
    sealed_files.pass_on(session_of(tip), tip, clue)
    _feeds(tip, clue.number, "source")
    _stage(tip, "办理中", given.category)


def _ref(tip: Tip) -> str:
    """Under what the source is known: the organ's number and batch, or the channel."""
    return " ".join(filter(None, (tip.organ_ref, tip.batch)))[:60] or tip.channel


def _feeds(tip: Tip, number: str, kind: str) -> None:
    """The clue owes the desk of a reporter who can be reached word of its end."""
    back = ("intake.tell", tip.desk) if can_be_told(tip) else (None, None)
    links.link(tip, number, kind, *back)


def join(tip: Tip, given: Join, actor: Actor) -> None:
    """并入: an unseen number and an absent one answer alike."""
    session = session_of(tip)
    number = given.into.strip().upper()
    one = select(Clue).where(Clue.number == bindparam("number")).with_for_update(of=Clue)
    clue = session.scalar(one, {"number": number})  # locked: somebody may be at work on it
    if clue is None or clue.closed_on is not None:
        raise Refused("into", _("查无此编号，或该线索已办结；请核对编号"))
    parties.keep(session, clue.number, _new_to(clue, parties.told(tip)), actor.id)
    also("clues.join", clue)
    sealed_files.pass_on(session, tip, clue)
    _feeds(tip, clue.number, "joined")
    _stage(tip, "办理中", given.category)


def _new_to(clue: Any, told: tuple[parties.Party, ...]) -> tuple[parties.Party, ...]:
    known = {m.same for m in parties.of(clue)}
    return tuple(p for p in told if normalised(p[1]) not in known)


def decline(tip: Tip, given: Decline, actor: Actor) -> None:
    """不予受理: the reporter who can be reached is told why."""
    tip.reason = given.reason
    _stage(tip, "已办结", given.category)


def hand_on(tip: Tip, given: HandOn, actor: Actor) -> None:
    """转有权机关: the competent body goes on with it, and the caller is told which."""
    sealed_files.pass_on(session_of(tip), tip, also("transfers.open", tip, given))
    _stage(tip, "已办结", given.category)
    _heard(tip, note=_("已转%(name)s办理") % {"name": given.body_name})


def settle(tip: Tip, given: Settle, actor: Actor) -> None:
    """作为纠纷化解: the unit works on it, the caller hears 办理中."""
    sealed_files.pass_on(session_of(tip), tip, also("settlements.open", tip, given))
    _stage(tip, "办理中", given.category)


def taken_up(tip: Tip) -> None:
    """重新研判, after material that came later: the five decisions are open again, and the query code tells of it."""
    tip.state, tip.category, tip.reason = TipState.TRIAGE.value, None, None
    _heard(tip, stage="办理中")


def tell(tip: Tip, given: Tell, actor: Actor) -> None:
    """告知 is recorded by the step; the number is closed again, and the stage follows the matter."""
    session, c = session_of(tip), Contact.__table__
    session.core(delete(c).where(c.c.number == tip.number))
    receipt = session.get_one(Receipt, tip.number)
    receipt.last_on = clock.today()
    if _told_of_the_end(session, tip):
        receipt.stage = "已办结"


def _told_of_the_end(session: Session, tip: Tip) -> bool:
    """The telling that a clue asked for blocks it: that one is the word of its end."""
    d = tip.family.duty.__table__
    asked = select(d.c.id).where(
        d.c.subject == tip.number, d.c.what == "intake.tell", d.c.blocks.is_not(None), d.c.state == "open"
    )
    return session.core(asked).first() is not None


def contact(tip: Tip, given: None, actor: Actor) -> None:
    """Number and address alone, ten minutes, on the trail. Never where the reporter is in danger (rule 13)."""
    if tip.at_risk:
        raise Refused(None, _("举报人有人身安全风险，不回拨登记的号码，不往登记的地址寄信。请与扫黑办主任商定联系办法"))
    if not can_be_told(tip):
        raise Refused(None, _("这件举报没有登记电话、邮箱或地址"))
    session, c = session_of(tip), Contact.__table__
    session.core(delete(c).where(c.c.number == tip.number, c.c.person_id == actor.id))
    session.core(insert(c), {"number": tip.number, "person_id": actor.id, "until": clock.now() + CONTACT_OPEN})


def recuse(tip: Tip, given: Any, actor: Actor) -> None:
    """本人申报回避: the tip is gone from the person's sight at once."""
    assert actor.id is not None
    recusals.keep_off(session_of(tip), tip.number, actor.id, "declared")
    duties.step_aside(tip)
