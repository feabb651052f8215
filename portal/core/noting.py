"""记一条: a register whose handlers write notes says so in one line. What a note is stands in core/notes.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice, TextAreaField, ValidationError

from .errors import Refused
from .forms import Form, need
from .notes import HANDLERS, OWN, REPORTER, Jotted
from .register import Register, Verb
from .sight import Rule
from .types import State

READ_OUT = 200  # signs that a caller can listen to; receipts.note holds no more


def readers() -> list[SelectChoice]:
    """For whom, in words."""
    said = ((HANDLERS, _("给办理人")), (OWN, _("只给自己")), (REPORTER, _("给举报人")))
    return [SelectChoice(kind, words) for kind, words in said]


class NoteForm(Form):
    """Whom it is for decides where it is read."""

    reader = RadioField(
        _l("给谁看"), need(_l("请选择给谁看")), choices=readers, default=HANDLERS,
        description=_l("给办理人的进办理经过；只给自己的，别人看不到，也不打印；给举报人的在来电查询时读给本人听。"),
    )  # fmt: skip
    words = TextAreaField(_l("内容"), need(_l("请填写内容"), 2000), description=_l("不写举报人的姓名、号码和住址。"))

    def validate_words(self, field: Any) -> None:
        """What is read out is short."""
        if self.reader.data == REPORTER and len(field.data or "") > READ_OUT:
            raise ValidationError(_("给举报人的话最多 %(max)d 个字，请精简") % {"max": READ_OUT})


def for_handlers(row: Any, given: Jotted, actor: Any) -> None:
    """A register whose rows nobody reported: the step that perform writes is the note."""
    if given.reader == REPORTER:
        raise Refused("reader", _("本件没有举报回单，请改选“给办理人”或“只给自己”"))


def takes_notes(
    register: Register, who: Rule, when: tuple[State, ...], *,
    does: Callable[..., None] = for_handlers, reaches: Callable[[Any, Any], bool] = lambda session, row: False,
) -> Verb:  # fmt: skip
    """Declare the verb. `does` tells the reporter, where there may be one; `reaches`: whether there is.

    A note changes no row: nobody else's form grows old by it.
    """

    def shows(session: Any, row: Any, form: Any) -> dict[str, Any]:
        if not reaches(session, row):
            form.reader.choices = [c for c in readers() if c.value != REPORTER]
        return {}

    return register.verb("note", _l("记一条"), who=who, when=when, form=NoteForm, given=Jotted, does=does, shows=shows,
        shape="dash")  # fmt: skip
