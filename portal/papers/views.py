"""/papers/: an issued paper as it was issued, for those who see its record. /files/: an attachment likewise."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import Blueprint, Response, abort, jsonify
from flask_login import login_required
from sqlalchemy import bindparam, select, union_all

from ..core import access, files, pages, papers
from ..core.actor import Role
from ..core.hanging import Common
from ..core.register import REGISTERS
from ..extensions import db

part = Blueprint("papers", __name__)
SANDBOX = "default-src 'none'; sandbox"


@cache
def _there(roles: Role) -> Any:
    """Over every register of which these roles see rows: one statement, of whatever the number is, or nothing (G4)."""
    models = [r.model for r in REGISTERS.values() if r.seen_by & roles and r.model.family is Common.family]
    found = [select(m.number).where(m.number == bindparam("number")) for m in models]
    return select(union_all(*found).subquery()) if found else None


def _seen(thing: Any, number: str) -> Any:
    """A file or paper whose record the viewer sees: what hangs on it is seen with it. Of one that is absent the same is
    asked as of one that is unseen.
    """
    session = db.session()
    asked = _there(session.actor.roles)
    seen = asked is not None and session.rows(asked, {"number": number}).first() is not None
    return thing if thing is not None and seen else abort(404)


def _paper(paper_id: int) -> Any:
    paper = papers.find(db.session(), Common.family, paper_id)
    return _seen(paper, paper.subject if paper is not None else "")


def attached(answer: Response, name: str) -> Response:
    """Always a download, never run by a browser, whatever asked for it: an <img> shows it all the same. What is not of
    the kinds that were looked into, a mail as it came, has no type that a browser could think of showing.
    """
    if answer.mimetype not in files.KINDS:
        answer.mimetype = "application/octet-stream"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


def sent(f: Any) -> Response:
    """As it was given, streamed."""
    access.record(db.session(), "file", f"{f.number} {f.id}")
    answer = attached(Response(files.read(f.id), mimetype=f.media_type), f.name)
    answer.headers["Content-Length"] = str(f.size)
    return answer


def _open(file_id: str) -> Any:
    """The row, if the viewer sees its record. A sealed original is not there, whoever asks: it has its own door."""
    f = files.find(db.session(), file_id)
    found = _seen(f, f.number if f is not None else "")
    return found if not found.sealed else abort(404)


@part.get("/files/<file_id>")
@pages.rule("who sees the record")
@login_required
def attachment(file_id: str) -> Response:
    """An attachment of a record that the viewer sees; otherwise it is not there."""
    return sent(_open(file_id))


@part.get("/files/<file_id>/view")
@pages.rule("who sees the record")
@login_required
def view(file_id: str) -> Response:
    """A photo, drawn small and without its tags, for the page that lists it. The evidence itself stays as it is."""
    f = _open(file_id)
    drawn = files.picture(f) if f.media_type.startswith("image/") else None
    if drawn is None:
        abort(404)
    access.record(db.session(), "view", f"{f.number} {f.id}")
    return attached(Response(drawn, mimetype="image/jpeg"), f"{f.id}.jpg")


@part.get("/papers/<int:paper_id>.docx")
@pages.rule("who sees the record")
@login_required
def docx(paper_id: int) -> Response:
    """The issued file itself."""
    paper = _paper(paper_id)
    return sent(files.find(db.session(), paper.file_id)) if paper.file_id is not None else abort(404)


@part.get("/papers/<int:paper_id>.json")
@pages.rule("who sees the record")
@login_required
def fields(paper_id: int) -> Response:
    """The same paper as fields, with its digest."""
    paper = _paper(paper_id)
    access.record(db.session(), "file", f"{paper.subject} {paper_id}.json")
    return jsonify(
        kind=paper.kind, subject=paper.subject, title=paper.title, fields=paper.fields, digest=paper.digest,
        signed_on=paper.signed_on.isoformat(), signed_how=paper.signed_how, issued_at=paper.issued_at.isoformat(),
    )  # fmt: skip
