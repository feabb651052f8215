"""What must not stay: the draft of a misdialled call, and all of a matter that goes where only named people read it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select

from ..clues.models import CheckRecord, Clue, ClueState, Referral
from ..core import act, desks, drafts, links, moving, repeats, vault
from ..core.act import also, running
from ..core.clock import today
from ..core.errors import Refused
from ..core.sight import Session
from ..parties import models as parties
from ..umbrella.given import Piece, Received, Told
from .models import Contact, Receipt, Tip, TipState

CALL = "intake.call"  # both buttons of the page, 登记 and 来电中断, share its draft
FEEDS = ("source", "joined")  # links by which a clue has its words from a tip


def draft(session: Session, person_id: int, *, once: str | None = None) -> None:
    """The draft of the person's call and its key. With `once` an autosave still under way does not bring it back."""
    session.begin_write()
    if once:
        with suppress(Refused):  # that call was registered already
            repeats.claim(session, once, None, CALL, None)
    drafts.drop(session, Tip.family, person_id, CALL, "")
    session.commit()


# ── a later mark: the content goes, a number stays ────────────────────────────────────────────────────────────────
def tip_goes(tip: Tip, found: str, field: str | None = None) -> None:
    """A tip that turns out to name an official: what is left is a number, 已调整承办. `found`: what the reader saw."""
    session = running().session
    running().nameless = tip.is_anonymous
    told, said = _told(tip), _written(tip)
    tip.state = TipState.MOVED.value
    hung = moving.take_up(session, tip)
    field, channel = field or tip.field or "", tip.channel
    empty(tip)
    words = "\n".join(filter(None, (told.words, found, said, hung.story)))
    also(
        "umbrella.receive",
        given=Received(words, field, channel, told.reporter, told.phone, tip.number, files=_pieces(hung.files)),
    )


def clue_goes(clue: Clue, found: str) -> None:
    """A clue with its children and the tips that it came from; who had it sees what he sees of another's: nothing."""
    session = running().session
    told: list[Told] = []
    files: list[Any] = []
    for link in links.to(clue):
        tip = session.unseen(Tip, link.from_number) if link.kind in FEEDS else None
        if tip is not None and tip.state in (TipState.ACCEPTED, TipState.JOINED):
            told.append(_told(tip))
            files += moving.take_up(session, tip).files
            also("intake.moved", tip, unseen=True)
    checks = list(session.scalars(select(CheckRecord).where(CheckRecord.clue_id == clue.id)))
    referrals = list(session.scalars(select(Referral).where(Referral.clue_id == clue.id)))
    said = "\n".join((_clue_words(session, clue), *map(_check_words, checks), *map(_referral_words, referrals)))
    for check in checks:
        also("checks.moved", check)
    for referral in referrals:
        also("referrals.moved", referral)
    source, field = clue.source, clue.field
    _empty_clue(session, clue)
    hung = moving.take_up(session, clue, *[c.number for c in checks], *[r.number for r in referrals])
    words = "\n".join(filter(None, (found, said, hung.story)))
    moved = Received(words, field, source, None, None, None, tips=tuple(told), files=_pieces([*hung.files, *files]))
    also("umbrella.receive", given=moved)


def empty(tip: Tip) -> None:
    """Nothing of what was said stays in the row; its key is gone, and with it all that it sealed."""
    session = running().session
    c = Contact.__table__
    session.core(delete(c).where(c.c.number == tip.number))
    parties.replace(session, tip.number, (), None)
    receipt = session.get(Receipt, tip.number)
    if receipt is not None:  # of a tip that fed a clue the code is gone since its excerpt
        receipt.code = None
    tip.title = tip.excerpt = tip.field = tip.place = tip.urgency = tip.occurred = tip.evidence = None
    tip.wanted = tip.proposal = tip.category = tip.reason = None
    tip.at_risk = False
    tip.reporter = tip.phone = None


def _empty_clue(session: Session, clue: Clue) -> None:
    """The columns that may not be empty say nothing; the matter stands with the office, as after any reassignment."""
    parties.replace(session, clue.number, (), None)
    clue.state, clue.title, clue.summary, clue.place = ClueState.MOVED.value, _("已调整承办"), "—", "—"
    clue.source, clue.field, clue.kind, clue.level, clue.urgency = "其他", "其他", "其他违法", "一般", "一般"
    clue.unit_id, clue.officer_id = desks.holder(session, "triage")
    clue.closed_on = today()
    clue.source_ref = clue.occurred = clue.conclusion = clue.finding = clue.disposition = clue.archive_no = None
    clue.oversight = clue.loophole = None
    clue.proposed_unit_id = clue.proposed_officer_id = clue.proposed_by = None
    clue.due_at = clue.assigned_at = None
    clue.earlier_due_on = clue.signed_off_on = clue.answered_on = clue.wake_on = None


def _told(tip: Tip) -> Told:
    reporter = vault.look(tip, "reporter") if tip.reporter is not None else None
    phone = vault.look(tip, "phone") if tip.phone is not None else None
    return Told(vault.look(tip, "original"), reporter, phone, tip.number)


def _written(tip: Tip) -> str:
    named = "；".join(" ".join(p).strip() for p in parties.told(tip))
    return "\n".join(filter(None, (tip.title, tip.excerpt, tip.place, tip.occurred, tip.evidence, tip.proposal, named)))


def _clue_words(session: Session, clue: Clue) -> str:
    named = "；".join(" ".join(p).strip() for p in parties.told(clue))
    earlier = (text for _name, _until, text in act.earlier_texts(session, clue))
    said: tuple[Any, ...] = (clue.number, clue.title, clue.summary, clue.place, clue.occurred, named, clue.finding)
    return "\n".join(filter(None, (*said, *earlier)))


def _check_words(check: CheckRecord) -> str:
    return f"{check.number} {check.checked_at:%Y-%m-%d} {check.method} {check.place}：{check.found}"


def _referral_words(r: Referral) -> str:
    said = (r.number, r.receiver, r.receiver_name, r.document_no, r.answer, r.answer_text)
    return " ".join(filter(None, said))


def _pieces(files: Any) -> tuple[Piece, ...]:
    return tuple(Piece(f.id, f.name, f.media_type, f.size, f.sha256) for f in files)
