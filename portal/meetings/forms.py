"""补记会议 and what is typed about a decision; beside each form the frozen values that the action is given."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import (
    DateField,
    FieldList,
    FormField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)  # fmt: skip
from wtforms.fields import Label
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import CheckboxInput

from ..core import clock
from ..core.files import Upload
from ..core.forms import FilesField, Form, at_most, need, not_before_today, not_later_than_today, whole_number
from ..extensions import db
from . import queries, reading, table
from .models import KINDS, LISTENING, ON_LEAVE, PRESENT

MOST_LINES = 60


def units() -> list[tuple[Any, str]]:
    """Every unit, the office and the leaders too."""
    return [("", _("请选择")), *((u.id, u.name) for u in queries.units(db.session()))]


def people() -> list[tuple[Any, ...]]:
    """Whoever may hold a decision. With script the chosen unit narrows the list; without, its name stands beside."""
    session = db.session()
    names = {u.id: u.short for u in queries.units(session)}
    owners = [p for p in queries.people(session) if p.owns]
    return [("", _("请选择")), *((p.id, f"{p.name}（{names[p.unit_id]}）", {"data-unit": p.unit_id}) for p in owners)]


@dataclass(frozen=True)
class Make:
    """One decision: what, whose (of nobody in particular: of the unit's head), and by when; or 长期 and its review."""

    title: str
    unit_id: int
    officer_id: int | None
    due_on: date | None
    review_on: date | None


class OwnedForm(Form):
    """Whose it is, and by when: exactly one of the two days."""

    unit_id = SelectField(_l("责任单位"), need(_l("请选择责任单位")), coerce=whole_number, choices=units)
    officer_id = SelectField(_l("责任人"), need(_l("请选择责任人")), coerce=whole_number, choices=people)
    due_on = DateField(_l("办结时限"), [Optional(), table.not_too_far])
    review_on = DateField(_l("长期的，下次复核日期"), [Optional(), not_before_today, table.not_too_far])

    def validate_due_on(self, field: Any) -> None:
        """A decision has an end or a day on which it is looked at."""
        if (field.data is None) == (self.review_on.data is None):
            raise ValidationError(_("请填写办结时限；长期办理的，改填下次复核日期"))


class MakeForm(OwnedForm):
    """补记一项: a line that the log has left out."""

    title = TextAreaField(_l("议定事项"), need(_l("请填写议定事项"), table.LONGEST))


@dataclass(frozen=True)
class Answer:
    """The office's answer to an objection: as it was, or with another owner or day."""

    unit_id: int
    officer_id: int
    due_on: date | None
    review_on: date | None
    words: str


class AnswerForm(OwnedForm):
    """答复异议: unchanged values confirm the decision."""

    words = TextAreaField(_l("答复"), need(_l("请写明答复：维持，或调整了什么"), 1000))


class ObjectForm(Form):
    """提出异议: once, with the reason."""

    words = TextAreaField(_l("异议和理由"), need(_l("请写明对单位、责任人或时限的异议和理由"), 1000))


@dataclass(frozen=True)
class Report:
    """How it stands, with what shows it."""

    words: str
    files: tuple[Upload, ...]


class ReportForm(Form):
    """报进展."""

    words = TextAreaField(_l("进展"), need(_l("请写明办到哪一步"), 2000))
    files = FilesField(_l("材料"))


class FinishForm(Form):
    """报完成: what was done, with the proof."""

    words = TextAreaField(_l("完成情况"), need(_l("请写明完成情况"), 2000))
    files = FilesField(_l("佐证材料"), required=_l("请上传佐证材料：照片、文件或记录"))


@dataclass(frozen=True)
class Review:
    """How a lasting matter stands, and when it is looked at again."""

    review_on: date
    words: str


class ReviewForm(Form):
    """复核."""

    review_on = DateField(_l("下次复核日期"), [*need(_l("请填写下次复核日期")), not_before_today, table.not_too_far])
    words = TextAreaField(_l("复核情况"), need(_l("请写明这段时间的情况"), 2000))


@dataclass(frozen=True)
class Postpone:
    """Another day, and why."""

    due_on: date
    words: str


class PostponeForm(Form):
    """调整时限."""

    due_on = DateField(_l("新的时限"), [*need(_l("请填写新的时限")), not_before_today, table.not_too_far])
    words = TextAreaField(_l("调整理由"), need(_l("请写明调整理由"), 500))


@dataclass(frozen=True)
class Scan:
    """The signed minutes."""

    scan: tuple[Upload, ...]


class ScanForm(Form):
    """补传扫描件."""

    scan = FilesField(_l("签字的纪要扫描件"), required=_l("请上传签字的纪要扫描件"))


# ── 补记会议 ──────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Log:
    """A meeting that took place, and its decisions. `lines` is what was pasted: read, never kept."""

    kind: str
    sequence: int
    held_on: date
    chair_id: int
    place: str
    present: tuple[int, ...]
    on_leave: tuple[int, ...]
    listening: tuple[int, ...]
    present_others: str
    listening_others: str
    scan: tuple[Upload, ...]
    lines: str
    rows: tuple[Make, ...]


HEAD = (
    "sequence", "chair_id", "place", "present", "on_leave", "listening", "present_others", "listening_others",
)  # fmt: skip


class BoxesField(SelectMultipleField):
    """Several people, each with a box."""

    option_widget: Any = CheckboxInput()


class LogForm(Form):
    """补记会议: the head is proposed from the last meeting of its kind, the rows are read from the pasted lines.

    What is proposed or read is put anew whenever kind, date or lines change; what a person has changed stays.
    """

    kind = SelectField(_l("会议"), choices=KINDS, default=KINDS[0])
    sequence = IntegerField(_l("第几次"), [*need(_l("请填写是第几次")), NumberRange(1, 999, _l("请填写 1 到 999"))])
    held_on = DateField(_l("日期"), [*need(_l("请填写会议日期")), not_later_than_today], default=clock.today)
    chair_id = SelectField(_l("主持"), need(_l("请选择主持人")), coerce=whole_number, choices=())
    place = StringField(_l("地点"), at_most(60))
    present = BoxesField(_l("出席"), coerce=int, choices=())
    on_leave = BoxesField(_l("请假"), coerce=int, choices=())
    listening = BoxesField(_l("列席"), coerce=int, choices=())
    present_others = StringField(_l("外单位出席"), at_most(300))
    listening_others = StringField(_l("外单位列席"), at_most(300))
    scan = FilesField(_l("签字的纪要扫描件"))
    lines = TextAreaField(_l("议定事项原文"), need(_l("请粘贴或写下议定事项，一行一事"), 20_000))
    rows = FieldList(FormField(table.RowForm, separator="-"), _l("议定事项"))

    def process(
        self, formdata: Any = None, obj: Any = None, data: Any = None, extra_filters: Any = None, **more: Any
    ) -> None:
        """Choices are asked for once; a fresh form proposes its head."""
        sent = self.meta.wrap_formdata(self, formdata)
        super().process(sent, obj, data, extra_filters, **more)
        session = db.session()
        self.proposed: dict[str, Any] = {}
        self.units, self.people = queries.units(session), queries.people(session)
        self.sent: Any = sent or MultiDict()
        everybody = [(p.id, p.name) for p in self.people]
        self.chair_id.choices = [("", _("请选择")), *everybody]
        for boxes in (self.present, self.on_leave, self.listening):
            boxes.choices = everybody
        self.read: tuple[reading.Line, ...] = ()
        self.seen: frozenset[str] = frozenset()
        self._choices()
        if sent is None:
            self._propose(frozenset())

    # ── the head ──
    @property
    def year(self) -> int:
        """Whose sequence it is."""
        return (self.held_on.data or clock.today()).year

    def head(self) -> dict[str, Any]:
        """The head as it was proposed or stands: what `taken` keeps beside the form."""
        return {n: self[n].data or "" for n in HEAD}

    @property
    def taken(self) -> str:
        """What the page carries along: of which kind and year the proposal was, and what it was."""
        return json.dumps(self.proposed, ensure_ascii=False)

    def _propose(self, changed: frozenset[str]) -> None:
        """From the last meeting of this kind; `changed` by a person stays."""
        last = queries.taken(db.session(), self.kind.data or KINDS[0], self.year)
        here = {p.id for p in self.people}  # who has left meanwhile is not proposed
        there = {how: [p for p in people if p in here] for how, people in last.people.items()}
        found: dict[str, Any] = {
            "sequence": last.sequence, "place": last.place,
            "chair_id": last.chair_id if last.chair_id in here else None,
            "present": there[PRESENT], "on_leave": there[ON_LEAVE], "listening": there[LISTENING],
            "present_others": last.others[PRESENT], "listening_others": last.others[LISTENING],
        }  # fmt: skip
        self.proposed = {"kind": self.kind.data, "year": self.year} | {n: v or "" for n, v in found.items()}
        for name, value in found.items():
            if name not in changed:
                self[name].data, self[name].raw_data = value, [str(value or "")]

    def _propose_anew(self) -> bool:
        """Another kind or year: the head is proposed again."""
        try:
            before = json.loads(self.sent.get("taken") or "{}")
        except ValueError:
            before = {}
        self.proposed = before if isinstance(before, dict) else {}
        if not self.proposed or (self.proposed.get("kind"), self.proposed.get("year")) == (self.kind.data, self.year):
            return False
        self._propose(frozenset(n for n, v in self.head().items() if v != self.proposed.get(n)))
        return True

    # ── the table ──
    def _choices(self) -> None:
        units: list[Any] = [("", _("请选择")), *((u.id, u.short) for u in self.units)]
        people = [(p.id, p.name, {"data-unit": p.unit_id}) for p in self.people if p.owns]
        said = [line.person.said or line.person.readings for line in self.read]
        for i, entry in enumerate(self.rows.entries):
            entry.form.unit_id.choices = units
            nobody = _("请选择") if i < len(said) and said[i] else _("单位负责人")
            entry.form.officer_id.choices = [("", nobody), *people]

    def _read_anew(self) -> bool:
        """The lines read once more; True if the table is another one than was sent."""
        session, on = db.session(), self.held_on.data or clock.today()
        self.read = reading.read(
            self.lines.data or "", on=on, units=self.units, people=[p for p in self.people if p.owns],
            known=lambda number: bool(queries.known(session, number)), working_days=clock.add_working_days,
        )[:MOST_LINES]  # fmt: skip
        sent = [e.form for e in self.rows.entries]
        pairs = table.same_lines([f.line.data for f in sent], [table.line_of(line) for line in self.read])
        rows = [table.row_of(line, sent[pairs[i]] if i in pairs else None, on) for i, line in enumerate(self.read)]
        self.seen = queries.known(session, "\n".join(row["what"] for row in rows))
        changed = [table.looks(r) for r in rows] != [table.looks(e.data) for e in self.rows.entries]
        if changed:
            self.rows.process(None, rows)
        self._choices()
        return changed

    def unknown(self, number: int) -> list[str]:
        """What the n-th row names and the writer does not see: 查无此编号."""
        what = self.rows.entries[number - 1].form.what.data or ""
        return list(
            dict.fromkeys([*self.read[number - 1].unknown, *(n for n in queries.numbers(what) if n not in self.seen)])
        )

    def drawn(self) -> None:
        """A draft that is opened again has its table too."""
        if self.from_draft:
            self._propose_anew()
            self._read_anew()

    def regrown(self) -> bool:
        """认一遍, or a save of lines that nobody has seen as a table yet: the form comes back. Questions refuse it."""
        picked = self._picked()
        changed = self._propose_anew() | self._read_anew()
        return picked or "draw" in self.sent or (changed and not self.questions)

    def _picked(self) -> bool:
        """One press on a reading: it stands in its cell as if a person had written it there."""
        row, _colon, said = self.sent.get("pick", "").partition(":")
        cell, _colon, value = said.partition(":")
        if not row.isdecimal() or int(row) >= len(self.rows.entries) or cell not in table.PICKED:
            return False
        try:
            self.rows.entries[int(row)].form[cell].data = table.PICKED[cell](value)
        except ValueError:
            return False
        return True

    @cached_property
    def questions(self) -> list[tuple[Any, str, str]]:
        """(field, what is open in words, what to do): each of them keeps the save back."""
        found: list[tuple[Any, str, str]] = []
        unit_of = {p.id: p.unit_id for p in self.people}
        for n, (line, entry) in enumerate(zip(self.read, self.rows.entries, strict=True), 1):
            opened = table.questions(line, entry.form, unit_of, self.unknown(n), self.held_on.data)
            found += [(field, _("第 %(n)d 项%(what)s", n=n, what=what), do) for field, what, do in opened]
        return found

    def as_read(self) -> list[tuple[Any, ...]]:
        """(number, line, row, cell → what is to be done, numbers that the writer does not see) of each row."""
        found = []
        for n, (line, entry) in enumerate(zip(self.read, self.rows.entries, strict=True), 1):
            doubts = {f.short_name: do for f, _label, do in self.questions if f.name.startswith(f"{entry.name}-")}
            found.append((n, line, entry.form, doubts, self.unknown(n)))
        return found

    def validate(self, extra_validators: Any = None) -> bool:
        """What each field says, then the questions, named as in the table."""
        fields = super().validate(extra_validators)
        for field, label, do in self.questions:
            field.label, field.errors = Label(field.id, label), [do]
        for n, entry in enumerate(self.rows.entries, 1):  # he is told below, and by the next press agrees
            entry.form.told.data = "、".join(self.unknown(n))
        if self.questions:
            self.rows.errors = tuple(e.errors for e in self.rows.entries)
        return fields and not self.questions

    def validate_lines(self, field: Any) -> None:
        """A meeting's decisions fit a page."""
        if sum(bool(line.strip()) for line in (field.data or "").splitlines()) > MOST_LINES:
            raise ValidationError(_("一次最多 %(n)d 行，请分两次补记", n=MOST_LINES))

    def validate_on_leave(self, field: Any) -> None:
        """Nobody is counted twice."""
        chosen = [*(self.present.data or ()), *(field.data or ()), *(self.listening.data or ())]
        twice = [p.name for p in self.people if chosen.count(p.id) > 1]
        if twice or self.chair_id.data in (field.data or ()):
            raise ValidationError(_("同一人只能列在一处：%(names)s", names="、".join(twice) or _("主持人")))

    def typed(self) -> dict[str, Any]:
        """Rows as decisions."""
        return super().typed() | {"rows": tuple(_made(e.form) for e in self.rows.entries)}


def _made(row: Any) -> Make:
    day, lasting = row.due_on.data, bool(row.standing.data)
    return Make(
        (row.what.data or "").strip(), row.unit_id.data, row.officer_id.data, None if lasting else day,
        day if lasting else None,
    )  # fmt: skip
