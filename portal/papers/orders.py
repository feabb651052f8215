"""An order or notice of the office in the layout of GB/T 9704-2012."""

from __future__ import annotations

from datetime import date
from typing import Any

ORGAN = "安澜市城市管理局扫黑除恶专项斗争领导小组办公室"
ISSUER = "安澜市城市管理局扫黑办"  # 印发机关, short: the date stands beside it


def render_order(fields: dict[str, Any]) -> bytes:
    """The issued .docx: equal fields give equal bytes."""
    from .layout import Sheet, render  # heavy: python-docx

    sheet = Sheet(
        kind="order", organ=ORGAN, number=fields["number"], title=fields["title"], addressee=fields["addressee"],
        paragraphs=tuple(fields["paragraphs"]), signature=ORGAN, date=date.fromisoformat(fields["date"]),
        issuer=ISSUER,
    )  # fmt: skip
    return render(sheet)
