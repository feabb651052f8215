"""What the verbs do. No request, no permission, no commit."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from ..core import clock, duties, messages, people
from ..core.act import running
from ..core.actor import Actor, Role
from ..core.errors import Refused
from ..core.sight import Session, session_of
from .forms import Amend, Execute, Lift, Record, Withdraw
from .models import MEASURES, PERSONS, PRAISE, RECORDED, Accountability, Decider
from .models import AccountabilityState as S
from .queries import Target, earlier, effect, number_of, resolve

LIFT = "accountability.lift"


def record(given: Record, actor: Actor, number: str) -> Accountability:
    """Written down as it was decided. The scan stands for the gates that the long way has."""
    session = running().session
    target = resolve(session, given.kind, given.target, given.decided_on)
    _fits(given.kind, given.measure)
    named_only = given.kind in PERSONS and given.measure != PRAISE
    _handled_by_others(session, given, actor, target, named_only=named_only)
    organ, document_no = given.organ.strip(), number_of(given.document_no)
    _not_twice(session, organ, document_no, target.key)
    follows = _changed(session, given.follows.strip().upper())
    lasts = effect(given.measure, given.decided_on, given.effect_to)
    session.add_all(Decider(number=number, person_id=i) for i in given.deciders)
    for person_id in {given.second_id, target.person_id, *given.deciders} - {None, actor.id}:
        messages.send(session, Accountability.family, person_id or 0, "named", number)
    return Accountability(
        title=_title(given.measure, given.kind, target), entry=RECORDED, organ=organ, document_no=document_no,
        decided_on=given.decided_on, kind=given.kind, measure=given.measure,
        measure_group=MEASURES[given.measure].group, named_only=named_only, target=target.name, target_key=target.key,
        post_then=target.post_then, post_id=target.post_id, target_id=target.person_id, target_unit_id=target.unit_id,
        unit_id=actor.unit_id, officer_id=actor.id, second_id=given.second_id, effect_to=lasts.to,
        effect_words=lasts.words, cause=given.cause or None, ground=given.ground or None,
        responsibility=given.responsibility or None, delivered_on=given.delivered_on, executed_on=given.executed_on,
        follows=follows, state=S.IN_EFFECT if lasts.to else S.STANDS,
    )  # fmt: skip


def _title(measure: str, kind: str, target: Target) -> str:
    """A person's name stands in no title: titles go to browsers' histories, messages and today."""
    return f"{measure}：{kind if kind in PERSONS else target.name}"


def _fits(kind: str, measure: str) -> None:
    if kind not in MEASURES[measure].kinds:
        raise Refused("measure", _("这种方式不适用于%(kind)s，请核对决定书") % {"kind": kind})


def _handled_by_others(session: Session, given: Record, actor: Actor, target: Target, *, named_only: bool) -> None:
    """Two handlers of the two roles, neither of them the person concerned."""
    second = people.by_id(session, given.second_id) if given.second_id else None
    if given.second_id and (second is None or not second.roles & (Role.DISCIPLINE | Role.PERSONNEL)):
        raise Refused("second_id", _("另一经办人须是监督执纪或人事督查人员"))
    if given.second_id == actor.id or (named_only and second is None):
        raise Refused("second_id", _("涉及个人的，请选择另一经办人"))
    if target.person_id is not None and target.person_id == actor.id:
        raise Refused("target", _("涉及您本人的决定，请由他人登记"))
    if target.person_id is not None and target.person_id == given.second_id:
        raise Refused("second_id", _("另一经办人不能是对象本人"))


def _not_twice(session: Session, organ: str, document_no: str, key: str, but: str = "") -> None:
    """One document about one target stands once. Of a record that the writer does not see nothing is told.

    Asked under core's key, since a hidden record counts as well; the unique index holds it against everything else.
    """
    t = Accountability.__table__
    same = select(t.c.number).where(
        t.c.organ == organ, t.c.document_no == document_no, t.c.target_key == key, t.c.state != S.VOID,
        t.c.number != but,
    )  # fmt: skip
    there = session.core(same).scalar()
    if there is None:
        return
    if there in earlier(session, organ, document_no):
        raise Refused("document_no", _("这份决定已经登记，编号 %(number)s") % {"number": there})
    raise Refused("document_no", _("这份决定现在不能登记，请核对机关、文号和对象；无误的，请与监督执纪人员联系"))


def _changed(session: Session, number: str) -> str | None:
    """The changed decision that this one takes the place of, if the writer sees it."""
    if not number:
        return None
    known = select(Accountability.state).where(Accountability.number == number)
    if session.scalar(known) != S.CHANGED:
        raise Refused("follows", _("查无此编号，或原决定没有登记变更"))
    return number


def amend(decision: Accountability, given: Amend, actor: Actor) -> None:
    """What was copied wrongly from the paper. The earlier values are kept by perform; target and kind stay."""
    session = session_of(decision)
    _fits(decision.kind, given.measure)
    if (given.measure == PRAISE) != (decision.measure == PRAISE):
        raise Refused("measure", _("表扬和问责不能互改，请作废后重新登记"))
    organ, document_no = given.organ.strip(), number_of(given.document_no)
    _not_twice(session, organ, document_no, decision.target_key, decision.number)
    _counted_anew(session, decision, given)
    decision.title = decision.title.replace(decision.measure, given.measure, 1)
    decision.organ, decision.document_no, decision.decided_on = organ, document_no, given.decided_on
    decision.measure, decision.measure_group = given.measure, MEASURES[given.measure].group
    decision.cause, decision.ground = given.cause or None, given.ground or None
    decision.responsibility, decision.delivered_on = given.responsibility or None, given.delivered_on


def _counted_anew(session: Session, decision: Accountability, given: Amend) -> None:
    """What was counted is counted anew from what is typed now; what the paper says otherwise stays as it says."""
    was = (decision.measure, decision.decided_on, decision.effect_to)
    if (given.measure, given.decided_on, given.effect_to) == was:
        return
    counted = decision.effect_to == effect(decision.measure, decision.decided_on, None).to
    stated = None if counted and given.effect_to == decision.effect_to else given.effect_to
    lasts = effect(given.measure, given.decided_on, stated)
    if lasts.to is not None and decision.owed_at is not None:
        duties.reset(session, decision.family, LIFT, decision.number, clock.end_of(lasts.to))
    decision.effect_to, decision.effect_words = lasts.to, lasts.words
    decision.state = S.IN_EFFECT if lasts.to else S.STANDS


def lift(decision: Accountability, given: Lift, actor: Actor) -> None:
    """期满确认. Earlier than its last day an effect ends by another decision alone."""
    if decision.effect_to is not None and given.lifted_on < decision.effect_to:
        sentence = _("影响期到 %(day)s 才满；提前解除的，请登记撤销或变更")
        raise Refused("lifted_on", sentence % {"day": decision.effect_to})
    decision.lifted_on = given.lifted_on


def execute(decision: Accountability, given: Execute, actor: Actor) -> None:
    """Carried out; a later step of it replaces the day, which is kept among the earlier values."""
    if given.executed_on < decision.decided_on:
        raise Refused("executed_on", _("执行日期不能早于决定日期"))
    decision.executed_on = given.executed_on


def withdraw(decision: Accountability, given: Withdraw, actor: Actor) -> None:
    """撤销 or 变更 by an organ; what was first decided stays as it was."""
    if given.withdrawn_on < decision.decided_on:
        raise Refused("withdrawn_on", _("撤销或变更不能早于原决定"))
    decision.withdrawn_by, decision.withdrawn_no = given.withdrawn_by.strip(), number_of(given.withdrawn_no)
    decision.withdrawn_on = given.withdrawn_on
    decision.state = S.WITHDRAWN if given.result == "撤销" else S.CHANGED
