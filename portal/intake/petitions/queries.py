"""What the pages of a petition show: its facts; its content to its keeper, until it has been read for clues."""

from __future__ import annotations

import json
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from ...core import clock, duties, links, vault
from ...core.actor import Role
from ...core.sight import Session
from ...organisation import queries as organisation
from ..models import GROUP, NAMINGS, TipState
from ..queries import offered, originals
from ..traces import title_of
from .models import Petition, PetitionState

OFFERED = 9_000  # characters of a text that are offered as an excerpt


def told_of(petition: Petition) -> dict[str, str]:
    """Who wrote it: 姓名, 住址或单位, 电话, as far as they are known. Each look is on the trail."""
    told = json.loads(vault.look(petition, "reporter")) if petition.reporter is not None else {}
    phone = vault.look(petition, "phone") if petition.phone is not None else ""
    return {"姓名": "", "住址或单位": ""} | told | {"电话": phone}


def reads(session: Session, petition: Petition) -> bool:
    """Whether the viewer may read it: its keeper, until it is judged."""
    return bool(session.actor.roles & Role.OPERATOR) and PetitionState.of(petition.state).is_open


def told(r: Any) -> str:
    """Form, class, how many came."""
    people = _("集体访 %(n)d 人") if r.headcount >= GROUP else _("%(n)d 人")
    return " · ".join((r.way, r.category, people % {"n": r.headcount}))


def facts(session: Session, p: Petition) -> list[tuple[str, str, bool]]:
    """(label, words, whole width)."""

    def on(words: str | None, day: Any) -> str:
        return f"{words}（{day}）" if words else ""

    judged = on(str(PetitionState.of(p.state).label), p.judged_on) if p.judged_on else ""
    by = organisation.name_of(session, p.judged_by)
    return [
        (_("信访件编号"), p.ref, False), (_("信访形式"), told(p), False),
        (_("信访日期"), f"{p.petitioned_on}", False), (_("受理结论"), on(p.acceptance, p.told_on), False),
        (_("办理结论"), on(p.conclusion, p.concluded_on), True),
        (_("甄别"), " · ".join(filter(None, (judged, by))), False),
        *([(_("密封移交"), on(p.receiver, p.handed_on), False)] if p.receiver else []),
        *([(_("无线索的理由"), p.reason, True)] if p.reason else []),
    ]  # fmt: skip


def record_page(session: Session, petition: Petition) -> dict[str, Any]:
    """One petition. Its words stand on the page of 有线索, where they are needed."""
    return {
        "facts": facts(session, petition), "due": clock.told(petition.owed_at, "due") if petition.owed_at else None,
        "above": None, "heading": _("信访件"), "about": petition.ref, "files": [],
        "goes_to": [link.to_number for link in links.of(petition)], "reminders": _reminders(session, petition),
    }  # fmt: skip


def _reminders(session: Session, petition: Petition) -> list[tuple[str, clock.Due]]:
    """The clocks of the 信访 system that still run."""
    asked = (("petitions.accept", _("告知受理")), ("petitions.conclude", _("办结")))
    return [
        (words, clock.told(duty.due_at, "remind", since=duty.since))
        for what, words in asked
        for duty in duties.owed(session, petition.family, what, petition.number)
    ]


def found_page(session: Session, petition: Petition, form: Any) -> dict[str, Any]:
    """The petition as it was written, and the excerpt as it is offered."""
    contents, told = vault.look(petition, "contents"), told_of(petition)
    sealed = {kind: words for kind, words in told.items() if words}
    if not form.is_submitted():
        form.naming.data = NAMINGS[1] if told["姓名"] else NAMINGS[0]
        form.title.data = title_of(contents[:OFFERED], "", "", sealed)
    return {
        "contents": contents, "has_name": bool(told["姓名"]), "has_phone": bool(told["电话"]),
        "originals": originals(session, petition),
        "due": clock.told(petition.owed_at, "due") if petition.owed_at else None,
        **offered(form, contents[:OFFERED], sealed),
    }  # fmt: skip


def nothing_page(session: Session, petition: Petition, form: Any) -> dict[str, Any]:
    """What is said to hold no clue must have been read."""
    return {"contents": vault.look(petition, "contents"), "originals": originals(session, petition)}


def petitions_of(session: Session, tip: Any) -> list[Any]:
    """The petition from which a tip came, if the viewer sees it; a void number says nothing of what it was."""
    numbers = [link.from_number for link in links.to(tip) if link.from_number.startswith("XF-")]
    if not numbers or tip.state == TipState.MOVED:
        return []
    return list(session.rows(select(Petition.number, Petition.ref).where(Petition.number.in_(numbers))))
