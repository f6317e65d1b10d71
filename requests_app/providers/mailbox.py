"""Mailbox: client, resolver and signatures."""

import imaplib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import dkim
import dns
import dns.exception
import dns.resolver
from django.utils.translation import gettext as _
from dkim.util import parse_tag_value
from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from requests_app.providers.http import Names, token
from requests_app.providers.mail import MAILBOX, Signature
from requests_app.providers.protocol import Unreachable
from requests_app.providers.secrets import is_set, secret, setting

# The mailbox over IMAP, opened to be read: nothing is marked, moved or deleted.

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


# What DNS says: the keys with which providers sign their mail.

SECONDS = 5.0


class NoDns(Unreachable):
    """DNS gives no answer now: nobody knows who has signed."""


def txt(name: bytes, timeout: float = SECONDS) -> bytes | None:
    """The text that stands under a name, or None. Raises NoDns."""
    try:
        answer = _resolver(timeout).resolve(name.decode("ascii"), "TXT")
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, UnicodeDecodeError):
        return None
    except dns.exception.DNSException as error:
        trouble = _("DNS does not answer (%(error)s): the mail's signature is unknown.")
        raise NoDns(trouble % {"error": type(error).__name__}) from error
    for row in answer:
        return b"".join(row.strings)
    return None


def _resolver(timeout: float) -> dns.resolver.Resolver:
    """That of the system, or the one that LOCKBOX_MAILBOX_DNS names as host:port."""
    own = os.environ.get("LOCKBOX_MAILBOX_DNS", "")
    resolver = dns.resolver.Resolver(configure=not own)
    if own:
        host, _colon, port = own.partition(":")
        resolver.nameservers, resolver.port = [host], int(port or 53)
    resolver.lifetime = timeout
    return resolver


# Who has signed a mail: DKIM (RFC 6376), and ARC (RFC 8617) where it was forwarded.

Txt = Callable[..., bytes | None]
MOST = 5  # signatures, or seals, of one mail that are looked at
# What a signature must cover, once each, or somebody else may have written it; and what
# it must cover where it is there, for by it the text is read.
COVERED = {b"from", b"subject", b"date"}
READ_BY = {b"content-type", b"content-transfer-encoding", b"mime-version"}
# Seconds for the DNS of a domain that nobody trusts, in the chain of one that is.
STRANGERS_DNS = 1.0
SIGNED = b"dkim-signature"
RESULTS, SIGNATURE = b"arc-authentication-results", b"arc-message-signature"
PASSED = re.compile(rb"\s*dkim\s*=\s*pass\b(.*)", re.I | re.S)
ASIDE = re.compile(rb'"(?:[^"\\]|\\.)*"|\((?:[^()\\]|\\.)*\)', re.S)
OF_ASIDE = re.compile(rb'["()]')
DEEPEST = 10
DOMAIN = re.compile(rb"\sheader\.d\s*=\s*([a-z0-9.-]+)(?!\S)", re.I)


class Trusted(NamedTuple):
    """Domains whose signatures and whose seals count, in small letters."""

    signers: set[str]
    sealers: set[str]


def signatures_of(raw: bytes, txt: Txt, trusted: Trusted) -> list[str]:
    """Those of trusted domains that hold: DNS is asked for no others, whose owners may
    let it take its time. Raises NoDns where that can't be known now."""
    signatures = {
        str(row) for way in (_signed, _sealed) for row in _each(way, raw, txt, trusted)
    }
    return sorted(signatures)


def _each(
    way: Callable[..., Iterator[Signature]], raw: bytes, txt: Txt, trusted: Trusted
) -> Any:
    """Whatever a forger writes is no signature, and no fault of ours."""
    rows = []
    try:
        for row in way(raw, txt, trusted):
            rows.append(row)
    except NoDns:
        raise
    except Exception:
        return rows
    return rows


def _signed(raw: bytes, txt: Txt, trusted: Trusted) -> Iterator[Signature]:
    mail = dkim.DKIM(raw)
    lines = [value for name, value in mail.headers if name.lower() == SIGNED]
    for place, line in enumerate(lines[:MOST]):
        with suppress(dkim.DKIMException):  # another of them may hold
            tags = parse_tag_value(line)
            domain = _domain(tags)
            is_theirs = domain in trusted.signers and _covers(mail, tags)
            if is_theirs and dkim.DKIM(raw).verify(idx=place, dnsfunc=txt):
                yield Signature(domain)


def _domain(tags: dict[bytes, bytes]) -> str:
    return tags.get(b"d", b"").strip().lower().decode("ascii", "replace")


def _covers(mail: Any, tags: dict[bytes, bytes]) -> bool:
    """Is it all that we read? What is appended under `l=` would pass as signed."""
    names = [name.lower() for name, _value in mail.headers]
    covered = {name.strip() for name in tags.get(b"h", b"").lower().split(b":")}
    wanted = COVERED | (READ_BY & set(names))
    once = all(names.count(name) == 1 for name in wanted)
    return once and covered >= wanted and b"l" not in tags


def _sealed(raw: bytes, txt: Txt, trusted: Trusted) -> Iterator[Signature]:
    """What whoever handled it last says of it, where the chain holds: those before may
    have written what they liked."""
    mail = dkim.ARC(raw)
    newest, rows = mail.sorted_arc_headers()
    if not 0 < newest <= MOST:
        return
    last = {row[0].lower(): row[1] for place, row in rows if place == newest}
    tags = parse_tag_value(last[SIGNATURE])
    if _domain(tags) not in trusted.sealers or not _covers(mail, tags):
        return
    chain, results, _reason = mail.verify(dnsfunc=_patient_with(trusted.sealers, txt))
    if chain != dkim.CV_Pass or results[0]["ams-domain"] != results[0]["as-domain"]:
        return
    by = results[0]["as-domain"].strip().lower().decode("ascii")
    for domain in passed(last[RESULTS]):
        if domain in trusted.signers:
            yield Signature(domain, by)


def _patient_with(domains: set[str], txt: Txt) -> Txt:
    def ask(name: bytes, timeout: float = SECONDS) -> bytes | None:
        _selector, _key, domain = name.lower().partition(b"._domainkey.")
        if domain.strip(b".").decode("ascii", "replace") in domains:
            return txt(name, timeout)
        with suppress(NoDns):
            return txt(name, STRANGERS_DNS)
        return None

    return ask


def passed(results: bytes) -> list[str]:
    """The domains whose signature passed, by an Authentication-Results (RFC 8601): what
    stands in quotes or in a comment may be a stranger's own words."""
    domains = []
    for result in _bare(results).split(b";"):
        if (passes := PASSED.match(result)) and (named := DOMAIN.search(passes[1])):
            domains.append(named[1].lower().decode("ascii"))
    return domains[:MOST]


def _bare(text: bytes) -> bytes:
    """Without quoted strings and comments (RFC 5322, 3.2), which lie in one another;
    nothing where one of them does not end."""
    for _depth in range(DEEPEST):
        text = ASIDE.sub(b"_", text)
    return b"" if OF_ASIDE.search(text) else text
