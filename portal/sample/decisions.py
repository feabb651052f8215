"""Accountability of the sample bureau over eighteen months: units, a few persons, praise. All of it is invented."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from ..accountability.forms import Execute, Lift, Record, Withdraw
from ..core import clock
from ..core.actor import Actor
from ..core.files import Upload

Do = Callable[..., str | None]
BUREAU, PARTY, GROUP = "安澜市城市管理局", "安澜市城市管理局党组", "派驻城市管理局纪检监察组"
PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
UNIT, PARTY_BODY, CADRE, STAFF, PRAISE = "单位", "党组织", "党的领导干部", "其他工作人员", "通报表扬"


@dataclass(frozen=True)
class Told:
    """A decision: how many days ago, by whom, its number within the year, and about whom."""

    ago: int
    by: str
    organ: str
    mark: str
    serial: int
    kind: str
    target: str
    measure: str
    cause: str
    ground: str = ""


TOLD = (
    Told(538, "discipline", BUREAU, "安城管", 27, UNIT, "城市管理综合执法支队一中队", "通报",
         "夜间渣土巡查连续三周没有记录，群众两次举报后才到场。", "局督查工作责任追究办法第七条第（一）项"),
    Told(486, "personnel", BUREAU, "安城管", 41, UNIT, "建筑渣土管理科", PRAISE,
         "牵头查处南岭沙场强拉强倒问题，线索按期办结，群众回访认可。"),
    Told(431, "discipline", PARTY, "安城管党", 19, PARTY_BODY, "城市管理综合执法支队党支部", "检查",
         "对中队长期不履行巡查职责失察，责令作出书面检查并整改。", "问责条例第七条第（五）项、第八条"),
    Told(402, "discipline", GROUP, "安纪驻城管", 6, STAFF, "侯建波", "政务警告",
         "消纳场进场车辆登记不实，放行未核验车辆。", "政务处分法第三十九条第（二）项"),
    Told(333, "personnel", BUREAU, "安城管", 58, UNIT, "城市管理综合执法支队二中队", "通报",
         "督办事项逾期十一个工作日，期间未说明原因。", "局督查工作责任追究办法第九条第（二）项"),
    Told(297, "personnel", BUREAU, "安城管", 66, STAFF, "冉小川", PRAISE, "执法受阻现场处置得当，完整固定证据。"),
    Told(255, "discipline", BUREAU, "安城管", 9, UNIT, "建筑垃圾消纳场管理所", "检查",
         "过磅台账与进场记录不符，管理漏洞整改不到位。", "局督查工作责任追究办法第八条"),
    Told(214, "personnel", BUREAU, "安城管", 17, UNIT, "户外广告管理科", "通报", "信息月报漏报一次。"),
    Told(101, "discipline", PARTY, "安城管党", 23, CADRE, "邓凯", "诫勉",
         "分管片区强占摊点问题反复出现，调度不力。", "问责条例第七条第（六）项、第八条"),
    Told(88, "personnel", BUREAU, "安城管", 44, UNIT, "市容管理科", "通报", "占道经营整治反弹，回头看发现问题五处。"),
    Told(61, "discipline", PARTY, "安城管党", 29, PARTY_BODY, "违法建设查处科党支部", "检查", "对举报件核查走过场失察。"),
    Told(16, "personnel", BUREAU, "安城管", 63, UNIT, "违法建设查处科", PRAISE, "积案化解八件，拆除到位。"),
)  # fmt: skip
LIFTED, EXECUTED, WITHDRAWN, CHANGED = 402, 255, 214, 61


def load(hand: dict[str, Actor], do: Do) -> None:
    """Each is written down two days after its decision; what came later follows by its own verb."""
    for told in TOLD:
        number = do(hand[told.by], "accountability.record", _given(hand, told), at=_at(told.ago - 2))
        if number:
            _later(hand[told.by], do, told, number)


def _at(ago: int) -> datetime:
    day = clock.today() - timedelta(days=max(ago, 1))
    while not clock.is_working(day):
        day -= timedelta(days=1)
    return datetime.combine(day, time(10, 20), clock.LOCAL)


def _scan(name: str) -> tuple[Upload, ...]:
    return (Upload.of(f"{name}.pdf", "application/pdf", PAGE),)


def _given(hand: dict[str, Actor], told: Told, **more: Any) -> Record:
    on = clock.today() - timedelta(days=told.ago)
    person = told.kind in (CADRE, STAFF) and told.measure != PRAISE
    given: dict[str, Any] = {
        "organ": told.organ, "document_no": f"{told.mark}〔{on.year}〕{told.serial}号", "decided_on": on,
        "kind": told.kind, "target": told.target, "measure": told.measure, "scan": _scan("决定书扫描件"),
        "cause": told.cause, "ground": told.ground, "responsibility": "主要领导责任" if told.kind == CADRE else "",
        "second_id": hand["personnel"].id if person else None, "delivered_on": on + timedelta(days=1),
        "deciders": (hand["bureau_head"].id,) if person and told.organ == PARTY else (),
    }  # fmt: skip
    return Record(**(given | more))


def _later(who: Actor, do: Do, told: Told, number: str) -> None:
    if told.ago == LIFTED:
        at = _at(told.ago - 190)
        do(who, "accountability.lift", Lift(at.date(), "期满，无影响解除的情形。", ()), number, at)
    elif told.ago == EXECUTED:
        at = _at(told.ago - 20)
        done = Execute(at.date(), "书面检查已交，台账补齐并复核。", _scan("整改报告"))
        do(who, "accountability.execute", done, number, at)
    elif told.ago == WITHDRAWN:
        at = _at(told.ago - 40)
        mark = f"安城管〔{at.year}〕24号"
        back = Withdraw("撤销", BUREAU, mark, at.date(), "月报已按期报送，系接收环节遗漏。", _scan("撤销决定"))
        do(who, "accountability.withdraw", back, number, at)
    elif told.ago == CHANGED:
        at = _at(told.ago - 25)
        mark = f"安城管党〔{at.year}〕33号"
        other = Withdraw("变更", PARTY, mark, at.date(), "复核后认定情节较轻，改为通报。", _scan("变更决定"))
        do(who, "accountability.withdraw", other, number, at)
        again = Record(PARTY, mark, at.date(), told.kind, told.target, "通报", _scan("决定书扫描件"), follows=number)
        do(who, "accountability.record", again, at=at + timedelta(minutes=15))
