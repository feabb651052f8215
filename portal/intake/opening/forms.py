"""What is asked of somebody who wants to see the reporter."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from ...core.forms import Form, need


@dataclass(frozen=True)
class Ask:
    """Why it has to be opened."""

    purpose: str


class AskForm(Form):
    """申请启封."""

    purpose = TextAreaField(_l("用途"), need(_l("请写明为什么必须看原话或举报人，将用来做什么"), 500))
