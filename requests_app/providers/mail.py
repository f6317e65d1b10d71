"""Mail: message, patterns and rules."""

import email
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any, NamedTuple, Protocol

import re2
from django.utils.translation import gettext as _

from requests_app.providers.reading import Unreadable

# Mail from providers: how it is fetched, read without harm, and told what it is.
#
# Only `client` and `resolver` reach the network.

# The mailbox, as imaps://user@host/folder.
MAILBOX = "LOCKBOX_MAILBOX"


# A mail as we read it: the few things that rules ask of it, however it is made.
#
# Nothing is decoded that is not asked for; attachments are never opened.

LARGEST = 25 * 1024 * 1024  # bytes
MOST_HEADERS = 64 * 1024  # bytes
MOST_PARTS = 200
LONGEST_LINE = 4000  # characters of a subject, as it is written
DEEPEST = 20
LONGEST_TEXT = 100_000  # characters
HEAD_ENDS = re.compile(rb"\r?\n\r?\n")
# What Python calls letters beyond ASCII that are marked as none.
UNTOLD = "unknown-8bit"
HIDDEN = ("script", "style", "head", "template")


class Letter(NamedTuple):
    """`sender` is the one address that it says it is from."""

    sender: str
    subject: str
    text: str
    sent_at: datetime | None


def read(raw: bytes) -> Letter:
    """Raises Unreadable, whatever odd bytes do to those who read them."""
    try:
        refuse_too_much(raw)
        message = email.message_from_bytes(raw)
        return Letter(
            sender=_sender(message),
            subject=line(message.get("Subject")),
            text=_text(message),
            sent_at=_moment(message.get("Date", "")),
        )
    except Unreadable:
        raise
    except Exception as error:
        text = _("The mail can not be read (%(error)s): look in the mailbox.")
        raise Unreadable(text % {"error": type(error).__name__}) from error


def refuse_too_much(raw: bytes) -> None:
    """Before anything is parsed, which is what takes the time."""
    if len(raw) > LARGEST:
        raise Unreadable(_("The mail is larger than 25 MB."))
    head = HEAD_ENDS.search(raw, 0, MOST_HEADERS + 4)
    if head is None and len(raw) > MOST_HEADERS:
        raise Unreadable(_("The head of the mail is larger than 64 kB."))
    if raw.count(b"\n--") > 2 * MOST_PARTS:
        raise Unreadable(_("The mail is made of too many parts."))


def _sender(message: Message) -> str:
    lines = message.get_all("From", [])
    addresses = getaddresses([str(line) for line in lines])
    if len(lines) != 1 or len(addresses) != 1 or "@" not in addresses[0][1]:
        raise Unreadable(_("The mail does not say from whom it is, by one address."))
    return addresses[0][1].lower()


def line(value: Any) -> str:
    """A head's words, whatever they are written in."""
    if isinstance(value, str):  # decoding takes the square of its length
        value = value[:LONGEST_LINE]
    parts = decode_header(value or "")
    words = (decoded(part, charset) for part, charset in parts)
    return " ".join("".join(words).split())[:1000]


def decoded(part: bytes | str, charset: str | None) -> str:
    if isinstance(part, str):
        return part
    try:
        name = charset if charset and charset != UNTOLD else "utf-8"
        return part.decode(name, "replace")
    except (LookupError, ValueError):
        return part.decode("latin-1")


def _moment(value: object) -> datetime | None:
    try:
        moment = parsedate_to_datetime(str(value))
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware if 2000 <= aware.year < 2100 else None


def _text(message: Message) -> str:
    """The first plain text; else the first page of HTML, as it would be read."""
    html = ""
    for part in parts(message):
        kind = part.get_content_type()
        if part.get_filename() or kind not in ("text/plain", "text/html"):
            continue
        body = part.get_payload(decode=True)
        words = decoded(body if isinstance(body, bytes) else b"", _charset(part))
        if kind == "text/plain" and words.strip():
            return _shown(words)
        html = html or words
    return _shown(without_tags(html[: 4 * LONGEST_TEXT]))


def _charset(part: Message) -> str | None:
    charset = part.get_content_charset()
    return str(charset) if charset else None


