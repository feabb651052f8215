"""What a meeting decided, as people paste it: the twelve lines of the picture, and what they write otherwise.

The meeting is on 2026-11-26, a Thursday. Expected: a value, a set of choices where it is doubtful, None if nothing.
"""

from __future__ import annotations

import random
import re
from datetime import date, timedelta

import pytest

from portal.meetings.reading import PersonName, Reading, UnitName, read

ON = date(2026, 11, 26)
UNITS = [
    UnitName(1, "建筑渣土管理科", "渣土管理科"),
    UnitName(2, "扫黑除恶专项斗争领导小组办公室", "扫黑办"),
    UnitName(3, "城市管理综合执法支队二中队", "执法二中队"),
    UnitName(4, "违法建设查处科", "违建查处科"),
    UnitName(5, "市容管理科", "市容管理科"),
    UnitName(6, "户外广告管理科", "广告管理科"),
    UnitName(7, "建筑垃圾消纳场管理所", "消纳场管理所"),
    UnitName(8, "人事科", "人事科"),
    UnitName(9, "督查科", "督查科"),
    UnitName(10, "安澜市城市管理局东城分局", "东城分局"),
    UnitName(11, "安澜市城市管理局北苑分局", "北苑分局"),
    UnitName(12, "城市管理综合执法支队一中队", "执法一中队"),
    UnitName(13, "局办公室", "局办公室"),
]
NAMES = (
    "陈立1 周岚1 方海涛1 马㐂明1 李伟1 吴敏2 高远3 高文静3 韩雪4 邓凯5 李伟5 宋岩6 贺平7 罗建国8 孙蕾9 邢𠮷安9 欧阳海9 向阳12 文静12 "
    "陈立新12 欧阳文博12 阿依古丽13"
)
PEOPLE = [PersonName(n, name, int(unit)) for n, (name, unit) in enumerate(re.findall(r"(\D+)(\d+) ?", NAMES), 100)]
SHORT = {unit.id: unit.short for unit in UNITS}


def named(person: PersonName) -> str:
    """李伟 is two people: 李伟1 and 李伟5."""
    return f"李伟{person.unit_id}" if person.name == "李伟" else person.name


WHO = {person.id: named(person) for person in PEOPLE}


def lines(text: str, **kwargs):
    given = {"on": ON, "units": UNITS, "people": PEOPLE, "known": lambda number: not number.endswith("481")}
    return read(text, **(given | kwargs))


def one(text: str, **kwargs):
    (line,) = lines(text, **kwargs)
    return line


def shown(reading: Reading, names=None):
    say = names.get if names else date.isoformat
    if reading.value is not None:
        return say(reading.value)
    return {say(value) for value, _label in reading.readings} or None


