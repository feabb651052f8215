"""One row in each state of each register: what is told of it, and how the stage makes it."""

from __future__ import annotations

from sqlalchemy import select

from portal.extensions import db
from tests.verbs.stage import Stage
from tests.verbs.table import Situation

Row = Situation
CLOSED = frozenset(
    {
        "已办结",
        "已归档",
        "已回复",
        "已立线索",
        "已并入",
        "不予受理",
        "已调整承办",
        "已确认",
        "本人否认",
        "已移交",
        "已转举报",
        "已转送",
        "已置垃圾",
    }
)
TELLS = frozenset({("operator", "intake.tell")})
AKK, CONCLUDE, SIGN = "clues.acknowledge", "clues.conclude", "clues.sign"


MAILS = {
    "待处理": None,
    "已转举报": "to_tip",
    "已转送": "not_ours",
    "已密封移交": "hand_sealed",
    "已置垃圾": "spam",
}  # how each came there


def _held(login: str, verb: str) -> frozenset[tuple[str, str]]:
    return frozenset({(login, verb)})


SITUATIONS = (
    Row("clues", "拟办", "待研判", "office", "clues.assign", proposer="office"),
    Row("clues", "退回重拟", "待研判", "office", "clues.propose", proposer="office"),
    Row("clues", "待签收", "待签收", "a", AKK, _held("officer", AKK), proposer="office"),
    Row("clues", "核查中", "核查中", "a", CONCLUDE, _held("officer", CONCLUDE), proposer="office"),
    Row("clues", "下级核查中", "核查中", "a1", CONCLUDE, _held("below", CONCLUDE), proposer="office"),
    Row("clues", "待审签", "核查中", "a", SIGN, _held("unit_head", SIGN), proposer="officer"),
    Row("clues", "待审核", "待审核", "a", "clues.pass", proposer="officer"),
    Row("clues", "已移送", "已移送待反馈", "a", proposer="office"),
    Row("clues", "暂存", "暂存", "a", "clues.wake", proposer="office"),
    Row("clues", "待反馈举报人", "待反馈举报人", "a", "clues.close", proposer="officer"),
    Row("clues", "重大待反馈举报人", "待反馈举报人", "a", "clues.close", proposer="officer", level="重大"),
    Row("clues", "已办结", "已办结", "a", proposer="officer"),
    Row("clues", "已归档", "已归档", "a", proposer="officer"),
    Row("referrals", "办理中", "办理中", "a", "referrals.answer"),
    Row("referrals", "已回复", "已回复", "a"),
    Row("intake", "未完整", "未完整", "office", holds=TELLS),
    Row("intake", "待摘录", "待摘录", "office", holds=TELLS),
    Row("intake", "待研判", "待研判", "office", holds=TELLS),
    Row("intake", "匿名待研判", "待研判", "office"),
    Row("intake", "已立线索", "已立线索", "office", holds=TELLS),
    Row("intake", "已并入", "已并入", "office", holds=TELLS),
    Row("intake", "不予受理", "不予受理", "office", holds=TELLS),
    Row("intake", "已调整承办", "已调整承办", "office"),
    Row("mails", "待处理", "待处理", "office"),
    Row("mails", "无法解析", "无法解析", "office"),
    Row("mails", "已转举报", "已转举报", "office"),
    Row("mails", "已转送", "已转送", "office", holds=frozenset({("operator", "mails.tell")})),
    Row("mails", "已密封移交", "已转送", "office"),
    Row("mails", "已置垃圾", "已置垃圾", "office"),
    Row("signings", "待主任确认", "待本人确认", self_=frozenset({"office_head"})),
    Row("signings", "待科长确认", "待本人确认", self_=frozenset({"unit_head"})),
    Row("signings", "已确认", "已确认", self_=frozenset({"office_head"})),
    Row("signings", "本人否认", "本人否认", self_=frozenset({"office_head"})),
    Row("umbrella", "待移交", "待移交", self_=frozenset({"discipline"})),
    Row("umbrella", "已移交", "已移交", self_=frozenset({"discipline"})),
)


def make(stage_: Stage) -> dict[str, dict[str, str]]:
    """Register → situation → number."""
    s = stage_
    back, to_sign = s.clue("proposed"), s.clue("checking")
    s.do("office_head", "clues.return", back)
    s.do("officer", "clues.conclude", to_sign)
    referred = s.clue("referred")
    answered = s.newest("referrals")
    s.do("office", "referrals.answer", answered)
    s.do("office", "referrals.send", _clue_of(s, answered))
    clues = {
        "拟办": s.clue("proposed"), "退回重拟": back, "待签收": s.clue("assigned"), "核查中": s.clue("checking"),
        "下级核查中": s.clue("checking", "a1", "below"), "待审签": to_sign, "待审核": s.clue("review"), "已移送": referred,
        "暂存": s.clue("held"), "待反馈举报人": s.clue("telling"), "重大待反馈举报人": s.clue("telling", level="重大"),
        "已办结": s.clue("closed"), "已归档": s.clue("filed"),
    }  # fmt: skip
    tips = {
        "未完整": s.tip("incomplete"), "待摘录": s.tip("excerpt"), "待研判": s.tip("triage"), "已立线索": s.tip("accepted"),
        "匿名待研判": s.tip("triage", naming="匿名", name="", phone=""), "已并入": s.tip("joined"), "不予受理": s.tip("declined"),
        "已调整承办": s.tip("moved"),
    }  # fmt: skip
    mails = {name: s.mail(verb) for name, verb in MAILS.items()} | {"无法解析": s.mail(None, unreadable=True)}
    handed = s.matter()
    s.do("discipline", "umbrella.hand_over", handed)
    return {
        "clues": clues, "intake": tips, "mails": mails, "signings": _signings(s), "umbrella": {"待移交": s.matter(), "已移交": handed},
        "referrals": {"办理中": s.newest("referrals"), "已回复": answered},
    }  # fmt: skip


def _clue_of(s: Stage, referral: str) -> str:
    with s.session() as session:
        r, c = db.metadata.tables["referrals"], db.metadata.tables["clues"]
        found: str = session.core(
            select(c.c.number).join(r, r.c.clue_id == c.c.id).where(r.c.number == referral)
        ).scalar()
        return found


def _signings(s: Stage) -> dict[str, str]:
    made = {}
    for name in ("待主任确认", "已确认", "本人否认"):
        s.on_paper("office2", "clues.assign", s.clue("proposed"), "office_head")
        made[name] = s.newest("signings")
    s.do("office_head", "signings.confirm", made["已确认"])
    s.do("office_head", "signings.deny", made["本人否认"])
    concluded = s.clue("checking")
    s.do("officer", "clues.conclude", concluded)
    s.on_paper("office", "clues.sign", concluded, "unit_head")
    return made | {"待科长确认": s.newest("signings")}
