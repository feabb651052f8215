"""create_app(): wiring in the order in which it happens. PARTS is the table of contents of the office's work."""

from __future__ import annotations

import base64
import mimetypes
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from secrets import token_urlsafe
from types import SimpleNamespace
from typing import Any

import click
import obstore.store
from argon2 import PasswordHasher
from flask import Flask, Response, abort, current_app, g, get_flashed_messages, request
from flask.sessions import SecureCookieSessionInterface
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from jinja2 import FileSystemBytecodeCache
from markupsafe import Markup
from sqlalchemy import event, inspect
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from . import config, navigation
from .core import access, door, facts, files, keyring, lists, pages, register, sight, walls
from .core.actor import Actor, Role
from .core.language import current_language
from .core.types import Model
from .extensions import Extensions, babel, csrf, db, htmx, login

PARTS = (
    "organisation",
    "parties",
    "papers",
    "clues",
    "intake",
    "intake.mail",
    "intake.opening",
    "intake.noting",
    "intake.pairs",
    "intake.transfers",
    "intake.settlements",
    "intake.letters",
    "intake.petitions",
    "umbrella",
    "meetings",
    "meetings.minutes",
    "accountability",
    "overview",
)
ROOMS = ("models", "register", "views")
ON_EVERY_PAGE = ("sprite", "keys_dialog", "signed_out_dialog")
ROOT = Path(__file__).resolve().parent.parent


def create_app(**overrides: Any) -> Flask:
    """The application. Keyword settings named like the environment's (PORTAL_…) override it."""
    settings = config.load(overrides)
    app = Flask(__name__, root_path=str(ROOT), instance_path=str(settings.instance))
    app.config.update(_flask_settings(settings) | {k: v for k, v in overrides.items() if not k.startswith("PORTAL_")})
    app.config["HASHER"] = PasswordHasher(1, 1024, 1) if app.testing else PasswordHasher()
    app.jinja_options = {"bytecode_cache": _compiled(settings)} | app.jinja_options
    app.extensions = Extensions(app, str(ROOT / "migrations"))
    app.extensions["files"] = _file_store(settings)
    app.extensions["facts"], app.extensions["frames"], app.extensions["assets"] = {}, {}, {}
    _parts(app)
    for extension in (db, csrf, htmx, login, babel):
        extension.init_app(app)
    app.request_class = files.Request  # after htmx, which puts its own in this place
    app.session_interface = _SecureWhereItCan()
    app.wsgi_app = _behind_a_web_server(app.wsgi_app)  # type: ignore[method-assign]
    register.check()
    sight.check_complete([m.class_ for m in Model.registry.mappers])
    door.open_(app)
    _pages(app)
    _every_address_has_a_rule(app)
    with app.app_context():
        _wire(db.engine)
        _vault_fits(db.engine)
    from . import cli

    cli.add(app)
    if click.get_current_context(silent=True) is not None:  # a command was typed, and `flask db` is one
        app.extensions["migrate"]
    return app


