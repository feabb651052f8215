from __future__ import annotations

from tests.intake.mail.fixtures import ask, mail_server, user

__all__ = ["ask", "mail_server", "user"]
