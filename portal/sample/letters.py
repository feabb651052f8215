"""What reaches the desk on paper: letter boxes, visits, items handed down, a find; petitions, and old ones from a sheet."""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from ..clues.models import FIELDS
from ..core import clock
from ..core.files import Upload
from ..core.sealed_files import alone
from ..intake.forms import Excerpt
from ..intake.keeping.forms import HandSealed, Read
from ..intake.letters.forms import Aside, Letter, Opened
from ..intake.letters.models import ASIDES, BOX, FOUND, POST, VISIT
from ..intake.models import CATEGORIES, HANDED_DOWN, NAMINGS, NO_REPORTER
from ..intake.petitions.forms import Accept, Conclude, Nothing, Old, Register
from ..intake.petitions.models import WAYS
from . import calls
from .performing import PIXEL, Hand, do

Parties = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Told:
    """One of them, so many days ago. `how`: what its channel asks for beside the call's fields."""

    channel: str
    ago: float
    title: str
    narrative: str
    place: str
    field: str
    parties: Parties
    how: dict[str, Any]


HAULIER = (("单位", "安澜顺驰渣土运输有限公司", ""),)
PAPERS = (
    Told(POST, 6, "砂石堆场低价强收沿河菜地", "信中写：去年秋天起有人在河滩圈地堆砂，菜地不让种，说要种就先交看地费。落款“沿河村民”。", "青河东岸滩地",
         "违法建设", (("人员", "外号刘胖子，姓名不详", "堆场管事的"),), {"naming": NAMINGS[0]}),
    Told(VISIT, 4, "摊主七人来访反映被强收卫生费", "七名摊主一起来，说早市每天每摊收十元卫生费，不给票，不交就不让出摊，已经半年。", "南门早市", "市容管理",
         (("单位", "南门早市管理处", "收费的自称"),), {"headcount": 7, "received_by": "何静、邓晓月", "naming": NAMINGS[1], "name": "陶桂芳",
                                         "phone": "15400007711"}),
    Told(HANDED_DOWN, 2, "督导组转来工地出土被一家垄断的线索", "转办件载：城东三个工地出土均由同一车队承揽，其他车队进场即被围堵，要求核查并按期回报。", "城东片区三处在建工地",
         "渣土运输", HAULIER, {"organ": "省扫黑除恶第三督导组", "organ_ref": "督三转〔2026〕28号", "batch": "第二批", "source": "督导组转办督办",
                           "naming": NO_REPORTER}),
    Told(HANDED_DOWN, 0.2, "市扫黑办交办户外广告强揽安装一事", "交办单载：多家商户反映装招牌须用指定安装队，不用就被举报违规，请十个工作日内报核查情况。", "建设路商业街", "户外广告",
         (("人员", "贺某", "自称能办审批"),), {"organ": "市扫黑除恶斗争领导小组办公室", "organ_ref": "扫黑办交〔2026〕63号", "batch": "",
                                   "source": "上级扫黑办交办", "naming": NO_REPORTER}),
    Told(FOUND, 1, "夜查发现渣土车尾随执法车", "夜查卡口时发现两台无牌越野车一路尾随执法车，车上人用对讲机报位置，疑为渣土车队望风。", "北环高架下桥口", "执法受阻", (),
         {"received_by": "陈立、葛鹏程", "work": "集中排查", "naming": NO_REPORTER}),
)  # fmt: skip
FROM_THE_BOX = (
    Told(BOX, 13, "拆迁工地有人强卖砂石", "字条：拆迁工地的砂石都得从一个姓马的手里买，价钱比外面贵三成，别家的车进不了门。", "老棉纺厂拆迁工地", "渣土运输",
         (("人员", "姓马，名不详", "卖砂石的"),), {"naming": NAMINGS[0]}),
    Told(BOX, 13, "夜市摊位被转手加价", "信：夜市摊位被一伙人包下来，转手一个月加价八百，不要就没有位置。", "柳桥街夜市", "市容管理",
         (("单位", "柳桥街夜市管理处", ""),), {"naming": NAMINGS[0]}),
    Told(BOX, 0.3, "楼顶加盖收“保护费”", "信：顶楼加盖的几户每月给人交钱就没人来查，不交的第二天就有人举报。", "和平里 6 号楼", "违法建设", (),
         {"naming": NAMINGS[0]}),
)  # fmt: skip
PETITIONS = (  # (days ago, way, class, people, content, who, what came of it)
    (58, "来访", "申诉求决", 9, "小区围墙外的违建仓库夜里装卸，九户联名要求拆除。", "", "nothing 属违法建设处置，已由业务科办理，没有涉黑涉恶情形。"),
    (44, "来信", "检举控告", 1, "来信反映局里一名领导给渣土运输企业打招呼。", "", "sealed 派驻纪检监察组"),
    (33, "网上", "检举控告", 1, "渣土车队的人上门威胁要求撤回投诉，说知道家里孩子在哪上学。", "贾文彬", "found 渣土运输 西郊路家属院"),
    (21, "来信", "意见建议", 1, "建议把早市收费项目公示在门口。", "", "nothing 意见建议，转市容管理科研究采纳。"),
    (12, "来信", "申诉求决", 3, "门口工地占道半年，商户三家要求恢复通道、补偿损失。", "谷小川", "accept"),
    (3, "来访", "检举控告", 6, "六人来访，反映砂石场雇人堵路，过往货车按车收钱。", "万德山", ""),
    (1, "网上", "申诉求决", 1, "楼下烧烤摊被人强占经营，摊主被打伤。", "", ""),
)  # fmt: skip
OLD = (
    ("检举控告", "反映某运输公司长期雇人在工地门口堵车，外来车队无法进场。", "found 渣土运输 东环路沿线工地"),
    ("检举控告", "反映市场管理员按月收取摊位“看护费”。", "nothing 当年已由公安机关查处并判决，无新情况。"),
    ("申诉求决", "反映邻居在楼顶搭建彩钢房，要求拆除。", "nothing 邻里纠纷，违建已拆除。"),
    ("申诉求决", "反映广告牌脱落砸坏车辆，要求赔偿。", "nothing 民事赔偿纠纷，已调解。"),
    ("检举控告", "反映消纳场司机被要求“买票”才能倾倒。", ""),
    ("检举控告", "反映沿街门面装修必须用指定施工队。", ""),
    ("意见建议", "建议增加渣土车夜间检查。", ""),
    ("申诉求决", "反映拆除广告牌程序不当，要求恢复。", ""),
)
REPORTER = {"name": "", "phone": "", "naming": NAMINGS[0], "wanted": "不需要"}


