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
        "已印发",
    }
)
TELLS = frozenset({("operator", "intake.tell")})
ACCEPT, FINISH, VERIFY = "decisions.accept", "decisions.finish", "decisions.verify"
AKK, CONCLUDE, SIGN = "clues.acknowledge", "clues.conclude", "clues.sign"


def _held(login: str, verb: str) -> frozenset[tuple[str, str]]:
    return frozenset({(login, verb)})


def _receipts(*logins: str) -> frozenset[tuple[str, str]]:
    return frozenset((login, "minutes.receive") for login in logins)


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
    Row("signings", "待主任确认", "待本人确认", self_=frozenset({"office_head"})),
    Row("signings", "待科长确认", "待本人确认", self_=frozenset({"unit_head"})),
    Row("signings", "已确认", "已确认", self_=frozenset({"office_head"})),
    Row("signings", "本人否认", "本人否认", self_=frozenset({"office_head"})),
    Row("umbrella", "待移交", "待移交", self_=frozenset({"discipline"})),
    Row("umbrella", "已移交", "已移交", self_=frozenset({"discipline"})),
    Row("meetings", "有人出席", "", "office", self_=frozenset({"officer", "unit_head"})),
    Row(
        "meetings",
        "已拟纪要",
        "",
        "office",
        self_=frozenset({"officer", "unit_head"}),
        done=True,
    ),
    Row("decisions", "待接受", "待接受", "a", ACCEPT, _held("officer", ACCEPT)),
    Row("decisions", "下级待接受", "待接受", "a1", ACCEPT, _held("below", ACCEPT)),
    Row("decisions", "答复后待接受", "待接受", "a", ACCEPT, _held("officer", ACCEPT), argued=True),
    Row("decisions", "有异议", "有异议", "a", "decisions.answer", _held("office", "decisions.answer"), argued=True),
    Row("decisions", "办理中", "办理中", "a", FINISH, _held("officer", FINISH)),
    Row("decisions", "局领导办理中", "办理中", "leaders", FINISH, _held("deputy_head", FINISH)),
    Row("decisions", "长期办理", "长期办理", "a", "decisions.review", _held("officer", "decisions.review")),
    Row("decisions", "待核实", "待核实", "a", VERIFY, _held("office", VERIFY), proposer="officer"),
    Row("decisions", "扫黑办待核实", "待核实", "office", VERIFY, _held("office_head", VERIFY), proposer="office"),
    Row("decisions", "已办结", "已办结", "a", proposer="officer"),
    Row("minutes", "待核稿", "待核稿", "office", proposer="office"),
    Row("minutes", "改过的待核稿", "待核稿", "office", proposer="office2"),
    Row("minutes", "退回修改", "退回修改", "office", proposer="office"),
    Row("minutes", "待签发", "待签发", "office", proposer="office"),
    Row("minutes", "待印发", "待印发", "office", proposer="office"),
    Row("minutes", "已印发", "已印发", "office", holds=_receipts("unit_head", "office_head"), to=("a", "office")),
    Row("minutes", "发另一单位", "已印发", "office", holds=_receipts("unit_head2"), to=("b",)),
    Row("minutes", "发下级", "已印发", "office", holds=_receipts("unit_head"), to=("a1",)),
    Row("minutes", "发局领导", "已印发", "office", holds=_receipts("bureau_head"), to=("leaders",)),
    Row("minutes", "已签收并更正", "已印发", "office", to=("a",), done=True),
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
    handed = s.matter()
    s.do("discipline", "umbrella.hand_over", handed)
    return {
        "clues": clues, "intake": tips, "signings": _signings(s), "umbrella": {"待移交": s.matter(), "已移交": handed},
        "referrals": {"办理中": s.newest("referrals"), "已回复": answered},
        "meetings": {"有人出席": s.meeting(), "已拟纪要": _drafted(s)}, "decisions": _decisions(s),
        "minutes": _minutes(s),
    }  # fmt: skip


def _drafted(s: Stage) -> str:
    meeting = s.meeting()
    s.do("office", "minutes.draft", meeting)
    return meeting


def _minutes(s: Stage) -> dict[str, str]:
    revised, corrected = s.minutes("drafted"), s.minutes("issued", "a")
    s.do("office2", "minutes.revise", revised)
    s.do("unit_head", "minutes.receive", corrected)
    s.do("office", "minutes.correct", corrected)
    return {
        "待核稿": s.minutes("drafted"), "改过的待核稿": revised, "退回修改": s.minutes("returned"),
        "待签发": s.minutes("checked"), "待印发": s.minutes("signed"), "已印发": s.minutes("issued", "a", "office"),
        "发另一单位": s.minutes("issued", "b"), "发下级": s.minutes("issued", "a1"),
        "发局领导": s.minutes("issued", "leaders"), "已签收并更正": corrected,
    }  # fmt: skip


def _decisions(s: Stage) -> dict[str, str]:
    answered = s.decision("disputed")
    s.do("office", "decisions.answer", answered)
    return {
        "待接受": s.decision("given"), "下级待接受": s.decision("given", "a1", "below"), "答复后待接受": answered,
        "有异议": s.decision("disputed"), "办理中": s.decision("working"),
        "局领导办理中": s.decision("working", "leaders", "deputy_head"), "长期办理": s.decision("standing"),
        "待核实": s.decision("finished"), "扫黑办待核实": s.decision("finished", "office", "office"),
        "已办结": s.decision("closed"),
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
