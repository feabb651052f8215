"""What the page of a matter shows."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from ..core import clock, vault
from ..core.sight import Session
from .models import Matter


def page(session: Session, matter: Matter) -> dict[str, Any]:
    """What was said, opened for the named clerk; each look is on the trail. The reporter stays sealed."""
    facts = [
        (_("来源"), matter.source, False),
        (_("受理编号"), matter.receipt or "—", False),
        (_("接收日期"), clock.local(matter.created_at).strftime("%Y-%m-%d"), False),
        (_("举报人"), _("实名，已封存") if matter.reporter is not None else _("匿名或未留"), False),
    ]
    due = clock.told(matter.owed_at, "due") if matter.owed_at else None
    said, title = vault.look(matter, "original"), vault.look(matter, "title")
    return {"facts": facts, "due": due, "title": title, "said": said}
