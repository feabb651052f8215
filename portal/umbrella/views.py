"""The slip that its writer prints once; files and papers of matters, for the clerk who is named on them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, request
from flask_login import login_required
from sqlalchemy import bindparam, select

from ..core import files, pages, papers, sealed_files
from ..core.actor import Role
from ..extensions import db
from ..papers.views import attached, sent
from . import forms, queries
from .models import Matter, MatterState, Umbrella

part = Blueprint("umbrella_pages", __name__)
NUMBERED = select(Matter).where(Matter.number == bindparam("number"))


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


def _matter(session: Any, number: str) -> Matter:
    """The matter, if the viewer is named on it."""
    matter: Matter | None = session.scalar(NUMBERED, {"number": number})
    return matter or abort(404)


@part.get("/umbrella/<number>/enclosure")
@pages.rule("discipline, named on the matter, while it waits for its envelope")
@login_required
def enclosure(number: str) -> Response:
    """What is printed and enclosed."""
    session = _only_discipline()
    matter = _matter(session, number)
    if matter.state != MatterState.SEALED:
        abort(404)
    return pages.render("umbrella/enclosure.html", here="umbrella", row=matter, **queries.enclosure(session, matter))


def _sent(session: Any, f: Any, matter: Matter) -> Response:
    """Opened under the matter's key, which is on the trail; what was kept before files were sealed as it lies."""
    if not f.sealed:
        return sent(f)
    opened = sealed_files.look(matter, f.id)
    return attached(Response(opened.pieces, mimetype=opened.media_type), opened.name)


@part.get("/umbrella/files/<file_id>")
@pages.rule("discipline, named on the matter")
@login_required
def attachment(file_id: str) -> Response:
    """A file of a matter."""
    session = _only_discipline()
    f = files.find(session, file_id, Umbrella.family)
    matter = _matter(session, f.number if f is not None else "")  # the same is asked of what is not there
    return _sent(session, f, matter)


@part.get("/umbrella/papers/<int:paper_id>.docx")
@pages.rule("discipline, named on the matter")
@login_required
def docx(paper_id: int) -> Response:
    """The 呈批件 as it was issued."""
    session = _only_discipline()
    paper = papers.find(session, Umbrella.family, paper_id)
    matter = _matter(session, paper.subject if paper is not None else "")
    if paper.file_id is None:
        abort(404)
    return _sent(session, files.find(session, paper.file_id, Umbrella.family), matter)
