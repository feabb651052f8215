"""What the verbs of a transfer do."""

from __future__ import annotations

from flask_babel import gettext as _

from ...core.actor import Actor
from ...core.errors import Refused
from ..forms import HandOn
from ..models import Tip
from .forms import Send, Sign
from .models import Transfer


def open_(tip: Tip, given: HandOn, actor: Actor, number: str) -> Transfer:
    """Decided at triage; it is the office's to send it."""
    return Transfer(
        tip=tip, body=given.body, body_name=given.body_name, reason=given.grounds, unit_id=actor.unit_id,
        officer_id=actor.id,
    )  # fmt: skip


def send(transfer: Transfer, given: Send, actor: Actor) -> None:
    """On its way."""
    transfer.document_no, transfer.way, transfer.sent_on = given.document_no or None, given.way, given.sent_on


def sign(transfer: Transfer, given: Sign, actor: Actor) -> None:
    """The other body has it in hand, and cannot have had it before it was sent."""
    if transfer.sent_on is not None and given.received_on < transfer.sent_on:
        raise Refused("received_on", _("签收日期不能早于送出日期 %(day)s") % {"day": transfer.sent_on.isoformat()})
    transfer.receiver, transfer.received_on = given.receiver, given.received_on
