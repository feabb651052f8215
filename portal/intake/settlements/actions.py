"""What the verbs of a settlement do."""

from __future__ import annotations

from flask_babel import gettext as _

from ...core import clock, desks, messages, moving
from ...core.actor import Actor
from ...core.errors import Refused
from ...core.sight import session_of
from ...parties import models as parties
from ..forms import Settle as Taken
from ..models import Receipt, Tip
from .forms import CallBack, Petition, Settle
from .models import Settlement


def open_(tip: Tip, given: Taken, actor: Actor, number: str) -> Settlement:
    """The unit gets the claim and the parties, never the tip."""
    session = session_of(tip)
    assert tip.title is not None  # 待研判 has one
    parties.keep(session, number, parties.told(tip), actor.id)
    return Settlement(
        tip=tip, title=tip.title, claim=given.claim, way=given.way, unit_id=given.unit_id, officer_id=given.officer_id,
        due_at=clock.end_of(given.due_on),
    )  # fmt: skip


def settle(settlement: Settlement, given: Settle, actor: Actor) -> None:
    """The unit says that it is settled; the office asks the person."""
    settlement.result, settlement.settled_on = given.result, given.settled_on


def call_back(settlement: Settlement, given: CallBack, actor: Actor) -> None:
    """Settled is what the person calls so; whoever is not content has it taken up again."""
    if settlement.settled_on is not None and given.called_on < settlement.settled_on:
        raise Refused("called_on", _("回访日期不能早于化解日期 %(day)s") % {"day": settlement.settled_on.isoformat()})
    if given.satisfied == "不满意":
        raise Refused("satisfied", _("当事人不满意的，请用“退回继续化解”，写明他还要求什么"))
    settlement.called_on, settlement.satisfied = given.called_on, given.satisfied
    _ended(settlement)


def send_back(settlement: Settlement, given: object, actor: Actor) -> None:
    """反复: counted, for the figure."""
    settlement.again += 1
    settlement.result = settlement.settled_on = settlement.called_on = settlement.satisfied = None


def petition(settlement: Settlement, given: Petition, actor: Actor) -> None:
    """It goes the way of 信访, whose system leads from there."""
    settlement.result = given.result
    _ended(settlement)


def moved(settlement: Settlement, given: None, actor: Actor) -> None:
    """It goes with its tip; whoever had it is told what he is told of any reassignment, and sees it no more."""
    session = session_of(settlement)
    parties.replace(session, settlement.number, (), None)
    moving.blank(settlement)
    if settlement.officer_id is not None and settlement.officer_id != actor.id:
        messages.send(session, settlement.family, settlement.officer_id, "moved", settlement.number)
    settlement.unit_id, settlement.officer_id = desks.holder(session, "triage")


def _ended(settlement: Settlement) -> None:
    """Whoever asks by number and code hears so too."""
    settlement.closed_on = clock.today()
    session = session_of(settlement)
    receipt = session.get_one(Receipt, settlement.tip.number) if settlement.tip else None
    if receipt is not None:
        receipt.stage, receipt.last_on = "已办结", clock.today()