def test_the_twelve_lines_of_the_picture_and_its_three_doubts():
    read_ = lines(
        "渣土科陈立11月30日前完成XS-2026-000418当面核实，交核查报告\n扫黑办吴敏向市公安局交管支队发协查函，核对3个车牌，12月1日\n"
        "执法二中队高远每两日看一次工地夜间出土，留照片，到12月4日\n违建科韩雪 枫桥路复建部分拆除到位 12.10\n"
        "市容科邓凯签收柳桥街摊位一事并报情况 下周一\n广告科宋岩补报11月信息月报 11月30日\n消纳场贺平把收费项目公示出来 12月1日\n"
        "人事科罗建国提出XS-2026-000341的评查人选 12月3日\n各分局开展岁末集中排查 12月15日前\n二中队老高补拍北门夜间照片 下周三\n"
        "督查科孙蕾就XS-2026-000481发催办单 11月30日\n扫黑办吴敏起草渣土运输行业整治建议书 12月7日"
    )
    assert [(x.number, x.what, shown(x.unit, SHORT), shown(x.person, WHO), shown(x.due)) for x in read_] == [
        (1, "完成XS-2026-000418当面核实，交核查报告", "渣土管理科", "陈立", "2026-11-30"),
        (2, "向市公安局交管支队发协查函，核对3个车牌", "扫黑办", "吴敏", "2026-12-01"),
        (3, "每两日看一次工地夜间出土，留照片", "执法二中队", "高远", "2026-12-04"),
        (4, "枫桥路复建部分拆除到位", "违建查处科", "韩雪", "2026-12-10"),
        (5, "签收柳桥街摊位一事并报情况", "市容管理科", "邓凯", "2026-11-30"),
        (6, "补报11月信息月报", "广告管理科", "宋岩", "2026-11-30"),
        (7, "把收费项目公示出来", "消纳场管理所", "贺平", "2026-12-01"),
        (8, "提出XS-2026-000341的评查人选", "人事科", "罗建国", "2026-12-03"),
        (9, "开展岁末集中排查", {"东城分局", "北苑分局"}, None, "2026-12-15"),
        (10, "补拍北门夜间照片", "执法二中队", {"高远", "高文静"}, "2026-12-02"),
        (11, "发催办单", "督查科", "孙蕾", "2026-11-30"),
        (12, "起草渣土运输行业整治建议书", "扫黑办", "吴敏", "2026-12-07"),
    ]
    assert [label for _id, label in read_[8].unit.readings] == ["东城分局牵头", "北苑分局牵头"]
    assert [label for _id, label in read_[9].person.readings] == ["高远", "高文静"]
    assert [x.number for x in read_ if x.unit.readings or x.person.readings or x.due.readings or x.unknown] == [
        9,
        10,
        11,
    ]
    assert [x.due.said for x in read_] == ["", "", "", "", "下周一", "", "", "", "", "下周三", "", ""]
    assert (read_[0].references, read_[10].references, read_[10].unknown) == (
        ("XS-2026-000418",),
        (),
        ("XS-2026-000481",),
    )
    assert not any(x.long_term for x in read_)


