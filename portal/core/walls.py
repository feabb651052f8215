"""PostgreSQL: the tables of umbrella stand under a role of their own; the ordinary one writes them and reads ids alone.

The login signs in, then takes the ordinary role; a session of a discipline clerk opens the other one transaction long.
It is a second wall, against a fault in the code: whoever can send SQL of his own can also take the role.
"""

from __future__ import annotations

from typing import Any

OWNER = "NONE"  # in SET ROLE: the login itself, for commands that rebuild the database
ORDINARY, OPEN = "qingyuan_ordinary", "qingyuan_umbrella"  # of the server; what each may is of the database
STANDS = (
    "SELECT 1 FROM pg_roles r, pg_class c WHERE r.rolname = 'qingyuan_ordinary' AND c.relname = 'umbrella_matters' "
    "AND has_table_privilege(r.oid, c.oid, 'INSERT')"
)


def step_down(connection: Any, record: Any) -> None:
    """As each connection is opened: from here on it is the ordinary role's, if this database has been parted so."""
    if connection.execute(STANDS).fetchone():
        connection.execute(f"SET ROLE {ORDINARY}")
        record.info["ordinary"] = True
    connection.commit()


def part(connection: Any, *, wanted: bool) -> None:
    """After every migration, as the owner: who may what. Without the right to make roles it stops with a sentence."""
    if not wanted:
        return
    _roles(connection)
    for statement in (
        f"GRANT USAGE ON SCHEMA public TO {ORDINARY}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {ORDINARY}",
        f"GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {ORDINARY}",
    ):
        connection.exec_driver_sql(statement)
    apart = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND starts_with(tablename, 'umbrella_')"
    has_id = "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'id'"
    counted = set(connection.exec_driver_sql(has_id).scalars())
    for table in connection.exec_driver_sql(apart).scalars().all():
        connection.exec_driver_sql(f"REVOKE ALL ON {table} FROM {ORDINARY}")
        connection.exec_driver_sql(f"GRANT INSERT ON {table} TO {ORDINARY}")
        if table in counted:
            connection.exec_driver_sql(f"GRANT SELECT (id) ON {table} TO {ORDINARY}")
        connection.exec_driver_sql(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {OPEN}")


def _roles(connection: Any) -> None:
    there = set(connection.exec_driver_sql("SELECT rolname FROM pg_roles").scalars())
    may = "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = session_user"
    if not {ORDINARY, OPEN} <= there and not connection.exec_driver_sql(may).scalar():
        raise SystemExit(
            "PORTAL_UMBRELLA_ROLE: this login may not make roles. Grant it CREATEROLE for this migration, "
            f"or let an administrator make {ORDINARY} and {OPEN}, or set PORTAL_UMBRELLA_ROLE=off to do without"
        )
    for role in (ORDINARY, OPEN):
        if role not in there:
            connection.exec_driver_sql(f"CREATE ROLE {role} NOLOGIN")
            connection.exec_driver_sql(f"GRANT {role} TO session_user")
    if OPEN not in there:
        connection.exec_driver_sql(f"GRANT {ORDINARY} TO {OPEN}")