def load(hand: Hand) -> None:
    """All of them; what the desk has not come to yet waits."""
    _boxes(hand)
    for told in PAPERS:
        _paper(hand, told)
    for n, petition in enumerate(PETITIONS, 1):
        _petition(hand, n, *petition)
    _old(hand)


def _at(ago: float, hour: int = 9) -> datetime:
    then = clock.local(clock.now()) - timedelta(days=ago)
    if ago < 1:
        return then
    then = then.replace(hour=hour, minute=24)
    while not clock.is_working(then.date()):
        then -= timedelta(days=1)
    return then


def _boxes(hand: Hand) -> None:
    """One that is done, one that was empty, one in which letters still wait."""
    operator, other = hand.by_login["operator"], hand.by_login["office"]
    for ago, box, found, letters, none in (
        (13, "局机关大门举报箱", 3, FROM_THE_BOX[:2], ASIDES[0]), (9, "执法支队门口举报箱", 0, (), ""),
        (0.4, "局机关大门举报箱", 3, FROM_THE_BOX[2:], ""),
    ):  # fmt: skip
        at = _at(ago)
        given = Opened(box, at.replace(tzinfo=None), operator.id or 0, other.id or 0, found, ())
        number = do(operator, "boxes.open", given, at=at + timedelta(minutes=12))
        if number is None:
            continue
        for told in letters:
            _paper(hand, told, box=number)
        if none:
            do(operator, "boxes.aside", Aside(none), number, at + timedelta(hours=2))


