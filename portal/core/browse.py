"""The page of a list: tabs, conditions, order, rows, pages beside it, its Excel file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import Any

from flask import Response, abort, current_app, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup

from ..extensions import db
from . import access, clock, lists, pages
from .actor import Role
from .language import current_language
from .register import Register
from .sight import Scope

MOST_EXPORTED = 5000  # rows of a file; more needs a narrower condition
FRESH = 300  # seconds that a frame is kept


@dataclass(frozen=True)
class Choice:
    """A link that changes the list."""

    key: str
    label: str
    href: str
    current: bool = False


@dataclass(frozen=True)
class Chip:
    """A condition: chosen, with the address that takes it away; or its choices."""

    key: str
    label: str
    chosen: str | None
    clear: str
    options: list[tuple[str, str]]


def for_the_role(r: Register) -> None:
    """A part that is not for the viewer's roles is not there for him."""
    if not r.seen_by & db.session().actor.roles:
        abort(404)


def list_page(r: Register) -> Response:
    """A register as a list, or the same rows as a file."""
    for_the_role(r)
    session, asked = db.session(), lists.read(r, request.args)
    if request.args.get("format") == "xlsx":
        return _excel(r, asked)
    roles = session.actor.roles
    language, page = current_language(), lists.page(session, asked)
    context: dict[str, Any] = {"register": r, "page": page, "here": r.name, "q": asked.q, "asked": asked}
    context["rows"] = Markup("".join([_draw(r, row, language) for row in page.rows]))
    context |= r.heads(session) if r.heads else {}
    frame = _frame(r, asked, roles, language)
    return pages.render(r.listing, fragments=frozenset({"list"}), **context, **frame)


def _draw(r: Register, row: Any, language: str) -> Markup:
    """A row as HTML. Remembered where its words lie open in the search index anyway; what was sealed never is."""
    macro: Any = getattr(current_app.jinja_env.globals["ui"], r.row)
    return _drawn(macro, row, language) if r.searched else macro(row)


@lru_cache(2048)  # about 2 KB each
def _drawn(macro: Any, row: Any, language: str) -> Markup:
    drawn: Markup = macro(row)
    return drawn


def _frame(r: Register, asked: lists.Asked, roles: Role, language: str) -> dict[str, Any]:
    """All but the rows: the same for everybody with these roles at this address, so it is made once.

    It is made anew after FRESH, since units and dates to choose from change.
    """
    frames: dict[Any, dict[str, Any]] = current_app.extensions["frames"]
    while_fresh = int(clock.now().timestamp()) // FRESH
    key = (r.name, asked.texts, asked.tab and asked.tab.key, asked.chosen_sort, asked.q, roles, language, while_fresh)
    frame = frames.get(key)
    if frame is None:
        if len(frames) >= 100:  # 80 KB each
            frames.clear()
        frame = frames[key] = {
            "kept": pages.Kept(), "title": str(r.title), "scope_words": _scope_words(r, roles),
            "tabs": [
                Choice(t.key, str(t.label), asked.url(tab=t.key, **_no_state(r)), t is _current(r, asked))
                for t in r.tabs
            ],
            "chips": _chips(r, asked),
            "sorts": [Choice(s.key, str(s.label), asked.url(sort=s.key), s is asked.sort) for s in asked.sorts],
            "creates": [
                {"name": v.name, "label": v.label, "href": v.page or f"{r.root}do/{v.name}"}
                for v in r.verbs.values()
                if v.creates and v.on is None and v.form and any(role & roles for role in v.who)
            ],
            "bulk": [
                {"name": v.name, "label": v.label, "href": f"{r.root}do/{v.name}"}
                for v in r.verbs.values()
                if v.bulk and any(role & roles for role in v.who)
            ],
            "export_url": asked.url(format="xlsx"),
            "clear_url": r.root + (f"?tab={asked.tab.key}" if asked.tab else ""),
        }  # fmt: skip
    return frame


def _scope_words(r: Register, roles: Role) -> str | None:
    """How far this person sees, in words; None where that goes without saying."""
    if isinstance(r.sees, Scope):
        return None
    scopes = {scope.name for role, scope in r.sees.items() if role & roles}
    if "everywhere" in scopes:
        return _("全局")
    if "own_branch" in scopes:
        return _("本单位及下属单位")
    return _("本单位") if "own_unit" in scopes else None


def _current(r: Register, asked: lists.Asked) -> Any:
    return asked.tab or next((t for t in r.tabs if not t.where), None)


def _no_state(r: Register) -> dict[str, None]:
    return {f.key: None for f in r.filters if f.excludes_tabs}


def _chips(r: Register, asked: lists.Asked) -> list[Chip]:
    session, chosen, found = db.session(), dict(asked.texts), []
    for f in r.filters:
        said = chosen.get(f.key)
        if f.hidden and said is None:
            continue
        options = f.choices(session)
        tabless: dict[str, None] = {"tab": None} if f.excludes_tabs else {}
        found.append(
            Chip(
                f.key, str(f.label), dict(options).get(said, said) if said else None, asked.url(**{f.key: None}),
                [(words, asked.url(**{f.key: value}, **tabless)) for value, words in options],
            )
        )  # fmt: skip
    return found


def counts(r: Register) -> Response:
    """The counted tabs as a fragment, asked for after the page and polled."""
    for_the_role(r)
    return Response(render_template("register/counts.html", register=r, counts=lists.counts(db.session(), r)))


def _excel(r: Register, asked: lists.Asked) -> Response:
    """The same rows as a file: every cell is text, so nothing in it is a formula."""
    from xlsxwriter import Workbook  # heavy: only where it is needed

    session, name = db.session(), f"{r.title}-{clock.today().isoformat()}.xlsx"
    rows = lists.everything(session, asked, MOST_EXPORTED)
    access.record(session, "export", f"{r.name} {len(rows)}")
    into = BytesIO()
    book = Workbook(  # in memory: each of its parts would be a file on the disk for a moment, to be made and taken away
        into,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    sheet, bold = book.add_worksheet(str(r.title)[:31]), book.add_format({"bold": True})
    columns = [c for c in r.columns if c.label]
    for i, c in enumerate(columns):
        sheet.write_string(0, i, str(c.label), bold)
        sheet.set_column(i, i, 18)
    for y, row in enumerate(rows, 1):
        for x, c in enumerate(columns):
            sheet.write_string(y, x, _cell(c.text(getattr(row, c.key)) if c.text else getattr(row, c.key)))
    by = _("%(name)s %(time)s 导出，%(n)d 行") % {
        "name": session.actor.name,
        "time": clock.local(clock.now()).strftime("%Y-%m-%d %H:%M"),
        "n": len(rows),
    }
    sheet.write_string(len(rows) + 2, 0, by)
    book.close()
    answer = Response(into.getvalue(), mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _cell(value: Any) -> str:
    """Text; control characters would not be a spreadsheet any more."""
    if isinstance(value, datetime):
        value = clock.local(value).strftime("%Y-%m-%d %H:%M")
    text = "" if value is None else str(value)
    return "".join(c for c in text if c.isprintable() or c == "\n")[:32_000]
