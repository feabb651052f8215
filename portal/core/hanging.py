"""What hangs on any register: mixins, mapped once on `Common` for all, once more inside umbrella/ on a base of its own.

A model's base says which set it uses: `type(row).family`. Nothing else in the code asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
    literal_column,
    text,
)  # fmt: skip
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from .sight import nowhere, sees
from .types import Model, State, UtcDateTime

OPEN: ColumnElement[str] = literal_column(
    "'open'"
)  # a literal, not a parameter: SQLite uses a partial index for nothing less


def is_sealed(name: str) -> tuple[CheckConstraint, CheckConstraint]:
    """The database's own word that a column is sealed: the first byte is the format."""
    column = f"{name}_sealed"
    on_sqlite = CheckConstraint(f"substr({column}, 1, 1) = x'01'", name=f"{name}_is_sealed")
    on_postgresql = CheckConstraint(f"get_byte({column}, 0) = 1", name=f"{name}_is_sealed")
    return on_sqlite.ddl_if(dialect="sqlite"), on_postgresql.ddl_if(dialect="postgresql")


def partial(name: str | None, where: str, *columns: str) -> Index:
    """An index of the few rows that are asked for all day."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class DutyRow:
    """Who owes what by when. `subject` is the number of the row; a duty is never edited but for due_at and rung."""

    id: Mapped[int] = mapped_column(primary_key=True)
    register: Mapped[str] = mapped_column(String(30))
    subject: Mapped[str] = mapped_column(String(24))
    what: Mapped[str] = mapped_column(String(50))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(6))
    blocks: Mapped[str | None] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(6))
    rung: Mapped[int]
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        is_open = "state = 'open'"
        return (
            CheckConstraint("state IN ('open', 'done', 'moved', 'void')", name="state_known"),
            CheckConstraint("(state = 'open') = (done_at IS NULL)", name="done_at_when_done"),
            CheckConstraint("kind IN ('due', 'remind')", name="kind_known"),
            UniqueConstraint("id", "subject", "due_at", "person_id", "kind", "state"),  # what the rows copy: see owed()
            partial(None, is_open, "person_id", "due_at"),
            partial(None, is_open, "blocks"),
            Index(None, "subject"),
        )


class NoteRow:
    """A line of the time line. `under` is the parent's number where the row is a child's: one time line shows both."""

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(24), index=True)
    under: Mapped[str | None] = mapped_column(String(24), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    who: Mapped[str] = mapped_column(String(120))
    verb: Mapped[str] = mapped_column(String(50))
    label: Mapped[str] = mapped_column(String(60))
    to_state: Mapped[str | None] = mapped_column(String(20))
    words: Mapped[str | None] = mapped_column(Text)
    paper_id: Mapped[int | None]
    files: Mapped[list[str]] = mapped_column(JSON)


class LinkRow:
    """Two records by number. `owes`, `desk`: the duty the far end owes back (告知) when this end asks; NULL if none."""

    from_number: Mapped[str] = mapped_column(String(24), primary_key=True)
    to_number: Mapped[str] = mapped_column(String(24), primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    owes: Mapped[str | None] = mapped_column(String(50))
    desk: Mapped[str | None] = mapped_column(String(30))


class DraftRow:
    """What was typed and not yet sent: sealed, one a person, verb and number."""

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    verb: Mapped[str] = mapped_column(String(50))
    number: Mapped[str] = mapped_column(String(24))  # '' for a creation: NULLs would not be unique
    body: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("person_id", "verb", "number"),)


class DataKeyRow:
    """The key of one record (or draft), wrapped by the vault key: destroying it ends all that it sealed."""

    of: Mapped[str] = mapped_column(String(80), primary_key=True)
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    under: Mapped[str] = mapped_column(String(16))  # the name of the vault key that wraps it
    destroyed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RevisionRow:
    """The sealed earlier value of a text column that a verb changed."""

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(24), index=True)
    name: Mapped[str] = mapped_column(String(40))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int]


class FileRow:
    """An attachment. `id` is random and names the bytes in the store; the person's file name lives here alone.

    `sealed`: given by a reporter. The bytes are sealed under the record's key, as is the name they came with; `name`
    is one of ours, `size` is rounded up, `sha256` is keyed. `copy_of`: the stripped copy of such a one, for handlers.
    """

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[str] = mapped_column(String(24), index=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    sealed: Mapped[bool] = mapped_column(server_default=false())
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    @declared_attr
    def copy_of(cls) -> Mapped[str | None]:
        return mapped_column(ForeignKey(f"{cls.__tablename__}.id"))  # type: ignore[attr-defined]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            CheckConstraint("sealed = (name_sealed IS NOT NULL)", name="sealed_with_its_name"),
            CheckConstraint("copy_of IS NULL OR NOT sealed", name="copy_is_open"),
            *is_sealed("name"),
        )


class PaperRow:
    """公文: draft → checked → signed (also on paper) → issued. An issued one is frozen by the digest of its file."""

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    subject: Mapped[str] = mapped_column(String(24), index=True)
    state: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(200))
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    mark: Mapped[str | None] = mapped_column(String(20))
    year: Mapped[int | None]
    serial: Mapped[int | None]
    drafted_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    signed_on: Mapped[date | None]
    signed_how: Mapped[str | None] = mapped_column(String(6))
    issued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    file_id: Mapped[str | None] = mapped_column(String(32))
    digest: Mapped[str | None] = mapped_column(String(64))
    corrects_id: Mapped[int | None]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("mark", "year", "serial"),
            CheckConstraint("state IN ('draft', 'checked', 'signed', 'issued', 'void')", name="state_known"),
            CheckConstraint("state <> 'issued' OR digest IS NOT NULL", name="issued_is_frozen"),
        )


class AddresseeRow:
    """To whom a paper goes: a unit or an outside body, and its receipt."""

    id: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[int] = mapped_column(index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    body: Mapped[str | None] = mapped_column(String(100))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    receipt_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    receipt_by: Mapped[str | None] = mapped_column(String(60))


@dataclass(frozen=True)
class Family:
    """The set of hanging tables that one base uses."""

    name: str
    duty: Any
    note: Any
    link: Any
    draft: Any
    data_key: Any
    revision: Any
    file: Any
    paper: Any
    addressee: Any
    sealed: bool = False  # every file of it is, and none has a copy

    def hides(self) -> None:
        """Nobody selects what hangs: core's functions take the loaded row and read under core's key."""
        for model in (self.note, self.link, self.draft, self.data_key, self.revision, self.file, self.paper):
            sees(model, nowhere)
        sees(self.addressee, nowhere)
        FAMILIES.append(self)


FAMILIES: list[Family] = []  # all of them: for keys, backups and what a crash left behind


class Common(Model):
    """The base of every model but umbrella's."""

    __abstract__ = True
    family: ClassVar[Family]


