"""Records that the office has found to be one: namesakes, a lorry with new plates; and two that were not after all."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import distinct, func, select

from ..core.actor import Actor
from ..extensions import db
from ..parties.forms import Merge, Split
from ..parties.models import Mention, Record

WHY = (
    "行驶证登记为同一台车，今年换过号牌。",
    "监控里像是同一台车，先并在一起。",
    "两件的核查笔录记载同一身份证号，系同一人。",
)
NOT_SO = "比对行驶证，是两台车，拆开。"


def load(do: Callable[..., str | None], office: Actor) -> None:
    """Four plates, and the newest of those who share a name and nothing else."""
    db.session.remove()
    session = db.session()
    session.actor = office
    newest = select(Record.number).where(Record.kind == "车牌").order_by(Record.id.desc()).limit(4)
    plates = list(session.rows(newest).scalars())
    named = select(func.min(Record.number), func.max(Record.number)).join(Mention, Mention.party_id == Record.id)
    named = named.where(Mention.kind == "人员", Mention.same.not_like("%不详%"), Mention.same.not_like("外号%"))
    named = (
        named.group_by(Mention.same).having(func.count(distinct(Record.id)) > 1).order_by(func.max(Mention.id).desc())
    )
    pairs = [*zip(plates[::2], plates[1::2], strict=False), *session.rows(named.limit(1)).all()]
    made = [do(office, "merges.make", Merge(b, why), a) for (a, b), why in zip(pairs, WHY, strict=False)]
    if len(made) > 1 and made[1]:
        do(office, "merges.split", Split(NOT_SO), made[1])
