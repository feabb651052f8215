"""PostgreSQL itself: the ordinary role writes the tables of umbrella and reads ids alone; a discipline session reads."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from tests.verbs.stage import Stage

pytestmark = [pytest.mark.security, pytest.mark.database, pytest.mark.postgresql]  # SQLite has no roles
REFUSED = (
    "SELECT number FROM umbrella_matters",
    "SELECT original_sealed FROM umbrella_matters",
    "SELECT person_id FROM umbrella_members",
    "SELECT of FROM umbrella_data_keys",
    "SELECT words_sealed FROM umbrella_said",
    "UPDATE umbrella_matters SET state = state",
    "DELETE FROM umbrella_members",
    "SELECT receiver FROM umbrella_slips",
    "SELECT subject FROM umbrella_asides",
)


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    made = Stage(app)
    made.matter()
    return made


def said(stage: Stage, login: str, statement: str) -> Any:
    with stage.session(login) as session:
        session.begin_write()
        try:
            return session.core(text(statement)).rowcount
        finally:
            session.rollback()


@pytest.mark.parametrize("login", ["operator", "office", "bureau_head", "sysadmin", "auditor"])
@pytest.mark.parametrize("statement", REFUSED)
def test_the_ordinary_role_is_refused_by_the_database(stage: Stage, statement: str, login: str) -> None:
    """With core's key, as a fault in the code could send it."""
    with pytest.raises(ProgrammingError, match="permission denied"):
        said(stage, login, statement)


@pytest.mark.parametrize("statement", REFUSED)
def test_a_discipline_session_is_not(stage: Stage, statement: str) -> None:
    assert said(stage, "discipline", statement) >= 0


def test_ids_alone_are_read(stage: Stage) -> None:
    assert said(stage, "office", "SELECT id FROM umbrella_matters") >= 1


def test_the_role_ends_with_its_transaction(stage: Stage) -> None:
    """The same connection serves the next request."""
    said(stage, "discipline", "SELECT number FROM umbrella_matters")
    with pytest.raises(ProgrammingError):
        said(stage, "office", "SELECT number FROM umbrella_matters")
