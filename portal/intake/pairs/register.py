"""Triage's judgements of two matters, and the clock that compares numbers."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from ...core import jobs
from ...core.register import Panel
from ...core.sight import everywhere
from ..models import TipState
from ..register import INTAKE, OFFICE, UP
from . import actions, forms, queries, sources


def back(number: str, given: Any) -> str:
    """Triage goes on."""
    return f"{INTAKE.root}{number}/do/accept"


# what the office compares is not the desk's: the step would tell it that there is something like its tip
PAIR: dict[str, Any] = {"who": {OFFICE: everywhere} | UP, "when": TipState.TRIAGE, "form": forms.OtherForm,
    "given": forms.Other, "kind": "quiet", "answer": back, "leaves_step": False}  # fmt: skip
INTAKE.verb("set_apart", _l("不是同一件"), does=actions.set_apart, **PAIR)
INTAKE.verb("put_back", _l("恢复对照"), does=actions.put_back, **PAIR)
INTAKE.verb("supplement", _l("记为补充材料"), does=actions.supplement, **PAIR)
INTAKE.panel(Panel(_l("补充材料"), queries.related, "intake/pairs/related.html"))
jobs.runs("sources", sources.compare, minute="*/5")
