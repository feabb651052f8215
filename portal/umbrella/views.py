"""The slip that its writer prints once; files and papers of matters, for the clerk who is named on them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, request
from flask_login import login_required
from sqlalchemy import bindparam, select

from ..core import access, files, pages, papers
from ..core.actor import Role
from ..extensions import db
from ..papers.views import sent
from . import forms
from .models import Matter, Umbrella

part = Blueprint("umbrella_pages", __name__)
NUMBERED = select(Matter.id).where(Matter.number == bindparam("number"))


@part.get("/umbrella/sealed/slip")
@pages.rule("who has just written it")
@login_required
def slip() -> Response:
    """Number, day, envelope, receiver, as they were written: no table is read."""
    told = forms.slip_of(request.args.get("of", "")) or abort(404)
    return pages.render("umbrella/slip.html", here="", told=told)


def _only_discipline() -> Any:
    """Nobody else's question reaches a table of umbrella."""
    session = db.session()
    return session if session.actor.roles & Role.DISCIPLINE else abort(404)


def _seen(session: Any, number: str) -> bool:
    return session.rows(NUMBERED, {"number": number}).first() is not None


@part.get("/umbrella/files/<file_id>")
@pages.rule("discipline, named on the matter")
@login_required
def attachment(file_id: str) -> Response:
    """A file of a matter."""
    session = _only_discipline()
    f = files.find(session, file_id, Umbrella.family)
    return sent(f) if f is not None and _seen(session, f.number) else abort(404)


@part.get("/umbrella/papers/<int:paper_id>.docx")
@pages.rule("discipline, named on the matter")
@login_required
def docx(paper_id: int) -> Response:
    """The 呈批件 as it was issued."""
    session = _only_discipline()
    paper = papers.find(session, Umbrella.family, paper_id)
    if paper is None or not _seen(session, paper.subject) or paper.file_id is None:
        abort(404)
    access.record(session, "file", f"{paper.subject} {paper_id}")
    return sent(files.find(session, paper.file_id, Umbrella.family))
