"""The mailbox over IMAP, opened to be read: nothing is marked, moved or deleted."""

import imaplib
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _
from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from requests_app.providers.http.entra import Names, token
from requests_app.providers.http.identity import is_set, secret, setting
from requests_app.providers.mail import MAILBOX
from requests_app.providers.protocol import Unreachable

PASSWORD = "LOCKBOX_MAILBOX_PASSWORD"  # noqa: S105 — where it stands
IDENTITY = Names(
    tenant="LOCKBOX_MAILBOX_TENANT_ID",
    client="LOCKBOX_MAILBOX_CLIENT_ID",
    certificate="LOCKBOX_MAILBOX_CERTIFICATE_FILE",
)
SCOPE = "https://outlook.office365.com/.default"
PATIENCE = SocketTimeout(connect=5, read=15)
HERE = ("127.0.0.1", "localhost", "::1")
FROM = "BODY.PEEK[HEADER.FIELDS (FROM)]<0.4096>"


class Glance(NamedTuple):
    """What is asked of every mail: whoever it is from, no more is read of it."""

    uid: int
    size: int
    arrived_at: datetime
    senders: str


class Mailbox:
    def __init__(self, client: IMAPClient, name: str, folder: dict[bytes, Any]) -> None:
        self.client, self.name = client, name
        self.uid_validity = int(folder[b"UIDVALIDITY"])
        self.next_uid = int(folder.get(b"UIDNEXT", 0))

    def after(self, uid: int) -> list[int]:
        """The numbers above, in order. The server's "n:*" always holds the last one."""
        uids = self.client.search(["UID", f"{uid + 1}:*"])
        return sorted(each for each in uids if each > uid)

    def since(self, day: date) -> list[int]:
        return sorted(self.client.search(["SINCE", day]))

    def glances(self, uids: list[int]) -> list[Glance]:
        """In order; what has gone in between is left out."""
        rows = self.client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE", FROM])
        return [_glance(uid, rows[uid]) for uid in uids if b"RFC822.SIZE" in rows[uid]]

    def raw(self, uid: int, most: int) -> bytes:
        """Its first bytes, all of it if it is no longer; none if it is gone."""
        row = self.client.fetch([uid], [f"BODY.PEEK[]<0.{most}>"]).get(uid, {})
        return _body(row)


def _glance(uid: int, row: dict[bytes, Any]) -> Glance:
    senders = re.sub(rb"\s", b"", _body(row)).lower().decode("latin-1")
    return Glance(uid, row[b"RFC822.SIZE"], row[b"INTERNALDATE"], senders)


def _body(row: dict[bytes, Any]) -> bytes:
    return next((row[key] or b"" for key in row if key.startswith(b"BODY[")), b"")


@contextmanager
def opened() -> Iterator[Mailbox]:
    """The mailbox that the setting names. Raises Unreachable, whatever hinders."""
    parts = urlsplit(setting(MAILBOX))
    host, user = parts.hostname or "", unquote(parts.username or "")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    is_secure = parts.scheme == "imaps"
    if not host or not user or not (is_secure or host in HERE):
        text = _("%(name)s is to be imaps://user@host/folder.")
        raise Unreachable(text % {"name": MAILBOX})
    try:
        with _connected(host, parts.port, is_secure) as client:
            _sign_in(client, user)
            # Seen as unread, as it was.
            state = client.select_folder(folder, readonly=True)
            yield Mailbox(client, f"{user}@{host}/{folder}"[:300], state)
    except LoginError as error:
        text = _("The mailbox does not let us in: %(why)s")
        raise Unreachable(text % {"why": str(error)[:200]}) from error
    except (IMAPClientError, imaplib.IMAP4.error, OSError) as error:
        text = _("The mail server does not answer (%(error)s).")
        why = f"{type(error).__name__}: {error}"[:200]
        raise Unreachable(text % {"error": why}) from error


@contextmanager
def _connected(host: str, port: int | None, is_secure: bool) -> Iterator[IMAPClient]:
    client = IMAPClient(host, port=port, ssl=is_secure, timeout=PATIENCE)
    client.normalise_times = False
    try:
        yield client
    finally:
        with suppress(Exception):
            client.logout()


def _sign_in(client: IMAPClient, user: str) -> None:
    if is_set(IDENTITY.client):
        client.oauth2_login(user, token(IDENTITY, SCOPE))
    else:
        client.login(user, secret(PASSWORD))
