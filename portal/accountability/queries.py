"""Who or what a decision is about, how long it has effect, and what its pages show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from ..core import act, clock, files, notes
from ..core.actor import Role
from ..core.errors import Refused
from ..core.sight import Session
from ..extensions import db
from ..organisation.models import Person, Post, Unit
from .clock import last_day
from .models import CADRE, GROUPS, KINDS, MEASURES, ORGANS, PARTY_BODY, PERSONS, RECORDED, UNIT, Accountability, Decider
from .models import AccountabilityState as S

COMMA = "，"


@dataclass(frozen=True)
class Target:
    """Whom it concerns, with the post then. `key`: the same for the same person, unit or body."""

    name: str
    key: str
    post_then: str | None = None
    person_id: int | None = None
    post_id: int | None = None
    unit_id: int | None = None


@dataclass(frozen=True)
class _Held:
    """A post as the list of targets shows it."""

    person_id: int
    post_id: int
    unit_id: int
    name: str
    post: str
    from_on: date
    to_on: date | None

    @property
    def words(self) -> str:
        """潘卫东，执法三中队中队长（2023-06 至 2026-08）."""
        until = f"{self.to_on:%Y-%m}" if self.to_on else _("今")
        return f"{self.name}{COMMA}{self.post}（{self.from_on:%Y-%m} {_('至')} {until}）"

    @property
    def target(self) -> Target:
        return Target(self.name, f"p{self.person_id}", self.post, self.person_id, self.post_id, self.unit_id)


_POSTS = (
    select(Person.id, Post.id, Unit.id, Person.name, Unit.short_name + Post.title, Post.from_on, Post.to_on)
    .join(Post, Post.person_id == Person.id)
    .join(Unit, Unit.id == Post.unit_id)
    .order_by(Unit.path, Person.id, Post.from_on)
)


def _posts(session: Session) -> list[_Held]:
    return [_Held(*row) for row in session.rows(_POSTS)]


def targets() -> list[str]:
    """What is offered while one types: units, then people with their posts and dates."""
    session = db.session()
    units = [name for (name,) in session.rows(select(Unit.name).order_by(Unit.path))]
    return [*units, *(held.words for held in _posts(session))]


def resolve(session: Session, kind: str, said: str, on: date) -> Target:
    """The words of the form → whom they mean. Raises Refused with what to write instead."""
    said = said.strip().replace(",", COMMA)
    return _person(_posts(session), said, on) if kind in PERSONS else _body(session, kind, said)


def _body(session: Session, kind: str, said: str) -> Target:
    same = select(Unit.id, Unit.name).where((Unit.name == said) | (Unit.short_name == said))
    unit = session.rows(same).first() if kind == UNIT else None
    if unit is not None:
        return Target(unit.name, f"u{unit.id}", unit_id=unit.id)
    if kind == UNIT:
        raise Refused("target", _("没有这个单位，请从列表中选择"))
    return Target(said, f"b{said}")


def _person(posts: list[_Held], said: str, on: date) -> Target:
    """A name alone is enough where it leaves no choice; who has no account is written with his post."""
    name, _comma, post = said.partition(COMMA)
    his = [held for held in posts if held.name == name.strip()]
    if not his:
        if post.strip():
            return Target(name.strip(), f"n{name.strip()}", post.strip())
        raise Refused("target", _("名册中没有这个人。没有账号的，请写成“姓名，时任职务”"))
    found = [h for h in his if h.words == said] or [
        h for h in his if h.from_on <= on and (not post or h.post == post.strip())
    ]
    if len(found) != 1:
        raise Refused("target", _("请从列表中选事发时的那一段任职"))
    return found[0].target


@dataclass(frozen=True)
class Effect:
    """Until when a measure has effect, and how that was counted; neither if it has none."""

    to: date | None = None
    words: str | None = None


def effect(measure: str, decided_on: date, stated: date | None) -> Effect:
    """What the paper says holds; else the measure's own months from the day of the decision on."""
    if stated is not None:
        if stated < decided_on:
            raise Refused("effect_to", _("影响期不能在决定日期以前结束"))
        return Effect(stated, _("按决定书"))
    if months := MEASURES[measure].months:
        words = _("%(measure)s %(n)d 个月，自决定之日起") % {"measure": measure, "n": months}
        return Effect(last_day(decided_on, months), words)
    return Effect()


