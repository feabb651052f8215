"""One door: the pages every register has (list, record, verb, bulk). Rules are the register's own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from typing import Any

from flask import Flask, Response, abort, flash, redirect, request
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy import bindparam, select
from werkzeug.datastructures import MultiDict

from ..extensions import db
from . import access, act, browse, drafts, notes, pages, people, repeats
from .actor import Role
from .errors import Conflict, Forbidden, Hidden, Refused
from .forms import Bare, SignedForm
from .hanging import Family
from .register import REGISTERS, Register, Verb

Answer = Any


def open_(app: Flask) -> None:
    """An address for every list, record and verb that somebody may do."""
    for r in REGISTERS.values():
        add = partial(_add, app, r)
        if r.sorts:
            add("", "list", partial(browse.list_page, r))
            add("counts", "counts", partial(browse.counts, r))
        add("<number>", "record", partial(record, r))
        for v in r.verbs.values():
            if not v.who:
                continue
            path = f"do/{v.name}" if v.creates else f"<number>/do/{v.name}"
            if v.page:
                add(path, f"moved_{v.name}", partial(_moved, v))
                _add(app, r, v.page, f"do_{v.name}", partial(verb_page, v), ("GET", "POST"), whole=True)
            else:
                add(path, f"do_{v.name}", partial(verb_page, v), ("GET", "POST"))
            if v.bulk:
                add(f"do/{v.name}", f"bulk_{v.name}", partial(bulk_page, v), ("GET", "POST"))


def _add(
    app: Flask, r: Register, path: str, name: str, view: Callable[..., Any], methods: tuple[str, ...] = ("GET",), *,
    whole: bool = False,
) -> None:  # fmt: skip
    verb = view.args[0] if view.func is verb_page else None  # type: ignore[attr-defined]
    guarded: Any = pages.rule(f"{r.name}: {name}")(login_required(partial(_for_its_readers, r, verb, view)))
    guarded.verb = verb
    app.add_url_rule(path if whole else r.root + path, f"{r.name}.{name}", guarded, methods=list(methods))


def _for_its_readers(r: Register, verb: Verb | None, view: Callable[..., Any], **where: Any) -> Answer:
    """A register of which somebody's roles see no row is not there for him, and none of its tables is asked.

    A creation below a parent is asked of the parent's row, and so of who sees that.
    """
    actor, asked = db.session().actor, verb.under if verb is not None and verb.under else r
    if not (actor.roles & asked.seen_by or (verb is not None and verb.creates and actor.has(verb.who))):
        abort(404)
    return view(**where)


def address(verb: Verb, number: str | None = None) -> str:
    """The address of a verb's form. A creation below a parent says whose child: ?under=NUMBER."""
    if verb.creates:
        return (verb.page or f"{verb.register.root}do/{verb.name}") + (f"?under={number}" if verb.on and number else "")
    return f"{verb.register.root}{number}/do/{verb.name}"


def _moved(verb: Verb) -> Answer:
    return redirect(verb.page or "", 308)


def find(r: Register, number: str) -> Any:
    """The row through the viewer's sight: unseen is absent."""
    row = db.session().scalar(select(r.model).where(r.model.number == bindparam("number")), {"number": number})
    return row if row is not None else abort(404)


def record(r: Register, number: str) -> Response:
    """The page of one record: what it is, what can be done, what was done. Each look is recorded."""
    session, row = db.session(), find(r, number)
    looked = r.looked(session, row, request.args.get("from", "")[:24]) if r.looked else number
    access.record(session, "record", looked, row)
    able = act.possible(session, r, row)
    panels = [(p, found) for p in r.panels if (found := p.rows(session, row))]
    more = r.shows(session, row) if r.shows else {}
    story = (
        more.pop("story") if "story" in more else notes.lines(session, row, own=True)
    )  # a part may put its own papers into it
    return pages.render(
        r.record, fragments=frozenset({"main"}), register=r, row=row, state=r.state(row),
        verbs=[_button(p, number) for p in able], panels=panels, story=story,
        crumbs=[*_above(r, row), (number, None)], here=r.name, **more,
    )  # fmt: skip