class _SecureWhereItCan(SecureCookieSessionInterface):
    """Over TLS the cookie travels over TLS alone; an intranet without it can sign in all the same."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


def _behind_a_web_server(wsgi: Any) -> Any:
    """A web server on this machine says whence a request came and how; nobody else is believed."""
    told = ProxyFix(wsgi, x_for=1, x_proto=1)

    def choose(environ: Any, start_response: Any) -> Any:
        near = ip_address(environ.get("REMOTE_ADDR") or "127.0.0.1").is_loopback  # a socket file has no address
        return (told if near else wsgi)(environ, start_response)

    return choose


def _vault_fits(engine: Any) -> None:
    """A wrong vault key refuses the start: nothing that was sealed under the right one could be read."""
    if not inspect(engine).has_table("facts"):  # before the first migration
        return
    session = db.session()
    session.actor = Actor.job("start")
    wanted = keyring.fits(session)
    db.session.remove()
    if wanted is not None:
        engine.dispose()
        raise SystemExit(str(keyring.WrongKey(wanted)))


def _flask_settings(settings: config.Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": config.secret(settings), "VAULT_KEY": config.vault(settings), "SETTINGS": settings,
        "SQLALCHEMY_DATABASE_URI": settings.database_url, "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings),
        "MAX_CONTENT_LENGTH": files.WHOLE_POST, "WTF_CSRF_TIME_LIMIT": None, "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
        "BABEL_DEFAULT_TIMEZONE": settings.timezone, "SESSION_COOKIE_HTTPONLY": True, "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_NAME": "qingyuan", "SEND_FILE_MAX_AGE_DEFAULT": 31536000,
    }  # fmt: skip


def _engine_options(settings: config.Settings) -> dict[str, Any]:
    # a statement is compiled once a set of roles, and forgotten no sooner: with 500, the preset, lists of many roles
    # drive each other out, and to compile one takes ten times as long as to ask it
    kept = {"query_cache_size": 4000}
    if settings.database_url.startswith("sqlite"):
        return kept | {"connect_args": {"timeout": 5}}
    return kept | {"pool_pre_ping": True, "connect_args": {"options": "-c jit=off -c random_page_cost=1.1"}}


def _compiled(settings: config.Settings) -> FileSystemBytecodeCache:
    """Templates are compiled at the first start: every later one, and each worker's, is shorter by a fifth."""
    folder = settings.instance / "templates"
    folder.mkdir(mode=0o700, exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


def _file_store(settings: config.Settings) -> Any:
    if settings.files_url.startswith("file://"):
        return obstore.store.LocalStore(settings.files_url.removeprefix("file://"), mkdir=True)
    return obstore.store.from_url(settings.files_url)


def _parts(app: Flask) -> None:
    for part in PARTS:
        for room in ROOMS:
            if find_spec(f"portal.{part}.{room}"):
                module = import_module(f".{part}.{room}", __name__)
                if hasattr(module, "part"):
                    app.register_blueprint(module.part)


def _wire(engine: Any) -> None:
    """The engine's own walls: the guard on both, pragmas and the immediate write transaction on SQLite."""
    current_app.extensions["unmarked"] = sight.guard(engine)
    if engine.dialect.name != "sqlite":
        event.listen(engine, "connect", walls.step_down)
        return

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            "busy_timeout=5000",
            "cache_size=-64000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        write = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


# ── pages ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def _pages(app: Flask) -> None:
    """What every page has, and the answers when something is not there, not allowed or broken."""
    app.add_url_rule("/assets/<path:name>", "asset", pages.rule("anybody")(_serve_asset))
    app.jinja_env.globals.update({"_": pages.said, "gettext": pages.said, "asset": _asset, "address": door.address})
    app.jinja_env.filters["size"] = _size
    app.jinja_env.globals["ui"] = _components(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_everywhere)
    app.before_request(_has_a_rule)
    app.before_request(_has_no_zero)
    app.after_request(_headers)
    app.register_error_handler(HTTPException, _error)
    app.register_error_handler(CSRFError, _error)
    app.register_error_handler(OperationalError, _busy)
    if not app.testing:
        app.register_error_handler(Exception, _broken)


def _components(app: Flask) -> SimpleNamespace:
    """All macros of templates/components under one name; a page never imports."""
    found: dict[str, Any] = {}
    for name in sorted(app.jinja_env.list_templates(filter_func=lambda n: n.startswith("components/"))):
        module = app.jinja_env.get_template(name).module
        macros = {k: v for k, v in vars(module).items() if callable(v) and not k.startswith("_")}
        if twice := found.keys() & macros.keys():
            raise SystemExit(f"{name}: {', '.join(sorted(twice))} is the name of another macro too")
        found |= macros
    return SimpleNamespace(**found | {name: _remembered(found[name]) for name in ON_EVERY_PAGE})


def _remembered(macro: Any) -> Callable[[], Markup]:
    """A macro that takes nothing says the same on every page of a language."""
    drawn = cache(lambda language: macro())
    return lambda: drawn(current_language())


def _size(n: int) -> str:
    """The size of a file as people say it."""
    return f"{n / 1024 / 1024:.1f} MB" if n >= 1024 * 1024 else f"{max(1, round(n / 1024))} KB"


def _everywhere() -> dict[str, Any]:
    person = current_user._get_current_object() if current_user.is_authenticated else None
    nav = navigation.told(person.roles, current_language()) if person else ()
    return {
        "person": person, "nav": nav, "counts_url": "/counts", "demo": _is_demo(), "csp_nonce": _nonce(),
        "flashes": [(*flash, None, None) for flash in get_flashed_messages(with_categories=True)],
        "messages_url": "/messages", "search_hint": _search_hint(person),
    }  # fmt: skip


def _search_hint(person: Any) -> Any:
    """What the box at the top finds for this person."""
    if person is None:
        return ""
    if person.roles & Role.OPERATOR:
        return _("按受理编号查询")
    return _("按编号查本人名下事项") if person.roles & Role.DISCIPLINE else _("搜索线索、车牌、地点、编号")


def _is_demo() -> bool:
    cached = current_app.extensions["facts"]
    if "demo" not in cached:
        cached["demo"] = facts.read(db.session(), "demo") is not None
    return bool(cached["demo"])


def _nonce() -> str:
    """Of this answer alone; made when it is first asked for, since a refused token is answered before anything else."""
    if "nonce" not in g:
        g.nonce = token_urlsafe(12)
    nonce: str = g.nonce
    return nonce


def _has_a_rule() -> None:
    """An address that was added without a rule is not there; a sample bureau is there for this machine alone."""
    near = ip_address(request.remote_addr or "127.0.0.1").is_loopback or current_app.config["SETTINGS"].demo_public
    if not near and _is_demo():
        abort(404)
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and request.endpoint != "static" and not getattr(view, "rule", None):
        abort(404)


def _has_no_zero() -> None:
    """No keyboard writes a zero byte, and PostgreSQL keeps none in a text: it would be a broken page."""
    said = (request.path, *(value for _name, value in request.values.items(multi=True)))
    if any("\0" in value for value in said):
        abort(400)


def _every_address_has_a_rule(app: Flask) -> None:
    bare = [
        r.rule
        for r in app.url_map.iter_rules()
        if r.endpoint != "static" and not getattr(app.view_functions[r.endpoint], "rule", None)
    ]
    if bare:
        raise SystemExit(f"no rule says who may open: {', '.join(bare)}")


def _headers(answer: Response) -> Response:
    policy = (
        f"default-src 'none'; script-src 'self' 'nonce-{_nonce()}'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; font-src 'self'"
    )
    answer.headers.setdefault("Content-Security-Policy", policy)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["X-Frame-Options"] = "DENY"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.endpoint not in ("static", "asset") or answer.mimetype == "text/html":  # also the page that says 404
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Vary"] = "HX-Request, HX-Target"
    return answer


def _error(error: HTTPException) -> Any:
    code = error.code or 500
    if code in (301, 302, 303, 304, 308):
        return error
    said = error.description if code == 403 else None
    if code in (403, 404) and request.endpoint not in (None, "asset", "static") and current_user.is_authenticated:
        number = str((request.view_args or {}).get("number", ""))
        named = f" {number}" if lists.NUMBER.fullmatch(number) else ""  # anything else typed there may be a name
        try:
            access.record(db.session(), "refused", f"{request.endpoint} {code}{named}"[:80])
        except OperationalError as busy:  # what cannot be recorded is not answered
            return _busy(busy)
    return pages.render("errors.html", status=code, code=code, said=said, expired=isinstance(error, CSRFError))


def _busy(error: OperationalError) -> Any:
    """The database is locked, full, read-only or gone: an honest sentence, no acknowledgement."""
    current_app.logger.error("database: %s", type(error.orig).__name__)
    db.session.rollback()
    return pages.render("errors.html", status=503, code=503, said=None, expired=False)


def _broken(error: Exception) -> Any:
    current_app.logger.error("broken page at %s", request.endpoint, exc_info=error)
    db.session.rollback()
    return pages.render("errors.html", status=500, code=500, said=None, expired=False)


# ── assets ────────────────────────────────────────────────────────────────────────────────────────────────────────
def _bytes_of(name: str) -> bytes:
    """app.css and app.js are the files of their folder in the order of order.txt; others are themselves."""
    static = ROOT / "static"
    if name in ("app.css", "app.js"):
        folder = static / name.removeprefix("app.")
        names = [line.strip() for line in (folder / "order.txt").read_text().splitlines() if line.strip()]
        return b"\n".join((folder / n).read_bytes() for n in names)
    path = (static / name).resolve()
    if not path.is_relative_to(static) or not path.is_file():
        abort(404)
    return path.read_bytes()


def _kept_asset(name: str) -> tuple[str, bytes]:
    kept: dict[str, tuple[str, bytes]] = current_app.extensions["assets"]
    if name not in kept or current_app.debug:
        content = _bytes_of(name)
        kept[name] = (base64.urlsafe_b64encode(sha256(content).digest())[:10].decode(), content)
    return kept[name]


def _asset(name: str) -> str:
    """The address of an asset with the digest of its content: it may be kept for a year."""
    return f"/assets/{name}?v={_kept_asset(name)[0]}"


def _serve_asset(name: str) -> Response:
    digest, content = _kept_asset(name)
    answer = Response(content, mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream")
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    answer.set_etag(digest)
    answer.make_conditional(request)
    return answer
