"""Tips that end elsewhere than in a clue: sent to another body, settled as a dispute; and what two leaders opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from ..clues.forms import Words
from ..core import clock
from ..extensions import db
from ..intake.forms import Excerpt, HandOn, Settle, Tell
from ..intake.models import Tip, TipState
from ..intake.opening.forms import Ask
from ..intake.opening.models import Opening
from ..intake.settlements.forms import CallBack, Petition, Report
from ..intake.settlements.forms import Settle as Settled
from ..intake.settlements.models import Settlement
from ..intake.transfers.forms import Send, Sign
from ..intake.transfers.models import Transfer
from . import calls
from .performing import Hand, do

Step = tuple[float, str, Any]  # days after triage, verb, what it is given; a date in it is of its own day
Parties = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Told:
    """A call, so many days ago, and what came of it."""

    ago: float
    title: str
    narrative: str
    place: str
    field: str
    parties: Parties = ()


@dataclass(frozen=True)
class Sent(Told):
    """For another body. `after`: days until it was sent and until its receipt came, as far as they did."""

    body: str = ""
    name: str = ""
    grounds: str = ""
    way: str = "机要"
    after: Sequence[float] = ()


@dataclass(frozen=True)
class Dispute(Told):
    """Settled by a unit. `ends`: settled, waits, again, petition, or open."""

    unit: str = "streets"
    claim: str = ""
    way: str = "调解"
    steps: tuple[str, ...] = field(default=())
    result: str = ""
    ends: str = "open"


SENT = (
    Sent(88, "物业擅自断水逼交停车费", "小区物业换锁断水，逼业主一次交清三年停车费，去办公室问还被几个人围住推搡。", "金水湾小区",
         "其他", (("单位", "金水湾物业服务处", ""),), "公安机关", "安澜市公安局柳林派出所", "推搡、断水逼费涉嫌违反治安管理规定，属公安机关管辖。",
         "直接送达", (1, 5)),
    Sent(51, "新建楼房外墙瓷砖脱落", "去年交付的楼外墙瓷砖成片往下掉，砸坏两辆车，开发商说过了保修期。", "望江府二期", "其他", (),
         "其他行政机关", "安澜市住房和城乡建设局", "房屋质量监管属住房和城乡建设部门职责。", "政务内网", (1, 3)),
    Sent(26, "工地拖欠二十余名工人工钱", "在物流园工地干了四个月，二十多人的工钱没结，包工头电话不接。", "城北物流园三号地块", "其他",
         (("单位", "安澜立新劳务有限公司", ""),), "其他行政机关", "安澜市人力资源和社会保障局", "欠薪案件由劳动保障监察机构处理。", "政务内网", (2,)),
    Sent(9, "对房屋征收补偿数额不服", "老街改造按老面积算补偿，邻居家按新测的算，找过街道两次没有结果。", "南门老街", "其他", (),
         "信访部门", "安澜市信访局", "属征收补偿争议，来电人要求走信访渠道。", "机要", (1,)),
    Sent(1.6, "河道里夜间用泵船抽沙", "夜里十一点以后有泵船在青河抽沙，岸边停着三四辆车，有人拿手电拦路。", "青河大桥下游", "其他",
         (("车牌", "安C·30K77", ""),), "其他行政机关", "安澜市水务局", "河道采砂由水行政主管部门监管。"),
)  # fmt: skip
DISPUTES = (
    Dispute(96, "夜市油烟熏到楼上住户", "楼下夜市烧烤摊的油烟直冲卧室，晚上十二点还在炒，找摊主说过几次，差点吵起来。", "柳桥街北段", "市容管理",
            (("单位", "柳桥街夜市管理处", ""),), "streets", "要求烧烤摊装净化设施，十一点前收摊。", "调解",
            ("到现场看了油烟走向，与夜市管理处和六户摊主谈妥装净化器。",), "六户摊主装了净化器，移到路口一侧，二十三点收摊，住户同意。", "settled"),
    Dispute(72, "工地夜间连续浇筑吵得睡不着", "工地连着八天夜里浇混凝土，孩子要中考，打过电话只停了一晚。", "翠屏路安置房工地", "渣土运输",
            (("单位", "翠屏路安置房项目部", ""),), "haulage", "要求夜里不施工；确需连续浇筑的提前告知。", "协调",
            ("与项目部核对了夜间施工许可，要求重排工序。",), "项目部改为六时至二十二时施工，连续浇筑提前两天张贴告示。", "settled"),
    Dispute(47, "楼顶广告牌晃眼漏水", "对面楼顶的灯箱整夜亮着照进屋里，支架打孔的地方还往下漏水。", "建设路 88 号", "户外广告",
            (("单位", "建设路 88 号业主委员会", ""),), "adverts", "要求灯箱按时关闭，修好漏水的屋面。", "协调",
            ("业委会和广告公司当面谈了一次，对修屋面的钱谈不拢。", "再谈，广告公司只肯出一半。"),
            "双方对屋面维修费用各执一词，经三次协调未能一致，已说明可走信访程序或诉讼。", "petition"),
    Dispute(24, "流动摊贩堵住小区出口", "早市的流动摊把小区出口堵得只剩一条缝，前天急救车进不来。", "南岭新村东门", "市容管理", (), "squad2",
            "要求出口两侧十五米内不摆摊。", "协调", ("划了摆摊线，十九户摊主签了承诺。",), "出口两侧划出禁摆线，摊位移到菜场南侧空地。", "again"),
    Dispute(12, "渣土车把村道压坏没人修", "渣土车走村道两个月，路面压得全是坑，老人骑车摔了，运输公司说不是他们一家压的。", "青石村三组", "渣土运输",
            (("单位", "安澜远通渣土运输有限公司", ""), ("单位", "青石村村委会", "")), "haulage", "要求把压坏的八百米村道修好。", "调解",
            ("三家运输公司和村委会到场量了坏路，按车次分摊的办法谈妥。",), "三家公司按车次分摊，十二月十日前修好，村委会同意。", "waits"),
    Dispute(3.4, "占道施工围挡挡住店面", "店门口围挡围了一个多月没人施工，生意做不成，问了几次都说快了。", "解放路 152 号", "市容管理", (),
            "squad1", "要求围挡退让，留出店门口的通道。", "协调"),
)  # fmt: skip
OPENED = (  # (days ago, purpose, how it went)
    (34, "两次来电所述时间不一致，需核对原话中的日期，以确定应调取哪一天的监控。", "expired"),
    (11, "拟向来电人当面询问，请求查看联系方式。", "refused"),
    (0.004, "摘录中的车牌少一位，需对照原话核实，用于比对过磅记录。", "opened"),
    (0.3, "来电人称掌握转账凭证，需联系本人取得复印件。", "seconded"),
    (0.12, "需核对原话中提到的夜间倾倒地点，以安排现场查看。", "asked"),
)


def load(hand: Hand) -> None:
    """All of them; a step whose time has not come is not done."""
    for sent in SENT:
        _sent(hand, sent)
    for dispute in DISPUTES:
        _dispute(hand, dispute)
    _openings(hand)


def _triaged(hand: Hand, told: Told) -> tuple[str | None, datetime]:
    """Its number, waiting for triage, and the moment at which that decides."""
    at = clock.local(clock.now()) - timedelta(days=told.ago)
    at = _on(at.replace(hour=9, minute=12), 0) if told.ago > 1 else at
    operator = hand.by_login["operator"]
    typed = calls.call(told, unknown_party=not told.parties, naming="实名", wanted="电话", **_caller(told.title))
    tip = do(operator, "intake.call", typed, at=at)
    if tip is not None:
        do(operator, "intake.excerpt", Excerpt(told.title, told.narrative), tip, at + timedelta(minutes=9))
    return tip, at + timedelta(hours=5)


def _on(at: datetime, days: float) -> datetime:
    """So many days later, on a working day, and not to the minute."""
    then = at + timedelta(days=days, minutes=17 * days % 90)
    while not clock.is_working(then.date()):
        then += timedelta(days=1)
    return then


def _caller(title: str) -> dict[str, str]:
    """Another person for each; 154 is a range that is given to nobody's telephone."""
    n = sum(title.encode())
    return {"name": "邵曾温裴尹庄"[n % 6] + ("文秀", "国梁", "小兰")[n % 3], "phone": f"1540{n % 10_000:07}"}


