"""The extensions, made once and bound in create_app()."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from htmx_flask import Htmx

from .core.sight import Session
from .core.types import Model

# models stand on core.types.Model, not on db.Model: the extension is only engine and session
db: Any = SQLAlchemy(
    metadata=Model.metadata, session_options={"class_": Session, "autoflush": False, "expire_on_commit": False}
)
login, csrf, htmx, babel = LoginManager(), CSRFProtect(), Htmx(), Babel()


class Extensions(dict[str, Any]):
    """An application's extensions. Alembic is a third of the start: fetched when `flask db` asks for it."""

    def __init__(self, app: Flask, migrations: str) -> None:
        super().__init__(app.extensions)
        self.app, self.migrations = app, migrations

    def __missing__(self, name: str) -> Any:
        if name != "migrate":
            raise KeyError(name)
        from flask_migrate import Migrate

        Migrate(render_as_batch=True).init_app(self.app, db, directory=self.migrations)
        return self["migrate"]