def earlier(session: Session, organ: str, document_no: str) -> list[str]:
    """Numbers of the records of this document that the viewer sees."""
    same = select(Accountability.number).where(
        Accountability.organ == organ, Accountability.document_no == document_no, Accountability.state != S.VOID
    )
    return list(session.scalars(same.order_by(Accountability.id)))


def searched(session: Session, decision: Accountability) -> str:
    """What q finds, for those who see the row."""
    said = (decision.target, decision.post_then, decision.organ, decision.document_no, decision.measure, decision.cause)
    return "\n".join(filter(None, said))


# ── pages ─────────────────────────────────────────────────────────────────────────────────────────────────────────
TEXTS = {
    "organ": "决定机关", "document_no": "文号", "decided_on": "决定日期", "measure": "方式", "effect_to": "影响期至",
    "cause": "事由", "ground": "依据条款", "responsibility": "责任类型", "delivered_on": "送达日期",
    "executed_on": "执行日期",
}  # fmt: skip
_SOLE = [m for m in MEASURES.values() if m.name == m.group]  # 通报, 检查 …: one row without a name
OFFERED = [("", _SOLE)] + [
    (group, [m for m in MEASURES.values() if m.group == group])
    for group in GROUPS if group not in {m.group for m in _SOLE}
]  # fmt: skip
CLERKS = Role.DISCIPLINE | Role.PERSONNEL


def entry_page(session: Session, _row: None, form: Any) -> dict[str, Any]:
    """The form of a decision already made: what may be chosen, and the row as it will stand."""
    return {"organs": ORGANS, "targets": targets(), "offered": OFFERED, "persons": PERSONS} | preview(session, form)


def preview(session: Session, form: Any) -> dict[str, Any]:
    """The effect with its counting, the row as it will stand, and records of the same document that the writer sees."""
    kind, measure, day = form.kind.data, form.measure.data, form.decided_on.data
    told, target = Effect(), None
    try:
        if measure in MEASURES and day:
            told = effect(measure, day, form.effect_to.data)
        if kind in KINDS and day and (form.target.data or "").strip():
            target = resolve(session, kind, form.target.data, day)
    except Refused:
        target = None
    same = earlier(session, (form.organ.data or "").strip(), number_of(form.document_no.data or ""))
    fits = measure in MEASURES and kind in MEASURES[measure].kinds
    return {"told": told, "target": target, "same": same, "fits": fits or not measure or not kind}


def number_of(said: str) -> str:
    """文号 as it is compared: without spaces, with six-angle brackets."""
    return "".join(said.split()).translate(str.maketrans("[]【】（）()", "〔〕〔〕〔〕〔〕"))


def record_page(session: Session, d: Accountability) -> dict[str, Any]:
    """The facts of one decision, who handles it and who sees it, its files and earlier texts."""
    return {
        "facts": facts(d), "handling": handling(session, d), "files": files.of(session, d), "left": left(d),
        "may_record": session.actor.roles & CLERKS,
        "withdrawn": _withdrawn(d), "before": d.follows if d.follows and _seen(session, d.follows) else None,
        "after": list(session.scalars(select(Accountability.number).where(Accountability.follows == d.number))),
        "earlier": [
            (TEXTS[name], clock.local(until).strftime("%Y-%m-%d %H:%M"), text)
            for name, until, text in act.earlier_texts(session, d)
        ],
    }  # fmt: skip


def left(d: Any) -> clock.Due:
    """How much of the effect is left; it is over when a person has said so."""
    if d.effect_to is None:
        return clock.Due("", _("无影响期"), "")
    here = clock.today()
    day, days = clock.short(d.effect_to, here), (d.effect_to - here).days
    if d.owed_at is None:
        return clock.Due("", "—", _("至 %(day)s", day=day))
    if days < 0:
        return clock.Due("att", _("期满待解除"), _("至 %(day)s", day=day))
    return clock.Due("", _("至 %(day)s", day=day), _("还剩 %(n)s 天", n=days))