# words in 渣土科核查枫桥路…, the day or days
DATES = [
    (" 12月1日", "2026-12-01"), (" 12月1号", "2026-12-01"), (" 12 月 1 日前", "2026-12-01"), (" 12.10", "2026-12-10"),
    (" 12-10", "2026-12-10"), (" 12/10", "2026-12-10"), ("12.10", "2026-12-10"), (" 12.10前完成", "2026-12-10"), (" 12.10 拍照", "2026-12-10"), (" 12月1日 拍照", "2026-12-01"),
    (" 2026年12月1日", "2026-12-01"), (" 2026-12-01", "2026-12-01"), (" 2026/12/1", "2026-12-01"), (" 2027.1.5", "2027-01-05"),
    (" 26年12月1日", "2026-12-01"), (" １２月１日", "2026-12-01"), (" １２．１０", "2026-12-10"), (" 12⽉1⽇", "2026-12-01"),
    (" 十二月一日", "2026-12-01"), (" 十二月三十一日前", "2026-12-31"), (" 十二月二十日", "2026-12-20"), (" 明年1月15日", "2027-01-15"),
    (" 今天", "2026-11-26"), ("，今天下班前", "2026-11-26"), (" 明天", "2026-11-27"), (" 明晚", "2026-11-27"), (" 后天", "2026-11-28"), (" 大后天", "2026-11-29"),
    (" 本周五", "2026-11-27"), (" 这周五", "2026-11-27"), (" 周五", "2026-11-27"), (" 周四", "2026-11-26"), (" 周三", "2026-12-02"),
    (" 星期五", "2026-11-27"), (" 下周一", "2026-11-30"), (" 下星期三", "2026-12-02"), (" 下个礼拜天", "2026-12-06"),
    (" 下下周三", "2026-12-09"), (" 下周内", "2026-12-04"), (" 下周完成", "2026-12-04"), (" 本周内", "2026-11-27"),
    (" 本周三", {"2026-11-25", "2026-12-02"}), (" 周末前", {"2026-11-27", "2026-11-29"}),
    (" 月底", "2026-11-30"), (" 本月底", "2026-11-30"), (" 11月底前", "2026-11-30"), (" 12月底", "2026-12-31"), (" 明年2月底前", "2027-02-28"),
    (" 下月底", "2026-12-31"), (" 下月10日", "2026-12-10"), (" 下个月10号", "2026-12-10"), (" 本月30日前", "2026-11-30"),
    (" 本月20日", {"2026-11-20", "2026-12-20"}), (" 15日前", "2026-12-15"), (" 30日前", "2026-11-30"), (" 28日", "2026-11-28"),
    (" 下月初", {"2026-12-05", "2026-12-10"}), (" 12月上旬", "2026-12-10"), (" 12月中旬", "2026-12-20"), (" 下月下旬", "2026-12-31"),
    (" 12月中", "2026-12-15"), (" 11月内", "2026-11-30"), (" 季度末", "2026-12-31"), (" 一季度末前", "2027-03-31"), (" 下季度末", "2027-03-31"),
    (" 年底前", "2026-12-31"), (" 年内", "2026-12-31"), (" 明年底前", "2027-12-31"), (" 元旦前", "2026-12-31"), (" 国庆节前", "2027-09-30"),
    (" 五一前", "2027-04-30"), (" 春节前", None), (" 三日内", "2026-11-29"), (" 3天内", "2026-11-29"), (" 一周内", "2026-12-03"),
    (" 两周内", "2026-12-10"), (" 半个月内", "2026-12-11"), (" 一个月内", "2026-12-26"), (" 半年内", "2027-05-26"), (" 24小时内", "2026-11-27"),
    (" 5个工作日内", "2026-12-01"), ("，会后3日内", "2026-11-29"), ("，自收到函之日起3日内", None), ("，收到函后3日内", None),
    ("，于12月1日前完成", "2026-12-01"), ("，到12月4日", "2026-12-04"), (" 截至12月4日", "2026-12-04"), ("，不晚于12月4日", "2026-12-04"),
    (" 12月1日至12月4日", "2026-12-04"), (" 12月1日—4日", "2026-12-04"), (" 12月1-4日", "2026-12-04"), (" 12.1-12.10", "2026-12-10"),
    (" 即日起至12月4日", "2026-12-04"), (" 12月1日（周二）前", "2026-12-01"), (" 12月1日上午10:00前", "2026-12-01"), ("（12月1日前）", "2026-12-01"),
    (" 1月15日", "2027-01-15"), (" 9月20日前", "2027-09-20"), (" 11月20日前", {"2026-11-20", "2027-11-20"}), (" 11月26日", "2026-11-26"),
    (" 10月31日前", {"2026-10-31", "2027-10-31"}), (" 12月1日看初稿，12月10日前完成", "2026-12-10"), (" 12月1日前报初稿，12月10日前完成", {"2026-12-01", "2026-12-10"}),
    ("11月20日夜间倾倒一事", None), ("11月20日夜间倾倒一事 12月1日", "2026-12-01"), (" 12月1日起", None), (" 12月32日", None), (" 2月30日前", None),
    ("罚款3.5万元", None), ("围挡 1.2 米", None), ("3个车牌", None), ("12.10事件", None), ("系统 2.0", None), (" 10.12.10.1", None),
    ("电话0571-12-10", None), ("第12.3条", None), ("，拆除 2/3", None), ("升级到3.2", None), ("12月信息月报", None), ("前期11月底台账", None),
    ("一周三次", None), ("，每周五前报", None), ("，每月底前报", None), ("，每季度末报", None), ("每月15日前的台账", None), ("上周五的照片", None), ("枫桥路3号", None), ("XS-2026-001210", None), ("XS-2026-000418-12-10", None),
    ("，12月1日前往北门", "2026-12-01"), ("年底考核台账", None), ("11月中队例会", None), ("12.10前", "2026-12-10"), ("二〇二七年一月五日", None),
]  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), DATES)
def test_a_day_is_read(words, expected):
    assert shown(one(f"渣土科核查枫桥路{words}").due) == expected


