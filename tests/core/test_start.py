"""What the start refuses."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from portal.core import register


def test_a_form_that_would_begin_with_the_mask_of_what_is_sealed_stops_the_start(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    petitions = register.REGISTERS["petitions"]
    monkeypatch.setitem(petitions.verbs, "found", replace(petitions.verbs["found"], fill=None))
    with pytest.raises(SystemExit, match=r"petitions\.found: phone is sealed"):
        register.check()
