"""The excerpt that is offered holds no trace of the reporter and keeps what is said of the accused."""

# ruff: noqa: RUF001 - numbers that are disguised are what is tried here

from __future__ import annotations

import re

import pytest

from portal.intake.traces import BLOCK, Struck, still_holds, strike, title_of

REPORTER = {
    "reporter_name": "李四海",
    "reporter_phone": "13912345678",
    "reporter_address": "安澜市北苑区北苑小区3号楼2单元501室",
    "reporter_unit": "安澜市恒通建筑劳务有限公司",
}
NOBODY: dict[str, str] = {}

# what the text says, what must be gone, what must stay, the classes in their order
Case = tuple[str, str, str, str]

SEALED: list[Case] = [
    ("举报人叫李四海，电话13912345678。工地夜间堵门。", "李四海 13912345678", "工地夜间堵门。", "姓名 电话"),
    ("李 四 海看见三辆车横在门口", "李 四", "看见三辆车横在门口", "姓名"),
    ("我跟李·四·海一起看见的", "四·海", "一起看见的", "姓名"),
    ("请回电１３９１２３４５６７８", "１３９", "请回电", "电话"),
    ("号码139-1234-5678，随时打", "5678", "随时打", "电话"),
    ("号码 1 3 9 1 2 3 4 5 6 7 8", "3 9", "号码", "电话"),
    ("打一三九一二三四五六七八找他", "一三九", "找他", "电话"),
    ("幺三九，一二三四，五六七八，晚上打", "五六七八", "晚上打", "电话"),
    ("手机ｌ３９１２３４５６７８", "３９１２", "手机", "电话"),
    ("手机l39 i234 5678，微信同号", "5678", "微信同号", "电话"),
    ("壹叁玖壹贰叁肆伍陆柒捌是本机", "壹叁玖", "是本机", "电话"),
    ("１️⃣3️⃣9️⃣12345678", "12345678", "", "电话"),
    ("1\u200b3\u200b9\u200b12345678 这个号", "12345678", "这个号", "电话"),
    ("tel13912345678，晚上打", "13912345678", "tel", "电话"),
    ("有两个号，一13912345678", "13912345678", "有两个号，一", "电话"),
    ("139123456780多打了一位", "13912345678", "多打了一位", "电话"),
    ("号码139\n1234\n5678", "5678", "号码", "电话"),
    ("+86 139 1234 5678", "5678", "", "电话"),
    ("尾号5678的手机", "5678", "的手机", "电话"),
    ("我们小李都知道，三辆车堵门", "小李", "三辆车堵门", "姓名"),
    ("联系我李师傅就行，恒畅公司老板李总打人", "李师傅", "恒畅公司老板李总打人", "姓名"),
    ("大家都喊我四海哥，渣土车每晚十一点出来", "四海", "渣土车每晚十一点出来", "自称"),
    ("北苑小区3号楼2单元501楼下在倒土", "501 3号楼", "楼下在倒土", "住址"),
    ("北苑小区三号楼二单元五零一楼下在倒土", "五零一 三号楼", "楼下在倒土", "住址"),
    ("北苑小区３栋２单元501室楼下倒土", "501 ３栋", "楼下倒土", "住址"),
    ("住3-2-501，半夜倒土", "3-2-501", "半夜倒土", "住址"),
    ("2单元501的窗户正对工地", "501", "的窗户正对工地", "住址"),
    ("恒通建筑劳务的人都知道这件事，东门收钱", "恒通建筑劳务", "的人都知道这件事，东门收钱", "身份"),
]