def _told(hand: Hand, tip: str, at: datetime, words: str) -> None:
    then = _on(at, 2)
    do(hand.by_login["operator"], "intake.tell", Tell("电话", then.date(), "", "认可", words), tip, then)


def _sent(hand: Hand, told: Sent) -> None:
    tip, at = _triaged(hand, told)
    office = hand.by_login["office"]
    decided = HandOn("申诉求决", told.body, told.name, told.grounds)
    if tip is None or do(office, "intake.hand_on", decided, tip, at) is None:
        return
    _told(hand, tip, at, f"您反映的事项已转{told.name}办理，请等候该机关联系。")
    number = _newest(hand, Transfer)
    for days, verb in zip(told.after, ("transfers.send", "transfers.sign"), strict=False):
        then = _on(at, days)
        paper = f"安城管扫黑办转〔{then.year}〕{number[-2:]}号"
        given = Send(paper, told.way, then.date(), ()) if verb == "transfers.send" else Sign("收发室", then.date(), ())
        do(office, verb, given, number, then)


def _dispute(hand: Hand, told: Dispute) -> None:
    tip, at = _triaged(hand, told)
    office, officer = hand.by_login["office"], hand.officers[told.unit][0]
    if told.unit == "haulage":
        officer = hand.by_login["officer"]  # the account that is shown has some to its name
    due = (at + timedelta(days=30)).date()
    taken = Settle("申诉求决", told.claim, told.way, hand.units[told.unit], officer.id or 0, due)
    if tip is None or do(office, "intake.settle", taken, tip, at) is None:
        return
    _told(hand, tip, at, f"您反映的事项由本局组织{told.way}，承办人会与您联系。")
    number = _newest(hand, Settlement)
    for n, words in enumerate(told.steps, 1):
        do(officer, "settlements.report", Report(words, ()), number, _on(at, 3 * n))
    if told.ends == "open":
        return
    done, asked = _on(at, 8), _on(at, 11)
    if told.ends == "petition":
        do(office, "settlements.petition", Petition(told.result), number, _on(at, 14))
        return
    do(officer, "settlements.settle", Settled(told.result, done.date(), ()), number, done)
    if told.ends == "again":
        do(office, "settlements.send_back", Words("当事人反映三天后又摆了回来，请继续化解。"), number, asked)
        do(officer, "settlements.report", Report("已与菜场商定周末加派人员，继续劝导。", ()), number, _on(at, 15))
    elif told.ends == "settled":
        back = CallBack("满意", asked.date(), "电话回访，当事人认可处理结果。")
        do(office, "settlements.call_back", back, number, asked)


