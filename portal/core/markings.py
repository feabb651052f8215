"""密级标志: this is no classified system, so a document that bears a marking is refused, with where it belongs.

A marking is 绝密, 机密 or 秘密 with ★ (GB/T 9704-2012, 7.2.2), or standing alone in one of the first three lines. The
same words in a sentence are no marking. A scan has no words that could be read: whoever uploads one has to look.
"""

from __future__ import annotations

import json
import re

from flask_babel import gettext as _

from . import apart
from .errors import Refused

READ = (
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
)
LEVEL = "(?:绝密|机密|秘密)"
STARRED = re.compile(rf"{LEVEL}级?[★☆]")
ALONE = re.compile(
    rf"(?:\d{{1,8}})?(?:密级[:：]?)?[【\[（(]?{LEVEL}级?[】\]）)]?(?:[*]?(?:长期|\d+(?:年|个?月|天)))?(?:特急|加急|急件)?"
)
FIRST = 3


def marked(groups: list[list[str]]) -> bool:
    """Whether these first lines of a document bear a marking: of its text, and of each head of its pages."""
    told = [[squeezed for line in lines if (squeezed := re.sub(r"\s", "", line))] for lines in groups]
    return any(
        any(STARRED.search(line) for line in lines) or any(ALONE.fullmatch(line) for line in lines[:FIRST])
        for lines in told
    )


def refuse(name: str, media_type: str, content: bytes) -> None:
    """Raises Refused for a marked document, and for an archive that unpacks to too much.

    One that cannot be read is not refused: a broken paper may be evidence.
    """
    try:
        groups = json.loads(apart.run("words", media_type, content))
    except apart.Bomb:
        sentence = _("“%(name)s”解开后过大，没有上传。请另存为新文件后再传")
        raise Refused(None, sentence % {"name": name}) from None
    except apart.Unsafe:
        return
    if marked(groups):
        sentence = _("“%(name)s”标有密级，没有上传。本系统为非涉密系统，涉密文件请交机要室按保密规定办理")
        raise Refused(None, sentence % {"name": name})
