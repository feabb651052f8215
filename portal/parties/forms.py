"""The rows of 被反映人/单位 that every form of a matter has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, SelectField, StringField, TextAreaField, ValidationError
from wtforms import Form as PlainForm

from ..core.forms import Form, at_most, need
from .matching import normalised
from .models import KINDS


class PartyForm(PlainForm):
    """One row of 被反映人/单位."""

    kind = SelectField(_l("类型"), choices=KINDS, default="单位")
    name = StringField(_l("名称"), at_most(100))
    note = StringField(_l("身份、特征"), at_most(100))


class PartiesList(FieldList):
    """Rows of parties; empty ones are left out of what the action is given."""

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(FormField(PartyForm, separator="-"), label, min_entries=1, max_entries=30, **options)


class PartiesForm(Form):
    """A form with parties: at least one, or 说不清是谁."""

    parties = PartiesList(_l("被反映人 / 单位"))
    unknown_party = BooleanField(_l("来电人说不清是谁"))

    def validate_parties(self, field: Any) -> None:
        """The rule of the form: someone or something is named, or it is said that nobody can be."""
        named = [e.form.name.data for e in field.entries if (e.form.name.data or "").strip()]
        if not named and not self.unknown_party.data:
            raise ValidationError(_("请至少填写一个被反映人、单位或车牌；说不清的，请勾选“说不清是谁”"))

    def regrown(self) -> bool:
        """Without script 加一行 and 去掉 post the form and get it back with the rows changed."""
        if "more_parties" in request.form:
            self.parties.append_entry()
            return True
        drop = request.form.get("drop_parties", "")
        if drop.isdigit() and int(drop) < len(self.parties.entries):
            kept = [e.data for i, e in enumerate(self.parties.entries) if i != int(drop)]
            self.parties.process(None, kept or [{}])
            return True
        return False

    def typed(self) -> dict[str, Any]:
        """Parties as plain rows."""
        rows = [
            (e.form.kind.data, (e.form.name.data or "").strip(), (e.form.note.data or "").strip())
            for e in self.parties.entries
        ]
        return super().typed() | {"parties": tuple(r for r in rows if normalised(r[1]))}


@dataclass(frozen=True)
class Merge:
    """Which other record is the same party, and why."""

    other: str
    words: str


class MergeForm(Form):
    """并为一方. The number of the other may come with the address; a name never does."""

    other = StringField(
        _l("另一方的编号"),
        need(_l("请填写另一方的编号，例如 DS-4821-0736"), 20),
        default=lambda: request.args.get("other"),
    )
    words = TextAreaField(_l("理由"), need(_l("请写明凭什么认定是同一方，例如证照、笔录"), 1000))


@dataclass(frozen=True)
class Split:
    """Why they are two after all."""

    words: str


class SplitForm(Form):
    """拆开."""

    words = TextAreaField(_l("理由"), need(_l("请写明为什么不是同一方"), 1000))
