"""One row in each state of each register: what is told of it, and how the stage makes it."""

from __future__ import annotations

from sqlalchemy import select

from portal.extensions import db
from tests.verbs.stage import PERSON, Stage
from tests.verbs.table import Situation

Row = Situation
CLOSED = frozenset({
    "已办结", "已归档", "已回复", "已立线索", "已并入", "不予受理", "已调整承办", "已确认", "本人否认", "已启封", "未同意",
    "已了结", "有回执", "已送上级", "已认定回避", "不属回避",
})  # fmt: skip
TELLS = frozenset({("operator", "intake.tell")})
CLERK = frozenset({"discipline"})
AKK, CONCLUDE, SIGN = "clues.acknowledge", "clues.conclude", "clues.sign"


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
    Row("clues", "已调整承办", "已调整承办", "office"),
    Row("referrals", "办理中", "办理中", "a", "referrals.answer"),
    Row("referrals", "已回复", "已回复", "a"),
    Row("referrals", "已调整承办", "已调整承办", "office"),
    Row("intake", "未完整", "未完整", "office", holds=TELLS),
    Row("intake", "待摘录", "待摘录", "office", holds=TELLS),
    Row("intake", "待研判", "待研判", "office", holds=TELLS),
    Row("intake", "匿名待研判", "待研判", "office"),
    Row("intake", "已立线索", "已立线索", "office", holds=TELLS),
    Row("intake", "已并入", "已并入", "office", holds=TELLS),
    Row("intake", "不予受理", "不予受理", "office", holds=TELLS),
    Row("intake", "已调整承办", "已调整承办", "office"),
    Row("openings", "待主任同意", "待主任同意", "office", "openings.second", proposer="office"),
    Row("openings", "待分管领导同意", "待分管领导同意", "office", "openings.consent", proposer="office"),
    Row("openings", "已启封", "已启封", "office", proposer="office"),
    Row("openings", "未同意", "未同意", "office", proposer="office"),
    Row("openings", "已调整承办", "已调整承办", "office", proposer="office"),
    Row("signings", "待主任确认", "待本人确认", self_=frozenset({"office_head"})),
    Row("signings", "待科长确认", "待本人确认", self_=frozenset({"unit_head"})),
    Row("signings", "已确认", "已确认", self_=frozenset({"office_head"})),
    Row("signings", "本人否认", "本人否认", self_=frozenset({"office_head"})),
    Row("umbrella", "待呈批", "待呈批", self_=CLERK),
    Row("umbrella", "待移交", "待移交", self_=CLERK),
    Row("umbrella", "待回执", "待回执", self_=CLERK),
    Row("umbrella", "等对方处置", "等对方处置", self_=frozenset({"discipline", "discipline2"})),
    Row("umbrella", "处置中", "处置中", self_=CLERK),
    Row("umbrella", "待澄清和反馈", "待澄清和反馈", self_=CLERK),
    Row("umbrella", "已了结", "已了结", self_=CLERK),
    Row("sealed", "待回执", "待回执", self_=CLERK),
    Row("sealed", "有回执", "有回执", self_=CLERK),
    Row("sealed", "已送上级", "已送上级"),
    Row("recusals", "待认定", "待认定", self_=CLERK),
    Row("recusals", "已认定回避", "已认定回避", self_=CLERK),
    Row("recusals", "不属回避", "不属回避", self_=CLERK),
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
    open_ = s.newest("referrals")
    clues = {
        "拟办": s.clue("proposed"), "退回重拟": back, "待签收": s.clue("assigned"), "核查中": s.clue("checking"),
        "下级核查中": s.clue("checking", "a1", "below"), "待审签": to_sign, "待审核": s.clue("review"), "已移送": referred,
        "暂存": s.clue("held"), "待反馈举报人": s.clue("telling"), "重大待反馈举报人": s.clue("telling", level="重大"),
        "已办结": s.clue("closed"), "已归档": s.clue("filed"), "已调整承办": s.clue("referred"),
    }  # fmt: skip
    tips = {
        "未完整": s.tip("incomplete"), "待摘录": s.tip("excerpt"), "待研判": s.tip("triage"), "已立线索": s.tip("accepted"),
        "匿名待研判": s.tip("triage", naming="匿名", name="", phone=""), "已并入": s.tip("joined"), "不予受理": s.tip("declined"),
        "已调整承办": s.tip("moved"),
    }  # fmt: skip
    gone = s.newest("referrals")
    s.do("office", "clues.mark", clues["已调整承办"])
    return {
        "clues": clues, "intake": tips, "signings": _signings(s), "umbrella": _matters(s), "sealed": _slips(s),
        "recusals": _asides(s), "openings": _openings(s, tips["已立线索"]),
        "referrals": {"办理中": open_, "已回复": answered, "已调整承办": gone},
    }  # fmt: skip


def _matters(s: Stage) -> dict[str, str]:
    """One in each state; 处置中 while the desk has the competence for a moment."""
    way = ("umbrella.submit", "umbrella.hand_over", "umbrella.receipt_in")
    made = {}
    for many, name in enumerate(("待呈批", "待移交", "待回执", "等对方处置")):
        made[name] = s.matter()
        for verb in way[:many]:
            s.do("discipline", verb, made[name])
    s.do("discipline", "umbrella.name_also", made["等对方处置"], person_id=PERSON["discipline2"])
    for name in ("待澄清和反馈", "已了结"):
        made[name] = s.matter()
        s.do("discipline", "umbrella.hand_over", made[name])
        s.do("discipline", "umbrella.report", made[name], disposition="予以了结")
    s.do("discipline", "umbrella.close", made["已了结"])
    made["处置中"] = s.matter()
    with s.competence():
        s.do("discipline", "umbrella.dispose", made["处置中"])
    return made


def _slips(s: Stage) -> dict[str, str]:
    made = {"待回执": s.do("operator", "sealed.send"), "有回执": s.do("office", "sealed.send")}
    s.do("discipline", "sealed.answer", made["有回执"])
    return made | {"已送上级": s.do("operator", "sealed.send", receiver="上级纪检监察机关")}


def _asides(s: Stage) -> dict[str, str]:
    made = {}
    for name, verb in (("待认定", ""), ("已认定回避", "recusals.uphold"), ("不属回避", "recusals.lift")):
        s.do("office", "clues.register", parties=(("人员", "马纪检", "纪检组"),))
        made[name] = s.newest("umbrella_asides")
        if verb:
            s.do("discipline", verb, made[name])
    return made


def _openings(s: Stage, tip: str) -> dict[str, str]:
    made = {}
    for name in ("待主任同意", "待分管领导同意", "已启封", "未同意"):
        s.do("office", "openings.ask", tip)
        made[name] = n = s.newest("openings")
        if name in ("待分管领导同意", "已启封"):
            s.do("office_head", "openings.second", n)
        if name == "已启封":
            s.do("deputy_head", "openings.consent", n)
        if name == "未同意":
            s.do("office_head", "openings.refuse", n)
    gone = s.tip("triage")
    s.do("office", "openings.ask", gone)
    made["已调整承办"] = s.newest("openings")
    s.do("office", "intake.mark", gone)
    return made


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
