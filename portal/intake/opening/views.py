"""The page on which the sealed words stand while they are open."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, abort
from flask_login import current_user, login_required

from ...core import clock, pages, vault
from ...core.act import who_may
from ...core.door import find
from ...extensions import db
from ..queries import originals
from ..views import original_of
from .actions import is_open
from .register import OPENINGS

part = Blueprint("opening_pages", __name__)


def _asked_by_viewer(number: str) -> Any:
    opening = find(OPENINGS, number)
    return opening if opening.proposed_by == current_user.id else abort(403, who_may(OPENINGS.verbs["ask"]))


@part.get("/openings/<number>/read")
@pages.rule("who asked, after two consented, thirty minutes")
@login_required
def read(number: str) -> Response:
    """Name, address, telephone and original words; each look at each of them is recorded."""
    opening = _asked_by_viewer(number)
    tip, words = opening.tip, {}
    if is_open(opening, db.session().actor):
        words = {name: vault.look(tip, name) for name in ("reporter", "phone", "original") if getattr(tip, name)}
    files = originals(db.session(), tip) if words else []
    reporter = json.loads(words.get("reporter") or "{}")
    seconds = int((opening.until - clock.now()).total_seconds()) if words and opening.until else 0
    return pages.render(
        "intake/opening/read.html", row=opening, tip=tip, reporter=reporter, words=words, files=files, seconds=seconds,
        left=seconds // 60 + 1, here="intake",
    )  # fmt: skip


@part.get("/openings/<number>/originals/<file_id>")
@pages.rule("who asked, after two consented, thirty minutes")
@login_required
def original(number: str, file_id: str) -> Response:
    """A file as the reporter gave it, with the name it came with; each look at it is recorded."""
    opening = _asked_by_viewer(number)
    return original_of(opening.tip, file_id) if is_open(opening, db.session().actor) else abort(404)
