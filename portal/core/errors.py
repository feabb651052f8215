"""The four refusals. Nothing else is caught."""

from __future__ import annotations


class Refused(Exception):
    """422: what was given breaks a rule. `field` is the form's field, or None for the whole."""

    def __init__(self, field: str | None, sentence: str) -> None:
        super().__init__(sentence)
        self.field, self.sentence = field, sentence


class Conflict(Exception):
    """409: somebody was faster, or the state does not allow the verb. `possible`: it can be done on the newer row."""

    def __init__(self, possible: bool) -> None:
        super().__init__("somebody else was faster")
        self.possible = possible


class Hidden(Exception):
    """404: unseen is absent."""


class Forbidden(Exception):
    """403: seen, but others may do it. `sentence` says who."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
