"""问责情况登记表, made for paper; the row as it will stand, while one types; the figures. All else is the door's."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, request
from flask_login import login_required
from sqlalchemy import func, select

from ..core import access, clock, door, figures, pages
from ..extensions import db
from . import forms, queries
from .models import CELLS, KINDS, PERSONS, Accountability
from .register import ACCOUNTABILITY, WHOLE

part = Blueprint("accountability_pages", __name__)
BODIES = tuple(k for k in KINDS if k not in PERSONS)
RECORD = ACCOUNTABILITY.verbs["record"]


@part.get("/accountability/<number>/print")
@pages.rule("who sees the record")
@login_required
def sheet(number: str) -> Response:
    """Each opening counts as a print: who, when and which print of this record stand on every page of it."""
    session, decision = db.session(), door.find(ACCOUNTABILITY, number)
    label = f"{number}/{access.printed(session, number)}"
    now = clock.local(clock.now()).strftime("%Y-%m-%d %H:%M")
    by = {"name": session.actor.name, "unit": session.actor.unit_short, "at": now}
    return pages.render(
        "accountability/sheet.html", here="accountability", row=decision, state=ACCOUNTABILITY.state(decision),
        label=label, by=by, **queries.sheet_page(session, decision),
    )  # fmt: skip


@part.post("/accountability/preview")
@pages.rule("who records a decision")
@login_required
def preview() -> Response:
    """What is typed so far, as it will stand. Nothing is kept, and nothing of unseen records is told."""
    session = db.session()
    if not session.actor.has(RECORD.who):
        abort(404)
    form = forms.RecordForm()
    form.validate()  # reads the dates; what is wrong is said when the form is sent
    return pages.render("accountability/preview.html", form=form, **queries.preview(session, form))


@part.get("/accountability/figures")
@pages.rule("the office, its leaders, discipline and personnel")
@login_required
def told() -> Response:
    """Cells of a year or a month. Of persons' cases a few are told as —, and no sums."""
    session = db.session()
    if not session.actor.roles & WHOLE:
        abort(404)
    first = (
        session.scalar(select(func.min(Accountability.decided_on)).where(~Accountability.named_only)) or clock.today()
    )
    offered = queries.periods(first, clock.today())
    chosen = request.args.get("period", "")
    period = chosen if chosen in offered else offered[0]
    return pages.render(
        "accountability/figures.html", here="accountability", chosen=period, offered=offered,
        kinds=(PERSONS, BODIES), persons=_table(session, PERSONS, period), bodies=_table(session, BODIES, period),
        praise=figures.value(session, figures.FIGURES["accountability.praise"], figures.month(period), None),
    )  # fmt: skip


def _table(session: Any, kinds: tuple[str, ...], period: str) -> list[tuple[str, list[Any]]]:
    """(group, one cell a kind): (value, address), or None where no measure of the group fits the kind."""
    rows = []
    for group in dict.fromkeys(group for group, kind in CELLS if kind in kinds):
        cells = [figures.FIGURES.get(f"accountability.{kind}.{group}") for kind in kinds]
        rows.append((group, [c and figures.value(session, c, figures.month(period), None) for c in cells]))
    return rows