GUESSED: list[Case] = [
    ("我是工地门卫，看见三辆车横在门口", "我是 门卫", "看见三辆车横在门口", "身份"),
    ("我们是北苑小区的住户，天天被吵", "我们是 北苑", "天天被吵", "身份"),
    ("来电人系该工地材料员，称有两名门卫看见", "材料员", "称有两名门卫看见", "身份"),
    ("来电人称自己是渣土车司机，每车被收50元", "司机", "每车被收50元", "身份"),
    ("来电人王女士称，对方拦车", "王女士", "对方拦车", "姓名"),
    ("我叫张建国，今年五十二岁，他们把门堵了", "张建国", "他们把门堵了", "自称"),
    ("我叫王小明看见三辆车", "王小明", "看见三辆车", "自称"),
    ("我是恒畅公司的，三个月没发工资", "恒畅", "三个月没发工资", "身份"),
    ("tel13900001111，工地堵门", "13900001111", "工地堵门", "电话"),
    ("我开了一家早餐店，每月交500块", "早餐店", "每月交500块", "身份"),
    ("来电人为恒畅公司前员工，称不准给别的工地拉土", "前员工", "称不准给别的工地拉土", "身份"),
    ("反映人：周桂兰，女，住三里街12栋2单元403，楼下占道", "周桂兰 三里街 403", "楼下占道", "姓名 住址"),
    ("我的银行卡6222021302012345678被收走", "6222021302012345678", "被收走", "证件"),
    ("号码1 3 8 0 0 0 0 1 1 1 1", "1 3 8", "号码", "电话"),
    ("号码138，0000，1111，晚上打", "0000", "晚上打", "电话"),
    ("我姓王，在附近卖菜，摊位被占了", "我姓王", "摊位被占了", "自称"),
    ("免贵姓欧阳，北苑三路夜里偷倒", "欧阳", "北苑三路夜里偷倒", "自称"),
    ("本人愿意作证，车牌皖A12345", "本人", "愿意作证，车牌皖A12345", "自称"),
    ("本人赵立新，现反映夜间偷倒", "赵立新", "现反映夜间偷倒", "自称"),
    ("叫我老周就行，他们11月20日堵门", "老周", "他们11月20日堵门", "自称"),
    ("我老公跑这条线，每车收30元", "我老公", "跑这条线，每车收30元", "自称"),
    ("我是跑渣土的，一车要多付150元", "跑渣土", "一车要多付150元", "身份"),
    ("我在恒通物流上班，看见他们收钱", "恒通物流", "看见他们收钱", "身份"),
    ("我家住在河东村王庄组，门口的路压坏了", "河东村 王庄", "门口的路压坏了", "住址"),
    ("我家就在北苑小区5栋，每天晚上有车倒土", "北苑小区 5栋", "每天晚上有车倒土", "住址"),
    ("我住三里街12号看见他们拆围墙", "三里街 12号", "看见他们拆围墙", "住址"),
    ("家住安澜市北苑区幸福街道北苑小区，窗外倒土", "北苑小区 幸福街道", "窗外倒土", "住址"),
    ("我们小区门口每天有渣土车", "我们小区", "门口每天有渣土车", "住址"),
    ("我家住北苑小区，7号楼1单元302，楼下就是工地", "北苑 302 7号楼", "楼下就是工地", "住址"),
    ("联系电话0551-6234 5678，工地在东环路18号", "6234", "工地在东环路18号", "电话"),
    ("电话（0551）62345678", "62345678", "", "电话"),
    ("座机62345678，白天打", "62345678", "白天打", "电话"),
    ("身份证340104198501011234，愿意作证", "340104198501011234", "愿意作证", "证件"),
    ("身份证3401 0419 8501 0112 3Ｘ，是三辆车", "0419", "，是三辆车", "证件"),
    ("身份证34010419850101123Ｘ，是三辆车", "19850101", "是三辆车", "证件"),
    ("邮箱zhangsan@example.com，有录像", "zhangsan", "有录像", "邮箱"),
    ("邮箱ｚｓ９９＠ｑｑ。ｃｏｍ有录像", "ｚｓ", "有录像", "邮箱"),
    ("我微信zs_880011，有视频", "zs_880011", "有视频", "电话"),
    ("我开的货车皖A·7K218被拦", "7K218", "被拦", "身份"),
    ("举报人：马六，被举报人：王老三", "马六", "被举报人：王老三", "姓名"),
    ("现住址：柳桥街9号，反映占道", "柳桥街9号", "反映占道", "住址"),
    ("三辆车堵门，请查处。\n张建国\n2026年11月20日", "张建国 2026年11月20日", "三辆车堵门，请查处。", "落款"),
    (
        "请查处。\n此致\n敬礼！\n举报人：张建国 13800001111\n二〇二六年十一月二十日",
        "张建国 13800001111",
        "请查处。",
        "落款",
    ),
    ("每车收30元。\n一名知情群众\n11月20日", "知情群众", "每车收30元。", "落款"),
    ("每车收30元。北苑小区全体业主 2026.11.20", "全体业主", "每车收30元。", "落款"),
]

