"""The language of a page, asked once: every sentence of it is looked up by its name."""

from __future__ import annotations

from flask import g
from flask_babel import get_locale


def current_language() -> str:
    """Its name, such as zh_Hans_CN."""
    try:
        return g.language  # type: ignore[no-any-return]
    except AttributeError:
        g.language = found = str(get_locale())
        return found
