"""交办单: issued when the office_head approves the assignment."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from ..core import clock
from ..core.papers import Fill, PaperKind, kind
from ..core.sight import session_of
from ..organisation import queries as organisation
from ..papers.orders import render_order
from ..parties import models as parties
from .forms import Assign
from .models import Clue

CAUTION = "核查须由两名以上执法人员进行，不得扩大知情范围，不得向被反映人透露线索来源和内容。"


def fill_assignment(clue: Clue, given: Assign) -> Fill:
    """What the unit is asked to do, and by when. The source of the clue stands nowhere on it."""
    session = session_of(clue)
    unit, officer = organisation.unit_name(session, given.unit_id), organisation.name_of(session, given.officer_id)
    assert clue.due_at is not None
    last_day = clock.local(clue.due_at) - clock.DAY
    named = "；".join(f"{m.kind} {m.name}" for m in parties.of(clue)) or "未指明"
    paragraphs = [
        "现将下列线索交你单位核查，请按要求办理。",
        f"一、线索编号：{clue.number}。业务领域：{clue.field}。重要程度：{clue.level}。",
        f"二、反映的主要问题（仅为反映内容，未经认定）：{clue.summary}",
        f"三、反映涉及的对象：{named}。发生地点：{clue.place}。",
        f"四、承办人：{officer}。办结时限：{last_day:%Y年}{last_day.month}月{last_day.day}日。",
        f"五、办理要求：{CAUTION}{given.words}",
    ]
    fields: dict[str, Any] = {"addressee": unit, "paragraphs": paragraphs}
    return Fill(f"关于交办{clue.number}号线索的通知", fields, units=(given.unit_id,))


ASSIGNMENT = kind(PaperKind("assignment", _l("交办单"), "安城管扫黑办交", fill_assignment, render_order))
