"""When two names are one party: firms, plates, telephones and places by name, persons by a second mark alone."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.parties.matching import is_compared, marks_in, same_of
from tests.verbs.stage import Stage

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


ONE = [
    ("车牌", "安A·7K218", "安a 7k218"), ("车牌", "安A-7K218", "安Ａ７Ｋ２１８"), ("车牌", "安A7K218。", "安A・7K218"),
    ("单位", "恒畅运输（安澜）有限公司", "恒畅运输(安澜)有限公司"), ("单位", "恒畅 运输", "恒畅运输"),
    ("单位", "恒畅运输有限责任公司", "恒畅运输有限公司"), ("电话", "138-1234-5678", "13812345678"),
    ("电话", "+86 138 1234 5678", "１３８１２３４５６７８"), ("电话", "0555-6543210", "05556543210"), ("地点", "南岭沙场 东门", "南岭沙场东门"),
]  # fmt: skip
TWO = [
    ("车牌", "安A·7K218", "安A·7K219"), ("单位", "恒畅运输有限公司", "恒畅运输股份有限公司"), ("单位", "恒畅运输", "恒畅运输有限公司"),
    ("单位", "恒畅运输有限公司", "恒畅运输有限公司一分公司"), ("电话", "13812345678", "13812345679"), ("地点", "南岭沙场", "南岭沙场东门"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "one", "other"), ONE)
def test_two_spellings_are_one_name(kind: str, one: str, other: str) -> None:
    assert same_of(kind, one) == same_of(kind, other)


@pytest.mark.parametrize(("kind", "one", "other"), TWO)
def test_what_may_be_another_is_another(kind: str, one: str, other: str) -> None:
    assert same_of(kind, one) != same_of(kind, other)


@pytest.mark.parametrize(
    ("kind", "name"), [("车牌", "车牌不详"), ("单位", "单位名称不清"), ("地点", "未知"), ("人员", "张三")]
)
def test_what_says_not_which_and_who_has_only_a_name_are_not_compared(kind: str, name: str) -> None:
    assert not is_compared(kind, same_of(kind, name))


@pytest.mark.parametrize(
    ("note", "marks"),
    [
        ("收钱的人，电话138-1234-5678", {"电话13812345678"}),
        ("138 1234 5678 13900001111", {"电话13812345678", "电话13900001111"}),
        ("开安A·7K218的人", {"车牌安A7K218"}),
        ("工号：A-0231，身份证340501199001011234", {"证号A0231", "证号340501199001011234"}),
        ("2026年11月24日收了150000元，住20261124号", set()),
    ],
)
def test_a_note_holds_telephones_plates_and_codes(note: str, marks: set[str]) -> None:
    assert marks_in(note) == marks


@pytest.mark.parametrize(("kind", "one", "other"), ONE)
def test_matters_that_name_one_share_its_party(stage: Stage, kind: str, one: str, other: str) -> None:
    first, second = (stage.clue("proposed", parties=((kind, name, ""),)) for name in (one, other))
    assert stage.party(first) == stage.party(second)


ZHAO, PHONE = "赵大山", "13912340001"
APART = [
    ([("人员", ZHAO, "")], [("人员", ZHAO, "")]),
    ([("人员", ZHAO, "收钱的人")], [("人员", ZHAO, "收钱的人")]),
    ([("人员", ZHAO, f"电话{PHONE}")], [("人员", ZHAO, "电话13912340002")]),
    ([("人员", ZHAO, ""), ("地点", "南岭沙场", "")], [("人员", ZHAO, ""), ("地点", "南岭沙场", "")]),
    ([("人员", ZHAO, ""), ("单位", "单位不详", "")], [("人员", ZHAO, ""), ("单位", "单位不详", "")]),
    ([("人员", "外号阿三", f"电话{PHONE}")], [("人员", "外号阿三", f"电话{PHONE}")]),
    ([("人员", ZHAO, f"电话{PHONE}")], [("人员", "赵小山", f"电话{PHONE}")]),
    ([("车牌", "无牌照", "")], [("车牌", "无牌照", "")]),
]
TOGETHER = [
    ([("人员", "钱一", f"电话{PHONE}")], [("人员", "钱 一", "打139-1234-0001找他")]),
    ([("人员", "钱二", "工号A0231")], [("人员", "钱二", "胸牌工号：A-0231")]),
    ([("人员", "钱三", "开安A·7K218")], [("人员", "钱三", "安a7k218的司机")]),
    ([("人员", "钱四", ""), ("车牌", "安C11111", "")], [("车牌", "安C·11111", ""), ("人员", "钱四", "")]),
    (
        [("人员", "钱五", ""), ("单位", "甲运输有限责任公司", "")],
        [("人员", "钱五", ""), ("单位", "甲运输有限公司", "")],
    ),
    ([("人员", "钱六", ""), ("电话", "13912340006", "")], [("人员", "钱六", "电话13912340006")]),
]


def _persons(stage: Stage, *matters: list[tuple[str, str, str]]) -> list[str]:
    numbers = [stage.clue("proposed", parties=tuple(rows)) for rows in matters]
    order = [next((i for i, row in enumerate(rows) if row[0] == "人员"), 0) for rows in matters]
    return [stage.party(number, at) for number, at in zip(numbers, order, strict=True)]


@pytest.mark.parametrize(("one", "other"), APART)
def test_a_name_alone_makes_no_two_persons_one(stage: Stage, one: list, other: list) -> None:
    assert len(set(_persons(stage, one, other))) == 2


@pytest.mark.parametrize(("one", "other"), TOGETHER)
def test_a_second_mark_makes_two_of_a_name_one(stage: Stage, one: list, other: list) -> None:
    assert len(set(_persons(stage, one, other))) == 1


def test_two_matters_are_not_tied_by_a_third_that_shares_one_mark_with_each(stage: Stage) -> None:
    """Whoever does not see the third would learn that there is one."""
    first = [("人员", "孙七", "电话13912340007")]
    third = [("人员", "孙七", "电话13912340007"), ("车牌", "安D70007", "")]
    second = [("人员", "孙七", ""), ("车牌", "安D70007", "")]
    found = _persons(stage, first, third, second)
    assert found[0] == found[1] != found[2]


def test_what_is_carried_on_stays_the_same_party(stage: Stage) -> None:
    """The clue of a tip names the tip's own persons, though nothing but their name is known."""
    tip = stage.tip("triage", parties=(("人员", "李八", "说话的人"), ("人员", "外号黑子", "")))
    stage.do("office", "intake.accept", tip)
    clue = stage.newest("clues")
    assert [stage.party(tip, n) for n in (0, 1)] == [stage.party(clue, n) for n in (0, 1)]


def test_a_number_tells_nothing_of_when_a_party_was_first_named(stage: Stage) -> None:
    numbers = [stage.party(stage.clue("proposed", parties=(("车牌", f"安E0000{n}", ""),))) for n in range(8)]
    assert numbers != sorted(numbers) and numbers != sorted(numbers, reverse=True)
    assert all(int(number[3:7]) >= 3000 for number in numbers), "it looks like no year"
