"""What only discipline may ever notice: matters on every part of their way, slips, a recusal to decide."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from ..clues.forms import Take
from ..core import clock
from ..core.actor import Actor
from ..extensions import db
from ..intake.forms import Mark
from ..organisation import queries as organisation
from ..umbrella.forms import (
    Close,
    Enter,
    HandOver,
    Name,
    Note,
    ReceiptIn,
    Report,
    SlipBack,
    SlipOut,
    Split,
    Submit,
)  # fmt: skip
from ..umbrella.models import KINDS, Matter
from . import cases

Do = Callable[..., str | None]  # (who, verb, given, number, at)
RECEIVERS = ("派驻纪检监察组", "市纪委监委")


def written(do: Do, clerk: Actor, rng: random.Random, when: Callable[[float], datetime]) -> None:
    """Letters and mails that came to discipline itself."""
    for m in (m for m in cases.UMBRELLA if m.source != "来电"):
        source = m.source if m.source in ("来信", "来访") else "其他"
        do(clerk, "umbrella.enter", Enter(m.title, source, m.narrative, "", ""), None, when(rng.uniform(0.2, 60)))


def go_their_way(do: Do, clerk: Actor, second: Actor | None, rng: random.Random) -> None:
    """The older a matter, the further: a step whose time has not come is not done."""
    db.session.remove()
    session = db.session()
    session.actor = clerk
    rows = list(session.rows(select(Matter.number, Matter.created_at).order_by(Matter.created_at, Matter.id)))
    for i, (number, since) in enumerate(rows):
        start = clock.local(since).replace(hour=9, minute=20)
        receiver, days = RECEIVERS[i % 2], start.date()
        steps: tuple[tuple[str, Any, float], ...] = (
            ("submit", Submit(receiver, rng.choice(KINDS), "按管理权限移交。"), 0.1),
            ("hand_over", HandOver(receiver, ("机要", "直接送达")[i % 2], days + timedelta(1), ""), 1.1),
            ("receipt_in", ReceiptIn(days + timedelta(4), "收件登记处", ""), 4.2),
            ("report", Report("初步核实", days + timedelta(20), "已按程序初步核实。", False), 20),
            ("report", Report("予以了结", days + timedelta(45), "未发现违纪违法问题，予以了结。", True), 45),
            ("close", Close("已向反映人反馈，已作澄清。"), 52),
        )
        for verb, given, later in steps:
            do(clerk, f"umbrella.{verb}", given, number, start + timedelta(days=later))
        if second is not None and second.id and i % 4 == 1:
            do(clerk, "umbrella.name_also", Name(second.id), number, start + timedelta(days=1.2))
            do(clerk, "umbrella.note", Note("原件存保密柜二格。"), number, start + timedelta(days=1.3))


def split_one(do: Do, clerk: Actor, unit_id: int, officer: Actor) -> None:
    """The ordinary half of one: a clue like any other."""
    matter = next((m for m in cases.UMBRELLA if m.ordinary), None)
    db.session.remove()
    session = db.session()
    session.actor = clerk
    still = select(Matter.number).where(Matter.closed_on.is_(None)).order_by(Matter.id).limit(1)
    number = session.scalar(still)
    if matter is None or number is None or officer.id is None:
        return
    half = Split(
        f"{matter.place}夜间出土", matter.ordinary, "日常执法检查", matter.field, "涉乱", "一般", "一般", matter.place, (),
        True, unit_id, officer.id,
    )  # fmt: skip
    do(clerk, "umbrella.split", half, number, clock.now() - timedelta(hours=30))


def slips(do: Do, operator: Actor, clerk: Actor) -> None:
    """Two envelopes; of one the receipt has come back."""
    for i, ago in enumerate((160, 5)):
        at = clock.local(clock.now()) - timedelta(days=ago)
        out = SlipOut(at.date(), f"密-{at.year}-{i + 1:02d}", "市纪委监委", ("直接送达", "机要")[i])
        number = do(operator, "sealed.send", out, None, at)
        if i == 0:
            do(clerk, "sealed.answer", SlipBack(at.date()), number, at + timedelta(hours=5))


def one_recused(do: Do, office: Actor, unit_id: int, officer: Actor, other: Actor) -> None:
    """A clue that names an officer with his unit: hidden from him until discipline decides."""
    db.session.remove()
    session = db.session()
    session.actor = office
    unit = organisation.unit_name(session, officer.unit_id)
    db.session.remove()
    take = Take(
        "城东环路渣土车夜间带泥上路", "反映城东环路夜间渣土车带泥上路，执法人员到场前车辆已离开，疑有人报信。", "日常执法检查", "",
        "渣土运输", "涉乱", "一般", "一般", "城东环路", "", (("人员", officer.name, unit),), unit_id, other.id or 0,
    )  # fmt: skip
    do(office, "clues.register", take, None, clock.now() - timedelta(hours=4))


def one_goes_up(do: Do, office: Actor, unit_id: int, officer: Actor) -> None:
    """A clue that turned out to concern the own leaders: it waits for its envelope."""
    take = Take(
        "临江路停车场围挡内夜间倒土", "反映临江路停车场围挡内夜间倒土，车队称有局里的人打过招呼。", "信访转办", "", "渣土运输", "涉乱", "一般",
        "一般", "临江路停车场", "", (("单位", "临江停车场", ""),), unit_id, officer.id or 0,
    )  # fmt: skip
    number = do(office, "clues.register", take, None, clock.now() - timedelta(hours=3))
    found = Mark("来件第二页写明打招呼的是一位局领导。", "是")
    do(office, "clues.mark", found, number, clock.now() - timedelta(hours=2))
