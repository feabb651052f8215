"""The pages around a letter with a shape of their own."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, redirect, request
from flask_login import current_user, login_required

from ...core import pages
from ...core.actor import Role
from ...core.door import drop_draft, find
from ...core.hanging import Common
from ..models import Tip, TipState
from ..register import INTAKE
from ..views import original_of
from .forms import LetterForm

part = Blueprint("letters", __name__)
UNREAD = (TipState.INCOMPLETE, TipState.EXCERPT)  # until the excerpt is accepted its keeper reads the original


def _only_operators() -> None:
    if not current_user.has((Role.OPERATOR,)):
        abort(404)


@part.get("/intake/letters")
@part.get("/intake/letters/")
@pages.rule("operator")
@login_required
def letters() -> Any:
    """The address without its last part."""
    return redirect("/intake/letters/new", 308)


@part.post("/intake/letters/drop")
@pages.rule("operator")
@login_required
def drop() -> Any:
    """不登记: nothing of what was typed is kept."""
    _only_operators()
    drop_draft(Common.family, LetterForm.verb, once=request.form.get("once"))
    return redirect("/intake/letters/new", 303)


@part.get("/intake/<number>/originals/<file_id>")
@pages.rule("the keeper of a tip without excerpt")
@login_required
def original(number: str, file_id: str) -> Response:
    """A scan as it came, for whoever writes the excerpt; each look is on the trail."""
    _only_operators()
    tip: Tip = find(INTAKE, number)
    return original_of(tip, file_id) if tip.state in UNREAD else abort(404)