KEPT = [
    "被反映人张老三，开皖A12345，另一辆安A·7K218",
    "安澜恒畅运输有限公司老板王总说这一片都归我们拉",
    "11月20日晚11时前后，三辆车横在门口约两个小时，每车要多付150元",
    "工地在东环路18号，7号楼1单元302在搭违法建筑",
    "2026-11-20 13:30 到 2026-11-21 15:00 共倒了 1350 车，收款 139123 元",
    "案号XS-2026-000405，前次受理JB-2026-000731",
    "我叫他们停车，他们不停，还骂人",
    "我是看见三辆车堵门才打电话的",
    "我是觉得这些人太过分",
    "他们家住在南苑小区7号楼，天天打人",
    "被举报人是渣土公司的经理，被举报人王强",
    "拦车的人叫李总，旁边的人喊他老李",
    "磅房收据编号 20261120001，金额 30 元、50 元、80 元",
    "1、3、5、7、9、11、13、15、17号摊位被占",
    "希望尽快查处。\n2026年11月20日",
    "请严查这些人。\n谢谢",
    "统一社会信用代码91340100MA2N12345X的公司",
    "找到老板本人也不管",
    "称有两名门卫看见，拍了照片",
    "我看见小区门口三辆车堵着",
    "我在现场看见他们在工地上班",
]


def check(original: str, gone: str, stays: str, classes: str, sealed: dict[str, str]) -> None:
    struck = strike(original, sealed)
    for word in gone.split():
        assert word not in struck.text, struck.text
    assert stays in struck.text, struck.text
    assert " ".join(struck.classes) == classes, struck.text
    assert struck.text.count(BLOCK) == struck.count


@pytest.mark.parametrize("case", SEALED, ids=lambda c: c[0])
def test_what_the_form_knows_of_the_reporter_is_struck(case: Case) -> None:
    check(*case, REPORTER)


@pytest.mark.parametrize("case", GUESSED, ids=lambda c: c[0])
def test_what_shows_the_reporter_is_struck_without_a_form(case: Case) -> None:
    check(*case, NOBODY)


@pytest.mark.parametrize("text", KEPT)
def test_what_is_said_of_the_accused_stays(text: str) -> None:
    assert strike(text, REPORTER) == Struck(text, (), 0)


def test_the_call_as_it_is_dictated() -> None:
    original = (
        "11 月中旬起，北苑三路在建工地夜间出土，不用他们的车就把门堵住。对方称“这一片都归我们拉”，每车要多付 150 元。"
        "来电人系该工地材料员，称有两名门卫看见，本人拍了照片，联系１３９ １２３４ ５６７８。"
    )
    assert strike(original, REPORTER) == Struck(
        "11 月中旬起，北苑三路在建工地夜间出土，不用他们的车就把门堵住。对方称“这一片都归我们拉”，每车要多付 150 元。"
        "▇▇▇▇〔身份〕，称有两名门卫看见，▇▇▇▇〔自称〕拍了照片，联系▇▇▇▇〔电话〕。",
        ("身份", "自称", "电话"),
        3,
    )


def test_a_mark_tells_no_length() -> None:
    short = strike("我叫王五，电话13900000000", NOBODY).text
    assert short == strike("我叫欧阳建国，电话+86 139-0000-0000", NOBODY).text == "▇▇▇▇〔自称〕，电话▇▇▇▇〔电话〕"


def test_a_class_given_back_stands_again_but_what_lies_within_it_does_not() -> None:
    text = "我叫李四海，电话13912345678，三辆车堵门"
    assert strike(text, REPORTER, keep={"电话"}).text == "▇▇▇▇〔自称〕，电话13912345678，三辆车堵门"
    assert strike(text, REPORTER, keep={"自称"}).text == "我叫▇▇▇▇〔姓名〕，电话▇▇▇▇〔电话〕，三辆车堵门"
    assert strike(text, REPORTER, keep={"自称", "姓名", "电话"}) == Struck(text, (), 0)


