"""Sign in, sign out, and what happens to a form under which the sign-in ended."""

from __future__ import annotations

import time
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from flask import Blueprint, Response, current_app, flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import login_required, login_user, logout_user

from ..core import clock, door, pages
from ..core.actor import Actor
from ..extensions import db, login
from . import sign_in
from .forms import SignInForm

part = Blueprint("organisation", __name__)
IDLE = 15 * 60  # seconds without doing anything (GB/T 22239-2019 8.1.4.1)
DEVICE = "device"
QUIET = {"overview.counts"}  # asked by the page itself: no sign that somebody is there


@login.user_loader
def actor_of(token: str) -> Actor | None:
    """The signed-in person, unless he has left the desk."""
    idle = sign_in.idle_since(session.get("active"))
    if idle > IDLE:
        return None
    if idle > 60 and request.endpoint not in QUIET and not (request.endpoint or "").endswith(".counts"):
        session["active"] = int(time.time())
    return sign_in.actor_of(token)


@login.unauthorized_handler
def ended() -> Response:
    """The sign-in has ended: what was typed is kept as a draft of that person, offered again after signing in."""
    token, view = session.get("_user_id"), current_app.view_functions.get(request.endpoint or "")
    verb = getattr(view, "verb", None)
    person_id = sign_in.whose(token) if token else None
    if request.method == "POST" and verb is not None and person_id is not None:
        db.session().actor = Actor.job("draft")
        pairs = [(k, t) for k, t in request.form.items(multi=True) if k != "csrf_token"]
        number = (request.view_args or {}).get("number") or request.values.get("under") or ""
        door.keep_draft(verb, number, person_id, pairs)
        flash(_("登录已结束，刚才填写的内容已存为草稿，登录后接着填"), "way")
    there = url_for("organisation.enter", next=_way_back(verb))
    if request.htmx or request.headers.get("X-Requested-With"):  # type: ignore[attr-defined]
        return Response(status=401, headers={"HX-Redirect": there})
    return redirect(there, 303)  # type: ignore[return-value]


def _way_back(verb: Any) -> str:
    """The page that was open: around a fragment the whole page, of a form its address with its record."""
    htmx = request.htmx  # type: ignore[attr-defined]
    if htmx and htmx.current_url:
        open_page = urlsplit(htmx.current_url)
        return str(urlunsplit(("", "", open_page.path, open_page.query, "")))
    if request.method == "GET":
        return request.full_path.rstrip("?")
    under = request.args.get("under")
    return request.path + (f"?under={under}" if under else "") if verb is not None else "/"


def _inside(address: str | None) -> str:
    """A path of this portal, never another place."""
    parts = urlsplit(address or "")
    inside = (address or "").startswith("/") and not (address or "").startswith(("//", "/\\")) and not parts.netloc
    return address if inside and address and address.isprintable() else "/"  # no header holds a line break


@part.route("/login", methods=["GET", "POST"])
@pages.rule("anybody")
def enter() -> Any:
    """账号和密码. A wrong account and a wrong password get the same sentence."""
    form = SignInForm(data={"next": request.args.get("next", "")})
    wrong, paused = False, None
    if request.method == "POST" and form.validate():
        device = request.cookies.get(DEVICE) or token_urlsafe(16)  # known from its first sign-in on
        found = sign_in.attempt(form.login.data.strip(), form.password.data, device, request.remote_addr or "")
        if isinstance(found, str):
            return _entered(found, _inside(form.next.data), device)
        wrong, paused = found is None, found
    status = 422 if form.errors or wrong or paused else 200
    until = clock.local(paused.until).strftime("%H:%M") if paused else None
    return pages.render("login.html", status=status, form=form, wrong=wrong, until=until)


def _entered(token: str, there: str, device: str) -> Response:
    kept = {k: v for k, v in session.items() if k == "_flashes"}
    session.clear()  # no session that was there before the sign-in goes on
    session.update(kept)
    session["active"] = int(time.time())
    actor = sign_in.actor_of(token)
    assert actor is not None
    login_user(actor)
    session["_user_id"] = token
    answer = redirect(there, 303)
    if request.cookies.get(DEVICE) != device:
        year = 365 * 24 * 3600
        answer.set_cookie(DEVICE, device, max_age=year, httponly=True, samesite="Lax", secure=request.is_secure)
    return answer  # type: ignore[return-value]


@part.post("/logout")
@pages.rule("signed in")
@login_required
def leave() -> Any:
    """退出."""
    sign_in.end(session["_user_id"])
    logout_user()
    session.clear()
    return redirect("/login", 303)