# line, unit, person
NAMED = [
    ("渣土管理科核查枫桥路", "渣土管理科", None), ("建筑渣土管理科核查枫桥路", "渣土管理科", None), ("渣土科核查枫桥路", "渣土管理科", None),
    ("城市管理综合执法支队二中队夜查", "执法二中队", None), ("二中队夜查北门", "执法二中队", None), ("执法2中队夜查北门", "执法二中队", None),
    ("第二中队夜查北门", "执法二中队", None), ("违法建设查处科拆除围挡", "违建查处科", None), ("消纳场管理所公示", "消纳场管理所", None),
    ("局办通知各科室", "局办公室", None), ("我局督查科核查枫桥路", "督查科", None), ("扫黑除恶专项斗争领导小组办公室通报", "扫黑办", None),
    ("北苑分局开展排查", "北苑分局", None), ("各分局开展排查", {"东城分局", "北苑分局"}, None), ("各中队开展夜查", {"执法一中队", "执法二中队"}, None),
    ("督查科对广告科台账检查", "督查科", None), ("对广告科台账检查 督查科", "督查科", None), ("对广告科台账检查，由督查科负责", "督查科", None),
    ("督查科向扫黑办报送台账", "督查科", None), ("向扫黑办报送台账 陈立", "渣土管理科", "陈立"), ("请违建科拆除围挡", "违建查处科", None),
    ("责成市容科整改到位", "市容管理科", None), ("会议议定，由渣土科核查枫桥路", "渣土管理科", None), ("提请督查科审议台账", None, None),
    ("渣土科、市容科联合夜查", {"渣土管理科", "市容管理科"}, None), ("渣土科会同市容科夜查", "渣土管理科", None), ("市容科配合公安夜查", "市容管理科", None), ("市容科配合渣土科夜查", "渣土管理科", None),
    ("渣土科牵头，市容科配合夜查", "渣土管理科", None), ("市容科配合，渣土科牵头夜查", "渣土管理科", None), ("夜查由渣土科、市容科负责", "渣土管理科", None),
    ("渣土科台账由督查科核对", {"渣土管理科", "督查科"}, None), ("渣土科的台账由督查科核对", "督查科", None), ("渣土科报送台账，由督查科核对", "渣土管理科", None),
    ("12月1日前，渣土科报送台账", "渣土管理科", None), ("督查科督促渣土科整改", "督查科", None), ("督促渣土科整改", "渣土管理科", None),
    ("市公安局督查科会商一次", None, None), ("向交警二中队调取录像", None, None), ("市局办理的件逐一核对", None, None), ("检查各消纳场所地磅", None, None),
    ("各站点开展自查", None, None), ("加强夜间巡查", None, None), ("责任单位：渣土科；责任人：陈立；核查枫桥路", "渣土管理科", "陈立"),
    ("核查枫桥路\t渣土科\t陈立\t12月1日", "渣土管理科", "陈立"), ("督查科：孙蕾核查枫桥路", "督查科", "孙蕾"),
    ("陈立核查枫桥路", "渣土管理科", "陈立"), ("核查枫桥路（陈立）", "渣土管理科", "陈立"), ("核查枫桥路 陈立 12月1日", "渣土管理科", "陈立"),
    ("由陈立同志负责核查枫桥路", "渣土管理科", "陈立"), ("渣土科科长方海涛核查枫桥路", "渣土管理科", "方海涛"), ("督查科长孙蕾核查枫桥路", "督查科", "孙蕾"),
    ("渣土科邓凯核查枫桥路", "渣土管理科", "邓凯"), ("陈立核查广告科台账", "渣土管理科", "陈立"), ("请韩科长督导消纳场", "违建查处科", "韩雪"), ("综合执法支队二中队法制员高远核对日志", "执法二中队", "高远"), ("督查科约谈邓凯", "督查科", None), ("约谈陈立一次", None, None),
    ("李伟核查枫桥路", None, {"李伟1", "李伟5"}), ("市容科李伟核查枫桥路", "市容管理科", "李伟5"), ("督查科李伟核查", "督查科", {"李伟1", "李伟5"}),
    ("二中队老高补拍照片", "执法二中队", {"高远", "高文静"}), ("高科长补拍照片", "执法二中队", {"高远", "高文静"}), ("二中队高队补拍照片", "执法二中队", {"高远", "高文静"}),
    ("渣土科老陈补拍照片", "渣土管理科", "陈立"), ("市容科老高补拍照片", "市容管理科", None), ("小韩拆除围挡", "违建查处科", "韩雪"),
    ("小高层外墙广告清理", None, None), ("督查科老欧阳核查枫桥路", "督查科", "欧阳海"), ("欧阳科长核查枫桥路", None, {"欧阳海", "欧阳文博"}),
    ("二中队高文静补拍照片", "执法二中队", "高文静"), ("文静补拍照片", "执法一中队", "文静"), ("陈立新夜间巡查", "执法一中队", "陈立新"), ("二中队王高远补拍", "执法二中队", None),
    ("向阳路夜间巡查", None, None), ("一中队向阳夜间巡查", "执法一中队", "向阳"), ("邢𠮷安核对日志", "督查科", "邢𠮷安"),
    ("渣土科马㐂明核对日志", "渣土管理科", "马㐂明"), ("欧阳文博夜间巡查", "执法一中队", "欧阳文博"), ("阿依古丽发通知", "局办公室", "阿依古丽"),
    ("二中队高　远补拍照片", "执法二中队", "高远"), ("陈立、周岚核查枫桥路", "渣土管理科", {"陈立", "周岚"}), ("陈立牵头，周岚配合核查", "渣土管理科", "陈立"),
    ("陈立会同周岚核查枫桥路", "渣土管理科", "陈立"), ("广告科宋岩、市容科邓凯夜查", {"广告管理科", "市容管理科"}, {"宋岩", "邓凯"}),
    ("各分局由孙蕾督促排查", {"东城分局", "北苑分局"}, "孙蕾"), ("渣\u200b土科陈\u00ad立核查枫桥路", "渣土管理科", "陈立"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "unit", "person"), NAMED)
