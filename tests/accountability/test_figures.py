"""Figures count the whole register; a value under three is — to those who may not open its items, and no sum tells it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from portal.core import figures
from tests.pages import Client
from tests.verbs.stage import PERSON, Stage

pytestmark = pytest.mark.database
CADRES, UNITS = "accountability.党的领导干部.诫勉", "accountability.单位.通报"


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


def value(stage: Stage, login: str, key: str, period: str, unit: str | None = None) -> int | None:
    with stage.app.test_request_context(), stage.session(login) as session:
        return figures.value(session, figures.FIGURES[key], figures.month(period), unit)[0]


def case(stage: Stage, day: str, **more: object) -> str:
    return stage.sanction(decided_on=date.fromisoformat(day), **more)


def test_a_value_under_three_is_told_to_those_alone_who_may_open_all_of_it(stage: Stage) -> None:
    told = []
    for day in ("2025-03-03", "2025-03-04", "2025-03-05"):
        case(stage, day)
        told.append(
            [
                value(stage, who, CADRES, "2025-03")
                for who in ("office", "discipline2", "leader", "discipline", "personnel")
            ]
        )
    assert told == [[None, None, None, 1, 1], [None, None, None, 2, 2], [3, 3, 3, 3, 3]]


def test_none_and_few_are_told_alike(stage: Stage) -> None:
    assert value(stage, "office", CADRES, "2025-06") is None
    case(stage, "2025-06-02")
    assert value(stage, "office", CADRES, "2025-06") is None


def test_whoever_is_named_on_one_of_two_learns_no_number(stage: Stage) -> None:
    """Three of which he may open two tell him that there is one more: therefore three must be hidden from him."""
    case(stage, "2025-07-01")
    case(stage, "2025-07-02")
    stage.sanction("discipline2", decided_on=date(2025, 7, 3), second_id=PERSON["personnel"])
    assert [value(stage, who, CADRES, "2025-07") for who in ("discipline", "discipline2", "personnel", "office")] == [
        None,
        None,
        3,
        3,
    ]


def test_a_year_of_which_one_month_is_hidden_is_not_told(stage: Stage) -> None:
    for month in range(1, 12):
        for day in ("03", "04", "05"):
            case(stage, f"2024-{month:02d}-{day}", target="从前人，协管员")
    case(stage, "2024-12-03", target="从前人，协管员")
    assert value(stage, "office", CADRES, "2024-11") == 3 and value(stage, "office", CADRES, "2024-12") is None
    assert value(stage, "office", CADRES, "2024") is None, "34 less 33 would be the one of December"
    for day in ("04", "05"):
        case(stage, f"2024-12-{day}", target="从前人，协管员")
    assert value(stage, "office", CADRES, "2024") == 36


def test_a_unit_is_not_told_apart(stage: Stage) -> None:
    for day in ("05", "06", "07"):
        case(stage, f"2025-08-{day}")
    assert value(stage, "office", CADRES, "2025-08") == 3
    assert value(stage, "office", CADRES, "2025-08", "4") is None


def test_units_are_counted_as_they_are_seen(stage: Stage) -> None:
    assert value(stage, "office", UNITS, "2025-09") == 0
    stage.sanction(kind="单位", target="市容管理科", measure="通报", decided_on=date(2025, 9, 9))
    assert value(stage, "office", UNITS, "2025-09") == 1
    assert value(stage, "officer", UNITS, "2025-09") == 0


def test_void_and_withdrawn_decisions_are_not_counted(stage: Stage) -> None:
    numbers = [
        stage.sanction(kind="单位", target="市容管理科", measure="通报", decided_on=date(2025, 10, 9)) for _ in range(3)
    ]
    stage.do("discipline", "accountability.void", numbers[0])
    stage.do("discipline", "accountability.withdraw", numbers[1])
    assert value(stage, "office", UNITS, "2025-10") == 1


def test_blurred_cells_do_not_overlap_and_have_no_sum() -> None:
    """From a sum and its shown parts the hidden could be computed."""
    blurred = [f for f in figures.FIGURES.values() if f.whole]
    asked = [(f.register, f.filters["kind"], f.filters["group"]) for f in blurred]
    assert blurred and len(set(asked)) == len(asked)
    seen_by_few = {"党的领导干部", "其他工作人员"}
    for f in figures.FIGURES.values():
        if f.register == "accountability" and not f.whole:
            assert f.filters.get("kind") not in seen_by_few, f.key


def test_the_page_and_the_command_tell_the_same(stage: Stage, sign_in: Callable[[str], Client]) -> None:
    for day in ("05", "06", "07"):
        case(stage, f"2026-04-{day}", kind="其他工作人员", measure="政务记过")
    case(stage, "2026-04-08", kind="其他工作人员", measure="诫勉")
    page = sign_in("office").get("/accountability/figures?period=2026-04")
    rows = {r.th.get_text(): r for r in page.soup.select("#main tbody tr") if r.th}
    assert "3" in rows["政务处分"].get_text() and rows["组织处理"].get_text().count("—") == 1
    with stage.app.app_context():
        done = stage.app.test_cli_runner().invoke(args=["figures", "--period", "2026-04", "--json"])
    with stage.app.app_context():
        plain = stage.app.test_cli_runner().invoke(args=["figures", "--period", "2026-04"])
    told = {row["figure"]: row["value"] for row in map(json.loads, done.output.splitlines())}
    assert told["accountability.其他工作人员.政务处分"] == 3 and told["accountability.其他工作人员.诫勉"] is None
    assert "accountability.其他工作人员.诫勉\t—\t" in plain.output


@pytest.mark.parametrize("login", ["officer", "unit_head", "operator", "sysadmin", "secadmin", "auditor"])
def test_others_do_not_ask(sign_in: Callable[[str], Client], login: str) -> None:
    sign_in(login).get("/accountability/figures", 404)


def test_a_figure_leads_to_its_list(stage: Stage, sign_in: Callable[[str], Client]) -> None:
    number = stage.sanction(kind="单位", target="渣土管理科", measure="检查", decided_on=date(2025, 11, 9))
    with stage.app.test_request_context(), stage.session("office") as session:
        found = figures.value(session, figures.FIGURES["accountability.单位.检查"], figures.month("2025-11"), None)
    assert sign_in("office").get(found[1]).numbers == [number] and found[0] == 1
