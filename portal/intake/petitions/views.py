"""Pages of the petitions with a shape of their own: old ones from a spreadsheet, the receipt, a scan for its keeper."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, redirect, request
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required

from ...core import act, pages
from ...core.actor import Role
from ...core.door import find
from ...core.errors import Refused
from ...core.forms import FilesField, Form
from ...extensions import db
from ...papers.views import attached
from ..models import CATEGORIES
from ..views import original_of
from . import queries, reading
from .models import ACCEPTANCES, WAYS, Petition
from .register import PETITIONS

part = Blueprint("petitions", __name__)
SHEET_NAME = "旧信访件导入样表.xlsx"


class SheetForm(Form):
    """导入旧信访件."""

    sheet = FilesField(_l("信访件表格"), required=_l("请选择要导入的 xlsx 表格"))


@dataclass(frozen=True)
class Told:
    """What became of one row of the sheet. `earlier`: it was here already, as the sentence says."""

    at: int
    ref: str
    number: str | None
    fault: str
    earlier: bool = False


def _only_operators() -> None:
    if not current_user.has((Role.OPERATOR,)):
        abort(404)


@part.route("/intake/petitions/import", methods=["GET", "POST"])
@pages.rule("operator")
@login_required
def sheet() -> Response:
    """Each row that is whole is kept at once; every other is named with what to put right. Sent again, the sheet adds
    only what was missing: a 信访件编号 is there once.
    """
    _only_operators()
    form, told = SheetForm(formdata=None) if request.method == "GET" else SheetForm(), []
    if request.method == "POST" and form.validate():
        try:
            told = [_kept(row) for row in reading.rows_of(form.sheet.uploads[0])]
        except Refused as refused:
            form.sheet.errors = (refused.sentence,)
    return pages.render(
        "intake/petitions/import.html", status=422 if form.errors else 200, form=form, told=told, here="petitions",
        faults=[t for t in told if t.fault and not t.earlier], kept=[t for t in told if t.number],
        earlier=[t for t in told if t.earlier], register=PETITIONS, rows=reading.ROWS, needed=reading.NEEDED,
    )  # fmt: skip


def _kept(row: reading.Row) -> Told:
    if row.old is None:
        return Told(row.at, row.ref, None, row.fault)
    actor = current_user._get_current_object()
    try:
        return Told(row.at, row.ref, act.perform(actor, PETITIONS.verbs["old"], row.old).number, "")
    except Refused as refused:
        return Told(row.at, row.ref, None, refused.sentence, earlier=refused.field == "ref")


@part.get("/intake/petitions/sample")
@pages.rule("operator")
@login_required
def sample() -> Response:
    """The headings, a row as it should look, and the choices of the columns that have some."""
    from xlsxwriter import Workbook  # heavy: only where it is needed

    _only_operators()
    into = io.BytesIO()
    book = Workbook(into, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page, bold = book.add_worksheet("旧信访件"), book.add_format({"bold": True})
    headings = (*reading.NEEDED, *reading.FURTHER)
    page.write_row(0, 0, [f"{h}*" if h in reading.NEEDED else h for h in headings], bold)
    page.set_column(0, len(headings) - 1, 16)
    choices = {"信访形式": WAYS, "信访目的": CATEGORIES, "受理结论": ACCEPTANCES}
    for name, values in choices.items():
        at = headings.index(name)
        page.data_validation(1, at, reading.ROWS, at, {"validate": "list", "source": list(values)})
    book.close()
    return attached(Response(into.getvalue(), mimetype=reading.XLSX), SHEET_NAME)


@part.get("/intake/petitions/<number>/receipt")
@pages.rule("operator")
@login_required
def receipt(number: str) -> Any:
    """Number and code of what came of it: the page that every number has."""
    _only_operators()
    petition: Petition = find(PETITIONS, number)
    told = queries.record_page(db.session(), petition)["goes_to"]
    return redirect(f"/intake/{told[0]}/receipt", 303) if told else abort(404)


@part.get("/intake/petitions/<number>/originals/<file_id>")
@pages.rule("the keeper of an open petition")
@login_required
def original(number: str, file_id: str) -> Response:
    """A scan, for whoever is to read it for clues; each look is on the trail."""
    _only_operators()
    petition: Petition = find(PETITIONS, number)
    if not queries.reads(db.session(), petition):
        abort(404)
    return original_of(petition, file_id)
