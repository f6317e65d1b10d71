"""Protocol: log."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple, NoReturn, Protocol

from requests_app.providers.application import Application, Event
from requests_app.providers.reading import Piece

# The logs of a provider: what its people did, asked or unasked, read from its record.
#
# A provider that has any names them in `abilities.logs`; its module `logs` makes the
# `LogReader` by `connect(external_id)` and maps a record by `events(log, value)`.

Text = Any  # to be translated when it is shown


class Log(NamedTuple):
    """One log. `name` is ours, and stays. A record comes within `usual_delay` of what
    it tells of, at the latest within `longest_delay`; further back than `reach` nothing
    is had any more (None: for as long as the provider keeps it)."""

    name: str
    label: Text
    usual_delay: timedelta
    longest_delay: timedelta
    reach: timedelta | None = None


class Missing(NamedTuple):
    """What the log does not hold for us any more: between two aware instants, and why,
    in words."""

    since: datetime
    until: datetime
    why: str


def resume(
    cursor: str, earliest: datetime, why: str
) -> tuple[datetime, tuple[Missing, ...]]:
    """For a reader whose cursor is a time: from when it reads on, and what is missing
    before. "" is the first time, which reads from the earliest that the log keeps; so
    does a cursor that lies further back, and what is between is gone, for `why`."""
    at = datetime.fromisoformat(cursor) if cursor else earliest
    if at < earliest:
        return earliest, (Missing(at, earliest, why),)
    return at, ()


class LogPage(NamedTuple):
    """Some records, in any order, perhaps read before. When they are kept, `cursor` is
    where to go on; all that had come to the log by `read_until` is read with them.
    A record that is no evidence of anybody of the provider is left out by the reader.
    """

    records: list[Piece]
    cursor: str
    read_until: datetime
    missing: tuple[Missing, ...] = ()


def page_until(
    records: list[Piece], at: datetime, missing: tuple[Missing, ...] = ()
) -> LogPage:
    """A page of a log whose cursor is the time `at`, up to which all has been read."""
    return LogPage(records, at.isoformat(), at, missing)


class LogReader(Protocol):
    """A connection to the logs of one tenant, account or organisation."""

    def read(self, log: str, cursor: str, now: datetime) -> Iterator[LogPage]:
        """From the cursor, "" the first time, to `now`, page by page; the last page may
        be empty. Raises Unreachable (with what to do, where people have to) or
        Unreadable; pages given before are good."""


class LogProvider(Protocol):
    """The module `logs` of a provider."""

    def connect(self, external_id: str) -> LogReader:
        """Of the tenant of a Connection."""

    def events(self, log: str, external_id: str, value: Any) -> Iterator[Event]:
        """What one record tells of: of several objects, an event each, numbered
        "<number>/1" and on. Raises Unreadable, of another tenant too."""


# What every provider is asked for: in words and bytes, and over the network.
#
# A provider is a package of this directory. The package itself is the `Provider`: pure,
# it reaches no network and knows no models. Its module `client`, where it has one,
# makes
# the `Connector` by `connect(external_id)`, the tenant or subscription.


@dataclass(frozen=True)
class Abilities:
    """What an interface can do by machine, and in words for people what it can not."""

    can_be_polled: bool = False
    can_be_read_from_file: bool = False
    can_be_answered: bool = False  # by a call of ours
    can_be_revoked: bool = False  # running access is ended by a call of ours
    can_be_read_back: bool = False
    can_be_asked: bool = False
    # Questions go into the ticket that a request names; else they go under its number.
    has_support_tickets: bool = False
    # Who of another tenant may reach what lies there without asking.
    shows_outsiders: bool = False
    can_be_told_minutes: bool = False  # an approval for less time than asked for
    can_call_us: bool = False  # as a client of our own API
    has_approval: bool = True  # False: nobody asks us, the provider only promises
    # Access is a door that we open and close at the provider, asked for or not.
    opens_grants: bool = False
    # How a number that a person types must look: a pattern, and in words.
    number_pattern: str = ""
    number_help: Text = ""
    can_wake_us: bool = False  # a push says that there is something: module `push`
    is_released_apart: bool = False  # an approval is accepted first, then released
    signs_approvals: bool = False  # each approval comes back signed
    # In these states of its own it can be told that the review has begun.
    acknowledged_from: tuple[str, ...] = ()
    is_completed: bool = False  # people add what it does not tell of a request
    events: tuple[Text, ...] = ()  # what it reports of what was done
    logs: tuple[Log, ...] = ()  # in which it writes what its people did: module `logs`
    has_log_files: bool = False  # one may be read from a file: `logs.records`
    limits: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        is_called = self.can_be_answered or self.can_be_revoked
        if is_called and not self.can_be_read_back:
            raise ValueError("An answer that can't be read back may be given twice.")


class Answer(NamedTuple):
    """What a provider is told. `word` is "approve", "deny" or "revoke", and "release"
    where that comes apart from the approval. Of an approval
    `minutes` is the length of access that is granted, and `ends_at`, an aware instant,
    when access ends that is opened as this is sent. `service` is the request's."""

    word: str
    reason: str
    minutes: int | None = None
    ends_at: datetime | None = None
    service: str = ""


