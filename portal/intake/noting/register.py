"""Who notes what on tips and clues: whoever handles them. 已归档 is a closed file, a void number is nobody's."""

from __future__ import annotations

from ...clues.models import Clue, ClueState
from ...clues.register import CLUES
from ...core.actor import Role
from ...core.noting import takes_notes
from ...core.sight import Session, everywhere, own_branch, own_unit
from ..models import Tip, TipState
from ..register import INTAKE
from . import actions

WHOLE = dict.fromkeys((Role.OFFICE, Role.OFFICE_HEAD, Role.DEPUTY_HEAD, Role.BUREAU_HEAD), everywhere)


def has_receipt(session: Session, tip: Tip) -> bool:
    """Every tip has one."""
    return True


def was_reported(session: Session, clue: Clue) -> bool:
    """Whether there is somebody to tell."""
    return bool(actions.fed_by(clue))


takes_notes(INTAKE, {Role.OPERATOR: own_unit} | WHOLE, tuple(s for s in TipState if s != TipState.MOVED),
    does=actions.of_tip, reaches=has_receipt)  # fmt: skip
takes_notes(CLUES, {Role.OFFICER: own_unit, Role.UNIT_HEAD: own_branch} | WHOLE,
    (*ClueState.open(), ClueState.CLOSED), does=actions.of_clue, reaches=was_reported)  # fmt: skip