class Duty(DutyRow, Common):
    """Duties of every register but umbrella's."""

    __tablename__ = "duties"


class Note(NoteRow, Common):
    """Steps and notes of every register but umbrella's: what a person noted has one of three readers."""

    __tablename__ = "notes"
    __table_args__ = (
        CheckConstraint("kind IN ('step', 'handlers', 'reporter', 'own')", name="kind_known"),
        CheckConstraint("kind <> 'own' OR person_id IS NOT NULL", name="own_has_a_writer"),
    )


class Link(LinkRow, Common):
    """Links between the records of every register but umbrella's."""

    __tablename__ = "links"


class Draft(DraftRow, Common):
    """Drafts of the forms of every register but umbrella's."""

    __tablename__ = "drafts"


class DataKey(DataKeyRow, Common):
    """Data keys of every register but umbrella's."""

    __tablename__ = "data_keys"


class Revision(RevisionRow, Common):
    """Earlier texts of every register but umbrella's."""

    __tablename__ = "revisions"


class File(FileRow, Common):
    """Files of every register but umbrella's."""

    __tablename__ = "files"


class Paper(PaperRow, Common):
    """Papers of every register but umbrella's."""

    __tablename__ = "papers"


class Addressee(AddresseeRow, Common):
    """Addressees of every register's papers but umbrella's."""

    __tablename__ = "addressees"


Common.family = Family("common", Duty, Note, Link, Draft, DataKey, Revision, File, Paper, Addressee)
Common.family.hides()


class Numbered:
    """What every registered model has. `version` is compared by perform and again by the UPDATE itself.

    `revised`: the columns whose earlier values are kept when a verb changes them.
    """

    revised: ClassVar[tuple[str, ...]] = ()
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        # the name as a string is taken without a word and fails at the first INSERT
        return {"version_id_col": cls.version}


class Owed:
    """A registered model with states: who handles it, and its duty with a copy of what lists sort and filter by.

    The copy is no second truth: a composite foreign key with ON UPDATE CASCADE keeps it equal, so a list needs no join
    that a planner could begin at the wrong end (open, by due, 1,000,000 rows: 0.7 ms; by join 205 on SQLite).
    """

    state: Mapped[str] = mapped_column(String(20))
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    duty_id: Mapped[int | None] = mapped_column(unique=True)
    owed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    owed_by: Mapped[int | None]
    owed_kind: Mapped[str | None] = mapped_column(String(6))
    owed_state: Mapped[str | None] = mapped_column(String(6))


COPIED = {"owed_at": "due_at", "owed_by": "person_id", "owed_kind": "kind", "owed_state": "state"}


def owed(table: str, states: type[State], family: Family) -> tuple[Any, ...]:
    """The constraints and indexes of an Owed model, for its __table_args__."""
    duty = family.duty.__table__
    together = " AND ".join(f"(duty_id IS NULL) = ({c} IS NULL)" for c in COPIED)  # a NULL switches the foreign key off
    copied = [duty.c[c] for c in ("id", "subject", *COPIED.values())]

    def sorted_by(where: str, *columns: str) -> Index:
        return partial(f"ix_{table}_owed_{'_'.join(columns)}", where, *columns)

    return (
        *states.checks(),
        CheckConstraint(together, name="duty_is_copied"),
        CheckConstraint("owed_state = 'open'", name="duty_is_open"),  # ending a duty that a row points at cascades here
        ForeignKeyConstraint(["duty_id", "number", *COPIED], copied, onupdate="CASCADE"),
        sorted_by("owed_at IS NOT NULL", "owed_at", "id"),
        sorted_by("owed_kind = 'due'", "owed_at", "id", "unit_id"),
        sorted_by("owed_at IS NOT NULL", "unit_id", "owed_at", "id"),
        sorted_by("owed_by IS NOT NULL", "owed_by", "owed_at", "id"),
    )
