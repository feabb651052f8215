"""How a named reporter can be told: by telephone, by e-mail, by letter."""

from __future__ import annotations

import json
from typing import NamedTuple

from ..core import vault
from ..core.sight import session_of
from .models import Tip

PHONE, MAIL, LETTER = "phone", "mail", "letter"


class Way(NamedTuple):
    """`words`: number or address; `name`: whose, where a letter needs it."""

    kind: str
    words: str
    name: str = ""


def mailed_to(address: str) -> Way:
    """Where a mail came from."""
    return Way(MAIL, address)


def can_be_told(tip: Tip) -> bool:
    """Whether any way leads to the reporter. For a rule, which shows nobody what it reads: no look of a person."""
    if tip.phone is not None:
        return True
    if tip.reporter_sealed is None:
        return False
    session = session_of(tip)
    told = vault.unseal(session, tip.family, tip.number, f"{tip.__tablename__}.reporter", tip.reporter_sealed)
    return any(_written(json.loads(told)))


def opened(tip: Tip) -> list[Way]:
    """Every way that there is, and nothing else that was said of the reporter. The looks are on the trail."""
    phone = vault.look(tip, "phone") if tip.phone is not None else ""
    told = json.loads(vault.look(tip, "reporter")) if tip.reporter is not None else {}
    mail, address = _written(told)
    ways = [Way(MAIL if "@" in phone else PHONE, phone)] if phone else []
    ways += [mailed_to(mail)] if mail and mail != phone else []
    return ways + ([Way(LETTER, address, told.get("姓名", "").strip())] if address else [])


def _written(told: dict[str, str]) -> tuple[str, str]:
    """(e-mail, postal address) among what is known of a reporter."""
    return told.get("邮箱", "").strip(), told.get("住址或单位", "").strip()
