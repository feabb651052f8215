"""Records in every state, made by the standing cast through perform; and what a hand would type into each form."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import MISSING, fields
from datetime import date, datetime, timedelta
from secrets import token_hex
from typing import Any

from flask import Flask

from portal.core import act, clock, people, walls
from portal.core.actor import Actor
from portal.core.files import Upload
from portal.core.register import named
from portal.extensions import db
from tests import cast

PERSON = {p.login: i for i, p in enumerate(cast.PEOPLE, 1)}
UNIT = {u.key: i for i, u in enumerate(cast.UNITS, 1)}
UNIT_OF = {p.login: p.unit for p in cast.PEOPLE}
NAME = {p.login: p.name for p in cast.PEOPLE}
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PARTY = (("单位", "安澜恒畅运输有限公司", ""),)
TAKEN = {
    "title": "南岭沙场夜间偷倒", "summary": "夜里有车队偷倒渣土，不用他们的车就堵门。", "source": "日常执法检查",
    "field": "渣土运输", "kind": "涉恶", "level": "一般", "urgency": "一般", "place": "南岭沙场东门", "parties": PARTY,
    "proposed_unit_id": UNIT["a"], "proposed_officer_id": PERSON["officer"],
}  # fmt: skip
CALLED = {
    "own_leaders": "否", "narrative": "南岭沙场夜里偷倒渣土。", "field": "渣土运输", "place": "南岭沙场东门", "parties": PARTY,
    "urgency": "一般", "names_official": "否", "wanted": "电话", "naming": "实名", "name": "李四海", "phone": "13900001111",
    "risk": "无",
}  # fmt: skip
WORDS = {"words": "同意"}


def given(verb: str, **typed: Any) -> Any:
    """What the verb is given: as a hand would fill the form, with some values changed."""
    kind = named(verb).given
    return kind(**(_blank(kind) | _filled(verb) | typed)) if kind else None


def _blank(kind: Any) -> dict[str, Any]:
    """An empty form: whatever is not asked for stays as a hand leaves it."""
    empty = {"str": "", "bool": False, "tuple": ()}
    return {f.name: empty.get(str(f.type).partition("[")[0]) for f in fields(kind) if f.default is MISSING}


def _filled(verb: str) -> dict[str, Any]:
    """A filled form of each verb that asks for more than an opinion."""
    today, unit = clock.today(), {"unit_id": UNIT["a"], "officer_id": PERSON["officer"]}
    proposed = {"proposed_unit_id": UNIT["a"], "proposed_officer_id": PERSON["officer"], "level": "一般"}
    seen = {"checked_at": datetime(2026, 1, 5, 9, 30), "method": "现场查看", "place": "南岭", "found": "见倾倒痕迹"}
    sent = {"receiver": "公安机关", "receiver_name": "安澜市公安局", "sent_on": today}
    answered = {"answer": "已立案", "answered_on": today, "answer_text": "已立案侦查"}
    three = {"umbrella": "无", "oversight": "无", "loophole": "有"}
    excerpt = {"title": "南岭沙场夜间偷倒", "excerpt": "夜里有车队偷倒渣土。"}
    forms: dict[str, dict[str, Any]] = {
        "clues.register": TAKEN,
        "clues.assign": unit | {"level": "一般"} | WORDS,
        "clues.propose": proposed | WORDS,
        "clues.conclude": {"conclusion": "部分属实", "finding": "有偷倒", "disposition": "行政处罚/处理"},
        "clues.hold": {"wake_on": today + timedelta(30)} | WORDS,
        "clues.close": three | WORDS,
        "clues.archive": {"archive_no": "2026-扫黑-001"},
        "clues.reassign": {"unit_id": UNIT["a"], "officer_id": PERSON["colleague"]} | WORDS,
        "clues.amend": {"title": "南岭沙场偷倒", "summary": "夜里有车队偷倒渣土。", "place": "南岭沙场"} | WORDS,
        "checks.record": seen | {"second_officer_id": PERSON["below"]},
        "referrals.send": sent | WORDS,
        "referrals.answer": answered,
        "intake.call": CALLED,
        "intake.hang_up": CALLED,
        "intake.complete": {k: CALLED[k] for k in ("field", "place", "parties", "urgency", "names_official")},
        "intake.excerpt": excerpt,
        "intake.accept": proposed | {"category": "检举控告", "kind": "涉恶"},
        "intake.join": {"category": "检举控告", "into": ""},
        "intake.decline": {"category": "检举控告", "reason": "不属本局职责"} | WORDS,
        "intake.tell": {"way": "电话", "told_on": today, "content": "认可"} | WORDS,
        "intake.mark": {"found": "说副科长收钱"},
        "clues.mark": {"found": "说副科长收钱"},
        "umbrella.enter": {"title": "关于出土监管的反映", "source": "来信", "original": "说副科长收钱"},
        "umbrella.submit": {"receiver": "派驻纪检监察组"},
        "umbrella.hand_over": {"receiver": "派驻纪检监察组", "way": "机要", "handed_on": today, "remark": "同意"},
        "umbrella.receipt_in": {"receipt_on": today, "signed_by": "某人"},
        "umbrella.report": {"disposition": "初步核实", "disposed_on": today},
        "umbrella.dispose": {"disposition": "初步核实", "disposed_on": today, "said": "集体研究"},
        "umbrella.close": {"result": "已反馈"},
        "umbrella.note": {"note": "记一笔"},
        "umbrella.split": {k: TAKEN[k] for k in TAKEN},
        "umbrella.name_also": {"person_id": PERSON["discipline3"]},
        "umbrella.take_off": {"person_id": PERSON["discipline2"]},
        "sealed.send": {"sent_on": today, "envelope": "甲-01", "receiver": "派驻纪检监察组", "way": "机要"},
        "sealed.answer": {"receipt_on": today},
        "openings.ask": {"purpose": "核对举报人说的时间"},
    }
    return forms.get(verb, WORDS)


def pairs(filled: Any) -> dict[str, Any]:
    """The same as a browser sends it."""
    return dict(_pairs(vars(filled))) if filled is not None else {}


def _pairs(values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if name == "parties":
            for i, row in enumerate(value):
                yield from (
                    (f"parties-{i}-{key}", said) for key, said in zip(("kind", "name", "note"), row, strict=True)
                )
        elif isinstance(value, date):
            yield name, value.isoformat()[:16]
        elif value is True:
            yield name, "y"
        elif value not in (None, False, ()):
            yield name, list(value) if isinstance(value, tuple) else str(value)


class Stage:
    """Performs as people of the cast, each act in a session of its own."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    @contextmanager
    def session(self, login: str | None = None) -> Iterator[Any]:
        """A session of this person; of a job without one."""
        with self.app.app_context():
            db.session.remove()
            session = db.session()
            if login is None:
                session.info["role"] = walls.OWNER  # what lies in the tables, whoever may read it
                session.actor = Actor.job("test")
            else:
                found = people.by_login(session, login)
                assert found is not None
                session.actor = found
            yield session
            db.session.remove()

    def actor(self, login: str) -> Actor:
        """The person as perform takes him."""
        with self.session(login) as session:
            actor: Actor = session.actor
            return actor

    def do(self, login: str, verb: str, number: str | None = None, *, how: Any = None, **typed: Any) -> str:
        """Perform; gives the record's number. `how`: more of perform's own arguments."""
        who = self.actor(login)
        with self.app.app_context():
            db.session.remove()
            once = token_hex(16)
            filled = given(verb, **typed)
            try:
                return act.perform(who, named(verb), filled, number=number, **({"once": once} | (how or {}))).number
            finally:
                db.session.remove()

    def on_paper(self, login: str, verb: str, number: str, approver: str, **typed: Any) -> str:
        """An approval that a leader gave on paper, written down by somebody else."""
        scan = Upload.of("呈批件.png", "image/png", PNG)
        return self.do(
            login, verb, number, how={"signed": act.Signed(self.actor(approver), clock.today(), scan)}, **typed
        )

    # ── one record in a state ──
    def clue(self, state: str, unit: str = "a", officer: str = "officer", head: str = "unit_head", **typed: Any) -> str:
        """A clue of this unit, brought by its people to a state of the register (待签收: assigned …)."""
        place = {"proposed_unit_id": UNIT[unit], "proposed_officer_id": PERSON[officer]}
        n = self.do("office", "clues.register", **(place | typed))
        if state == "proposed":
            return n
        level = typed.get("level", "一般")
        self.do("office_head", "clues.assign", n, unit_id=UNIT[unit], officer_id=PERSON[officer], level=level)
        if state == "assigned":
            return n
        self.do(officer, "clues.acknowledge", n)
        self.do(officer, "checks.record", n, second_officer_id=PERSON["unit_head"])
        if state == "checking":
            return n
        if state == "held":
            return self._then("office_head", "clues.hold", n)
        if state == "referred":
            return self._then("office", "referrals.send", n)
        self.do(officer, "clues.conclude", n)
        self.do(head, "clues.sign", n)
        if state == "review":
            return n
        self.do("office", "clues.pass", n)
        if state == "telling":
            return n
        self.do("deputy_head", "clues.close", n)
        return n if state == "closed" else self._then("office", "clues.archive", n)

    def _then(self, login: str, verb: str, number: str) -> str:
        self.do(login, verb, number)
        return number

    def tip(self, state: str, **typed: Any) -> str:
        """A tip of the hotline in a state of its register."""
        if state == "incomplete":
            return self.do("operator", "intake.hang_up", **typed)
        if state == "moved":
            n = self.do("operator", "intake.hang_up", **typed)
            self.do("operator", "intake.complete", n, names_official="是")
            return n
        n = self.do("operator", "intake.call", **typed)
        if state == "excerpt":
            return n
        self.do("operator", "intake.excerpt", n)
        if state == "triage":
            return n
        if state == "joined":
            return self._join(n)
        return self._then("office", {"accepted": "intake.accept", "declined": "intake.decline"}[state], n)

    def _join(self, tip: str) -> str:
        self.do("office", "intake.join", tip, into=self.clue("checking"))
        return tip

    def matter(self) -> str:
        """An umbrella matter, which `discipline` alone sees."""
        self.do("operator", "intake.call", names_official="是")
        return self.newest("umbrella_matters")

    @contextmanager
    def competence(self) -> Iterator[None]:
        """The discipline desk has 有处置权限 for the block."""
        for now in (True, False):
            with self.session() as session:
                session.begin_write()
                d = db.metadata.tables["desks"]
                session.core(d.update().where(d.c.key == "discipline").values(with_competence=now))
                session.commit()
            if now:
                yield

    def newest(self, table: str) -> str:
        """The number of the row that was written last, whoever may see it."""
        with self.session() as session:
            t = db.metadata.tables[table]
            number: str = session.core(t.select().with_only_columns(t.c.number).order_by(t.c.id.desc())).scalar()
            return number
