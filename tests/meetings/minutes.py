"""A meeting with decisions, and its minutes brought to a state by the cast."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from portal.meetings.forms import Make
from tests.verbs.stage import PERSON, UNIT, Stage

_sequence = count(500)


def meeting(stage: Stage, decisions: int = 2, **typed: Any) -> str:
    """Chaired by the deputy head; the first decision is unit A's, the second unit B's."""
    owners = (("a", "officer"), ("b", "officer2"))
    rows = tuple(
        Make(f"第 {n} 件事限期核查", UNIT[unit], PERSON[who], date(2027, 3, 5), None)
        for n, (unit, who) in enumerate((owners[n % 2] for n in range(decisions)), 1)
    )
    told = {"sequence": next(_sequence), "rows": rows}
    return stage.do("office", "meetings.log", **(told | typed))


def minutes(stage: Stage, state: str = "drafted", *, of: str | None = None, **typed: Any) -> str:
    """Drafted by `office`, checked by `office2`, signed by the deputy head, issued by `office`."""
    n = stage.do("office", "minutes.draft", of or meeting(stage), **typed)
    steps = (
        ("checked", "office2", "minutes.check"),
        ("signed", "deputy_head", "minutes.sign"),
        ("issued", "office", "minutes.issue"),
    )
    if state == "returned":
        stage.do("office2", "minutes.return", n)
        return n
    for reached, login, verb in steps if state != "drafted" else ():
        stage.do(login, verb, n)
        if reached == state:
            break
    return n
