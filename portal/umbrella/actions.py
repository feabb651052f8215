"""What the verbs of this register do."""

from __future__ import annotations

from ..core import clock, desks
from ..core.act import running
from ..core.actor import Actor
from ..intake.models import Receipt
from .forms import HandOver
from .given import Received
from .models import Matter, Member


def receive(given: Received, actor: Actor, number: str) -> Matter:
    """Writes and reads nothing: whoever hands in needs no sight of this register."""
    session = running().session
    unit, person = desks.holder(session, "discipline")
    session.add(Member(number=number, person_id=person))
    return Matter(
        source=given.source, receipt=given.receipt, unit_id=unit, officer_id=person, original=given.original,
        title=f"关于{given.field or '其他'}方面的反映", reporter=given.reporter, phone=given.phone,
    )  # fmt: skip


def hand_over(matter: Matter, given: HandOver, actor: Actor) -> None:
    """Handed to the organ in charge of the rank; the query page says 办理中."""
    matter.receiver, matter.way, matter.handed_on = given.receiver, given.way, given.handed_on
    receipt = running().session.get(Receipt, matter.receipt or "")
    if receipt is not None:
        receipt.stage, receipt.last_on = "办理中", clock.today()