def test_an_excerpt_struck_once_is_not_struck_again() -> None:
    for original, *_ in SEALED + GUESSED:
        once = strike(original, REPORTER).text
        assert strike(once, REPORTER).text == once


def test_a_reporter_in_one_field_is_told_apart() -> None:
    sealed = {"reporter": "王小丫 13800001111 柳桥街9号"}
    struck = strike("王小丫住柳桥街九号，电话138 0000 1111，对方打人", sealed)
    assert struck == Struck("▇▇▇▇〔姓名〕住▇▇▇▇〔住址〕，电话▇▇▇▇〔电话〕，对方打人", ("姓名", "住址", "电话"), 3)


def test_other_fields_are_told_by_their_look() -> None:
    sealed = {"a": "0551-6234567", "b": "东环路18号", "c": "zs_99@qq.com", "d": "340104198501011234"}
    assert still_holds("打6234567找他", sealed) == ["电话"]
    assert still_holds("东环路十八号", sealed) == still_holds("东环路一八号", sealed) == ["住址"]
    assert still_holds("三里街二十三号", {"e": "三里街23号"}) == ["住址"]
    assert still_holds("邮箱ZS_99 ＠qq.com", sealed) == ["邮箱"]
    assert still_holds("证号 340104 19850101 1234", sealed) == ["证件"]


def test_what_touches_is_struck_once() -> None:
    assert strike("打13900001111 13800001111", NOBODY) == Struck("打▇▇▇▇〔电话〕", ("电话",), 1)


@pytest.mark.parametrize("value", ["匿名", "不详", " ", "无", "，"])
def test_a_field_that_says_nothing_strikes_nothing(value: str) -> None:
    assert strike("匿名电话，姓名不详，无照片", {"reporter_name": value}).count == 0


# Saving


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("三辆车堵门", []),
        ("▇▇▇▇〔姓名〕称三辆车堵门，▇▇▇▇〔电话〕", []),
        ("李四海称三辆车堵门", ["姓名"]),
        ("李　四　海称三辆车堵门", ["姓名"]),
        ("电话一三九 1234 ５６７８", ["电话"]),
        ("北苑小区3栋，李四海，139 1234 5678", ["住址", "姓名", "电话"]),
        ("恒通建筑劳务有限公司的人", ["身份"]),
        ("另一个电话13800001111", []),
        ("139▇▇▇▇〔电话〕12345678", []),
    ],
)
def test_saving_is_told_the_classes_that_a_text_still_holds(text: str, classes: list[str]) -> None:
    assert still_holds(text, REPORTER) == classes


def test_what_is_proposed_holds_nothing() -> None:
    for original, *_ in SEALED + GUESSED:
        assert still_holds(strike(original, REPORTER).text, REPORTER) == []


# Titles


@pytest.mark.parametrize(
    ("original", "place", "title"),
    [
        ("夜间三辆车把门堵住，不用他们的车不让出", "北苑三路在建工地", "北苑三路在建工地夜间被堵门、要求使用指定车队"),
        ("每车要多付 150 元，不给就拦", "消纳场门口", "消纳场门口拦车收费"),
        ("拦住每车收30元过路费", "北外环路口", "北外环路口拦车收费"),
        ("说不清楚", "", "渣土运输问题"),
        ("半夜偷倒", "我家楼下", "偷倒建筑垃圾"),
        ("偷倒垃圾", "北苑小区3号楼2单元501", "北苑小区偷倒建筑垃圾"),
        ("老板动手打人", "东环路恒畅运输有限公司门口", "东环路某公司门口打人"),
        ("占道", "王老五家门口", "门口强占摊位道路"),
        ("占道", "柳桥街13912345678", "柳桥街强占摊位道路"),
    ],
)
def test_a_title_names_the_matter_and_no_person(original: str, place: str, title: str) -> None:
    assert title_of(original, place, "渣土运输") == title


def test_a_title_is_short_and_holds_no_sealed_value() -> None:
    title = title_of("殴打，敲诈，垄断", "李四海承包的" + "很长的地名" * 12, "渣土运输", REPORTER)
    assert not re.search("李四海|▇", title)
    assert len(title) <= 40
    assert len(title_of("", "很长的地名" * 12, "很长的领域" * 12)) == 40
