"""会议纪要 as a paper: what is written on it, in the layout of GB/T 9704-2012, 10.3."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from ...core.papers import Fill, PaperKind, Signature, issued, kind
from ...core.sight import session_of
from ...papers.orders import ISSUER
from . import queries
from .models import Minutes

ISSUED_BY = "扫黑除恶专项斗争领导小组办公室"  # of the bureau that stands in the mark
MARK = "安澜市城市管理局扫黑除恶专项斗争领导小组会议纪要"


def fields(minutes: Minutes) -> dict[str, Any]:
    """What the layout needs and the row says; number and date come when it is issued."""
    session = session_of(minutes)
    units = queries.recipients(minutes)
    return {
        "paragraphs": queries.paragraphs(minutes), "present": queries.present(minutes),
        "sent_to": queries.unit_names(session, units), "copies": queries.listed(minutes.copies),
        "meeting": minutes.meeting.number if minutes.meeting else None,
    }  # fmt: skip


def fill(minutes: Minutes, given: None) -> Fill:
    """Signed before it is issued; what it corrects is named."""
    session = session_of(minutes)
    earlier = queries.corrected(session, minutes)
    assert minutes.signed_on is not None
    assert minutes.signed_how is not None
    return Fill(
        minutes.title, fields(minutes), units=tuple(queries.recipients(minutes)),
        signed=Signature(minutes.signed_by, minutes.signed_on, minutes.signed_how),
        corrects=issued(session, earlier)["id"] if earlier else None,
    )  # fmt: skip


def render_minutes(said: dict[str, Any]) -> bytes:
    """The .docx: equal fields give equal bytes; without number and date it is a draft."""
    from ...papers.layout import Sheet, render  # heavy: python-docx

    sheet = Sheet(
        kind="minutes", organ=MARK, number=said.get("number"), title=said["title"],
        paragraphs=tuple(said["paragraphs"]), signature=ISSUED_BY,
        date=date.fromisoformat(said["date"]) if said.get("date") else None,
        present=tuple((label, names) for label, names in said["present"]), sent_to=tuple(said["sent_to"]),
        copies=tuple(said["copies"]), issuer=ISSUER,
    )  # fmt: skip
    return render(sheet)


PAPER = kind(PaperKind("minutes", _l("会议纪要"), "安城管扫黑办纪", fill, render_minutes))
