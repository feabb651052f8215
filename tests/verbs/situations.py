"""One row in each state of each register: what is told of it, and how the stage makes it."""

from __future__ import annotations

from sqlalchemy import select

from portal.core import clock
from portal.extensions import db
from tests.verbs.stage import PERSON, UNIT, Stage
from tests.verbs.table import Situation

Row = Situation
CLOSED = frozenset({
    "已办结", "已归档", "已回复", "已立线索", "已并入", "不予受理", "已调整承办", "已确认", "本人否认", "已启封", "未同意",
    "已转送", "已转化解", "已签收", "已化解", "转信访程序", "已生效", "影响期满", "已撤销", "已变更", "已作废", "已印发", "已转举报", "已置垃圾",
    "已了结", "已密封移交", "有回执", "已送上级", "已认定回避", "不属回避",
})  # fmt: skip
TELLS = frozenset({("operator", "intake.tell")})
ACCEPT, FINISH, VERIFY = "decisions.accept", "decisions.finish", "decisions.verify"
CLERK = frozenset({"discipline"})
OPENED = frozenset({"operator", "office"})
AKK, CONCLUDE, SIGN = "clues.acknowledge", "clues.conclude", "clues.sign"
SETTLE = "settlements.settle"


HANDLE = frozenset({"discipline", "personnel"})
ON_IT = HANDLE | {"officer2", "bureau_head"}


MAILS = {
    "待处理": None,
    "已转举报": "to_tip",
    "已转送": "not_ours",
    "已密封移交": "hand_sealed",
    "已置垃圾": "spam",
}  # how each came there


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
    Row("intake", "办结后有材料", "不予受理", "office", holds=TELLS | {("office", "intake.look")}),
    Row("intake", "已调整承办", "已调整承办", "office"),
    Row("intake", "已转送", "已转送", "office", holds=TELLS),
    Row("intake", "已转化解", "已转化解", "office", holds=TELLS),
    Row("transfers", "待送出", "待送出", "office"),
    Row("transfers", "待回执", "待回执", "office"),
    Row("transfers", "已签收", "已签收", "office"),
    Row("transfers", "已调整承办", "已调整承办", "office"),
    Row("settlements", "化解中", "化解中", "a", SETTLE, _held("officer", SETTLE)),
    Row("settlements", "下级化解中", "化解中", "a1", SETTLE, _held("below", SETTLE)),
    Row("settlements", "待回访", "待回访", "a"),
    Row("settlements", "已化解", "已化解", "a"),
    Row("settlements", "转信访程序", "转信访程序", "a"),
    Row("settlements", "已调整承办", "已调整承办", "office"),
    Row("openings", "待主任同意", "待主任同意", "office", "openings.second", proposer="office"),
    Row("openings", "待分管领导同意", "待分管领导同意", "office", "openings.consent", proposer="office"),
    Row("openings", "已启封", "已启封", "office", proposer="office"),
    Row("openings", "未同意", "未同意", "office", proposer="office"),
    Row("openings", "已调整承办", "已调整承办", "office", proposer="office"),
    Row("mails", "待处理", "待处理", "office"),
    Row("mails", "无法解析", "无法解析", "office"),
    Row("mails", "已转举报", "已转举报", "office"),
    Row("mails", "已转送", "已转送", "office", holds=frozenset({("operator", "mails.tell")})),
    Row("mails", "已密封移交", "已转送", "office"),
    Row("mails", "已置垃圾", "已置垃圾", "office"),
    Row("boxes", "待登记", "待登记", "office", self_=OPENED),
    Row("boxes", "已登记完", "已登记完", "office", self_=OPENED),
    Row("boxes", "另二人开的", "待登记", "office", self_=frozenset({"office_head", "officer"})),
    Row("petitions", "待甄别", "待甄别", "office"),
    Row("petitions", "有线索", "有线索", "office"),
    Row("petitions", "无线索", "无线索", "office"),
    Row("petitions", "已密封移交", "已密封移交", "office"),
    Row("signings", "待主任确认", "待本人确认", self_=frozenset({"office_head"})),
    Row("signings", "待科长确认", "待本人确认", self_=frozenset({"unit_head"})),
    Row("signings", "已确认", "已确认", self_=frozenset({"office_head"})),
    Row("signings", "本人否认", "本人否认", self_=frozenset({"office_head"})),
    Row("accountability", "个人影响期内", "影响期内", self_=ON_IT, handlers=HANDLE, about="officer2"),
    Row("accountability", "单位影响期内", "影响期内", ordinary=True),
    Row("accountability", "单位已生效", "已生效", ordinary=True),
    Row("accountability", "个人通报", "已生效", self_=ON_IT, handlers=HANDLE, about="officer2"),
    Row("accountability", "表扬纪检", "已生效", ordinary=True, about="discipline2"),
    Row("accountability", "个人影响期满", "影响期满", self_=ON_IT, handlers=HANDLE, about="officer2"),
    Row("accountability", "已撤销", "已撤销", ordinary=True),
    Row("accountability", "个人已变更", "已变更", self_=ON_IT, handlers=HANDLE, about="officer2"),
    Row("accountability", "个人已作废", "已作废", self_=ON_IT - {"officer2"}, handlers=HANDLE, about="officer2"),
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
    Row("parties", "线索里的", ""),
    Row("parties", "下级线索里的", "", "a1"),
    Row("parties", "举报里的", "", "office"),
    Row("merges", "并着的", ""),
    Row("merges", "下级并着的", "", "a1"),
    Row("merges", "拆开的", "", done=True),
    Row("umbrella", "待呈批", "待呈批", self_=CLERK),
    Row("umbrella", "待移交", "待移交", self_=CLERK),
    Row("umbrella", "待回执", "待回执", self_=CLERK),
    Row("umbrella", "等对方处置", "等对方处置", self_=frozenset({"discipline", "discipline2"})),
    Row("umbrella", "处置中", "处置中", self_=CLERK),
    Row("umbrella", "待澄清和反馈", "待澄清和反馈", self_=CLERK),
    Row("umbrella", "已了结", "已了结", self_=CLERK),
    Row("umbrella", "待密封移交", "待密封移交", self_=frozenset({"discipline2"})),
    Row("umbrella", "已密封移交", "已密封移交", self_=frozenset({"discipline2"})),
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
        "办结后有材料": s.later("declined"), "已调整承办": s.tip("moved"), "已转送": s.tip("forwarded"), "已转化解": s.tip("settling"),
    }  # fmt: skip
    mails = {name: s.mail(verb) for name, verb in MAILS.items()} | {"无法解析": s.mail(None, unreadable=True)}
    gone = s.newest("referrals")
    s.do("office", "clues.mark", clues["已调整承办"])
    return {
        "clues": clues, "intake": tips, "mails": mails, "signings": _signings(s), "umbrella": _matters(s),
        "sealed": _slips(s), "recusals": _asides(s),
        "openings": _openings(s, tips["已立线索"]), "transfers": _transfers(s), "settlements": _settlements(s),
        "accountability": _sanctions(s), "referrals": {"办理中": open_, "已回复": answered, "已调整承办": gone},
        "meetings": {"有人出席": s.meeting(), "已拟纪要": _drafted(s)}, "decisions": _decisions(s),
        "minutes": _minutes(s), "boxes": {
            "待登记": s.box(2), "已登记完": s.box(0),
            "另二人开的": s.box(2, opener_id=PERSON["office_head"], second_id=PERSON["officer"]),
        },
        "petitions": {
            "待甄别": s.petition(), "有线索": s.petition("found"), "无线索": s.petition("nothing"),
            "已密封移交": s.petition("hand_sealed"),
        },
        **_parties(s),
    }  # fmt: skip


