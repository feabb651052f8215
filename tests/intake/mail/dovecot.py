"""A real Dovecot of its own, in a temporary folder: TLS by an authority made for the run, passwords that are none.

It runs as an ordinary user, also where the tests run as root. `Line` is a line to it that breaks where it is told to.
"""

from __future__ import annotations

import getpass
import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from imap_tools import BaseMailBox, MailBoxUnencrypted

PASSWORD = "x"  # of every account: the server takes any name
OLD = """
base_dir = {folder}/run
state_dir = {folder}/state
ssl = yes
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
passdb {{
  driver = static
  args = password=x
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
"""
NEW = """
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
base_dir = {folder}/run
state_dir = {folder}/state
ssl = yes
ssl_server_cert_file = {folder}/server.pem
ssl_server_key_file = {folder}/server.key
auth_allow_cleartext = yes
mail_driver = maildir
mail_path = {folder}/mail/%{{user}}
passdb static {{
  password = x
}}
userdb static {{
  fields {{
    uid = {uid}
    gid = {gid}
    home = {folder}/mail/%{{user}}
  }}
}}
"""
BOTH = """
protocols = imap
listen = 127.0.0.1
log_path = {folder}/log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """Where it listens, in the clear and over TLS, and whom to trust."""

    port: int
    tls: int
    authority: Path

    def url(self, user: str, port: int | None = None) -> str:
        """In the clear, on this machine; `port`: through a line."""
        return f"imap://{user}:{PASSWORD}@127.0.0.1:{port or self.port}/INBOX"

    @contextmanager
    def box(self, user: str, folder: str = "INBOX") -> Iterator[BaseMailBox]:
        """The mailbox, as its owner looks into it."""
        with MailBoxUnencrypted("127.0.0.1", self.port, timeout=20).login(user, PASSWORD, folder) as box:
            yield box

    def deliver(self, user: str, *mails: bytes) -> None:
        """Mails come in."""
        with self.box(user) as box:
            for mail in mails:
                box.append(mail, "INBOX")

    def forget(self, user: str) -> None:
        """The mailbox is lost, and set up anew."""
        time.sleep(1.1)  # UIDVALIDITY is a second
        shutil.rmtree(self.authority.parent / "mail" / user)

    def lying(self, user: str, folder: str = "INBOX") -> int:
        """How many mails lie in a folder; 0 if there is none."""
        with self.box(user) as box:
            return box.folder.status(folder)["MESSAGES"] if box.folder.exists(folder) else 0


def program() -> str | None:
    """The installed Dovecot."""
    return shutil.which("dovecot") or shutil.which("/usr/sbin/dovecot")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


@contextmanager
def running() -> Iterator[Dovecot]:
    """Start it for the block."""
    found = program()
    assert found is not None
    folder = Path(tempfile.mkdtemp(prefix="qingyuan-mail-"))
    as_root = os.geteuid() == 0
    user = "nobody" if as_root else getpass.getuser()
    who = pwd.getpwnam(user)
    group = grp.getgrgid(who.pw_gid).gr_name
    _certificates(folder)
    version = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
    port, tls = _free_port(), _free_port()
    written = ((OLD if version.startswith("2.3") else NEW) + BOTH).format(
        folder=folder, uid=who.pw_uid, gid=who.pw_gid, user=user, group=group, port=port, tls=tls
    )
    (folder / "dovecot.conf").write_text(written)
    (folder / "mail").mkdir()
    for path in (folder, *folder.rglob("*")):
        if as_root:
            os.chown(path, who.pw_uid, who.pw_gid)
    ordinary = {"user": user, "group": group, "extra_groups": []} if as_root else {}
    process = subprocess.Popen([found, "-F", "-c", str(folder / "dovecot.conf")], **ordinary)  # type: ignore[call-overload]
    try:
        _answers(port, process, folder)
        yield Dovecot(port, tls, folder / "authority.pem")
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _answers(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as there:
            if there.recv(100).startswith(b"* OK"):
                return
        time.sleep(0.1)
    raise AssertionError(
        f"Dovecot does not answer: {(folder / 'log').read_text() if (folder / 'log').exists() else ''}"
    )


def _certificates(folder: Path) -> None:
    """An authority, and a server that it vouches for."""
    keys = {name: ec.generate_private_key(ec.SECP256R1()) for name in ("authority", "server")}
    names = {name: x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in keys}
    now = datetime.now(tz=UTC)
    for name, key in keys.items():
        built = (
            x509.CertificateBuilder()
            .subject_name(names[name])
            .issuer_name(names["authority"])
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=400))
            .not_valid_after(now + timedelta(days=400))
            .add_extension(x509.BasicConstraints(ca=name == "authority", path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(keys["authority"].public_key()), critical=False
            )
        )
        if name == "authority":
            usage = dict.fromkeys(
                ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only",
                 "decipher_only"), False
            )  # fmt: skip
            built = built.add_extension(
                x509.KeyUsage(digital_signature=True, key_cert_sign=True, crl_sign=True, **usage), critical=True
            )
        signed = built.sign(keys["authority"], hashes.SHA256())
        (folder / f"{name}.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    plainly = (serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
    (folder / "server.key").write_bytes(keys["server"].private_bytes(serialization.Encoding.PEM, *plainly))


class Line:
    """A line to the server that breaks at the n-th command, before it is sent on or after; counted from 1, 0 never.

    `hangs`: it does not break but falls silent. `lets`: so many bytes of the server's answers pass, then it breaks.
    """

    def __init__(
        self, to: int, breaks_at: int = 0, *, after: bool = False, hangs: bool = False, lets: int | None = None
    ) -> None:
        self.to, self.breaks_at, self.after, self.hangs, self.lets = to, breaks_at, after, hangs, lets
        self.commands: list[str] = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self.listening.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self.listening.accept()
                there = socket.create_connection(("127.0.0.1", self.to))
                threading.Thread(target=self._back, args=(there, here), daemon=True).start()
                threading.Thread(target=self._forth, args=(here, there), daemon=True).start()

    def _back(self, there: socket.socket, here: socket.socket) -> None:
        with there, suppress(OSError):
            left = self.lets
            while left != 0 and (said := there.recv(65536 if left is None else left)):
                here.sendall(said)
                left = None if left is None else left - len(said)
            here.shutdown(socket.SHUT_RDWR)

    def _forth(self, here: socket.socket, there: socket.socket) -> None:
        with here, suppress(OSError), here.makefile("rb") as lines:
            for line in lines:
                self.commands.append(line.split(b" ", 1)[-1].decode(errors="replace").strip())
                now = len(self.commands) == self.breaks_at
                if now and self.hangs:
                    time.sleep(3)
                    return
                if not now or self.after:
                    there.sendall(line)
                if now:
                    time.sleep(0.2 if self.after else 0)
                    break
            for end in (here, there):
                end.shutdown(socket.SHUT_RDWR)