def test_a_unit_and_a_person_are_read(line, unit, person):
    found = one(line)
    assert (shown(found.unit, SHORT), shown(found.person, WHO)) == (unit, person)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("渣土科陈立12月1日前完成枫桥路核查", "完成枫桥路核查"),
        ("枫桥路核查由渣土科陈立负责，并于12月1日前完成", "枫桥路核查"),
        ("会议议定，由渣土科负责核查枫桥路，12月1日", "核查枫桥路"),
        ("核查枫桥路（陈立，12月1日前）。", "核查枫桥路"),
        ("责任单位：渣土科；责任人：陈立；完成时限：12月1日；核查枫桥路", "核查枫桥路"),
        ("渣土科牵头，市容科配合夜查枫桥路", "市容科配合夜查枫桥路"),
        ("渣土科12月1日前报方案，12月10日前完成", "12月1日前报方案，12月10日前完成"),
        ("渣土科春节前完成清运", "春节前完成清运"),
        ("渣土科报台账 12月1日", "渣土科报台账 12月1日"),
        ("ｘｓ－２０２６－０００４１８ 由渣土科核实", "XS-2026-000418 核实"),
        ("督查科关于XS-2026-000481发函核实", "发函核实"),
        ("督查科办XS-2026-000481", "督查科办"),
        ("XS-2026-000418", "XS-2026-000418"),
        ("XS-2026-000481", "XS-2026-000481"),
    ],
)
def test_the_work_is_left_without_who_and_when(line, what):
    assert one(line).what == what


@pytest.mark.parametrize(
    "number",
    [
        "XS-2026-000418",
        "ＸＳ－２０２６－０００４１８",
        "xs 2026 000418",
        "XS—2026—000418",
        "Xs2026000418",
        "XS–2026‑000418",
    ],
)
def test_a_number_is_known_in_whatever_dress_and_its_digits_are_no_day(number):
    found = one(f"渣土科核实{number}的车牌")
    assert (found.references, found.unknown, found.due) == (("XS-2026-000418",), (), Reading(None))