def _shown(text: str) -> str:
    return text.replace("\x00", "�").replace("\r\n", "\n")[:LONGEST_TEXT]


def parts(message: Message) -> Iterator[Message]:
    """Without recursion. Raises Unreadable for what nobody writes."""
    waiting: list[tuple[Any, int]] = [(message, 1)]
    count = 0
    while waiting:
        part, depth = waiting.pop()
        count += 1
        if count > MOST_PARTS or depth > DEEPEST:
            raise Unreadable(_("The mail is made of too many parts."))
        yield part
        below = part.get_payload()
        if isinstance(below, list):
            waiting += [(row, depth + 1) for row in reversed(below)]


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.hidden += tag in HIDDEN
        self.words.append("\n" if tag in ("p", "br", "div", "tr", "li") else " ")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in HIDDEN and self.hidden > 0

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)


def without_tags(html: str) -> str:
    parser = _Words()
    parser.feed(html)
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.words).splitlines())
    return "\n".join(line for line in lines if line)


# Patterns that people type: RE2, which takes time in proportion to what it reads.

# RE2 makes no program of a pattern that would take more memory than this.
MOST_MEMORY = 1 << 20


class BadPattern(ValueError):
    """No pattern, and why."""


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Any:
    """Raises BadPattern."""
    options = re2.Options()
    options.max_mem = MOST_MEMORY
    options.log_errors = False
    options.case_sensitive = False
    try:
        program = re2.compile(pattern, options)
    except re2.error as error:
        why = error.args[0] if error.args else ""
        why = why.decode(errors="replace") if isinstance(why, bytes) else str(why)
        raise BadPattern(_("It is no pattern: %(why)s.") % {"why": why}) from error
    if program.groups > 1:
        raise BadPattern(_("Put what is sought in one pair of brackets, not more."))
    return program


def fits(pattern: str, text: str) -> bool:
    return compiled(pattern).search(text) is not None


def found_by(pattern: str, text: str) -> str:
    """What stands in the brackets, or all of it where there are none; or nothing."""
    match = compiled(pattern).search(text) if pattern else None
    if match is None:
        return ""
    return (match.group(match.re.groups) or "").strip()


# What a mail is by the rules: a provider's notice, or none.


class Signature(NamedTuple):
    """Who has signed a mail, so that it holds: a domain; and the domain of whoever says
    so, where that had altered the mail and sealed it (ARC)."""

    domain: str
    sealed_by: str = ""

    def __str__(self) -> str:
        return f"{self.domain} {self.sealed_by}".strip()


class Rule(Protocol):
    """As people keep it: models.MailRule."""

    sender: str
    signed_by: str
    sealed_by: str
    subject_pattern: str
    number_pattern: str
    case_pattern: str
    tenant: str


class Contents(NamedTuple):
    """What stands in a notice."""

    number: str
    support_case: str
    is_ours: bool  # of the tenant that the rule is about
    is_signed: bool


def is_from(rule: Rule, sender: str) -> bool:
    """By its address; or by its domain, where the rule names no more."""
    if "@" in rule.sender:
        return sender.lower() == rule.sender.lower()
    return sender.lower().rpartition("@")[2] == rule.sender.lower()


def takes(rule: Rule, letter: Letter) -> bool:
    """Is it a notice, by the rule?"""
    is_notice = is_from(rule, letter.sender)
    return is_notice and fits(rule.subject_pattern, letter.subject)


def contents_of(rule: Rule, letter: Letter, signatures: list[str]) -> Contents:
    text = f"{letter.subject}\n{letter.text}"
    return Contents(
        number=found_by(rule.number_pattern, text)[:200],
        support_case=found_by(rule.case_pattern, text)[:100],
        is_ours=rule.tenant.lower() in text.lower(),
        is_signed=is_signed(rule, signatures),
    )


def is_signed(rule: Rule, signatures: list[str]) -> bool:
    """By the provider itself; or as whoever the rule trusts says it was."""
    trusted = [str(Signature(rule.signed_by.lower()))]
    if rule.sealed_by:
        trusted.append(str(Signature(rule.signed_by.lower(), rule.sealed_by.lower())))
    return any(signature in trusted for signature in signatures)
