"""The table of what was read from pasted lines: a row of it, how it is put anew, what of it is still open.

What is read is put anew whenever the lines or their day change; a cell that a person has changed is left alone.
"""

from __future__ import annotations

import json
from datetime import date
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    Form,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)  # fmt: skip
from wtforms.validators import Optional

from ..core import clock
from ..core.forms import whole_number
from .reading import Line

LONGEST = 500  # characters of a decision
FARTHEST = 10  # years: beyond it a year is mistyped
ALIKE = 0.5
CELLS = ("what", "unit_id", "officer_id", "due_on", "standing")
PICKED: dict[str, Any] = {"unit_id": int, "officer_id": int, "due_on": date.fromisoformat}


class RowForm(Form):
    """A row of the table. `read`: what the portal put into its cells, so that a cell that a person has changed is known
    and left alone; `told`: the numbers of which he has been told that they are not written.
    """

    line = HiddenField()
    read = HiddenField()
    told = StringField(_l("编号"))
    what = TextAreaField(_l("议定事项"))
    unit_id = SelectField(_l("责任单位"), coerce=whole_number, choices=())
    officer_id = SelectField(_l("责任人"), coerce=whole_number, choices=())
    due_on = DateField(_l("时限"), [Optional()])
    standing = BooleanField(_l("长期"))

    @cached_property
    def put(self) -> dict[str, Any]:
        """Cell → what was put there, as text. Nothing of a row that was never read."""
        try:
            found = json.loads(self.read.data or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def kept(self) -> dict[str, Any]:
        """The cells that a person has changed."""
        return {c: self[c].data for c in CELLS if _text(self[c].data) != self.put.get(c)}


def _text(value: Any) -> str:
    return "" if value in (None, False) else str(value).strip()


def looks(row: dict[str, Any]) -> tuple[Any, ...]:
    """What of a row makes it another one for whoever looks at it."""
    return row["line"], *(row[c] for c in CELLS)


def same_lines(before: list[Any], now: list[str]) -> dict[int, int]:
    """Index of a line now → of the row that it had: also of one that was written on, in its place."""
    found: dict[int, int] = {}
    for kind, a, a_end, b, b_end in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        if kind == "equal":
            found |= dict(zip(range(b, b_end), range(a, a_end), strict=True))
        elif kind == "replace":  # each takes the row of the next line that it can have been
            rest = a
            for i in range(b, b_end):
                was = next((j for j in range(rest, a_end) if _written_on(before[j], now[i])), None)
                if was is not None:
                    found[i], rest = was, was + 1
    return found


def _written_on(before: str, now: str) -> bool:
    """Whether the one line can have become the other under somebody's hand; another line is another matter."""
    return now.startswith(before) or before.startswith(now) or SequenceMatcher(None, before, now).ratio() >= ALIKE


def line_of(line: Line) -> str:
    """As a hidden field can carry it."""
    return " ".join(line.text.split())


def row_of(line: Line, sent: Any, on: date) -> dict[str, Any]:
    """The cells as read; those that a person has changed as he left them."""
    day = line.due.value
    if line.long_term and day is None and not line.due.readings:  # looked at in a month, until it is said otherwise
        day = clock.due(clock.end_of(max(on, clock.today()) - clock.DAY), 1, "month").date() - clock.DAY
    cells: dict[str, Any] = {
        "what": line.what, "unit_id": line.unit.value, "officer_id": line.person.value, "due_on": day,
        "standing": line.long_term,
    }  # fmt: skip
    put = json.dumps({c: _text(v) for c, v in cells.items()}, ensure_ascii=False)
    return (
        {"line": line_of(line), "read": put, "told": sent.told.data if sent is not None else ""}
        | cells
        | (sent.kept() if sent is not None else {})
    )


def not_too_far(form: Any, field: Any) -> None:
    """A validator: a day that somebody living will see."""
    if field.data and field.data.year > clock.today().year + FARTHEST:
        raise ValidationError(_("日期太远，请核对年份"))


def questions(
    line: Line, row: Any, unit_of: dict[int, int], unknown: list[str], held_on: date | None
) -> list[tuple[Any, str, str]]:
    """What of a row is still to be said by a person: (field, word, what to do)."""
    found: list[tuple[Any, str, str]] = []
    if not (row.what.data or "").strip() or len(row.what.data) > LONGEST:
        found.append((row.what, _("内容"), _("请写明议定的事，最多 %(n)d 个字", n=LONGEST)))
    if row.unit_id.data is None:
        several = len(line.unit.readings) > 1
        found.append((row.unit_id, _("牵头单位") if several else _("责任单位"), _("请选定")))
    elif row.officer_id.data is None and (line.person.said or line.person.readings):
        found.append((row.officer_id, _("责任人"), _("请选定")))
    elif row.officer_id.data is not None and unit_of.get(row.officer_id.data) != row.unit_id.data:
        found.append((row.officer_id, _("责任人"), _("不属于所选单位，请重新选定")))
    day, word = row.due_on.data, _("复核日期") if row.standing.data else _("时限")
    if day is None:
        found.append((row.due_on, word, _("请填写")))
    elif (held_on and day < held_on) or day.year > clock.today().year + FARTHEST:
        found.append((row.due_on, word, _("早于会议日期，或年份太远，请核对")))
    if unknown and row.told.data != (numbers := "、".join(unknown)):
        found.append((row.told, _("编号"), _("%(numbers)s 查无此编号，不写入。再按保存即按此办理", numbers=numbers)))
    return found
