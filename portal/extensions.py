"""The extensions, made once and bound in create_app()."""

from __future__ import annotations

from typing import Any

from flask_babel import Babel
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from htmx_flask import Htmx

from .core.sight import Session
from .core.types import Model


# models stand on core.types.Model, not on db.Model: the extension is only engine and session
db: Any = SQLAlchemy(
    metadata=Model.metadata, session_options={"class_": Session, "autoflush": False, "expire_on_commit": False}
)
login, csrf, htmx, migrate, babel = LoginManager(), CSRFProtect(), Htmx(), Migrate(render_as_batch=True), Babel()
