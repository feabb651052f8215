"""The bare page that the ledger is measured against: Flask, sqlite3 and Jinja giving the same HTML, and nothing else.

It signs nobody in, asks no rule and has the frame of the page as one literal; what stands in a row is worked out from
the same columns. What a day or a due time is called is remembered, as any page would.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, request

from portal.clues.models import ClueState
from portal.core import clock

ROWS = '<tbody id="rows">\n'
SQL = """
SELECT number, title, field, source, level, version, state, owed_at, received_at, units.short_name AS unit, people.name AS officer
FROM (SELECT * FROM clues WHERE state = ? AND field = ? AND number NOT IN (SELECT number FROM recusals WHERE person_id = ?)
      ORDER BY received_at DESC, id DESC LIMIT 51) AS page
LEFT JOIN units ON units.id = page.unit_id LEFT JOIN people ON people.id = page.officer_id
"""
STATES = {s.value: (s.tone, str(s.label)) for s in ClueState}


def create(page: str, row: str, database: str, person_id: int) -> Flask:
    """`page`: the HTML to be given again; `row`: the source of the macro that draws a row of it."""
    app, local = Flask("bare"), threading.local()
    begin = page.index(ROWS) + len(ROWS)
    end = page.index("</tbody>", begin)
    body = row.partition("clue_row(c) -%}\n")[2].partition("{% endmacro")[0]
    before, after = (f"{{% raw %}}{part}{{% endraw %}}" for part in (page[:begin], page[end:]))
    template = app.jinja_env.from_string(f"{before}{{% for c in rows %}}{body}{{% endfor %}}{after}")

    @app.get("/")
    def ledger() -> str:
        if not hasattr(local, "connection"):
            local.connection = sqlite3.connect(database)
            local.connection.row_factory = sqlite3.Row
            local.connection.execute("PRAGMA cache_size=-64000")
        asked = (request.args["state"], request.args["field"], person_id)
        return template.render(rows=[_shown(r) for r in local.connection.execute(SQL, asked).fetchall()[:50]])

    return app


def _shown(r: sqlite3.Row) -> dict[str, Any]:
    tone, label = STATES[r["state"]]
    return {
        "number": r["number"], "title": r["title"], "side": f"{r['field']} · {r['source']}", "unit": r["unit"],
        "officer": r["officer"], "state_tone": tone, "state_label": label, "due": _due(r["owed_at"]),
        "received": _day(r["received_at"]), "level": r["level"], "version": r["version"],
    }  # fmt: skip


@lru_cache(4096)
def _day(stored: str) -> str:
    day = clock.local(datetime.fromisoformat(stored).replace(tzinfo=UTC)).date()
    return clock.short(day, clock.today())


@lru_cache(4096)
def _due(stored: str) -> dict[str, str]:
    """The words of core/clock.py for a clock that ends at midnight."""
    day = clock.local(datetime.fromisoformat(stored).replace(tzinfo=UTC) - timedelta(seconds=1)).date()
    here, below = clock.today(), clock.short(day, clock.today())
    if day == here:
        return {"tone": "att", "main": "今天到期", "below": below}
    below = f"{below} 到期，暂按周末推算" if clock.DAYS.is_estimated(day) else f"{below} 到期"
    working, plain = abs(clock.working_days_between(here, day)), abs((day - here).days)
    left = f"{working} 个工作日" if working else f"{plain} 天"
    if day < here:
        return {"tone": "bad", "main": f"逾期 {left}", "below": below}
    return {"tone": "att" if working <= 3 else "", "main": f"还剩 {left}", "below": below}


def from_environment() -> Flask:
    """For gunicorn: BARE_PAGE and BARE_ROW are files."""
    page, row = (Path(os.environ[name]).read_text() for name in ("BARE_PAGE", "BARE_ROW"))
    return create(page, row, os.environ["BARE_DATABASE"], int(os.environ["BARE_PERSON"]))
