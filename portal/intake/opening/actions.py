"""Asked with a purpose, consented to by two; what was granted by a clock that is put back is not granted longer."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext as _

from ...core import clock
from ...core.actor import Actor
from ...core.errors import Refused
from ..models import Tip
from .forms import Ask
from .models import Opening, OpeningState

OPEN_FOR = timedelta(minutes=30)


def ask(tip: Tip, given: Ask, actor: Actor, number: str) -> Opening:
    """The two are asked one after the other."""
    return Opening(tip=tip, purpose=given.purpose, unit_id=actor.unit_id, officer_id=actor.id)


def second(opening: Opening, given: None, actor: Actor) -> None:
    """The office_head consents."""
    opening.head_id = actor.id


def consent(opening: Opening, given: None, actor: Actor) -> None:
    """The deputy_head consents: from now on it is open."""
    if opening.head_id == actor.id:
        raise Refused(None, _("启封须两位领导分别同意，您已同意过一次"))
    opening.deputy_id, opening.since = actor.id, clock.now()
    opening.until = opening.since + OPEN_FOR


def is_open(opening: Opening, actor: Actor) -> bool:
    """Whether this person may read now."""
    if (
        opening.state != OpeningState.OPENED
        or opening.since is None
        or opening.until is None
        or opening.proposed_by != actor.id
    ):
        return False
    return opening.since <= clock.now() < opening.until
