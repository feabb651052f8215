"""What the verbs of a petition do. The 信访 system tells and answers; here its dates are kept and asked for in time."""

from __future__ import annotations

import json
from datetime import date, datetime, time

from flask_babel import gettext as _
from sqlalchemy import select

from ...core import clock, desks, duties, sealed_files, vault
from ...core.act import also, running
from ...core.actor import Actor
from ...core.errors import Refused
from ...core.sight import Session, session_of
from ..actions import goes_elsewhere
from ..forms import Call, Mailed
from ..keeping import actions as keeping
from ..keeping.forms import HandSealed, Read
from ..models import CATEGORIES, NAMINGS, PETITION
from ..traces import still_holds
from .forms import Accept, Conclude, Nothing, Old, Register
from .models import ACCEPTANCES, Petition, PetitionState
from .queries import told_of

ACCEPTED_IN = 15  # calendar days from receipt (信访工作条例 第二十三条); 检举控告 is outside that rule
CONCLUDED_IN = 60  # calendar days from acceptance, of 申诉求决 (第三十四条)
DESK = "hotline"
P = Petition.__table__


def register(given: Register, actor: Actor, number: str) -> Petition:
    """As the 信访 system has it; its clock for telling the person runs from the day of the petition."""
    petition = _kept(given, number)
    if given.category != CATEGORIES[0]:
        _remind(running().session, number, "petitions.accept", given.petitioned_on, ACCEPTED_IN)
    return petition


def old(given: Old, actor: Actor, number: str) -> Petition:
    """A row of a spreadsheet: its clocks are over, it is owed to be read."""
    told, sealed = given.told, {"姓名": given.told.name, "电话": given.told.phone, "住址或单位": given.told.address}
    _holds_nothing_sealed("conclusion", given.conclusion or "", sealed)
    _not_before(told.petitioned_on, "told_on", given.told_on)
    _not_before(told.petitioned_on, "concluded_on", given.concluded_on)
    petition = _kept(told, number, is_old=True)
    petition.acceptance, petition.told_on = given.acceptance, given.told_on
    petition.conclusion, petition.concluded_on = given.conclusion, given.concluded_on
    return petition


def _kept(given: Register, number: str, *, is_old: bool = False) -> Petition:
    session, ref = running().session, given.ref.strip()
    if earlier := session.core(select(P.c.number).where(P.c.ref == ref)).scalar():
        if session.rows(select(Petition.id).where(Petition.number == earlier)).first() is None:
            raise Refused("ref", _("这个信访件编号已由其他单位登记，请核对编号"))
        raise Refused("ref", _("这个信访件编号已登记为 %(number)s") % {"number": earlier})
    unit_id, holder = desks.holder(session, DESK)
    told = {"姓名": given.name.strip(), "住址或单位": given.address.strip()}
    reporter = json.dumps(told, ensure_ascii=False) if any(told.values()) else None
    return Petition(
        number=number, ref=ref, way=given.way, petitioned_on=given.petitioned_on, headcount=given.headcount,
        category=given.category, is_old=is_old, unit_id=unit_id, officer_id=holder, contents=given.contents,
        reporter=reporter, phone=given.phone.strip() or None,
    )  # fmt: skip


def _remind(session: Session, number: str, what: str, start: date, days: int) -> None:
    """A day on which we ask whether the 信访 system has it: never overdue here. A statutory period rolls forward."""
    begun = datetime.combine(start, time(12), clock.LOCAL)
    due_at = clock.due(begun, days, "calendar", "forward")
    whom = desks.holder(session, DESK)
    duties.owe(session, Petition.family, whom, due_at, register="petitions", subject=number, what=what, kind="remind")


