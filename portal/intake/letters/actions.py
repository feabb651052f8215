"""What the verbs do: a letter is a call that came by another way; a box is done when every letter is accounted for."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, select

from ...clues.models import Clue
from ...core import clock, duties, links, messages, moving, people, sealed_files
from ...core.act import also, running
from ...core.actor import Actor
from ...core.errors import Refused
from ...core.sight import Session
from ...umbrella.given import Received
from .. import forget
from ..actions import received, taken_up
from ..models import FEEDS, HANDED_DOWN, NAMINGS, Receipt, Tip, TipState
from ..settlements.models import Settlement
from ..transfers.models import Transfer
from .forms import AGAIN, Aside, Kept, Letter, Look, Material, Opened, Recount
from .models import BOX, FOUND, VISIT, BoxOpening, BoxState

LOOK = "intake.look"
LOOKED_AT_IN = 2  # working days, as for 研判


def letter(given: Letter, actor: Actor, number: str) -> Tip | None:
    """来信、举报箱、来访、上级交办、现场发现. One that names an official takes how it came and its scans along."""
    running().nameless = given.naming == NAMINGS[0]
    if given.channel == BOX:
        also("boxes.log", _opening(given.box))
    tip = received(
        given, actor, number, TipState.EXCERPT, given.channel, arrived=_arrived(given),
        files=(*given.scans, *given.files),
    )  # fmt: skip
    if tip is None:
        return None
    tip.came_on = given.came_on
    if given.channel in (VISIT, FOUND) and not tip.is_anonymous:
        tip.received_by = given.received_by.strip()
    if given.channel == VISIT:
        tip.headcount = given.headcount
    if given.channel == FOUND:
        tip.source = given.work
    if given.channel == HANDED_DOWN:
        tip.source, tip.organ, tip.organ_ref = given.source, given.organ.strip(), given.organ_ref.strip()
        tip.batch, tip.asked_on = given.batch.strip() or None, given.asked_on
    return tip


def _opening(number: str) -> BoxOpening:
    """The opening as it is now: somebody else may have registered its last letter."""
    one = select(BoxOpening).where(BoxOpening.number == bindparam("number")).with_for_update(of=BoxOpening)
    opening = running().session.scalar(one, {"number": number})
    if opening is None or opening.state != BoxState.LOGGING:
        raise Refused("box", _("这次开箱的信已经登记完，请核对是哪次开箱"))
    return opening


def _arrived(given: Letter) -> tuple[str, ...]:
    """How it came, as words, for the one who will work on it elsewhere."""
    told: list[tuple[str, Any]] = [(_("渠道"), given.channel), (_("收到日期"), given.came_on)]
    if given.channel == HANDED_DOWN:
        told += [(_("交办机关"), given.organ), (_("上级编号"), f"{given.organ_ref} {given.batch}".strip()),
                 (_("要求时限"), given.asked_on)]  # fmt: skip
    if given.channel in (VISIT, FOUND) and given.naming != NAMINGS[0]:
        told.append((_("接待人、发现人"), given.received_by))
    return tuple(f"{label}：{words}" for label, words in told if words)


# ── a letter box ──────────────────────────────────────────────────────────────────────────────────────────────────
def open_box(given: Opened, actor: Actor, number: str) -> BoxOpening:
    """An empty box is done at once; each letter of another is owed by the desk."""
    for person_id in (given.opener_id, given.second_id):
        if people.by_id(running().session, person_id) is None:
            raise Refused("opener_id", _("开箱人已停用，请重新选择"))
    state = BoxState.LOGGING if given.found else BoxState.LOGGED
    return BoxOpening(
        state=state.value, box=given.box.strip(), opened_at=given.opened_at.replace(tzinfo=clock.LOCAL),
        opener_id=given.opener_id, second_id=given.second_id, found=given.found, logged=0, aside=0,
        unit_id=actor.unit_id, officer_id=actor.id,
    )  # fmt: skip


def log(opening: BoxOpening, given: None, actor: Actor) -> None:
    """One letter is registered; which, the opening does not say."""
    opening.logged += 1
    _done_if_none_is_left(opening)


def aside(opening: BoxOpening, given: Aside, actor: Actor) -> None:
    """One letter is not registered: it reports nothing, or goes another way."""
    opening.aside += 1
    _done_if_none_is_left(opening)


def recount(opening: BoxOpening, given: Recount, actor: Actor) -> None:
    """It was miscounted. Never below what is accounted for; an opening that was done is owed again."""
    accounted = opening.logged + opening.aside
    if given.found == opening.found:
        raise Refused("found", _("与现在登记的信件数相同，不必更正"))
    if given.found < accounted:
        words = _("已登记和其他处理的共 %(n)d 封，信件数不能比这个少；登记有误的，请先与扫黑办核对")
        raise Refused("found", words % {"n": accounted})
    opening.found = given.found
    _done_if_none_is_left(opening)


def _done_if_none_is_left(opening: BoxOpening) -> None:
    opening.state = (BoxState.LOGGING if opening.left else BoxState.LOGGED).value


# ── what comes later ──────────────────────────────────────────────────────────────────────────────────────────────
def material(given: Material, actor: Actor, number: str) -> None:
    """补存录音、材料. The desk need not know what the number holds: what is no tip takes it along to named people, and
    a tip that this actor does not see answers alike. Whether a matter is nameless nobody here knows: it is taken so.
    """
    session = running().session
    uploads = tuple(map(sealed_files.alone, given.files)) if given.whole else given.files
    if session.get(Receipt, given.to) is None:
        raise Refused(None, _("查无此受理编号，请从登记完成页或本台举报里打开补存"))
    tip = session.unseen(Tip, given.to)
    running().nameless = tip is None or tip.is_anonymous
    if tip is None or tip.state == TipState.MOVED:
        words = _("%(number)s 的补充录音、材料") % {"number": given.to}
        told = Received(words, "", _("补充材料"), None, None, None, files=forget.pieces(uploads))
        also("umbrella.receive", given=told)
        return
    also("intake.keep", tip, Kept(uploads), unseen=True)
    _to_whom_it_concerns(session, tip, actor)


def _to_whom_it_concerns(session: Session, tip: Tip, actor: Actor) -> None:
    """A tip that is open has its own desk. Else the copies go to whoever has its matter in hand; where nobody has, the
    triage desk owes a look at them (件件有着落).
    """
    if TipState.of(tip.state).is_open:
        return
    if in_hand := _in_hand(session, tip):
        _copies_go_on(session, tip, in_hand)
    elif looks := duties.owed(session, tip.family, LOOK, tip.number):
        messages.send(session, tip.family, looks[0].person_id, "material", tip.number)
    else:
        whom = duties.whose(session, "triage", tip, actor)
        by = clock.due(clock.now(), LOOKED_AT_IN, "working")
        duties.owe(session, tip.family, whom, by, register="intake", subject=tip.number, what=LOOK)


def _in_hand(session: Session, tip: Tip) -> list[Any]:
    """What came of the tip and is not at its end: clue, transfer, settlement."""
    fed = [session.unseen(Clue, link.to_number) for link in links.of(tip) if link.kind in FEEDS]
    below = [row for _register, row in moving.children(session, tip) if isinstance(row, Transfer | Settlement)]
    return [clue for clue in fed if clue is not None and clue.closed_on is None] + [r for r in below if r.duty_id]


def _copies_go_on(session: Session, tip: Tip, in_hand: list[Any]) -> None:
    """Whoever handles it is told, and whoever it waits for."""
    sealed_files.pass_on(session, tip, in_hand[0])
    for row in in_hand:
        for person_id in sorted({row.officer_id, row.owed_by} - {None}):
            messages.send(session, row.family, person_id, "material", row.number)


def look(tip: Tip, given: Look, actor: Actor) -> None:
    """研判补充材料. A clue is taken up again by the office_head alone (重办); then the copies go on to it."""
    session = running().session
    in_hand = _in_hand(session, tip)
    if given.then == AGAIN and in_hand:
        raise Refused("then", _("%(number)s 正在办理，请选“已阅”，材料随即转给承办人") % {"number": in_hand[0].number})
    if given.then == AGAIN and tip.state in (TipState.ACCEPTED, TipState.JOINED):
        raise Refused("then", _("线索已办结，请扫黑办主任在线索页“重办”，再来选“已阅”，材料随即转给承办人"))
    if given.then == AGAIN:
        taken_up(tip)
    elif in_hand:
        _copies_go_on(session, tip, in_hand)
