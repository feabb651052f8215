"""呈批件 of a matter: a mark of its own, else the ordinary series would tell of it by a gap. It has no content."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from ..core.papers import Fill, PaperKind, kind
from .forms import Submit
from .models import Matter

ORGAN = "安澜市城市管理局派驻纪检监察组"


def fill_submission(matter: Matter, given: Submit) -> Fill:
    """Number, day and receiver: the fields of a paper lie open in the table, and its file on the disk."""
    paragraphs = [
        f"{matter.number}号事项，拟移交{given.receiver}处理。",
        "事项内容另行密封，随本件一并呈阅，本件不写内容。",
        "呈批意见：",
    ]
    return Fill(f"关于{matter.number}号事项移交的呈批件", {"addressee": "主要负责人", "paragraphs": paragraphs})


def render_submission(fields: dict[str, Any]) -> bytes:
    """The .docx: equal fields give equal bytes."""
    from ..papers.layout import Sheet, render  # heavy: python-docx

    sheet = Sheet(
        kind="order", organ=ORGAN, number=fields["number"], title=fields["title"], addressee=fields["addressee"],
        paragraphs=tuple(fields["paragraphs"]), signature=ORGAN, date=date.fromisoformat(fields["date"]),
    )  # fmt: skip
    return render(sheet)


SUBMISSION = kind(PaperKind("umbrella_submission", _l("呈批件"), "安城管纪呈", fill_submission, render_submission))
