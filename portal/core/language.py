"""The language of a page, asked once: every sentence of it is looked up by its name."""

from __future__ import annotations

from flask import g, has_app_context
from flask_babel import get_locale


def current_language() -> str:
    """Its name, such as zh_Hans_CN; outside of an application that of nobody."""
    if not has_app_context():
        return str(get_locale())
    if "language" not in g:
        g.language = str(get_locale())
    return g.language  # type: ignore[no-any-return]
