"""Two people on one record: both texts are shown, the second press is deliberate, what is too late has no button."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.flow.test_side_ways import registered
from tests.pages import Client

pytestmark = pytest.mark.database
SignIn = Callable[[str], Client]


def test_both_texts_are_shown_and_the_second_press_is_deliberate(sign_in: SignIn) -> None:
    first, second = sign_in("office"), sign_in("office2")
    clue = registered(first)
    mine = first.form(f"{clue}/do/amend", title="第一位写的标题", words="更正")
    theirs = second.form(f"{clue}/do/amend", title="第二位写的标题", words="更正")
    first.post(*mine)
    page = second.post(*theirs, 409)
    assert "第一位写的标题" in page.text and "第二位写的标题" in page.html
    assert "更正文字" in page.alert, "what was done since, and by whom"
    action, again = second.form(page)
    assert again["title"] == "第二位写的标题" and again["once"] == theirs[1]["once"]
    second.post(action, again)
    assert "第二位写的标题" in second.get(clue).text


def test_what_the_state_does_not_allow_any_more_has_no_button(sign_in: SignIn) -> None:
    office, head = sign_in("office"), sign_in("office_head")
    clue = registered(office)
    action, data = head.form(f"{clue}/do/return", words="写了很久的退回理由")
    head.do(clue, "assign")
    page = head.post(action, data, 409)
    assert "写了很久的退回理由" in page.text and not page.main.select("form[method=post]")
    assert not head.get(f"{clue}/do/return", 409).main.select("form[method=post]")


def test_a_draft_keeps_the_version_it_was_typed_against(sign_in: SignIn) -> None:
    first, second = sign_in("office"), sign_in("office2")
    clue = registered(first)
    action, data = first.form(f"{clue}/do/amend", title="草稿里的标题", words="更正")
    first.post(action + "?draft=1", data, 204)
    second.do(clue, "amend", title="同事先改的标题", words="更正")
    action, kept = first.form(f"{clue}/do/amend")
    assert kept["title"] == "草稿里的标题"
    page = first.post(action, kept, 409)
    assert "同事先改的标题" in page.text and "草稿里的标题" in page.html


def test_two_children_added_at_once_do_not_conflict(sign_in: SignIn) -> None:
    from tests.flow.test_side_ways import in_hand

    clue = in_hand(sign_in)
    first, second = sign_in("officer"), sign_in("colleague")
    given = {"checked_at": "2026-11-01T10:00", "method": "走访", "place": "柳桥街", "found": "属实"}
    mine = first.form(f"/checks/do/record?under={clue.rpartition('/')[2]}", second_officer_id=6, **given)
    theirs = second.form(f"/checks/do/record?under={clue.rpartition('/')[2]}", second_officer_id=5, **given)
    first.post(*mine)
    second.post(*theirs)
