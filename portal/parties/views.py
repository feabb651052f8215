"""The list of parties. What is looked for is posted: the name of a party stands in no address and in no history."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask_login import login_required

from ..core import browse, pages
from ..extensions import db
from . import queries
from .matching import same_of
from .models import KINDS
from .register import PARTIES

part = Blueprint("parties_list", __name__)


@part.route("/parties/", methods=["GET", "POST"])
@pages.rule("who sees a matter that mentions it")
@login_required
def ledger() -> Response:
    """Parties that the viewer sees, the newest mention first; by a part of what they are called, and by kind."""
    browse.for_the_role(PARTIES)
    asked = request.values
    said, kind, before = asked.get("q", "").strip()[:100], asked.get("only", asked.get("kind")), asked.get("before", "")
    kind = kind if kind in KINDS else None
    at = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
    found = queries.page(db.session(), same_of(kind or "单位", said), kind, at)
    return pages.render(
        "parties/list.html", fragments=frozenset({"list"}), register=PARTIES, here="parties", page=found, kinds=KINDS,
        kind=kind, q=said, turned=at is not None,
    )  # fmt: skip
