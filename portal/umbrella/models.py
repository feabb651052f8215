"""问题线索: a base of its own with a set of hanging tables of its own. No other part may import this module."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ..core.hanging import (
    AddresseeRow,
    DataKeyRow,
    DraftRow,
    DutyRow,
    Family,
    FileRow,
    LinkRow,
    NoteRow,
    Numbered,
    Owed,
    PaperRow,
    RevisionRow,
    owed,
)  # fmt: skip
from ..core.sight import nowhere, sees
from ..core.types import OUTSIDE, WAITS, Ended, Model, Open, State
from ..core.vault import Sealed, sealed_check


class Umbrella(Model):
    """The base of umbrella's models."""

    __abstract__ = True
    family: ClassVar[Family]


class UmbrellaDuty(DutyRow, Umbrella):
    """Duties of matters."""

    __tablename__ = "umbrella_duties"


class UmbrellaNote(NoteRow, Umbrella):
    """Steps of matters."""

    __tablename__ = "umbrella_notes"


class UmbrellaLink(LinkRow, Umbrella):
    """Links seen from here alone."""

    __tablename__ = "umbrella_links"


class UmbrellaDraft(DraftRow, Umbrella):
    """Drafts of the forms here."""

    __tablename__ = "umbrella_drafts"


class UmbrellaDataKey(DataKeyRow, Umbrella):
    """Data keys of matters."""

    __tablename__ = "umbrella_data_keys"


class UmbrellaRevision(RevisionRow, Umbrella):
    """Earlier texts of matters."""

    __tablename__ = "umbrella_revisions"


class UmbrellaFile(FileRow, Umbrella):
    """Files of matters."""

    __tablename__ = "umbrella_files"


class UmbrellaPaper(PaperRow, Umbrella):
    """Papers of matters: a mark of their own."""

    __tablename__ = "umbrella_papers"


class UmbrellaAddressee(AddresseeRow, Umbrella):
    """Addressees of those papers."""

    __tablename__ = "umbrella_addressees"


Umbrella.family = Family(
    "umbrella", UmbrellaDuty, UmbrellaNote, UmbrellaLink, UmbrellaDraft, UmbrellaDataKey, UmbrellaRevision,
    UmbrellaFile, UmbrellaPaper, UmbrellaAddressee, sealed=True,
)  # fmt: skip
Umbrella.family.hides()


class MatterState(State):
    """Received, then handed to the organ in charge of the rank."""

    RECEIVED = "received", _l("待移交"), WAITS, Open("unit_id", "officer_id")
    HANDED = "handed", _l("已移交"), OUTSIDE, Ended("unit_id", "officer_id", "handed_on", "receiver")


class Matter(Numbered, Owed, Umbrella):
    """A matter that names an official: everything that was said is sealed, the title names a matter and no person."""

    __tablename__ = "umbrella_matters"
    source: Mapped[str] = mapped_column(String(10))
    receipt: Mapped[str | None] = mapped_column(String(24))
    handed_on: Mapped[date | None]
    receiver: Mapped[str | None] = mapped_column(String(30))
    way: Mapped[str | None] = mapped_column(String(10))
    title_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    original_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    reporter_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    title, original, reporter, phone = Sealed(), Sealed(), Sealed(), Sealed()
    __table_args__ = (
        *owed("umbrella_matters", MatterState, Umbrella.family),
        *sealed_check("title"),
        *sealed_check("original"),
        *sealed_check("reporter"),
        *sealed_check("phone"),
    )


class Member(Umbrella):
    """Who is named on a matter: these people, and nobody through a role."""

    __tablename__ = "umbrella_members"
    number: Mapped[str] = mapped_column(String(24), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)


sees(Member, nowhere)