def _above(r: Register, row: Any) -> list[tuple[Any, str]]:
    """Where the record stands: in its list; one without a list under its parent, or in today."""
    if r.sorts or r.own_list:
        return [(r.title, r.root)]
    if r.parent is None:
        return [(_("今日工作"), "/")]
    above = getattr(row, r.parent)
    owner = next(o for o in REGISTERS.values() if o.model is type(above))
    return [(owner.title, owner.root), (above.number, f"{owner.root}{above.number}")]


def _button(p: act.Possible, number: str) -> dict[str, Any]:
    href = address(p.verb, number)
    if p.on_paper:
        label = _("登记线下签批：%(verb)s") % {"verb": p.verb.label}
        looks = {"href": f"{href}?paper=1", "kind": "quiet", "child": False}
        return {"name": None, "paper": p.verb.name, "label": label} | looks
    looks = {"href": href, "kind": p.verb.kind, "child": p.verb.creates}
    return {"name": p.verb.name, "paper": None, "label": p.verb.label} | looks


# ── the form of a verb ────────────────────────────────────────────────────────────────────────────────────────────
def verb_page(v: Verb, number: str | None = None) -> Answer:
    """Found and allowed before the form is judged: a wrong form on an unseen record would tell that it is there."""
    number = number or request.values.get("under")
    session, on_paper = db.session(), v.approves and "paper" in request.args
    row = find(v.on, number or "") if v.on else None
    if row is None and not session.actor.has(v.who):
        browse.for_the_role(v.register)
        abort(403, act.who_may(v))
    if request.method == "POST" and "draft" in request.args and v.drafts:
        if not session.actor.has(act.RECORDERS if on_paper else v.who):
            abort(403, act.who_may(v))
        return _keep_draft(v, number or "")
    if row is not None:
        refusal = not_now(session, v, row, on_paper=on_paper)
        if refusal is not None:
            return refusal
    if request.method != "POST":  # HEAD asks for the same page
        return _form(v, row, _fresh(v, row, number or ""), signed=_signed_form(v) if on_paper else None)
    return _do(v, row, number, on_paper=on_paper)


def not_now(session: Any, v: Verb, row: Any, *, on_paper: bool = False) -> Answer:
    """403 with who may, or 409 where the state does not allow it; None: go on. Another's work is 403 in any state."""
    able = act.possible(session, v.on, row)  # type: ignore[arg-type]
    if any(p.verb is v and p.on_paper == on_paper for p in able):
        return None
    if not session.actor.has(act.RECORDERS if on_paper else v.who):
        abort(403, act.who_may(v))
    if v.when and row.state not in v.when:
        form = (v.form or Bare)() if request.method == "POST" else (v.form or Bare)(formdata=None)
        return _late(v, row, form)
    return abort(403, act.who_may(v))


def _do(v: Verb, row: Any, number: str | None, *, on_paper: bool) -> Answer:
    form, paper = (v.form or Bare)(), _signed_form(v) if on_paper else None
    if elsewhere := form.elsewhere():
        return _turn_away(v, number or "", form, elsewhere)
    if form.regrown():
        return _form(v, row, form, signed=paper)
    whole = form.validate()
    if (paper is not None and not paper.validate()) or not whole:
        return _form(v, row, form, 422, signed=paper)
    compared = v.on is not None and not v.creates  # a child is added to the parent's state, not to its version
    version = form.version.data if compared else None
    if compared and not (version or "").isdigit():
        abort(400)
    given = v.given(**form.typed()) if v.given else None
    try:
        signed = _signed(paper) if paper is not None else None
        done = act.perform(
            current_user._get_current_object(), v, given, number=number if v.on else None,
            version=int(version) if version else None, once=form.once.data or None, signed=signed,
        )  # fmt: skip
    except Refused as refused:
        at = next((f[refused.field] for f in (form, paper) if f is not None and refused.field in f), None)
        (form.form_errors if at is None else at.errors).append(refused.sentence)
        return _form(v, v.on and find(v.on, number or ""), form, 422, signed=paper)
    except Conflict as conflict:
        return _overtaken(v, number, form, paper, possible=conflict.possible)
    except Hidden:
        abort(404)
    except Forbidden as forbidden:
        abort(403, forbidden.sentence)
    return _answer(v, number, done, given)


