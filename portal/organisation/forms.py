"""The sign-in form."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import Length

from ..core.forms import need


class SignInForm(FlaskForm):
    """Two fields and where to go on."""

    login = StringField(_l("账号"), [*need(_l("请填写账号")), Length(max=30)])
    password = PasswordField(_l("密码"), [*need(_l("请填写密码")), Length(max=200)])
    next = HiddenField()
