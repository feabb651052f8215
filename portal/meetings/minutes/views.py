"""样稿: the paper as it would stand, for those who check it and for the leader who signs it with a pen."""

from __future__ import annotations

from flask import Blueprint, Response
from flask_login import login_required

from ...core import access, door, pages, papers
from ...extensions import db
from .papers import fields, render_minutes
from .register import MINUTES

part = Blueprint("minutes_sheet", __name__)


@part.get("/meetings/minutes/<number>/sheet.docx")
@pages.rule("who sees the record")
@login_required
def sheet(number: str) -> Response:
    """Without number and day: it says that it is a draft."""
    minutes = door.find(MINUTES, number)
    access.record(db.session(), "file", f"{number} sheet.docx")
    answer = Response(render_minutes(fields(minutes) | {"title": minutes.title}), mimetype=papers.DOCX)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{number} 样稿.docx")
    return answer