def _overtaken(v: Verb, number: str | None, form: Any, paper: Any, *, possible: bool) -> Answer:
    """Somebody was faster: what was typed stays, beside what has become of the record."""
    if v.on is None:  # a new record, and what it was to go with changed meanwhile
        form.form_errors.append(_("您填写时，与它有关的一件刚被别人办理。请核对后再提交"))
        return _form(v, None, form, 409)
    row = find(v.on, number or "")
    if not possible:
        return _late(v, row, form)
    form.version.raw_data = None
    form.version.data = row.version  # a second press is deliberate
    return _form(v, row, form, 409, signed=paper, differing=[] if v.creates else form.differing(row))


def _turn_away(v: Verb, number: str, form: Any, template: str) -> Answer:
    """What must not be in this system: nothing of it is kept, and the page says where it belongs."""
    if draft := form.verb or (v.drafts and v.full):
        drop_draft(v.register.model.family, draft, number, once=form.once.data)
    return pages.render(template, fragments=frozenset({"next"}), here=v.register.name, register=v.register)


def drop_draft(family: Family, verb: str, number: str = "", *, once: str | None = None) -> None:
    """What the viewer typed, and its key. With `once` its form is used up: an autosave that is still under way does not
    bring it back.
    """
    session = db.session()
    session.begin_write()
    if once:
        with suppress(Refused):  # what it says was registered already
            repeats.claim(session, once, None, verb, None)
    drafts.drop(session, family, current_user.id, verb, number)
    session.commit()


def _answer(v: Verb, number: str | None, done: act.Done, given: Any) -> Answer:
    """303 to the record, or where the verb says."""
    flash(_("已办理：%(verb)s") % {"verb": v.label}, "good")
    if not isinstance(v.answer, str):
        return redirect(v.answer(done.number, given), 303)
    if v.answer not in ("record", "list"):
        return redirect(f"{v.register.root}{done.number}/{v.answer}", 303)
    r, made = (v.on, number) if v.on else (v.register, done.number)
    # who does a verb need not see the record afterwards, and a matter that went elsewhere has none
    seen = v.answer == "record" and db.session().rows(_is_seen(r), {"number": made}).first() is not None
    return redirect(f"{r.root}{made}" if seen else r.root, 303)


@cache
def _is_seen(r: Register) -> Any:
    return select(r.model.id).where(r.model.number == bindparam("number"))


def _signed_form(v: Verb) -> SignedForm:
    roles = Role(0)
    for role in v.who:
        roles |= role
    return SignedForm(roles)


def _signed(form: SignedForm) -> act.Signed:
    approver = people.by_id(db.session(), form.approver_id.data)
    if approver is None:
        raise Refused("approver_id", _("请选择签批人"))
    return act.Signed(approver, form.signed_on.data, form.scan.uploads[0])


def _fresh(v: Verb, row: Any, number: str) -> Any:
    kind: Any = v.form or Bare
    kept = v.drafts and drafts.load(db.session(), v.register.model.family, current_user.id, v.full, number)
    if kept:  # it keeps its own once and version: else it would silently overwrite what came since
        form = kind(formdata=MultiDict(kept))
        form.from_draft = MultiDict(kept)
        return form
    filled = v.fill(row) if v.fill else {}
    form = kind(formdata=None, obj=None if v.creates or v.fill else row, data=filled)
    if row is not None:
        form.version.data = row.version
    return form


def _form(v: Verb, row: Any, form: Any, status: int = 200, *, signed: Any = None, differing: Any = ()) -> Response:
    session, number = db.session(), row.number if row is not None else None
    action = address(v, number)
    since = notes.lines(session, row)[-3:] if status == 409 and row is not None else ()
    more = {"here": v.on.name if v.on else v.register.name} | (v.shows(session, row, form) if v.shows else {})
    return pages.render(
        v.template, fragments=frozenset({"next"}), status=status, verb=v, register=v.register, row=row, form=form,
        signed=signed, action=f"{action}?paper=1" if signed is not None else action, differing=differing, since=since,
        late=False, cancel_href=_back(v, number), draft_url=_draft_url(action) if v.drafts else None,
        paper_href=None, **more,
    )  # fmt: skip


