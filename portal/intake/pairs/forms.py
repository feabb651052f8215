"""The other matter, by its number."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from ...core.forms import Form, need


@dataclass(frozen=True)
class Other:
    """What the tip is compared with."""

    other: str


class OtherForm(Form):
    """Pressed beside a similar matter, or typed at an address of its own."""

    other = StringField(_l("对照的编号"), need(_l("请填写对照的编号，例如 JB-2026-000123"), 24))
