"""The list of petitions. No word of what they say is in it: until one is read, nobody but its keeper knows."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from ...core import columns
from ...core.register import Column, Sort
from ..models import CATEGORIES
from .models import WAYS, Petition
from .models import PetitionState as S
from .queries import told


def shown(rows: list[Any]) -> list[columns.Line]:
    """The tuples of a page as they are drawn."""
    return [
        columns.line("/intake/petitions/", S, r, side=told(r), day=r.petitioned_on, ended=str(S.of(r.state).label),
             ended_on=r.judged_on)
        for r in rows
    ]  # fmt: skip


COLUMNS = (
    Column("number", _l("编号"), Petition.number),
    Column("title", _l("信访件编号"), Petition.ref),
    Column("way", _l("信访形式"), Petition.way),
    Column("category", _l("信访目的"), Petition.category),
    Column("petitioned_on", _l("信访日期"), Petition.petitioned_on),
    Column("headcount", _l("人数"), Petition.headcount),
    Column("acceptance", _l("受理结论"), Petition.acceptance),
    Column("told_on", _l("告知日期"), Petition.told_on),
    Column("conclusion", _l("办理结论"), Petition.conclusion),
    Column("concluded_on", _l("结论日期"), Petition.concluded_on),
    columns.state_of(Petition, S, _l("甄别")),
    Column("judged_on", _l("甄别日期"), Petition.judged_on),
    *columns.owed(Petition),
)
FILTERS = (
    columns.among("category", _l("信访目的"), Petition.category, CATEGORIES),
    columns.among("way", _l("信访形式"), Petition.way, WAYS),
    columns.in_state(Petition, S, _l("甄别")),
)
TABS = (
    columns.stands(Petition, "reading", _l("待甄别")),
    columns.stands(Petition, "found", _l("有线索")),
    columns.stands(Petition, "handed", _l("已密封移交")),
    columns.stands(Petition, "none", _l("无线索")),
    columns.ALL,
)
SORTS = (Sort("petitioned", _l("新信访的在前"), (Petition.petitioned_on, Petition.id)),)
