"""The buttons beside a similar matter: the judgement is made, and the form of triage goes on as it was typed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from flask_login import current_user, login_required

from ...core import act, door, pages
from ...core.errors import Conflict, Forbidden, Hidden, Refused
from ...extensions import db
from ...parties import models as parties
from ..queries import similar_matters
from ..register import INTAKE
from .forms import Other
from .register import back

part = Blueprint("intake_pairs", __name__)
JUDGEMENTS = ("set_apart", "put_back", "supplement")


@part.post("/intake/<number>/alike")
@pages.rule("who may triage")
@login_required
def judge(number: str) -> Any:
    """With HTMX the list alone; without, all that was typed becomes the draft with which the page comes back.

    No version: the judgement is about two numbers, whatever else was done meanwhile.
    """
    tip = door.find(INTAKE, number)
    name, _space, other = request.form.get("judge", "").partition(" ")
    verb = INTAKE.verbs[name] if name in JUDGEMENTS else abort(400)
    if refusal := door.not_now(db.session(), verb, tip):
        return refusal
    person, refused = current_user._get_current_object(), None
    try:
        act.perform(person, verb, Other(other), number=number)
    except Refused as sentence:
        refused = sentence.sentence
    except (Hidden, Forbidden, Conflict):  # it was decided, or has gone, between the question and the act
        return redirect(f"{INTAKE.root}{number}", 303)
    if request.htmx and request.htmx.target == "alike":  # type: ignore[attr-defined]
        return _list(number, refused)
    if refused:
        flash(refused, "error")
    typed = [(k, t) for k, t in request.form.items(multi=True) if k not in ("csrf_token", "judge")]
    door.keep_draft(INTAKE.verbs["accept"], number, person.id, typed)
    return redirect(back(number, None), 303)


def _list(number: str, refused: str | None) -> Response:
    session, tip = db.session(), door.find(INTAKE, number)  # the act has ended what was read before
    alike = similar_matters(session, tip, list(parties.told(tip)))
    return Response(render_template("intake/pairs/list.html", row=tip, alike=alike, refused=refused))
