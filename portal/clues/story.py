"""The way of a clue in the order of its office file: what was done, what is waited for, what is still to come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from ..core import clock, notes, papers
from ..core.actor import Role
from ..core.register import named
from ..core.sight import Session
from .clock import last_day
from .models import CheckRecord, Clue, ClueState, Referral

WAY = (
    "clues.assign", "clues.acknowledge", "clues.conclude", "clues.sign", "clues.pass", "clues.close", "clues.archive",
)  # fmt: skip
LETTERS, RECEIPT = ("clues.assign", "clues.reassign"), "clues.acknowledge"
# what interrupts the way: which step comes when it is over
AFTERWARDS = {"clues.propose": "clues.assign", "referrals.answer": "clues.conclude", "clues.wake": "clues.conclude"}
OFFICER_STEPS = ("clues.acknowledge", "clues.conclude")


@dataclass(frozen=True)
class Card:
    """A record of this system where an office file has a sheet of paper."""

    title: str
    aside: str
    href: str


@dataclass(frozen=True)
class Letter:
    """An issued paper by its kind and 文号."""

    title: str
    mark: str
    year: int
    serial: int
    aside: str
    href: str


@dataclass(frozen=True)
class Under:
    """A receipt, under its letter."""

    time: str
    label: str
    who: str


@dataclass(frozen=True)
class Ask:
    """One question of 一案三查, and whether it is answered."""

    name: str
    asked: str
    tone: str
    answer: str


@dataclass(frozen=True)
class Step:
    """A line of the time line; `verb` is what was done, is waited for, or will be."""

    verb: str
    day: str
    label: str
    who: str
    shape: str
    at: datetime | None = None
    time: str = ""
    words: str | None = None
    to_label: str | None = None
    papers: Sequence[Any] = ()
    files: Sequence[Any] = ()
    children: tuple[Under, ...] = ()
    asks: tuple[Ask, ...] = field(default=())
    since: str = ""
    own: bool = False


def steps(
    session: Session, clue: Clue, checks: Sequence[CheckRecord], referrals: Sequence[Referral],
    names: Mapping[int, str],
) -> list[Step]:  # fmt: skip
    """What was done, by day. A check stands at the time at which it was made, with what was found."""
    of_number: dict[str, Any] = {c.number: c for c in checks} | {r.number: r for r in referrals}
    found: list[Step] = []
    for line in notes.lines(session, clue, own=True):
        letters = [_letter(p) for p in line.papers]
        step = Step(
            line.verb, line.day, line.label, line.who, line.shape, line.at, line.time, line.words, line.to_label,
            letters, line.files, own=line.own,
        )  # fmt: skip
        child = of_number.get(line.subject)
        if isinstance(child, CheckRecord):
            step = _checked(step, child, names)
        elif isinstance(child, Referral):
            step = _referred(step, child)
        if step.verb == RECEIPT and found and found[-1].verb in LETTERS:
            time = step.time if step.day == found[-1].day else f"{step.day} {step.time}"
            found[-1] = replace(found[-1], children=(*found[-1].children, Under(time, step.label, step.who)))
        elif step.verb != "clues.answered":  # the answer itself stands there
            found.append(step)
    _say_last(found, "clues.close", asks=_asks(clue) if clue.answered_on else ())
    if clue.conclusion:
        label = _("提出结论：%(conclusion)s") % {"conclusion": clue.conclusion}
        _say_last(found, "clues.conclude", label=label, words=clue.finding)
    found.sort(key=lambda s: s.at or clock.now())
    return found


def _say_last(found: list[Step], verb: str, **more: Any) -> None:
    """What the clue itself holds now is said at the last step that wrote it."""
    at = next((i for i in reversed(range(len(found))) if found[i].verb == verb), None)
    if at is not None:
        found[at] = replace(found[at], **more)


def _letter(p: Any) -> Letter:
    aside = _("线下签批") if p.signed_how == "paper" else ""
    return Letter(papers.label(p.kind), p.mark, p.year, p.serial, aside, f"/papers/{p.id}.docx")


def _checked(step: Step, check: CheckRecord, names: Mapping[int, str]) -> Step:
    at, here = clock.local(check.checked_at), clock.today()
    day = clock.short(at.date(), here)
    two = "、".join(names.get(i, "") for i in (check.first_officer_id, check.second_officer_id))
    who = _("%(two)s · 2 人，%(place)s") % {"two": two, "place": check.place}
    later = _("%(day)s 登记") % {"day": step.day} if step.day != f"{at:%m-%d}" else ""
    card = Card(_("核查记录"), f"{check.number} {later}".strip(), f"/checks/{check.number}")
    return replace(
        step, at=check.checked_at, day=day, time=f"{at:%H:%M}", label=check.method, who=who, words=check.found,
        papers=(card,), to_label=None,
    )  # fmt: skip


def _referred(step: Step, r: Referral) -> Step:
    if step.verb == "referrals.answer":
        card = Card(_("反馈"), f"{r.receiver_name} {r.answered_on}", f"/referrals/{r.number}")
        label = _("对方反馈：%(answer)s") % {"answer": r.answer}
        return replace(step, label=label, words=r.answer_text, papers=(card,), to_label=None)
    card = Card(_("移送函"), r.document_no or r.number, f"/referrals/{r.number}")
    return replace(step, label=_("移送%(name)s") % {"name": r.receiver_name}, papers=(card,), to_label=None)


def _asks(clue: Clue) -> tuple[Ask, ...]:
    """保护伞 reads 已答 whichever it was: what is behind it goes to the person in charge alone."""
    answers = (_("已答"), clue.oversight, clue.loophole) if clue.answered_on else (None, None, None)
    asked = (
        (_("保护伞"), _("背后有无包庇、纵容")),
        (_("监管责任"), _("谁负监管之责，是否尽到")),
        (_("管理漏洞"), _("哪个环节有空子可钻")),
    )
    return tuple(
        Ask(name, question, "done" if answer else "waits", _told(answer))
        for (name, question), answer in zip(asked, answers, strict=True)
    )


def _told(answer: str | None) -> str:
    if answer is None:
        return _("待答")
    return _("已答：%(answer)s") % {"answer": answer} if answer in ("有", "无") else answer


def now(clue: Clue, duty: Any, names: Mapping[int, str]) -> Step:
    """The one step that is waited for: what, of whom, since when."""
    days = (clock.today() - clock.local(duty.since).date()).days
    since = _("已 %(n)d 天") % {"n": days} if days else _("今天起")
    who = f"{names[duty.person_id]} · {since}" if duty.person_id in names else since
    asks = _asks(clue) if duty.what == "clues.close" else ()
    return Step(duty.what, _("现在"), awaited(duty.what), who, "now", words=_until(clue, duty), asks=asks, since=since)


def awaited(what: str) -> str:
    """What is waited for, in words."""
    special = {"referrals.answer": _("待对方反馈"), "clues.pass": _("待扫黑办审核"), "intake.tell": _("待告知举报人")}
    return special.get(what) or _("待%(act)s") % {"act": named(what).label}


def _until(clue: Clue, duty: Any) -> str:
    day = clock.short(last_day(duty.due_at), clock.today())
    if clue.state == ClueState.REFERRED:
        return _("移送以后对方没有法定答复期。%(day)s 提醒承办人询问进展；何时会商由人决定。") % {"day": day}
    if clue.state == ClueState.HELD:
        return _("%(day)s 自动恢复核查。") % {"day": day}
    told = clock.told(duty.due_at, "due")
    return f"{told.below}，{told.main}" if told.below != day else told.main


def coming(clue: Clue, duty: Any, names: Mapping[int, str]) -> list[Step]:
    """What is still to be done if nothing interrupts it."""
    if duty is None:
        return []
    return list(_coming(clue, duty.what, names))


def _coming(clue: Clue, present: str, names: Mapping[int, str]) -> Iterator[Step]:
    if present in AFTERWARDS:
        rest = WAY[WAY.index(AFTERWARDS[present]) :]
    else:
        rest = WAY[WAY.index(present) + 1 :] if present in WAY else WAY[WAY.index("clues.close") :]
    officer = names.get((clue.proposed_officer_id if clue.state == ClueState.PROPOSED else clue.officer_id) or 0, "")
    closer = Role.DEPUTY_HEAD if clue.level == "重大" else Role.OFFICE_HEAD
    for full in rest:
        roles = [str(role.label) for role in named(full).who]
        who = officer if full in OFFICER_STEPS else str(closer.label) if full == "clues.close" else roles[0]
        if full == "clues.close":
            yield Step(full, _("待办"), _("一案三查"), _("批准办结的人作答"), "todo", asks=_asks(clue))
        words = _("须已告知举报人，子项全部了结") if full == "clues.close" else None
        yield Step(full, _("待办"), str(named(full).label), who, "todo", words=words)
