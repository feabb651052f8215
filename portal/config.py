"""Settings from the environment. A missing or malformed one stops the start with one sentence that names it."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import sys
from pathlib import Path
from typing import Any
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
    if not settings.files_url.startswith(("file:///", "s3://")):
        raise SystemExit("PORTAL_FILES_URL: file:///… or s3://bucket/prefix")
    return settings


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
    path = settings.vault_key_file or settings.instance / "vault.key"
    if settings.vault_key_file and not path.is_file():
        raise SystemExit("PORTAL_VAULT_KEY_FILE: there is no such file")
    said = settings.vault_key or _kept(path)
    try:
        key = base64.urlsafe_b64decode(said.strip() + "=" * (-len(said.strip()) % 4))
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise SystemExit("PORTAL_VAULT_KEY: 32 bytes in base64 are wanted")
    return key


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
