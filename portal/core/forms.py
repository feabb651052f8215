"""core's Form: FlaskForm plus the hidden `once` and `version`. The token is checked for every POST by CSRFProtect."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from secrets import token_hex
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import DateField, FieldList, FormField, HiddenField, MultipleFileField, SelectField, ValidationError
from wtforms.form import FormMeta
from wtforms.i18n import get_translations
from wtforms.validators import InputRequired, Length

from ..extensions import db
from . import clock, files, people, sealed_files
from .actor import Role
from .errors import Refused
from .language import current_language

HIDDEN = {"csrf_token", "once", "version"}
FIRST_YEAR = 1949  # nothing that is registered here happened before


@cache
def _catalogue(language: str) -> Any:
    return get_translations([language, "zh"])


class Form(FlaskForm):
    """`once` keeps a form sent twice once; `version` is that of the row when the form was opened."""

    class Meta(FlaskForm.Meta):
        """Flask-WTF would read WTForms' catalogue from the disk for each request."""

        def get_translations(self, form: Any) -> Any:
            """What WTForms itself says, read once."""
            return _catalogue(current_language())

    verb = ""  # whose draft it shares, where two buttons end one form
    from_draft: MultiDict[str, str] | None = None  # what was kept, where the form is filled with that
    once = HiddenField(default=lambda: token_hex(16))
    version = HiddenField()

    @classmethod
    def names(cls) -> set[str]:
        """Field names without building a form (that would need a request): unbound fields stand on the classes."""
        kinds = (base for base in cls.__mro__ if isinstance(base, FormMeta))
        return {n for base in kinds for n, f in vars(base).items() if hasattr(f, "_formfield")} - HIDDEN

    def typed(self) -> dict[str, Any]:
        """What the action is given."""
        return {f.name: f.given() if isinstance(f, FilesField) else _plain(f) for f in self if f.name not in HIDDEN}

    def elsewhere(self) -> str | None:
        """The template to show instead, if what is typed does not belong in this system; asked before validation."""
        return None

    def regrown(self) -> bool:
        """Whether the post only asked for one row more or less: the form comes back, nothing is judged."""
        return False

    @property
    def has_files(self) -> bool:
        """Whether the form must be sent in parts."""
        return any(isinstance(f, FilesField) for f in self)

    @property
    def shown(self) -> list[Any]:
        """The fields that a person sees."""
        return [f for f in self if f.name not in HIDDEN and f.type != "HiddenField"]

    def differing(self, row: Any) -> list[tuple[Any, str, str]]:
        """(field, what is stored now, what was typed) for each field that names a column of the row and differs."""
        found = []
        for f in self:
            stored = getattr(row, f.name, None) if f.name not in HIDDEN else None
            if stored is not None and str(stored) != str(f.data):
                found.append((f, _words(f, stored), _words(f, f.data)))
        return found


def _words(f: Any, value: Any) -> str:
    """A value as the form shows it: a chosen unit by its name."""
    if isinstance(f, SelectField):
        return next((str(label) for v, label, *_rest in f.iter_choices() if str(v) == str(value)), str(value))
    return str(value)


def _plain(f: Any) -> Any:
    """Values that compare: rows of a FieldList become tuples."""
    if isinstance(f, FieldList):
        return tuple(
            tuple(sub.data for sub in e if sub.name.rpartition("-")[2] not in HIDDEN)
            if isinstance(e, FormField)
            else e.data
            for e in f.entries
        )
    return tuple(f.data) if isinstance(f.data, list) else f.data


class Bare(Form):
    """A verb that asks nothing."""


MOST = 50  # files a form: each is looked at, and a picture drawn anew, while its sender waits


class FilesField(MultipleFileField):
    """Attachments, looked at by core/files. `given()` are the uploads; an empty field gives none."""

    def __init__(self, label: Any = None, validators: Any = None, *, required: Any = "", **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.required = required
        self.uploads: tuple[files.Upload, ...] = ()

    def pre_validate(self, form: Any) -> None:
        """Each file by its content; the sentence names the file."""
        sent = [s for s in self.data or () if getattr(s, "filename", "")]
        if len(sent) > MOST:
            raise ValidationError(
                _("一次最多 %(n)d 个文件，这次选了 %(sent)d 个，请分几次上传") % {"n": MOST, "sent": len(sent)}
            )
        try:
            self.uploads = tuple(files.take(s) for s in sent)
        except Refused as refused:
            raise ValidationError(refused.sentence) from None
        if self.required and not self.uploads:
            raise ValidationError(self.required)

    def given(self) -> tuple[files.Upload, ...]:
        """What the action is given."""
        return self.uploads


class SealedFilesField(FilesField):
    """What a reporter gave: kept sealed, with a stripped copy for the handlers. `copies=False`: without one, since the
    thing itself shows who it was, as a handwritten letter does.
    """

    def __init__(self, label: Any = None, validators: Any = None, *, copies: bool = True, **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.copies = copies

    def pre_validate(self, form: Any) -> None:
        """Also strip, which takes its time, before the act begins."""
        super().pre_validate(form)
        kept = sealed_files.prepared if self.copies else sealed_files.alone
        self.uploads = tuple(kept(upload) for upload in self.uploads)


def begins_empty(_row: Any) -> dict[str, Any]:
    """First values of a form whose fields are called like columns of the row, but are to be written anew."""
    return {}


def need(sentence: Any, longest: int = 0) -> list[Any]:
    """Required, with the sentence that says what to do; at most so many characters."""
    return [InputRequired(sentence), *at_most(longest)]


def at_most(longest: int) -> list[Any]:
    """A limit of the column, said before the database does."""
    return [Length(max=longest, message=_l("最多 %(max)d 个字，请精简"))] if longest else []


def not_later_than_today(form: Any, f: Any) -> None:
    """A validator: what has happened has a date that is not to come, and a year of four figures."""
    _of_our_time(f)
    if f.data and f.data > clock.today():
        raise ValidationError(_("日期不能晚于今天"))


def not_later_than_now(form: Any, f: Any) -> None:
    """The same of a moment, in the office's zone."""
    _of_our_time(f)
    if f.data and f.data.replace(tzinfo=clock.LOCAL) > clock.now():
        raise ValidationError(_("时间不能晚于现在"))


def _of_our_time(f: Any) -> None:
    """A browser takes 26 for the year 0026."""
    if f.data and f.data.year < FIRST_YEAR:
        raise ValidationError(_("请核对年份，写四位，例如 %(year)d") % {"year": clock.today().year})


def not_before_today(form: Any, f: Any) -> None:
    """A validator: a day to come."""
    if f.data and f.data <= clock.today():
        raise ValidationError(
            _("日期须晚于今天，例如 %(day)s") % {"day": (clock.today() + timedelta(days=7)).isoformat()}
        )


def day(value: date | None) -> str:
    """A date as people write it in a form."""
    return value.isoformat() if value else ""


class SignedForm(Form):
    """线下签批: who signed the 呈批件, when, and the scan. The recorder is neither proposer nor approver."""

    approver_id = SelectField(_l("签批人"), coerce=int)
    signed_on = DateField(_l("签批日期"), [*need(_l("请填写签批日期")), not_later_than_today])
    scan = FilesField(_l("已签呈批件的扫描件"), required=_l("请上传已签呈批件的扫描件"))

    def __init__(self, roles: Role, **options: Any) -> None:
        super().__init__(**options)
        self.approver_id.choices = people.holding(db.session(), roles)


def whole_number(value: Any) -> int | None:
    """An id from a select; nothing chosen is nothing."""
    return int(value) if value not in (None, "") else None
