"""The standing cast of the tests: fixed people in fixed units. 陈经办 is of unit A, 周旁人 of unit B."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from flask import Flask

from portal.sample.people import NewPerson, NewUnit, load

UNITS = (
    NewUnit("office", "扫黑除恶专项斗争领导小组办公室", "扫黑办", None, handles=False),
    NewUnit("a", "渣土管理科", "渣土科", None, handles=True),
    NewUnit("a1", "渣土管理科一组", "渣土一组", "a", handles=True),
    NewUnit("b", "市容管理科", "市容科", None, handles=True),
    NewUnit("leaders", "局领导", "局领导", None, handles=False),
    NewUnit("discipline", "派驻纪检监察组", "纪检组", None, handles=False),
)
PEOPLE = (
    NewPerson("operator", "林操作", "office", "受理员", ("operator",), "6110"),
    NewPerson("office", "钱内勤", "office", "科员", ("office",), "6101"),
    NewPerson("office2", "冯内勤", "office", "科员", ("office",), "6102"),
    NewPerson("office_head", "孙主任", "office", "主任", ("office_head",), "6100"),
    NewPerson("officer", "陈经办", "a", "科员", ("officer",), "6201"),
    NewPerson("colleague", "何同办", "a", "科员", ("officer",), "6202"),
    NewPerson("unit_head", "吴主任", "a", "科长", ("unit_head",), "6200"),
    NewPerson("below", "小组员", "a1", "科员", ("officer",), "6203"),
    NewPerson("officer2", "周旁人", "b", "科员", ("officer",), "6301"),
    NewPerson("unit_head2", "郭科长", "b", "科长", ("unit_head",), "6300"),
    NewPerson("deputy_head", "许分管", "leaders", "副局长", ("deputy_head",), "6003"),
    NewPerson("bureau_head", "郑局长", "leaders", "局长", ("bureau_head",), "6001"),
    NewPerson("leader", "王领导", "leaders", "副局长", ("leader",), "6004"),
    NewPerson("discipline", "郑纪检", "discipline", "监督专员", ("discipline",), "6400"),
    NewPerson("discipline2", "马纪检", "discipline", "监督专员", ("discipline",), "6401"),
    NewPerson("personnel", "罗人事", "leaders", "人事", ("personnel",), "6500"),
    NewPerson("sysadmin", "纪系统", "leaders", "系统管理员", ("sysadmin",), "6107"),
    NewPerson("secadmin", "龙安全", "leaders", "安全管理员", ("secadmin",), "6108"),
    NewPerson("auditor", "邢审计", "leaders", "审计管理员", ("auditor",), "6109"),
    NewPerson("discipline3", "骆纪检", "discipline", "监督专员", ("discipline",), "6402"),
)
DESKS = {
    "hotline": "operator", "mailbox": "operator", "triage": "office", "office_head": "office_head",
    "deputy_head": "deputy_head", "discipline": "discipline",
}  # fmt: skip
HEADS = {
    "office": "office_head",
    "a": "unit_head",
    "a1": "unit_head",
    "b": "unit_head2",
    "leaders": "bureau_head",
    "discipline": "discipline",
}


def load_cast(app: Flask) -> None:
    """Into an empty migrated database."""
    with app.app_context():
        load(UNITS, PEOPLE, DESKS, HEADS)


def cases(logins: Iterable[str], *both: str) -> list[Any]:
    """A case for each; those of `both` are asked on both engines, the others on SQLite.

    What the engine does for a role, its walls and the statements of its rule, tests/security/test_leaks.py and
    tests/verbs ask of both; that a page shows no more than it was given is the same code for all of them.
    """
    return [pytest.param(login, marks=() if login in both else pytest.mark.sqlite) for login in logins]
