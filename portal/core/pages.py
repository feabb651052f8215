"""A page, or the block of it that HTMX asked for, from one template. The view never looks at who clicked."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Response, current_app, render_template, request
from flask_babel import get_translations
from markupsafe import Markup

from .language import current_language


def render(template: str, *, fragments: frozenset[str] = frozenset(), status: int = 200, **context: Any) -> Response:
    """The block if HX-Target names one of the fragments; always the page if boosted or restoring history."""
    htmx = request.htmx  # type: ignore[attr-defined]
    asked = htmx and not htmx.boosted and not htmx.history_restore_request and htmx.target
    part = block(template, asked, context) if asked in fragments else None
    if part is not None and asked == "main":  # the window is called like the page whose main part it shows
        part = f"<title>{block(template, 'title', context)}</title>{part}"
    if part is not None:
        return Response(part, status, mimetype="text/html")
    # a page with a shape of its own has no such block: it takes the place of the page that asked
    whole = {"HX-Retarget": "body", "HX-Reswap": "innerHTML"} if asked in fragments else None
    return Response(render_template(template, **context), status, whole, mimetype="text/html")


def block(template: str, name: str, context: dict[str, Any]) -> str | None:
    """One block of a page, its own or one that a template above it defines; None if there is none.

    A template that extends knows the blocks above it only once it runs, so it runs as far as the page's first words.
    """
    current_app.update_template_context(context)
    found = current_app.jinja_env.get_template(template)
    within = found.new_context(context)
    next(found.root_render_func(within), "")
    return current_app.jinja_env.concat(within.blocks[name][0](within)) if name in within.blocks else None


@lru_cache(4096)
def _sentence(string: str, language: str, whole: bool) -> Markup:
    found = Markup(get_translations().ugettext(string))
    return found % {} if whole else found


def said(string: str, **variables: Any) -> Markup:
    """`_()` in templates: each sentence is looked up once a language, not sixty times a page."""
    found = _sentence(string, current_language(), not variables)
    return found % variables if variables else found


class Kept:
    """`{% call kept("name") %}…{% endcall %}`: drawn once for all who share this frame, and remembered.

    Nothing of one person or one request may stand inside: no name, no token, no row.
    """

    def __init__(self) -> None:
        self.parts: dict[str, Markup] = {}

    def __call__(self, name: str, caller: Callable[[], Markup]) -> Markup:
        part = self.parts.get(name)
        if part is None:
            part = self.parts[name] = caller()
        return part


def rule(words: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Say who may open an address. One without it is refused, at the start and before each request."""

    def said(view: Callable[..., Any]) -> Callable[..., Any]:
        view.rule = words  # type: ignore[attr-defined]
        return view

    return said