@pytest.mark.parametrize(
    "number", ["XS-2026-418", "XS-2026-0004189", "AXS-2026-000418", "HY-2026-000418", "XS-26-000418"]
)
def test_what_is_no_number_of_the_series_is_not_asked_for(number):
    found = one(f"渣土科核实{number}的车牌", known=lambda _number: pytest.fail("asked"))
    assert (found.references, found.unknown) == ((), ())


def test_each_number_is_asked_for_once_and_unknown_ones_go():
    asked = []
    found = one(
        "渣土科核实XS-2026-000002、XS-2026-000001、xs-2026-000002三件", known=lambda n: asked.append(n) or n[-1] == "1"
    )
    assert asked == ["XS-2026-000002", "XS-2026-000001"]
    assert (found.references, found.unknown) == (("XS-2026-000001",), ("XS-2026-000002",))
    assert "000002" not in found.what


# ---- what is doubtful says why ----
def test_choices_and_words_are_what_the_page_shows():
    assert [label for _id, label in one("李伟核查枫桥路").person.readings] == [
        "李伟（渣土管理科）",
        "李伟（市容管理科）",
    ]
    assert [label for _day, label in one("渣土科核查 11月20日前").due.readings] == ["2026年11月20日", "2027年11月20日"]
    assert one("渣土科清运 春节前").due == Reading(None, said="春节前")
    assert one("渣土科清运 11月底前").due == Reading(date(2026, 11, 30), said="11月底前")
    assert one("小韩拆除围挡").person.said == "小韩"
    assert one("市容科老高补拍照片").person == Reading(None, said="老高")


def test_a_person_called_wednesday():
    people = [*PEOPLE, PersonName(200, "周三", 1), PersonName(201, "周一鸣", 1)]
    both = one("渣土科周三完成枫桥路核查", people=people)
    assert both.person == Reading(None, ((200, "周三"),), "周三")
    assert both.due == Reading(None, ((date(2026, 12, 2), "2026年12月2日"),), "周三")
    assert both.what == "完成枫桥路核查"
    for line, person, due in [
        ("渣土科周三前完成核查", None, "2026-12-02"), ("渣土科下周三完成核查", None, "2026-12-02"), ("渣土科周三核查 12月1日", 200, "2026-12-01"),
        ("周三负责核查枫桥路", 200, None), ("渣土科周三周三完成核查", 200, "2026-12-02"), ("渣土科陈立周三完成核查", 100, "2026-12-02"),
        ("渣土科周一鸣核查枫桥路", 201, None),
    ]:  # fmt: skip
        found = one(line, people=people)
        assert (found.person.value, shown(found.due)) == (person, due), line


def test_working_days_are_the_callers():
    found = one("渣土科报送方案，5个工作日内", working_days=lambda on, n: on + timedelta(days=n + 2))
    assert found.due == Reading(date(2026, 12, 3), said="5个工作日内")


@pytest.mark.parametrize(
    ("line", "due"),
    [("渣土科每周报台账", None), ("渣土科夜查常态化，明年1月15日复核", "2027-01-15"), ("渣土科每月25日前报台账", None), ("市容科持续巡查", None), ("市容科长期巡查", None)],
)  # fmt: skip
def test_work_without_end_is_long_term(line, due):
    assert one(line).long_term and shown(one(line).due) == due


def test_a_long_neglect_is_not_long_term():
    assert not one("渣土科核查长期未整改的工地").long_term