def _parties(s: Stage) -> dict[str, dict[str, str]]:
    """Plates, each in one matter alone."""
    plates = [f"安B{n:05d}" for n in range(7)]
    own = [s.party(s.clue("checking", parties=(("车牌", p, ""),))) for p in plates[:4]]
    below = [s.party(s.clue("checking", "a1", "below", parties=(("车牌", p, ""),))) for p in plates[4:6]]
    called = s.party(s.tip("triage", parties=(("车牌", plates[6], ""),)))
    merges = {"拆开的": s.merge(own[2], own[3])}
    s.do("office", "merges.split", merges["拆开的"])
    merges |= {"并着的": s.merge(own[2], own[3]), "下级并着的": s.merge(*below)}
    parties = {"线索里的": own[0], "下级线索里的": below[0], "举报里的": called, "另一方": own[1]}
    return {"parties": parties, "merges": merges}


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


def _transfers(s: Stage) -> dict[str, str]:
    made = {}
    for name in ("待送出", "待回执", "已签收", "已调整承办"):
        tip = s.tip("forwarded")
        made[name] = n = s.newest("transfers")
        if name in ("待回执", "已签收"):
            s.do("office", "transfers.send", n)
        if name == "已签收":
            s.do("office", "transfers.sign", n)
        if name == "已调整承办":
            s.do("office", "intake.mark", tip)
    return made


def _settlements(s: Stage) -> dict[str, str]:
    made = {}
    for name in ("化解中", "下级化解中", "待回访", "已化解", "转信访程序", "已调整承办"):
        below = {"unit_id": UNIT["a1"], "officer_id": PERSON["below"]} if name == "下级化解中" else {}
        tip = s.tip("triage")
        s.do("office", "intake.settle", tip, **below)
        made[name] = n = s.newest("settlements")
        if name in ("待回访", "已化解"):
            s.do("officer", "settlements.settle", n)
        if name == "已化解":
            s.do("office", "settlements.call_back", n)
        if name == "转信访程序":
            s.do("office", "settlements.petition", n)
        if name == "已调整承办":
            s.do("office", "intake.mark", tip)
    return made


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
    made |= {"待密封移交": s.goes_up(), "已密封移交": s.goes_up()}
    s.do("discipline2", "umbrella.hand_sealed", made["已密封移交"])
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


def _sanctions(s: Stage) -> dict[str, str]:
    person, unit = (
        {"kind": "党的领导干部", "target": "周旁人"},
        {"kind": "单位", "target": "市容管理科", "measure": "通报"},
    )
    made = {
        "个人影响期内": s.sanction(**person), "单位影响期内": s.sanction(**unit, effect_to=clock.today()),
        "单位已生效": s.sanction(**unit), "个人通报": s.sanction(**person, measure="通报"),
        "表扬纪检": s.sanction(kind="其他工作人员", target="马纪检", measure="通报表扬"),
        "个人影响期满": s.sanction(**person), "已撤销": s.sanction(**unit), "个人已变更": s.sanction(**person),
        "个人已作废": s.sanction(**person),
    }  # fmt: skip
    s.do("personnel", "accountability.lift", made["个人影响期满"])
    s.do("discipline", "accountability.withdraw", made["已撤销"])
    s.do("discipline", "accountability.withdraw", made["个人已变更"], result="变更")
    s.do("discipline", "accountability.void", made["个人已作废"])
    return made


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
