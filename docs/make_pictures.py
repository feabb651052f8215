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
DECISION = {
    "organ": "安澜市城市管理局党组",
    "document_no": "安城管党〔2026〕51号",
    "decided_on": "2026-11-16",
    "target": "章立民",
}
DECIDED = """渣土科陈立11月30日前完成{clue}当面核实，交核查报告
扫黑办吴敏向市公安局交管支队发协查函，核对3个车牌，12月1日
执法二中队高远每两日看一次工地夜间出土，留照片，到12月4日
违建科韩雪 枫桥路复建部分拆除到位 12.10
市容科邓凯签收柳桥街摊位一事并报情况 下周一
广告科宋岩补报11月信息月报 11月30日
消纳场贺平把收费项目公示出来 12月1日
人事科罗建国提出案件评查人选 12月3日
各中队开展岁末集中排查 12月15日前
二中队老高补拍北门夜间照片 下周三
督查科孙蕾就XS-2026-999481发催办单 11月30日
扫黑办吴敏起草渣土运输行业整治建议书 12月7日"""


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
        ("mailbox", "operator", "/intake/mailbox/?tab=waiting"),
        ("mailbox-draft", "operator", f"/intake/mailbox/{first['mail']}"),
        ("mailbox-unreadable", "operator", "/intake/mailbox/?tab=unreadable"),
        ("letter", "operator", "/intake/letters/new?channel=上级交办"),
        ("box", "operator", f"/intake/boxes/{first['box']}"),
        ("petitions", "operator", "/intake/petitions/?tab=reading"),
        ("petition", "operator", f"/intake/petitions/{first['petition']}"),
        ("petition-read", "operator", f"/intake/petitions/{first['petition']}/do/found"),
        ("parties", "office", "/parties/"),
        ("party", "office", f"/parties/{first['party']}"),
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
        ("meetings", "office", "/meetings/"),
        ("meeting", "office", f"/meetings/{first['meeting']}"),
        ("decisions", "office", "/meetings/decisions/?tab=open"),
        ("decision", "officer", f"/meetings/decisions/{first['decision']}"),
        ("minutes-draft", "office", f"/meetings/minutes/do/correct?under={first['minutes']}"),
        ("minutes", "office", f"/meetings/minutes/{first['minutes']}"),
        ("search", "office", "/search?q=渣土"),
        ("messages", "office", "/messages"),
        ("umbrella", "discipline", "/umbrella/"),
        ("accountability", "discipline", "/accountability/"),
        ("accountability-case", "discipline", f"/accountability/{first['case']}"),
        ("accountability-print", "discipline", f"/accountability/{first['case']}/print"),
        ("accountability-figures", "office", "/accountability/figures"),
        ("matter", "discipline", f"/umbrella/{first['matter']}"),
        ("split", "discipline", f"/umbrella/{first['matter']}/do/split"),
        ("matter-up", "discipline", f"/umbrella/{first['up']}"),
        ("enclosure", "discipline", f"/umbrella/{first['up']}/enclosure"),
        ("recusals", "discipline", "/umbrella/recusals/"),
        ("sealed", "discipline", "/umbrella/sealed/"),
        ("mark", "office", f"/intake/{first['triage']}/do/mark"),
        ("slip", "operator", "/umbrella/sealed/new"),
        ("slip-record", "discipline", f"/umbrella/sealed/{first['sealed']}"),
        ("recusal", "discipline", f"/umbrella/recusals/{first['recusal']}"),
        ("tell", "operator", f"/intake/{first['tell']}/do/tell"),
        ("transfers", "office", "/transfers/"),
        ("transfer", "office", f"/transfers/{first['transfer']}"),
        ("settlements", "office", "/settlements/?tab=all"),
        ("settlement", "officer", f"/settlements/{first['settlement']}"),
        ("opening", "office_head", f"/openings/{first['opening']}"),
        ("opening-read", "office", f"/openings/{first['opened']}/read"),
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
    case = "SELECT max(number) FROM accountability WHERE named_only"
    mine = (
        "SELECT max(d.number) FROM decisions AS d JOIN people AS p ON p.id = d.officer_id WHERE p.login = 'officer' "
        "AND d.number IN (SELECT from_number FROM links WHERE kind = 'related')"
    )
    matter = "SELECT number FROM umbrella_matters WHERE state = 'awaited' ORDER BY id DESC LIMIT 1"
    chosen = {
        "telling": closing, "triage": alike, "matter": matter, "case": case, "decision": mine,
        "minutes": "SELECT max(number) FROM minutes WHERE state = 'issued'",
        "meeting": "SELECT max(number) FROM meetings WHERE kind = '例会'",
        "box": "SELECT max(number) FROM box_openings WHERE state = 'logging'",
        "petition": "SELECT min(number) FROM petitions WHERE state = 'reading'",
        "party": "SELECT p.number FROM parties AS p JOIN mentions AS m ON m.party_id = p.id WHERE p.kind = '单位' "
        "GROUP BY p.number ORDER BY count(*) DESC, p.number LIMIT 1",
        "up": "SELECT max(number) FROM umbrella_matters WHERE state = 'sealed'",
        "tell": "SELECT max(subject) FROM duties WHERE what = 'intake.tell' AND state = 'open'",
        "sealed": "SELECT max(number) FROM umbrella_slips WHERE state = 'sent'",
        "recusal": "SELECT max(number) FROM umbrella_asides",
        "transfer": "SELECT max(number) FROM transfers WHERE state = 'received'",
        "settlement": "SELECT s.number FROM settlements AS s JOIN people AS p ON p.id = s.officer_id "
        "WHERE p.login = 'officer' ORDER BY s.id DESC LIMIT 1",
        "opening": "SELECT max(number) FROM openings WHERE state = 'asked'",
        "opened": "SELECT number FROM openings WHERE state = 'opened' ORDER BY until DESC LIMIT 1",
        "mail": "SELECT max(number) FROM mails WHERE state = 'waiting' AND attachments > 1",
    }  # fmt: skip
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
            _decision(signed_in["discipline"], base, width)
            _meeting_log(signed_in["office"], base, width, first["checking"])
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


def _decision(page: Any, base: str, width: int) -> None:
    """A decision already made is typed from its paper, as far as the scan."""
    page.goto(base + "/accountability/do/record")
    for name, words in DECISION.items():
        page.fill(f"[name='{name}']", words)
    for name, value in (("kind", "党的领导干部"), ("measure", "诫勉")):
        page.check(f"[name='{name}'][value='{value}']", force=True)
    page.locator("#target").focus()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / f"accountability-record-{width}.png", full_page=True)


def _meeting_log(page: Any, base: str, width: int, clue: str) -> None:
    """Twelve pasted lines as they are read, three of them doubtful."""
    page.goto(base + "/meetings/do/log")
    page.fill("[name=lines]", DECIDED.format(clue=clue))
    page.wait_for_selector("#rows tbody tr:nth-child(12)")
    page.screenshot(path=PICTURES / f"meeting-log-{width}.png", full_page=True)


if __name__ == "__main__":
    main()
