"""The sample bureau: its people fit the roles, its matters are many, repeatable, and fair to everybody in them."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import pytest

from portal.core.actor import Role
from portal.sample.bureau import DESKS, HEADS, PEOPLE, UNITS
from portal.sample.cases import PHRASES, REPLIES, TIPS_ONLY, UMBRELLA, Case, cases
from portal.sample.telling import FILES, read, situations

ROLE_ACCOUNTS = {
    **{role: role for role in ("operator", "officer", "unit_head", "office", "office_head", "deputy_head", "leader")},
    **{role: role for role in ("bureau_head", "discipline", "personnel", "sysadmin", "secadmin", "auditor")},
    "officer2": "officer",
}
GUILT = (
    "黑恶分子",
    "犯罪分子",
    "犯罪嫌疑人",
    "黑社会",
    "恶势力",
    "保护伞",
    "罪犯",
    "团伙",
    "歹徒",
    "恶霸",
    "流氓",
    "黑老大",
)
REASONS = {"不属本局职责", "诉讼、仲裁、复议已受理", "已有答复，无新事实", "无具体事实，无法补充", "其他", ""}
NUMBER = re.compile(r"1\d{10}")


@pytest.fixture(scope="module")
def thousand() -> tuple[Case, ...]:
    return tuple(cases(2026, 1000))


def words_of(case: Case) -> tuple[str, ...]:
    """All that people will read of a case, the original words included."""
    parties = (word for party in case.parties for word in party)
    checks = (word for check in case.checks for word in check)
    return (
        *(case.title, case.narrative, case.excerpt, case.place, case.conclusion_text),
        *(case.head_opinion, case.office_opinion, case.told, *parties, *checks),
    )


# the bureau


def test_there_are_sixty_people_with_a_login_each() -> None:
    logins = Counter(person.login for person in PEOPLE)
    assert len(PEOPLE) == len(logins) == 60
    assert len({person.name for person in PEOPLE}) == len({person.phone for person in PEOPLE}) == 60


def test_each_role_account_is_one_person_with_that_one_role() -> None:
    roles = {person.login: person.roles for person in PEOPLE}
    assert {login: roles[login] for login in ROLE_ACCOUNTS} == {login: (role,) for login, role in ROLE_ACCOUNTS.items()}


def test_all_roles_are_roles_of_the_portal() -> None:
    assert {role for person in PEOPLE for role in person.roles} <= {role.name.lower() for role in Role if role.name}


def test_every_unit_has_one_head_who_holds_the_role() -> None:
    heads = Counter(person.unit for person in PEOPLE if "unit_head" in person.roles)
    assert heads == dict.fromkeys((unit.key for unit in UNITS), 1)
    assert set(HEADS) == set(heads)


def test_the_two_officers_are_of_two_units_and_one_of_them_is_led_by_unit_head() -> None:
    unit = {person.login: person.unit for person in PEOPLE}
    assert unit["officer"] == unit["unit_head"] != unit["officer2"]


def test_units_that_handle_clues_have_three_officers_or_more() -> None:
    officers = Counter(person.unit for person in PEOPLE if person.roles == ("officer",))
    assert all(3 <= officers[unit.key] <= 5 for unit in UNITS if unit.handles)


def test_units_stand_below_units_that_come_before_them() -> None:
    keys = [unit.key for unit in UNITS]
    assert all(unit.parent is None or unit.parent in keys[: keys.index(unit.key)] for unit in UNITS)
    assert {person.unit for person in PEOPLE} == set(keys)


def test_desks_are_kept_by_people_of_the_bureau() -> None:
    assert set(DESKS.values()) <= {person.login for person in PEOPLE}


# the matters


def test_one_seed_gives_one_series_and_a_longer_one_begins_with_it() -> None:
    assert tuple(cases(7, 60)) == tuple(cases(7, 90))[:60] != tuple(cases(8, 60))


def test_there_are_sixty_kinds_of_matters_or_more() -> None:
    assert sum(len(situations(field)) for field in FILES) >= 60


def test_six_hundred_of_a_thousand_titles_differ(thousand: tuple[Case, ...]) -> None:
    assert len({case.title for case in thousand}) > 600
    assert len({case.narrative for case in thousand}) == len(thousand)


def test_neighbours_do_not_read_alike(thousand: tuple[Case, ...]) -> None:
    def shared(one: str, other: str) -> float:
        ones, others = ({text[i : i + 3] for i in range(len(text) - 2)} for text in (one, other))
        return len(ones & others) / min(len(ones), len(others))

    assert max(shared(a.excerpt, b.excerpt) for a, b in pairwise(thousand)) < 0.4


def test_titles_and_narratives_have_their_length(thousand: tuple[Case, ...]) -> None:
    assert all(5 <= len(case.title) <= 40 for case in thousand)
    assert all(60 <= len(case.narrative) <= 350 for case in thousand)
    assert all(case.excerpt and 1 <= len(case.checks) <= 3 for case in thousand)


def test_a_title_names_a_matter_and_no_party(thousand: tuple[Case, ...]) -> None:
    for case in thousand:
        assert not any(party.name in case.title for party in case.parties if party.kind != "地点"), case.title


def test_nobody_is_called_guilty(thousand: tuple[Case, ...]) -> None:
    said = [word for case in thousand for word in words_of(case)]
    said += [word for pool in (*PHRASES.values(), *REPLIES.values()) for word in pool]
    said += [word for tip in TIPS_ONLY for word in (tip.title, tip.narrative, tip.reply)]
    said += [word for matter in UMBRELLA for word in (matter.title, matter.narrative, matter.ordinary)]
    assert [text for text in said if any(word in text for word in GUILT)] == []


def test_an_excerpt_holds_no_number_and_nothing_of_the_reporter(thousand: tuple[Case, ...]) -> None:
    for case in thousand:
        assert not NUMBER.search(case.excerpt)
        if case.reporter:
            assert not any(trace in case.excerpt for trace in case.reporter), case.excerpt


def test_many_narratives_do_hold_traces_of_the_reporter(thousand: tuple[Case, ...]) -> None:
    traced = [case for case in thousand if case.reporter and any(word in case.narrative for word in case.reporter)]
    assert len(traced) > 300
    assert all(case.named == (case.reporter is not None) for case in thousand)


def test_plates_look_like_plates_and_numbers_belong_to_nobody(thousand: tuple[Case, ...]) -> None:
    for case in thousand:
        plates = [party.name for party in case.parties if party.kind == "车牌"]
        assert all(re.fullmatch(r"安A·[0-9A-HJ-NP-Z]{5}", plate) for plate in plates)
        numbers = NUMBER.findall(" ".join(words_of(case)))
        assert all(number.startswith(("154", "163")) for number in numbers)


def test_about_one_in_seven_shares_a_firm_or_a_plate_with_another(thousand: tuple[Case, ...]) -> None:
    names = [{party.name for party in case.parties if party.kind in ("单位", "车牌")} for case in thousand]
    times = Counter(name for each in names for name in each)
    assert 100 < sum(any(times[name] > 1 for name in each) for each in names) < 220


def test_levels_and_kinds_have_their_shares(thousand: tuple[Case, ...]) -> None:
    levels = Counter(case.level for case in thousand)
    kinds = Counter(case.kind for case in thousand)
    assert 640 < levels["一般"] < 760
    assert 30 < levels["重大"] < 100
    assert kinds["涉乱"] + kinds["涉恶"] > 750
    assert kinds["其他违法"] > kinds["涉黑"] > 0


def test_a_matter_goes_to_a_unit_that_handles_clues(thousand: tuple[Case, ...]) -> None:
    assert {case.unit for case in thousand} == {unit.key for unit in UNITS if unit.handles}


def test_what_was_found_decides_the_way_out(thousand: tuple[Case, ...]) -> None:
    for case in thousand:
        assert (case.disposition == "了结(查否)") == (case.conclusion == "查否")
        assert (case.disposition == "暂存") == (case.conclusion == "无法核实")
        if case.conclusion == "查实" and "移送公安" in case.conclusion_text:
            assert case.disposition == "移送公安"


def test_nobody_of_the_bureau_is_a_party_or_a_reporter(thousand: tuple[Case, ...]) -> None:
    staff = {person.name for person in PEOPLE}
    names = read("names")
    assert staff.isdisjoint(a + b for a in names["surnames"] for b in names["given"])
    assert staff.isdisjoint(a + b for a in names["reporter_surnames"] for b in names["reporter_given"])
    assert not any(name in word for case in thousand for word in words_of(case) for name in staff if len(name) > 2)


def test_no_mark_of_the_writing_is_left_in_a_text(thousand: tuple[Case, ...]) -> None:
    left = re.compile(r"[\[\]{}<>|@]|[，；。]{2}|“”|^[，；。]")
    assert [word for case in thousand for word in words_of(case) if left.search(word)] == []


# the rest


def test_short_tips_end_with_a_reason_of_the_list_or_were_broken_off() -> None:
    assert len(TIPS_ONLY) >= 40
    assert {tip.reason for tip in TIPS_ONLY} == REASONS
    assert all(tip.reply for tip in TIPS_ONLY if tip.reason and tip.reporter)
    assert not any(trace in tip.narrative for tip in TIPS_ONLY if tip.reporter for trace in tip.reporter)


def test_twelve_reports_touch_officials_by_post_only() -> None:
    surnames = "".join({*read("names")["surnames"], *read("names")["reporter_surnames"]})
    named = re.compile(f"(?:叫|姓)[{surnames}]|[{surnames}](?:某|科长|队长|主任|所长|局长)")
    assert len(UMBRELLA) == 12
    assert not any(named.search(matter.narrative) for matter in UMBRELLA)
    assert not any(re.search("科员|干部|委员|民警|辅警|副队长|工作人员", matter.ordinary) for matter in UMBRELLA)


def test_there_are_words_for_each_verb() -> None:
    assert {"assign", "return", "sign", "review", "close", "hold"} <= set(PHRASES)
    assert all(len(pool) == len(set(pool)) for pool in PHRASES.values())
    assert set(REPLIES) == {"已立案", "不予立案", "转其他机关", "补充材料", "研判不属"}
