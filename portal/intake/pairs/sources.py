"""可能是同一来源: the clock compares the sealed numbers of new tips with those of two years, and keeps which two agree.

Of a number nothing is kept, no digest either: a column of keyed digests would answer whoever holds the key and asks by
whom a call was made. Therefore they are unsealed at each run, and only where there is a new tip. An anonymous tip has
no number; a matter that names an official is no tip, and is compared with nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from datetime import timedelta
from typing import Any

from sqlalchemy import select, text

from ...core import facts, jobs, vault
from ...core.sight import Session
from ...extensions import db
from ..models import Tip

WITHIN = timedelta(days=730)
AT_ONCE = 200  # new tips a run; the next run goes on from there
MOST = 20  # earlier tips of one number, the newest: whoever calls every week is known by then
DONE = "sources"  # the fact: up to which tip they are compared
T: Any = Tip.__table__
FOUND = text(
    "INSERT INTO same_sources (number, earlier) VALUES (:number, :earlier) ON CONFLICT (number, earlier) DO NOTHING"
)


def compare() -> int:
    """Compare what is new; gives how many pairs were found. Run twice it finds the same once."""
    session = jobs.session_of("sources")
    try:
        last = int(facts.read(session, DONE) or 0)
        new = _tips(session, Tip.id > last, at_most=AT_ONCE)
        if not new:
            return 0
        since = min(tip.created_at for tip in new) - WITHIN
        known = _tips(session, Tip.id <= last, Tip.created_at > since)
        pairs = _pairs(session, known, new)
        return _keep(session, pairs, new[-1].id)
    finally:
        db.session.remove()


def _tips(session: Session, *where: Any, at_most: int | None = None) -> list[Any]:
    """As the clock sees them. The number's lock lets ids rise in the order of commits: none comes later in between."""
    asked = select(Tip.id, Tip.number, Tip.created_at, Tip.phone_sealed).where(Tip.phone_sealed.is_not(None), *where)
    return list(session.rows(asked.order_by(Tip.id).limit(at_most)))


def _pairs(session: Session, known: list[Any], new: list[Any]) -> list[tuple[str, str]]:
    """(new, earlier): the same number, left within two years of each other."""
    left = vault.compared(session, Tip, "phone", {tip.number: tip.phone_sealed for tip in (*known, *new)})
    by_mark: dict[str, list[Any]] = defaultdict(list)
    fresh, found = {tip.number for tip in new}, []
    for tip in (*known, *new):
        marks = told_apart_by(left.get(tip.number, ""))
        if tip.number in fresh:
            same = {e.number for m in marks for e in by_mark[m] if tip.created_at - e.created_at <= WITHIN}
            found += [(tip.number, earlier) for earlier in sorted(same)[-MOST:]]
        for mark in marks:
            by_mark[mark].append(tip)
    return found


def _keep(session: Session, pairs: list[tuple[str, str]], last: int) -> int:
    """Both tips are locked: one that has gone elsewhere meanwhile left no number, and comes back in no pair."""
    session.begin_write()
    both = sorted({number for pair in pairs for number in pair})
    here = select(T.c.number).where(T.c.number.in_(both), T.c.phone_sealed.is_not(None)).order_by(T.c.number)
    alive = set(session.core(here.with_for_update(read=True)).scalars())
    kept = [pair for pair in pairs if alive.issuperset(pair)]
    for number, earlier in kept:
        session.core(FOUND, {"number": number, "earlier": earlier})
    jobs.put_fact(session, DONE, str(last))
    session.commit()
    return len(kept)


# ── what makes two numbers one ────────────────────────────────────────────────────────────────────────────────────
def told_apart_by(left: str) -> set[str]:
    """What a number that was left is compared by; of two numbers in one field both. An address of a mail is compared
    as it is, in lower case; a mobile by its last eleven digits; a fixed line without its area code and extension.
    """
    said = unicodedata.normalize("NFKC", left).lower()
    found = set()
    for piece in re.split(r"[,;、/|或和]|\s{2,}", said):
        found.add(piece.strip() if "@" in piece else _dialled(piece))
    return found - {""}


def _dialled(piece: str) -> str:
    digits = re.sub(r"\D", "", re.split("转|分机|ext", piece)[0])
    if mobile := re.search(r"1[3-9]\d{9}$", digits):
        return mobile[0]
    local = digits.removeprefix("0086")
    if local.startswith("0"):
        local = local[3:] if re.match("010|02", local) else local[4:]
    # a row of one digit fills a field that may not be empty
    return local[-8:] if len(local) >= 7 and len(set(local)) > 1 else ""