def _draft_url(action: str) -> str:
    return action + ("&" if "?" in action else "?") + "draft=1"


def _back(v: Verb, number: str | None) -> str:
    return f"{v.on.root}{number}" if v.on and number else v.register.root


def _late(v: Verb, row: Any, form: Any) -> Response:
    """The verb is no longer possible: no button, what was typed stays to be copied."""
    return pages.render(
        "register/late.html", fragments=frozenset({"next"}), status=409, verb=v, register=v.register, row=row,
        form=form, since=notes.lines(db.session(), row)[-3:], cancel_href=_back(v, row.number),
        state=v.on.state(row) if v.on else None, here=v.on.name if v.on else v.register.name,
    )  # fmt: skip


def _keep_draft(v: Verb, number: str) -> Answer:
    if v.form and v.form().elsewhere():  # the answer may still be changed: the form is not used up
        drop_draft(v.register.model.family, v.full, number)
        return Response(status=204, headers={"Draft-Kept": "no"})
    pairs = [(k, t) for k, t in request.form.items(multi=True) if k != "csrf_token"]
    keep_draft(v, number, current_user.id, pairs)
    return Response(status=204)


def keep_draft(v: Verb, number: str, person_id: int, pairs: list[tuple[str, str]]) -> None:
    """What was typed is kept for the person; an autosave that was still under way when the act was done is not."""
    session = db.session()
    session.begin_write()
    once = next((t for k, t in pairs if k == "once"), "")
    if repeats.performed(session, once):
        session.rollback()
        return
    drafts.save(session, v.register.model.family, person_id, v.full, number, pairs)
    session.commit()


# ── many at once ──────────────────────────────────────────────────────────────────────────────────────────────────
def bulk_page(v: Verb) -> Answer:
    """The same verb on many rows, each in a transaction of its own; what was refused stays ticked, with the reason."""
    session = db.session()
    if not session.actor.has(v.who):
        abort(403, act.who_may(v))
    ticked = [t.rpartition(":") for t in request.values.getlist("row")][:200]
    chosen = [(number, version) for number, _colon, version in ticked if version.isdigit()]
    kind = v.form or Bare
    form = kind() if request.method == "POST" else kind(formdata=None)
    done, refused = [], []
    if request.method == "POST" and chosen and form.validate():
        given = v.given(**form.typed()) if v.given else None
        for number, version in chosen:
            reason = _one_of_many(v, given, number, int(version), f"{form.once.data}"[:20])
            done.append(number) if reason is None else refused.append((number, version, reason))
    status = 422 if form.errors or not chosen else 200
    return pages.render(
        "register/bulk.html", status=status, verb=v, register=v.register, form=form, chosen=chosen, done=done,
        refused=refused, action=f"{v.register.root}do/{v.name}", cancel_href=v.register.root, here=v.register.name,
        finished=bool(done or refused), titles=_titles(v.register, [number for number, _version in chosen]),
    )  # fmt: skip


def _titles(r: Register, numbers: list[str]) -> dict[str, str]:
    """Number → what it is about, of those that the viewer sees."""
    if not numbers or not hasattr(r.model, "title"):
        return {}
    seen = select(r.model.number, r.model.title).where(r.model.number.in_(numbers))
    return dict(tuple(row) for row in db.session().rows(seen))


def _one_of_many(v: Verb, given: Any, number: str, version: int, once: str) -> str | None:
    """Why it was refused, or None."""
    try:
        act.perform(
            current_user._get_current_object(), v, given, number=number, version=version, once=once + number[-12:]
        )
    except Refused as refused:
        return refused.sentence
    except Conflict:
        return _("刚刚被别人改动，或现在的状态不能办理，请打开核对")
    except (Hidden, Forbidden):
        return _("不在您的办理范围")
    return None