def _openings(hand: Hand) -> None:
    """Of tips that became clues: the older the question, the older the tip."""
    office, head, deputy = (hand.by_login[login] for login in ("office", "office_head", "deputy_head"))
    db.session.remove()
    session = db.session()
    session.actor = office
    became = select(Tip.number).where(Tip.state == TipState.ACCEPTED, Tip.naming != "匿名").order_by(Tip.created_at)
    tips = list(session.rows(became).scalars())
    chosen = [tips[len(tips) * n // len(OPENED)] for n in range(len(OPENED))] if len(tips) >= len(OPENED) else []
    for (ago, purpose, how), tip in zip(OPENED, chosen, strict=False):
        at = clock.local(clock.now()) - timedelta(days=ago)
        if do(office, "openings.ask", Ask(purpose), tip, at) is None:
            continue
        number, minutes = _newest(hand, Opening), timedelta(minutes=1)
        if how == "refused":
            do(
                head,
                "openings.refuse",
                Words("当面询问可由原受理员按约定方式联系，不必启封。"),
                number,
                at + 90 * minutes,
            )
        if how in ("expired", "opened", "seconded"):
            do(head, "openings.second", None, number, at + 2 * minutes)
        if how in ("expired", "opened"):
            do(deputy, "openings.consent", None, number, at + 4 * minutes)


def _newest(hand: Hand, kind: Any) -> str:
    db.session.remove()
    session = db.session()
    session.actor = hand.by_login["office"]
    number: str = session.scalar(select(kind.number).order_by(kind.id.desc()).limit(1))
    db.session.remove()
    return number
