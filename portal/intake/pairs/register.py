"""When the clock compares."""

from __future__ import annotations

from ...core import jobs
from . import sources

jobs.runs("sources", sources.compare, minute="*/5")
