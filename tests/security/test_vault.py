"""What is sealed opens in its own place alone and leaves a trace; the excerpt is found by those who may, by nobody else."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from cryptography.exceptions import InvalidTag
from flask import Flask
from sqlalchemy import select, text

from portal import create_app
from portal.core import vault
from portal.core.actor import Actor
from portal.core.sight import CORE
from portal.extensions import db
from portal.intake.models import Tip
from tests.flow.test_walk import CALL
from tests.pages import Client

pytestmark = pytest.mark.database
SignIn = Callable[[str], Client]
TYPED = CALL | {
    "narrative": "金丝雀原话：南岭沙场夜里倒渣土。", "name": "金丝雀姓名", "phone": "15433337777",
    "address": "金丝雀住址", "relation": "金丝雀关系", "risk": "有，说明", "risk_words": "金丝雀风险", "place": "南岭沙场东门外",
}  # fmt: skip


@pytest.fixture(scope="module")
def typed(app: Flask, sign_in: SignIn) -> Client:
    """A call with canaries in every sealed field, a draft, an umbrella call; the call's excerpt is accepted."""
    operator = sign_in("operator")
    action, data = operator.form("/intake/calls/new", **TYPED)
    operator.post(action + "?draft=1", data | {"narrative": "金丝雀草稿"}, 204)
    tip = operator.post(action, data).location.removesuffix("/receipt")
    operator.do(tip, "excerpt", title="南岭沙场夜间倾倒", excerpt="夜间有车辆在南岭沙场倾倒渣土，独有词鬯鼐")
    action, data = operator.form(
        "/intake/calls/new", **(TYPED | {"narrative": "金丝雀官员收了好处", "names_official": "是"})
    )
    operator.post(action, data)
    action, data = operator.form("/intake/calls/new", narrative="金丝雀草稿还在写")
    operator.post(action + "?draft=1", data, 204)
    return operator


def test_the_excerpt_is_found_by_those_who_may_and_by_nobody_else(typed: Client, sign_in: SignIn) -> None:
    for who in ("operator", "office", "office_head", "deputy_head", "bureau_head", "leader"):
        assert sign_in(who).get("/intake/?q=鬯鼐").numbers, who
    assert typed.get("/intake/?q=金丝雀原话").numbers == []
    for who in (
        "officer",
        "officer2",
        "unit_head",
        "discipline",
        "personnel",
        "sysadmin",
        "secadmin",
        "auditor",
    ):
        client = sign_in(who)
        client.get("/intake/?q=鬯鼐", 404)
        assert "南岭沙场夜间倾倒" not in client.get("/search?q=鬯鼐").html, who


def test_a_reporter_in_danger_is_never_rung_on_the_known_number(typed: Client) -> None:
    tip = "/intake/" + typed.get("/intake/?q=鬯鼐").numbers[0]
    action, data = typed.form(f"{tip}/do/contact")
    page = typed.post(action, data, 422)
    assert "15433337777" not in page.html and "人身安全" in page.text


def test_a_sealed_value_does_not_open_in_another_record_or_column(app: Flask, typed: Client) -> None:
    assert typed
    with app.app_context():
        session = db.session()
        session.actor = Actor.job("test")
        number, sealed = session.core(text("SELECT number, original_sealed FROM tips LIMIT 1")).one()
        sealed = bytes(sealed)
        assert "金丝雀" in vault.unseal(session, Tip.family, number, "tips.original", sealed)
        with pytest.raises(InvalidTag):
            vault.unseal(session, Tip.family, number, "tips.reporter", sealed)


def test_a_seal_pasted_into_another_record_opens_nowhere(app: Flask, typed: Client) -> None:
    """By raw SQL, as who has the database would: the words of one tip under another's number, the key beside it."""
    tips = []
    for said in ("金丝雀甲说的话", "金丝雀乙说的话"):
        action, data = typed.form("/intake/calls/new", **(TYPED | {"narrative": said}))
        tips.append(typed.post(action, data).location.split("/")[2])
    one, other = tips
    with app.app_context(), db.engine.connect() as connection:
        raw = connection.execution_options(**CORE)
        raw.execute(
            text(
                "UPDATE tips SET original_sealed = (SELECT original_sealed FROM tips WHERE number = :one) WHERE number = :other"
            ),
            {"one": one, "other": other},
        )
        raw.commit()
    with app.app_context():
        session = db.session()
        session.actor = Actor.job("test")
        pasted = bytes(
            session.core(text("SELECT original_sealed FROM tips WHERE number = :n"), {"n": other}).scalar_one()
        )
        with pytest.raises(InvalidTag):
            vault.unseal(session, Tip.family, other, "tips.original", pasted)
        session.rollback()
        session.info.pop("keys")
        session.begin_write()
        keys = Tip.family.data_key.__table__
        session.core(keys.delete().where(keys.c.of == other))
        theirs = session.core(select(keys.c.wrapped, keys.c.under).where(keys.c.of == one)).one()
        session.core(keys.insert(), {"of": other, **theirs._mapping})
        with pytest.raises(InvalidTag):
            vault.unseal(session, Tip.family, other, "tips.original", pasted)
        session.rollback()


def test_a_destroyed_key_ends_all_that_it_sealed(app: Flask, typed: Client) -> None:
    action, data = typed.form("/intake/calls/new", **TYPED)
    number = typed.post(action, data).location.split("/")[2]
    with app.app_context():
        session = db.session()
        session.actor = Actor.job("test")
        session.begin_write()
        vault.destroy(session, Tip.family, number)
        session.commit()
        sealed = bytes(
            session.core(text("SELECT original_sealed FROM tips WHERE number = :n"), {"n": number}).scalar_one()
        )
        with pytest.raises(LookupError):
            vault.unseal(session, Tip.family, number, "tips.original", sealed)


def test_the_database_refuses_plain_text_in_a_sealed_column(app: Flask, typed: Client) -> None:
    from sqlalchemy.exc import IntegrityError

    assert typed
    with app.app_context(), db.engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execution_options(**CORE).execute(
            text("UPDATE tips SET original_sealed = :plain"), {"plain": b"plain text"}
        )


def test_reading_a_sealed_attribute_gives_a_mask_and_each_look_a_trace(app: Flask, typed: Client) -> None:
    from portal.core import people

    assert typed
    with app.app_context():
        session = db.session()
        session.actor = Actor.job("who")
        office = people.by_login(session, "office")
        db.session.remove()
        session = db.session()
        session.actor = office
        tip = session.scalars(select(Tip)).first()
        assert str(tip.original) == str(tip.reporter) == "●●●●●●"
        looks = "SELECT count(*) FROM access WHERE what = 'sealed' AND subject = :s"
        before = session.core(text(looks), {"s": f"{tip.number}.original"}).scalar()
        vault.look(tip, "original")
        session.rollback()
        assert session.core(text(looks), {"s": f"{tip.number}.original"}).scalar() == before + 1


def test_a_wrong_vault_key_refuses_the_start(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    wrong = base64.urlsafe_b64encode(b"w" * 32).decode()
    with pytest.raises(SystemExit, match="PORTAL_VAULT_KEY"):
        create_app(
            PORTAL_DATABASE_URL=settings.database_url,
            PORTAL_INSTANCE=settings.instance,
            PORTAL_VAULT_KEY=wrong,
            TESTING=True,
        )
