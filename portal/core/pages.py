"""A page, or the block of it that HTMX asked for, from one template. The view never looks at who clicked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, render_template, request
from jinja2_fragments.flask import render_block


def render(template: str, *, fragments: frozenset[str] = frozenset(), status: int = 200, **context: Any) -> Response:
    """The block if HX-Target names one of the fragments; always the page if boosted or restoring history."""
    htmx = request.htmx  # type: ignore[attr-defined]
    asked = htmx and not htmx.boosted and not htmx.history_restore_request and htmx.target
    html = render_block(template, asked, **context) if asked in fragments else render_template(template, **context)
    return Response(html, status, mimetype="text/html")


def rule(words: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Say who may open an address. One without it is refused, at the start and before each request."""

    def said(view: Callable[..., Any]) -> Callable[..., Any]:
        view.rule = words  # type: ignore[attr-defined]
        return view

    return said