@pytest.mark.parametrize(
    "bullet",
    [
        "1.",
        "1、",
        "（一）",
        "(1)",
        "一、",
        "①",
        "⑴",
        "-",
        "•",
        "・",
        "1．",
        "1）",
        "一、1.",
        "\uf0b7\t",
        "3\t",
        "第一项：",
        "  ● ",
        "\ufeff",
        "\u3000\u3000",
    ],
)
def test_a_bullet_is_no_work(bullet):
    found = one(f"{bullet}渣土科核查枫桥路 12月1日")
    assert (found.what, found.unit.value, found.due.value) == ("核查枫桥路", 1, date(2026, 12, 1))
    assert found.text == f"{bullet}渣土科核查枫桥路 12月1日".strip()


def test_a_number_before_a_date_is_a_bullet_and_a_date_is_none():
    assert one("1.12月1日前渣土科核查枫桥路").due.value == date(2026, 12, 1)
    assert one("12.10 渣土科核查枫桥路").due.value == date(2026, 12, 10)


def test_what_is_no_line_is_left_out_and_lines_are_counted():
    text = (
        "【会议纪要】\r\n张三 10:32\r\n2026-11-26 10:32:05\n会议议定如下：\n\n序号\t议定事项\t责任单位\t责任人\t时限\n"
        "———\n渣土科核查枫桥路\x0b\u200b\n 市容科夜查北门\u2028[图片]\n"
    )
    assert [(line.number, line.what) for line in lines(text)] == [(1, "核查枫桥路"), (2, "夜查北门")]
    assert lines("") == lines(" \n\t\n\u3000") == ()


LONG = "渣土科陈立对枫桥路沿线工地夜间出土情况逐一进行现场"


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        (LONG, "核实并形成清单", True),
        (LONG, "市容科核实", False), (LONG, "陈立核实并形成清单", False), (LONG, "核实，12月1日", False),
        (LONG, "核实XS-2026-000418", False), (LONG, "2、核实并形成清单", False), (LONG + "核实。", "加强夜间巡查", False),
        (LONG + "核实；", "加强夜间巡查", False), (LONG + "核实 12月1日", "加强夜间巡查", False), (LONG + "\n", "加强夜间巡查", False),
        ("渣土科核查枫桥路", "加强夜间巡查", False),
    ],
)  # fmt: skip
def test_a_line_is_joined_only_to_one_that_it_clearly_continues(before, after, joined):
    found = lines(f"{before}\n{after}")
    assert len(found) == (1 if joined else 2)
    if joined:
        assert found[0].what == "对枫桥路沿线工地夜间出土情况逐一进行现场核实并形成清单" and "\n" in found[0].text


# ---- naughty, and much ----
def test_anything_can_be_pasted():
    draw = random.Random(4)
    signs = "渣土科陈立老高周三12.-/月日前内年由请，。（）XS-2026000418\t\n 至到底每下各𠮷㐂\u200b①\ud800\x00'\"<>%{}"
    for _time in range(1500):
        for line in lines("".join(draw.choices(signs, k=60))):
            assert line.what and line.text
    for sign in (
        "老",
        "1",
        "12.",
        "，",
        "（",
        " ",
        "\t",
        "周",
        "12月1日",
        "渣土科",
        "陈立",
        "XS-2026-",
        "会议",
        "半个月内",
        "各",
        "1.1-",
        "至",
    ):
        lines((sign * 5000)[:5000])


def test_a_long_bureau_and_a_long_meeting():
    units = [UnitName(n, f"安澜市城市管理局第{n}渣土管理科", f"渣土{n}管理科") for n in range(1, 61)]
    people = [PersonName(n, "赵钱孙李周吴郑王冯陈"[n % 10] + chr(0x4E00 + n) + "明", n % 60 + 1) for n in range(1, 301)]
    text = "\n".join(
        f"渣土{n % 60 + 1}管理科{people[n].name}12月{n % 28 + 1}日前完成XS-2026-{n:06d}当面核实" for n in range(200)
    )
    found = lines(text, units=units, people=people)
    assert len(found) == 200 and all(
        x.person.value == people[n].id and x.unit.value == n % 60 + 1 for n, x in enumerate(found)
    )
    assert len(lines("\n".join(f"{text}\n" for _time in range(10)), units=units, people=people)) == 2000
