"""How the portal is served, by `make run` and by an installed system alike; what is said on the command line wins."""

from __future__ import annotations

import gc
import os

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"  # the outer world comes through the bureau's own web server
worker_class = "gthread"
workers = 2
threads = 4
graceful_timeout = 5
control_socket_disable = True  # whoever reaches it stops the portal


def post_worker_init(worker: object) -> None:
    """What a worker has loaded stays for good: no collection walks through it again."""
    gc.collect()
    gc.freeze()
