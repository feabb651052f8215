"""研判: one page of three decisions, in the order in which the tips fall due."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from portal.core import act
from tests.conftest import Clock
from tests.pages import Client
from tests.verbs.stage import Stage

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


def test_the_draft_of_one_decision_gives_all_three_back(sign_in: Callable[[str], Client], stage: Stage) -> None:
    tip, office = stage.tip("triage"), sign_in("office")
    action, data = office.form(f"/intake/{tip}/do/accept", category="申诉求决")
    data |= {"decision": "decline", "reason": "其他", "words": "不在本市", "into": "XS-2026-000001"}
    office.post(action + "?draft=1", data, 204)
    page = office.get(f"/intake/{tip}/do/accept").soup

    def said(name: str) -> list[str]:
        boxes = page.select(f"input[name={name}][checked], select[name={name}] option[selected]")
        return [str(box["value"]) for box in boxes] or [
            str(f.get("value", f.text)).strip() for f in page.select(f"[name={name}]")
        ]

    assert (said("decision"), said("category"), said("reason")) == (["decline"], ["申诉求决"], ["其他"])
    assert (said("words"), said("into")) == (["不在本市"], ["XS-2026-000001"])


def test_one_goes_from_tip_to_tip_the_first_due_in_front(
    sign_in: Callable[[str], Client], stage: Stage, clock: Clock
) -> None:
    clock.forward(days=30)
    tips = []
    for _ in range(3):
        tips.append(stage.tip("triage"))
        clock.forward(days=2)
    first, second, third = (sign_in("office").get(f"/intake/{tip}/do/accept") for tip in tips)
    assert f"/intake/{tips[1]}/do/accept" in {a["href"] for a in first.soup.select("h1 ~ * a")}
    ways = {a.get_text(strip=True): a["href"] for a in second.soup.select(".heading__actions a")}
    assert ways == {"上一件": f"/intake/{tips[0]}/do/accept", "下一件": f"/intake/{tips[2]}/do/accept"}
    assert "下一件" not in third.soup.select_one(".heading__actions").text  # type: ignore[union-attr]


def test_a_tip_from_which_one_is_recused_is_not_counted(sign_in: Callable[[str], Client], stage: Stage) -> None:
    mine, other = stage.tip("triage"), stage.tip("triage")
    before = sign_in("office").get(f"/intake/{mine}/do/accept").soup.select_one(".heading__actions .muted")
    stage.do("office", "intake.recuse", other)
    after = sign_in("office").get(f"/intake/{mine}/do/accept").soup.select_one(".heading__actions .muted")
    counts = [int("".join(c for c in told.text if c.isdigit())) for told in (before, after) if told]
    assert counts[1] == counts[0] - 1


def test_a_clue_at_which_somebody_is_at_work_is_joined_after_him(
    sign_in: Callable[[str], Client], stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second waits for the first and goes on from what is there then."""
    clue, tip, held = stage.clue("checking"), stage.tip("triage"), threading.Event()
    other, office = sign_in("office2"), sign_in("office")
    amended = other.form(f"/clues/{clue}/do/amend", title="改过的标题", words="更正")
    joined = office.form(f"/intake/{tip}/do/join", into=clue, category="检举控告")
    load = act.load

    def slowly(session: Any, verb: Any, *more: Any, **named: Any) -> Any:
        row = load(session, verb, *more, **named)
        if verb.full == "clues.amend":
            held.set()
            time.sleep(0.5)
        return row

    monkeypatch.setattr(act, "load", slowly)
    first = threading.Thread(target=other.post, args=amended)
    first.start()
    held.wait(10)
    office.post(*joined)
    first.join()
    page = office.get(f"/clues/{clue}")
    assert "改过的标题" in page.text and tip in page.text
