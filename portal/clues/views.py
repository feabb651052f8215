"""线索登记表: a clue made for paper. Everything else of clues is drawn by the door."""

from __future__ import annotations

from flask import Blueprint, Response
from flask_login import login_required

from ..core import access, clock, door, pages
from ..extensions import db
from ..papers.orders import ORGAN
from . import queries
from .register import CLUES

part = Blueprint("clue_sheets", __name__)


@part.get("/clues/<number>/print")
@pages.rule("who sees the record")
@login_required
def sheet(number: str) -> Response:
    """Each opening counts as a print: who, when and which print of this clue stand on every page of it."""
    session, clue = db.session(), door.find(CLUES, number)
    label = f"{number}/{access.printed(session, number)}"
    now = clock.local(clock.now()).strftime("%Y-%m-%d %H:%M")
    by = {"name": session.actor.name, "unit": session.actor.unit_short, "at": now}
    return pages.render(
        "clues/sheet.html", here="clues", row=clue, state=CLUES.state(clue), organ=ORGAN, label=label, by=by,
        **queries.sheet_page(session, clue),
    )  # fmt: skip
