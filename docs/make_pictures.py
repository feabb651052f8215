"""Draw docs/pictures: each page of the sample bureau as its user sees it, at 1440 and at 390 pixels.

`make pictures` loads a sample bureau of its own into a temporary folder, serves it on loopback and takes the pictures.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
PICTURES = ROOT / "docs" / "pictures"
SHELL = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
WIDTHS = {1440: 1000, 390: 844}
CALL = {
    "narrative": "来电人反映：11 月中旬起，北苑三路在建工地夜间出土，一家运输公司的人守在东门，不用他们的车就把门堵住。我是工地门卫，电话 15400001111。",
    "place": "东环路与北苑三路交叉口，在建工地东门",
    "parties-0-name": "安澜恒畅运输有限公司",
}


def pages(first: dict[str, str]) -> list[tuple[str, str, str]]:
    """(name, who, address); `first` holds the number of a clue in each state and of a tip to triage."""
    return [
        ("login", "", "/login"),
        ("today", "office", "/"),
        ("today-officer", "officer", "/"),
        ("today-operator", "operator", "/"),
        ("call", "operator", "/intake/calls/new"),
        ("ask", "operator", "/intake/ask"),
        ("tips", "operator", "/intake/"),
        ("tip", "office", f"/intake/{first['triage']}"),
        ("triage", "office", f"/intake/{first['triage']}/do/accept"),
        ("ledger", "office", "/clues/?tab=open"),
        ("clue", "office", f"/clues/{first['referred']}"),
        ("clue-closed", "office", f"/clues/{first['filed']}"),
        ("clue-print", "office", f"/clues/{first['filed']}/print"),
        ("register", "office", "/clues/do/register"),
        ("assign", "office_head", f"/clues/{first['proposed']}/do/assign"),
        ("close", "office_head", f"/clues/{first['telling']}/do/close"),
        ("referrals", "office", "/referrals/"),
        ("search", "office", "/search?q=渣土"),
        ("messages", "office", "/messages"),
        ("umbrella", "discipline", "/umbrella/"),
        ("matter", "discipline", f"/umbrella/{first['matter']}"),
        ("split", "discipline", f"/umbrella/{first['matter']}/do/split"),
        ("recusals", "discipline", "/umbrella/recusals/"),
        ("sealed", "discipline", "/umbrella/sealed/"),
        ("mark", "office", f"/intake/{first['triage']}/do/mark"),
        ("slip", "operator", "/umbrella/sealed/new"),
        ("not-found", "office", "/clues/XS-2026-999999"),
    ]


def main() -> None:
    """Serve and draw."""
    os.environ["PORTAL_INSTANCE"] = tempfile.mkdtemp(prefix="qingyuan-pictures-")
    from flask_migrate import upgrade
    from werkzeug.serving import make_server

    from portal import create_app
    from portal.sample.load import load

    app = create_app()
    with app.app_context():
        upgrade(revision="heads")
        load(if_empty=True, fresh=False, count=int(os.environ.get("CASES", "400")))
        first = _first()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    PICTURES.mkdir(exist_ok=True)
    _draw(f"http://127.0.0.1:{server.server_port}", first)
    server.shutdown()


def _first() -> dict[str, str]:
    from sqlalchemy import text

    from portal.core.actor import Actor
    from portal.extensions import db

    db.session.remove()
    session = db.session()
    session.actor = Actor.job("pictures")
    numbers = dict(tuple(row) for row in session.core(text("SELECT state, max(number) FROM clues GROUP BY state")))
    closing = "SELECT max(number) FROM clues WHERE state = 'telling' AND level <> '重大'"
    alike = (  # the tip that has most in common with others
        "SELECT t.number FROM tips t LEFT JOIN mentions m ON m.number = t.number AND m.kind IN ('单位', '车牌') "
        "LEFT JOIN mentions o ON o.same = m.same AND o.kind = m.kind AND o.number <> m.number "
        "WHERE t.state = 'triage' GROUP BY t.number ORDER BY count(o.id) DESC LIMIT 1"
    )
    matter = "SELECT number FROM umbrella_matters WHERE state = 'awaited' ORDER BY id DESC LIMIT 1"
    chosen = {"telling": closing, "triage": alike, "matter": matter}
    return numbers | {name: number for name, sql in chosen.items() if (number := session.core(text(sql)).scalar())}


def _draw(base: str, first: dict[str, str]) -> None:
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("PORTAL_CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium, args=SHELL)
        for width, height in WIDTHS.items():
            signed_in: dict[str, Any] = {}
            for name, who, address in pages(first):
                page = signed_in.get(who) or _enter(browser, base, who, width, height)
                signed_in[who] = page
                page.goto(base + address)
                page.wait_for_load_state("networkidle")
                page.screenshot(
                    path=PICTURES / f"{name}-{width}.png", full_page=name not in ("today", "ledger", "tips")
                )
            _receipt(signed_in["operator"], base, width)
        browser.close()


def _enter(browser: Any, base: str, who: str, width: int, height: int) -> Any:
    page = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN").new_page()
    if who:
        page.goto(base + "/login")
        page.fill("[name=login]", who)
        page.fill("[name=password]", "Qingyuan-2026!")
        page.press("[name=password]", "Enter")
        page.wait_for_load_state("networkidle")
    return page


def _receipt(page: Any, base: str, width: int) -> None:
    """A call is typed and registered; the page with number, code and excerpt."""
    page.goto(base + "/intake/calls/new")
    for name, words in CALL.items():
        page.fill(f"[name='{name}']", words)
    for name, value in (("field", "渣土运输"), ("urgency", "一般"), ("names_official", "否")):
        page.check(f"[name='{name}'][value='{value}']", force=True)
    page.screenshot(path=PICTURES / f"call-typed-{width}.png", full_page=True)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/receipt")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / f"tip-receipt-{width}.png", full_page=True)


if __name__ == "__main__":
    main()