def _paper(hand: Hand, told: Told, box: str = "") -> None:
    operator, at = hand.by_login["operator"], _at(told.ago, 10)
    how = REPORTER | told.how
    asked = clock.add_working_days(at.date(), 10) if told.channel == HANDED_DOWN else None
    scan = () if told.channel == FOUND else (alone(Upload.of("原件.png", "image/png", PIXEL)),)
    typed = asdict(calls.call(told, unknown_party=not told.parties))
    given: dict[str, Any] = {
        "channel": told.channel, "came_on": at.date(), "box": box, "received_by": "", "headcount": 1, "organ": "",
        "organ_ref": "", "batch": "", "asked_on": asked, "source": "", "work": "", "scans": scan, "files": (),
    }  # fmt: skip
    number = do(operator, "intake.letter", Letter(**(typed | {"parties": told.parties} | given | how)), at=at)
    if number and told.ago > 0.25:
        do(operator, "intake.excerpt", Excerpt(told.title, told.narrative), number, at + timedelta(minutes=25))


def _petition(
    hand: Hand, n: int, ago: float, way: str, category: str, people: int, said: str, who: str, end: str
) -> None:
    operator, at = hand.by_login["operator"], _at(ago)
    given = Register(
        "否", f"安信访〔{at.year}〕{310 + n:04}号", way, category, at.date(), people, said, who, "15400003300" if who else "",
        "",
    )  # fmt: skip
    number = do(operator, "petitions.register", given, at=at)
    if number is None:
        return
    if category != CATEGORIES[0] and ago > 10:
        do(
            operator,
            "petitions.accept",
            Accept("受理", (at + timedelta(days=6)).date()),
            number,
            at + timedelta(days=6),
        )
    if ago > 50:
        ended = at + timedelta(days=41)
        do(operator, "petitions.conclude", Conclude("支持诉求，已拆除", ended.date()), number, ended)
    _judged(hand, number, said, end, at + timedelta(days=2), who)


def _judged(hand: Hand, number: str, said: str, end: str, at: datetime, who: str = "") -> None:
    operator, (how, *words) = hand.by_login["operator"], (end or "-").split()
    if how == "nothing":
        do(operator, "petitions.nothing", Nothing(" ".join(words)), number, at)
    elif how == "sealed":
        do(operator, "petitions.hand_sealed", HandSealed(words[0], clock.local(at).date(), enclosed=True), number, at)
    elif how == "found":
        field, place = words
        assert field in FIELDS
        naming = NAMINGS[1] if who else NAMINGS[0]
        read = Read("否", said[:24].rstrip("，。"), said, field, place, (), True, "一般", "否", naming, "", "")
        do(operator, "petitions.found", read, number, at)


def _old(hand: Hand) -> None:
    """Read in from a spreadsheet five weeks ago; half of them are read."""
    rng, at = random.Random(7), _at(35, 15)
    for n, (category, said, end) in enumerate(OLD, 1):
        day = date(2019, 1, 1) + timedelta(days=rng.randint(0, 900))
        told = Register(
            "否", f"安信{day.year}-{rng.randint(100, 990)}", rng.choice(WAYS), category, day, 1, said, "", "", ""
        )
        ended = day + timedelta(days=40)
        given = Old(told, "受理", day + timedelta(days=9), "已答复信访人", ended)
        number = do(hand.by_login["operator"], "petitions.old", given, at=at + timedelta(seconds=n))
        if number is not None:
            _judged(hand, number, said, end, at + timedelta(days=n, hours=1))
