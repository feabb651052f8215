"""Settings from the environment. A missing or malformed one stops the start with one sentence that names it."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """PORTAL_… in the environment; keyword settings of create_app() override it."""

    model_config = SettingsConfigDict(env_prefix="PORTAL_", extra="ignore")

    instance: Path = ROOT / "instance"
    database_url: str = ""
    secret_key: str = ""
    vault_key: str = ""
    vault_key_file: Path | None = None
    files_url: str = ""
    timezone: str = "Asia/Shanghai"
    demo_public: bool = False
    mailbox_url: str = ""
    mailbox_ca_file: Path | None = None
    mailbox_folder: str = "已收"
    umbrella_role: bool = True  # PostgreSQL: umbrella's tables under a role of their own; off where none may be made


def load(overrides: dict[str, Any]) -> Settings:
    """Read, complete and check. Stops the start with the name of what is wrong."""
    given = {k.removeprefix("PORTAL_").lower(): v for k, v in overrides.items() if k.startswith("PORTAL_")}
    try:
        settings = Settings(**given)
        ZoneInfo(settings.timezone)
    except ValidationError as wrong:
        name = ".".join(str(part) for part in wrong.errors()[0]["loc"]).upper()
        raise SystemExit(f"PORTAL_{name}: {wrong.errors()[0]['msg']}") from None
    except (ZoneInfoNotFoundError, ValueError):
        raise SystemExit(f"PORTAL_TIMEZONE: no time zone is called {settings.timezone}") from None
    settings.instance = settings.instance.resolve()
    settings.instance.mkdir(parents=True, exist_ok=True)
    settings.database_url = _database(settings)
    settings.files_url = settings.files_url or f"file://{settings.instance / 'files'}"
    _mailbox(settings)
    if not settings.files_url.startswith(("file:///", "s3://")):
        raise SystemExit("PORTAL_FILES_URL: file:///… or s3://bucket/prefix")
    return settings


def _mailbox(settings: Settings) -> None:
    """Over TLS, or on this machine. The sentences never hold the password."""
    said = "PORTAL_MAILBOX_URL: imaps://user:password@host/INBOX is wanted"
    try:
        parts = urlsplit(settings.mailbox_url)
        there = (parts.hostname or "", parts.port)
    except ValueError:
        raise SystemExit(said) from None
    if settings.mailbox_url and (parts.scheme not in ("imap", "imaps") or not all((there[0], parts.username))):
        raise SystemExit(said)
    if parts.scheme == "imap" and there[0] not in ("localhost", "127.0.0.1", "::1"):
        raise SystemExit("PORTAL_MAILBOX_URL: imap:// is for this machine alone; elsewhere imaps://")
    if settings.mailbox_ca_file is not None and not settings.mailbox_ca_file.is_file():
        raise SystemExit("PORTAL_MAILBOX_CA_FILE: there is no such file")


def _database(settings: Settings) -> str:
    url = settings.database_url or f"sqlite:///{settings.instance / 'portal.db'}"
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SystemExit("PORTAL_DATABASE_URL: sqlite:///… or postgresql://…")
    return url


def secret(settings: Settings) -> str:
    """The key that signs cookies."""
    return settings.secret_key or _kept(settings.instance / "secret.key")


def vault(settings: Settings) -> bytes:
    """The 32 bytes under which all data keys are wrapped. Losing them loses every sealed text."""
    if settings.vault_key_file and not settings.vault_key_file.is_file():
        raise SystemExit("PORTAL_VAULT_KEY_FILE: there is no such file")
    key = decoded(settings.vault_key or _kept(vault_path(settings)))
    if key is None:
        raise SystemExit("PORTAL_VAULT_KEY: 32 bytes in base64 are wanted")
    return key


def vault_path(settings: Settings) -> Path:
    """Where the vault key lies if the environment does not hold it."""
    return settings.vault_key_file or settings.instance / "vault.key"


def vault_file_again(settings: Settings) -> bytes | None:
    """The key as it lies there now: a rotation exchanges it under a running process. None if it came otherwise."""
    path = vault_path(settings)
    return None if settings.vault_key or not path.is_file() else decoded(path.read_text())


def decoded(said: str) -> bytes | None:
    """A key as people keep it: 32 bytes in base64, of either alphabet; else None."""
    plain = said.strip().replace("+", "-").replace("/", "_")
    try:
        key = base64.urlsafe_b64decode(plain + "=" * (-len(plain) % 4))
    except (binascii.Error, ValueError):
        return None
    return key if len(key) == 32 else None


def _kept(path: Path) -> str:
    """A key file, made at the first start (0600); of two processes that start at once the first one's key holds."""
    if not path.exists():
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text()
        with os.fdopen(handle, "w") as f:
            f.write(secrets.token_urlsafe(32))
        sys.stderr.write(f"A new key was made: {path}. Keep a copy where this machine cannot lose it.\n")
    return path.read_text()