def _seen(session: Session, number: str) -> bool:
    return bool(session.scalar(select(func.count(Accountability.id)).where(Accountability.number == number)))


def facts(d: Accountability) -> list[tuple[str, Any, bool]]:
    """(label, words, whole width), in the order in which one reads the paper."""
    person = d.kind in PERSONS
    return [
        (_("决定机关"), d.organ, False), (_("文号"), d.document_no, False), (_("决定日期"), d.decided_on, False),
        (_("对象类型"), d.kind, False), (_("对象"), d.target, False),
        *([(_("时任职务"), d.post_then or "", False)] if person else []),
        (_("方式"), d.measure, False), (_("影响期"), effect_told(d), False),
        (_("责任类型"), d.responsibility or "", False), (_("依据条款"), d.ground or "", False),
        (_("送达日期"), d.delivered_on or "", False), (_("执行日期"), d.executed_on or "", False),
        (_("事由"), d.cause or _("见扫描件"), True),
    ]  # fmt: skip


def effect_told(d: Accountability) -> str:
    """2026-11-16 至 2027-05-15（诫勉 6 个月，自决定之日起）."""
    if d.effect_to is None:
        return _("无")
    return _("%(a)s 至 %(b)s（%(words)s）") % {"a": d.decided_on, "b": d.effect_to, "words": d.effect_words}


def _withdrawn(d: Accountability) -> list[tuple[str, Any, bool]]:
    if d.withdrawn_on is None:
        return []
    how = str(S.of(d.state).label)
    return [(_("决定"), how, False), (_("机关"), d.withdrawn_by, False), (_("文号"), d.withdrawn_no, False),
            (_("日期"), d.withdrawn_on, False)]  # fmt: skip


def handling(session: Session, d: Accountability) -> list[tuple[str, str]]:
    """Who handles it, who decided, who sees it."""
    t = Decider.__table__
    deciders = set(session.core(select(t.c.person_id).where(t.c.number == d.number)).scalars())
    wanted = {i for i in (d.officer_id, d.second_id, *deciders) if i}
    names = dict(tuple(r) for r in session.rows(select(Person.id, Person.name).where(Person.id.in_(wanted))))
    found = [(_("登记"), names.get(d.officer_id or 0, ""))]
    if d.second_id:
        found.append((_("另一经办"), names.get(d.second_id, "")))
    if deciders:
        found.append((_("参与决定"), "、".join(names[i] for i in sorted(deciders))))
    whole = _("扫黑办、局领导、监督执纪和人事督查人员")
    named = _("登记人、另一经办人、参与决定的人和本人；无人因岗位当然可见")
    return [*found, (_("可见范围"), named if d.named_only else whole)]


def sheet_page(session: Session, d: Accountability) -> dict[str, Any]:
    """问责情况登记表: the decision as the office's form."""
    steps = [(f"{s.day} {s.time}", s.label, s.who, s.words) for s in notes.lines(session, d)]
    return {
        "facts": facts(d), "effect": effect_told(d), "withdrawn": _withdrawn(d), "steps": steps,
        "enclosed": "，".join(f.name for f in files.of(session, d)), "handling": handling(session, d),
        "is_praise": MEASURES[d.measure].is_praise, "recorded": d.entry == RECORDED,
        "party": d.kind in (PARTY_BODY, CADRE),
    }  # fmt: skip


def amend_page(session: Session, d: Accountability, form: Any) -> dict[str, Any]:
    """The measures that fit the kind of target, which an amendment leaves as it is."""
    fitting = [(group, [m for m in some if d.kind in m.kinds]) for group, some in OFFERED]
    return {"offered": [(group, some) for group, some in fitting if some], "organs": ORGANS}


# ── figures ───────────────────────────────────────────────────────────────────────────────────────────────────────
def periods(first: date, today: date) -> list[str]:
    """What can be asked for: the years since the first decision, and the months of the last twelve."""
    years = [f"{y}" for y in range(today.year, first.year - 1, -1)]
    months = [(today.year * 12 + today.month - 1 - n) for n in range(12)]
    return [*years, *(f"{m // 12}-{m % 12 + 1:02d}" for m in months)]
