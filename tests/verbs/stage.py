"""Records in every state, made by the standing cast through perform; and what a hand would type into each form."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime, timedelta
from io import BytesIO
from itertools import count
from secrets import token_hex
from typing import Any

from flask import Flask

from portal.core import act, clock, people, walls
from portal.core.actor import Actor
from portal.core.files import Upload
from portal.core.register import named
from portal.extensions import db
from portal.intake.mail import polling, reading
from portal.meetings.forms import Make
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
DECIDED = {
    "organ": "安澜市城市管理局党组", "document_no": "安城管党〔2026〕31号", "kind": "党的领导干部", "target": "周旁人",
    "measure": "诫勉", "second_id": PERSON["personnel"],
}  # fmt: skip
LOGGED = {
    "kind": "例会", "sequence": 900, "held_on": date(2026, 1, 5), "lines": "渣土科陈经办写出方案", "chair_id": PERSON["deputy_head"], "place": "三楼会议室",
    "present": (PERSON["deputy_head"], PERSON["office_head"]), "on_leave": (PERSON["unit_head2"],),
    "listening_others": "市公安局 冯立",
}  # fmt: skip
MINUTES = {
    "title": "扫黑除恶专项斗争2026年第1次例会纪要", "present": "许分管、孙主任", "on_leave": "郭科长", "listening": "市公安局 冯立",
    "body": "2026年1月5日，许分管主持召开例会。现将议定事项纪要如下：\n一、限期核查。责任单位：渣土管理科；责任人：陈经办。",
    "unit_ids": (UNIT["a"], UNIT["b"], UNIT["office"]), "copies": "市扫黑办、市公安局",
}  # fmt: skip
MAILED = ("own_leaders", "field", "place", "parties", "urgency", "names_official", "naming", "name")
WORDS = {"words": "同意"}
SEALED = {"receiver": "派驻纪检监察组", "enclosed": True}
PETITION = {
    "own_leaders": "否", "way": "来信", "category": "申诉求决", "headcount": 1, "contents": "南岭沙场夜里偷倒渣土，请管一管。",
    "name": "李四海", "phone": "13900001111",
}  # fmt: skip
TRIAGED = {
    "accepted": "intake.accept", "declined": "intake.decline", "forwarded": "intake.hand_on", "settling": "intake.settle",
}  # fmt: skip
SERIAL = count(101)


def scan(name: str = "决定书扫描件.png") -> tuple[Upload, ...]:
    """A scan of a page: the smallest that is one."""
    return (Upload.of(name, "image/png", PNG),)


def given(verb: str, **typed: Any) -> Any:
    """What the verb is given: as a hand would fill the form, with some values changed."""
    kind = named(verb).given
    if kind is None:
        return None
    known = {f.name for f in fields(kind)}
    return kind(**(_blank(kind) | {k: v for k, v in _filled(verb).items() if k in known} | typed))


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
    back = {"withdrawn_by": "安澜市城市管理局党组", "withdrawn_no": "安城管党〔2026〕99号", "withdrawn_on": today}
    three = {"umbrella": "无", "oversight": "无", "loophole": "有"}
    excerpt = {"title": "南岭沙场夜间偷倒", "excerpt": "夜里有车队偷倒渣土。"}
    decided = unit | {"due_on": today + timedelta(30)}
    proof = {"files": (Upload.of("办理情况.png", "image/png", PNG),)}
    forms: dict[str, dict[str, Any]] = {
        "meetings.log": LOGGED
        | {"rows": (Make("写出方案", UNIT["a"], PERSON["officer"], today + timedelta(30), None),)},
        "meetings.scan": {"scan": (Upload.of("纪要.png", "image/png", PNG),)},
        "decisions.add": decided | {"title": "写出方案"},
        "decisions.answer": decided | WORDS,
        "decisions.finish": proof | WORDS,
        "decisions.review": {"review_on": today + timedelta(60)} | WORDS,
        "decisions.postpone": {"due_on": today + timedelta(45)} | WORDS,
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
        "intake.hand_on": {
            "category": "检举控告",
            "body": "公安机关",
            "body_name": "安澜市公安局",
            "grounds": "属公安机关管辖",
        },
        "intake.settle": unit
        | {
            "category": "申诉求决",
            "claim": "要求停止夜间施工",
            "way": "调解",
            "due_on": today + timedelta(30),
        },
        "transfers.send": {"way": "机要", "sent_on": today},
        "transfers.sign": {"receiver": "指挥中心", "received_on": today},
        "settlements.settle": {"result": "双方同意错时施工", "settled_on": today},
        "settlements.call_back": {"satisfied": "满意", "called_on": today} | WORDS,
        "settlements.petition": {"result": "当事人要求走信访程序"},
        "intake.decline": {"category": "检举控告", "reason": "不属本局职责"} | WORDS,
        "intake.tell": {"way": "电话", "told_on": today, "content": "认可", "said": "已受理"},
        "intake.look": {"then": "已阅，不另行研判"} | WORDS,
        "intake.set_apart": {"other": ""},
        "intake.put_back": {"other": ""},
        "intake.supplement": {"other": ""},
        "intake.note": {"reader": "handlers"} | WORDS,
        "clues.note": {"reader": "handlers"} | WORDS,
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
        "umbrella.hand_sealed": {"sent_on": today, "envelope": "密-01", "way": "机要", "enclosed": True},
        "sealed.answer": {"receipt_on": today},
        "merges.make": {"other": ""} | WORDS,
        "openings.ask": {"purpose": "核对举报人说的时间"},
        "accountability.record": DECIDED | {"decided_on": today - timedelta(220), "scan": scan()},
        "accountability.amend": DECIDED | {"decided_on": today - timedelta(3), "measure": "通报"} | WORDS,
        "accountability.lift": {"lifted_on": today} | WORDS,
        "accountability.execute": {"executed_on": today, "proof": scan()},
        "accountability.withdraw": back | {"result": "撤销", "scan": scan()} | WORDS,
        "minutes.draft": MINUTES,
        "minutes.revise": MINUTES,
        "minutes.correct": MINUTES,
        "intake.letter": CALLED | {"channel": "来信", "came_on": today, "source": "其他", "work": "其他"},
        "intake.material": {"files": (Upload.of("照片.png", "image/png", PNG),)},
        "boxes.open": {
            "box": "局机关大门",
            "opened_at": clock.local(clock.now()).replace(tzinfo=None) - timedelta(hours=1),
            "opener_id": PERSON["operator"],
            "second_id": PERSON["office"],
            "found": 1,
        },
        "boxes.aside": {"kind": "广告、宣传品"},
        "boxes.recount": {"found": 5} | WORDS,
        "petitions.register": PETITION | {"petitioned_on": today, "ref": f"XF{next(SERIAL):06}"},
        "petitions.found": excerpt | {k: CALLED[k] for k in MAILED},
        "petitions.accept": {"acceptance": "受理", "told_on": today},
        "petitions.conclude": {"conclusion": "支持诉求", "concluded_on": today},
        "mails.to_tip": excerpt | {k: CALLED[k] for k in MAILED},
        "mails.not_ours": {"receiver": "市住建局", "way": "机要", "handed_on": today} | WORDS,
        "mails.hand_sealed": SEALED | {"handed_on": today},
        "petitions.hand_sealed": SEALED | {"handed_on": today},
        "mails.spam": {"reason": "误发"},
        "mails.tell": {"way": "邮件", "told_on": today, "content": "未表态", "said": "已转住建局"},
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
        elif name == "rows":
            yield from _rows(values["lines"].splitlines(), value)
        elif isinstance(value, date):
            yield name, value.isoformat()[:16]
        elif value is True:
            yield name, "y"
        elif isinstance(value, tuple) and value and isinstance(value[0], Upload):
            yield name, [Page(u.name) for u in value]
        elif value not in (None, False, ()):
            yield name, list(value) if isinstance(value, tuple) else str(value)


def _rows(lines: list[str], made: Any) -> Iterator[tuple[str, str]]:
    """The table of decisions beside its lines."""
    for i, (line, row) in enumerate(zip(lines, made, strict=True)):
        cells = {
            "line": line, "what": row.title, "unit_id": row.unit_id, "officer_id": row.officer_id, "due_on": row.due_on,
        }  # fmt: skip
        yield from ((f"rows-{i}-{key}", str(said)) for key, said in cells.items() if said)


@dataclass(frozen=True)
class Page:
    """A scan as a form holds it, until it is sent."""

    name: str


def streams(data: Any) -> Any:
    """What is sent, with a new stream for each scan: a client closes those that it has read."""
    if not isinstance(data, dict):
        return data
    return {
        k: [(BytesIO(PNG), p.name) if isinstance(p, Page) else p for p in v] if isinstance(v, list) else v
        for k, v in data.items()
    }


class Stage:
    """Performs as people of the cast, each act in a session of its own."""

    def __init__(self, app: Flask) -> None:
        self.app, self.sequence = app, count(1)

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
        return self._then("office", TRIAGED[state], n)

    def later(self, state: str, **typed: Any) -> str:
        """A tip at its end, to which material came afterwards."""
        number = self.tip(state, **typed)
        self.do("operator", "intake.material", to=number)
        return number

    def _join(self, tip: str) -> str:
        self.do("office", "intake.join", tip, into=self.clue("checking"))
        return tip

    def sanction(self, login: str = "discipline", **typed: Any) -> str:
        """A decision of accountability, each with a document number of its own; the bureau head took part in it."""
        mark = f"安城管党〔2026〕{next(SERIAL)}号"
        own = {"document_no": mark, "deciders": (PERSON["bureau_head"],)}
        return self.do(login, "accountability.record", **(own | typed))

    def mail(self, verb: str | None, *, unreadable: bool = False) -> str:
        """A draft of the mailbox, and what became of it by this verb. `unreadable`: by the reader of those days."""
        self.mails = getattr(self, "mails", 0) + 1
        said = f"From: 李四海 <lisihai@example.cn>\r\nSubject: 南岭\r\n\r\n南岭沙场夜里偷倒渣土。第 {self.mails} 封".encode()
        with self.app.app_context():
            read = reading.Reading(unreadable="结构损坏") if unreadable else reading.read(said)
            assert polling.keep(("stage@example.cn/INBOX", 1, self.mails), said, read)
        number = self.newest("mails")
        return self._then("operator", f"mails.{verb}", number) if verb else number

    def box(self, found: int, **typed: Any) -> str:
        """A letter box, opened by two, with so many letters in it."""
        return self.do("operator", "boxes.open", found=found, **typed)

    def petition(self, verb: str | None = None, **typed: Any) -> str:
        """A petition, and what its reader made of it."""
        number = self.do("operator", "petitions.register", **typed)
        return self._then("operator", f"petitions.{verb}", number) if verb else number

    def matter(self) -> str:
        """An umbrella matter, which `discipline` alone sees."""
        self.do("operator", "intake.call", names_official="是")
        return self.newest("umbrella_matters")

    def goes_up(self) -> str:
        """A matter about the own leaders, to be handed up sealed by `discipline2`: the desk's clerk is the head."""
        self.do("office", "intake.mark", self.tip("triage"), own_leaders="是")
        return self.newest("umbrella_matters")

    def meeting(self, *rows: Make, **typed: Any) -> str:
        """A meeting, which officer and unit_head attended and from which officer2 was on leave."""
        there = {"present": (PERSON["officer"], PERSON["unit_head"]), "on_leave": (PERSON["officer2"],)}
        made = {"rows": rows} if rows else {}
        return self.do("office", "meetings.log", **({"sequence": next(self.sequence)} | there | made | typed))

    def decision(self, state: str, unit: str = "a", officer: str = "officer", *, lasts: bool = False) -> str:
        """A decision of this unit and person, brought by its people to a state of the register."""
        day = clock.today() + timedelta(30)
        days = (None, day) if lasts or state == "standing" else (day, None)
        self.meeting(Make("写出方案", UNIT[unit], PERSON[officer], *days))
        n = self.newest("decisions")
        if state == "given":
            return n
        if state == "disputed":
            return self._then(officer, "decisions.dispute", n)
        self.do(officer, "decisions.accept", n)
        if state in ("working", "standing"):
            return n
        self.do(officer, "decisions.finish", n)
        return n if state == "finished" else self._then("office", "decisions.verify", n)

    def minutes(self, state: str, *units: str, of: str | None = None, **typed: Any) -> str:
        """Drafted by `office`, checked by `office2`, signed by the deputy_head, issued by `office` to these units."""
        to = {"unit_ids": tuple(UNIT[unit] for unit in units)} if units else {}
        n = self.do("office", "minutes.draft", of or self.meeting(), **(to | typed))
        if state == "returned":
            return self._then("office2", "minutes.return", n)
        way = (("drafted", "", ""), ("checked", "office2", "minutes.check"), ("signed", "deputy_head", "minutes.sign"),
               ("issued", "office", "minutes.issue"))  # fmt: skip
        for reached, login, verb in way:
            if verb:
                self.do(login, verb, n)
            if reached == state:
                break
        return n

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

    def party(self, matter: str, n: int = 0) -> str:
        """The number of the n-th party that a matter mentions."""
        with self.session() as session:
            m, p = db.metadata.tables["mentions"], db.metadata.tables["parties"]
            own = p.select().with_only_columns(p.c.number).join(m, m.c.party_id == p.c.id).order_by(m.c.id)
            return str(session.core(own.where(m.c.number == matter)).scalars().all()[n])

    def merge(self, one: str, other: str, **typed: Any) -> str:
        """Two parties are said to be one; gives the number of the merge."""
        self.do("office", "merges.make", one, other=other, **typed)
        return self.newest("party_merges")

    def newest(self, table: str) -> str:
        """The number of the row that was written last, whoever may see it."""
        with self.session() as session:
            t = db.metadata.tables[table]
            number: str = session.core(t.select().with_only_columns(t.c.number).order_by(t.c.id.desc())).scalar()
            return number