# ── read for clues ────────────────────────────────────────────────────────────────────────────────────────────────
def found(petition: Petition, given: Read, actor: Actor) -> None:
    """有线索: a tip with the excerpt that handlers read. One that names an official leaves nothing readable here."""
    session, told = session_of(petition), told_of(petition)
    name, phone = given.name.strip() or told["姓名"], given.phone.strip() or told["电话"]
    sealed = {k: v for k, v in (told | {"姓名": name, "电话": phone}).items() if v}
    if held := still_holds(f"{given.title}\n{given.excerpt}", sealed):
        raise Refused("excerpt", _("摘录里还有信访人的%(kinds)s，请遮盖后再采用") % {"kinds": "、".join(held)})
    if given.naming != NAMINGS[0] and not name:
        raise Refused("name", _("信访件里没有信访人姓名，请填写，或改选“匿名”"))
    call = Call(
        own_leaders="否", narrative=vault.look(petition, "contents"), field=given.field, place=given.place,
        parties=given.parties, unknown_party=given.unknown_party, urgency=given.urgency,
        names_official=given.names_official, evidence=(), occurred="", wanted="", proposal="", naming=given.naming,
        name=name, phone=phone, address=told["住址或单位"], relation="", risk="无", risk_words="", adds="",
        related=(), retaliation=given.retaliation,
    )  # fmt: skip
    scans = tuple(
        sealed_files.alone(sealed_files.taken(session, petition.family, f)) for f in sealed_files.of(session, petition)
    )
    also("intake.mailed", given=Mailed(
        call, given.title, given.excerpt, "", petition.number, PETITION, DESK, "信访转办", scans,
    ))  # fmt: skip
    sealed_files.discard(session, petition, running())
    _judged(petition, None if given.naming == NAMINGS[0] else actor.id)
    if goes_elsewhere(call):
        vault.destroy(session, petition.family, petition.number)


def nothing(petition: Petition, given: Nothing, actor: Actor) -> None:
    """无线索: by whom, and why."""
    _holds_nothing_sealed("words", given.words, told_of(petition))
    petition.reason = given.words
    _judged(petition, actor.id)


def hand_sealed(petition: Petition, given: HandSealed, actor: Actor) -> None:
    """密封移交: what it said goes over on paper, and neither its words nor its scans stay. Its number is that of the
    信访 system, whose dates are still written down here.
    """
    _not_before(petition.petitioned_on, "handed_on", given.handed_on)
    keeping.hand_sealed(petition, given)
    sealed_files.discard(session_of(petition), petition, running())
    _judged(petition, actor.id)


def _judged(petition: Petition, person_id: int | None) -> None:
    petition.judged_on, petition.judged_by = clock.today(), person_id


# ── what the 信访 system says ─────────────────────────────────────────────────────────────────────────────────────
def accept(petition: Petition, given: Accept, actor: Actor) -> None:
    """受理结论: from here the sixty days of 申诉求决 run; where it is corrected, from the new day, or not any more."""
    _not_before(petition.petitioned_on, "told_on", given.told_on)
    petition.acceptance, petition.told_on = given.acceptance, given.told_on
    session = session_of(petition)
    duties.finish(session, petition.family, "petitions.conclude", petition.number, "moved")
    if given.acceptance == ACCEPTANCES[0] and petition.category == CATEGORIES[1] and petition.conclusion is None:
        _remind(session, petition.number, "petitions.conclude", given.told_on, CONCLUDED_IN)


def conclude(petition: Petition, given: Conclude, actor: Actor) -> None:
    """办理结论, as it was told to the person."""
    _not_before(petition.petitioned_on, "concluded_on", given.concluded_on)
    if petition.state == PetitionState.READING:  # afterwards it would be asked of one who reads it no more
        _holds_nothing_sealed("conclusion", given.conclusion, told_of(petition))
    petition.conclusion, petition.concluded_on = given.conclusion, given.concluded_on


def _not_before(petitioned_on: date, field: str, day: date | None) -> None:
    if day is not None and day < petitioned_on:
        what = {"told_on": _("告知日期"), "concluded_on": _("结论日期"), "handed_on": _("移交日期")}[field]
        raise Refused(field, _("%(what)s不能早于信访日期 %(day)s") % {"what": what, "day": petitioned_on.isoformat()})


def _holds_nothing_sealed(field: str, words: str, sealed: dict[str, str]) -> None:
    """Reasons and conclusions lie open in the list and its export."""
    if held := still_holds(words, {kind: said for kind, said in sealed.items() if said}):
        raise Refused(field, _("内容里有信访人的%(kinds)s，请删去后再登记") % {"kinds": "、".join(held)})