class Unable(Exception):
    """The interface has no such ability: ask `abilities` first."""


def unable(*_args: Any, **_more: Any) -> NoReturn:
    """Stands in a provider for what its interface can not do. Raises Unable."""
    raise Unable


class Provider(Protocol):
    """What a provider's package holds."""

    __name__: str
    label: Text
    abilities: Abilities

    def applications(self, raw: bytes) -> Iterator[Piece]:
        """The applications in a saved document. Raises Unreadable."""

    def application(self, value: Any) -> Application:
        """One of them in our terms. Raises Unreadable."""

    def event(self, value: Any) -> Event:
        """One reported event in our terms. Raises Unreadable."""

    def answer_body(self, answer: Answer) -> str:
        """What is sent for it, as JSON. “revoke” only where `can_be_revoked`."""

    def concluded(self, refusal: bytes) -> str:
        """By a refusal's body, does the application no longer wait for us? As
        `Application.concluded`."""


class Unreachable(Exception):
    """No usable answer came: down, slow, cut off, or not to be trusted. `retry_after`:
    the seconds that it wants to be left in peace, where it says so."""

    def __init__(self, trouble: str = "", retry_after: int | None = None) -> None:
        super().__init__(trouble)
        self.retry_after = retry_after


class Unknown(Unreachable):
    """The provider answers, but does not know this request."""


class Reply(NamedTuple):
    """What came back: HTTP status, and the body as it was."""

    status: int
    body: bytes
    retry_after: int | None = None  # seconds
    headers: Mapping[str, str] = MappingProxyType({})  # by names in lower case


class Standing(NamedTuple):
    """Something that must be in place before a request comes, such as a role of ours
    at the provider. `trouble` is empty while it is."""

    name: Text
    trouble: str = ""


class Proof(NamedTuple):
    """What was found of a signature over an approval. `trouble` is empty where it
    holds."""

    trouble: str = ""


class Signing(Protocol):
    """A connector whose provider `signs_approvals`."""

    def proof_of(self, number: str, value: Any) -> Proof | None:
        """Of an approval as it is shown; None where it shows no approval."""


class Acknowledging(Protocol):
    """A connector of a provider that is told when the review begins."""

    def acknowledge(self, number: str) -> Reply:
        """Say so. Raises Unreachable, after which it may have been heard or not."""


class Connector(Protocol):
    """One connection over the network."""

    def pending(self) -> Iterator[Piece]:
        """Every application that waits. Raises Unreachable or Unreadable."""

    def every(self) -> Iterator[Piece]:
        """Every application that it still shows, waiting or concluded: asked after a
        restore. Raises Unreachable or Unreadable."""

    def get(self, number: str) -> Piece:
        """One application as it is now. Raises Unreachable, Unknown or Unreadable."""

    def decide(self, number: str, word: str, body: bytes) -> Reply:
        """Send the body of an answer of that word. Raises Unreachable, after which it
        may have taken effect or not."""

    def events(self, number: str) -> Iterator[Piece]:
        """What was done under an application. Raises Unreachable or Unreadable."""

    def standing(self) -> Iterator[Standing]:
        """What must be in place, each asked now. Raises Unreachable or Unreadable."""


class Ticket(NamedTuple):
    """A support ticket of ours, with the consents that it carries."""

    name: str
    number: str
    status: str = ""
    advanced_diagnostics: bool = False
    other_consents: tuple[str, ...] = ()


class ThreadMessage(NamedTuple):
    """A message in a thread. `key` is the provider's own name of it."""

    key: str
    from_provider: bool
    text: str
    at: datetime


class Correspondent(Connector, Protocol):
    """A connection that a machine of ours asks: `can_be_asked` and `can_be_polled`.
    What is said of errors holds as for a Connector."""

    def thread(self, number: str) -> str:
        """The name of the thread in which it is asked about a support ticket or a
        request of that number. Raises Unknown where there is none."""

    def messages(
        self, thread: str, since: datetime | None = None
    ) -> Iterator[ThreadMessage]:
        """What was said in the thread of that name, by both sides, in any order."""

    def has_message(self, thread: str, key: str) -> bool:
        """Is our message of that key there?"""

    def say(self, thread: str, key: str, subject: str, text: str) -> Reply:
        """Say something under a key of ours: the same key is said once, where the
        provider has keys; else it is asked for before."""


class SupportDesk(Correspondent, Protocol):
    """A connection whose support tickets we read: `has_support_tickets`."""

    def tickets(self) -> Iterator[Ticket]:
        """Every ticket that it still shows."""

    def ticket(self, number: str) -> Ticket:
        """The one of that number or name. Raises Unknown where there is none."""

    def withdraw_consent(self, ticket: Ticket) -> Reply:
        """Take back every consent that the ticket carries."""
