"""Application: event and terms."""

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, auto
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

# The terms of a request: each thing that a provider says of what it asks for, once.
#
# Model and application have an attribute of each name. Intake, forms, what changed, the
# contract API, pages, search and guards read the list.


class Kind(Enum):
    LINE = auto()  # a text of one line
    TEXT = auto()  # kept as content
    COUNTRY = auto()  # ISO 3166, two letters
    MINUTES = auto()
    MOMENT = auto()


class Term(NamedTuple):
    """`api`: its name in the contract API, empty where that has none. `longest` is in
    characters. What `is_protected` is told only to who reads the case. Other terms that
    are `not is_counted` are no other revision."""

    name: str
    label: Any
    kind: Kind = Kind.LINE
    api: str = ""
    longest: int | None = None
    is_protected: bool = False
    is_counted: bool = True
    # Is a request found by a part of it?
    is_sought: bool = False

    @property
    def column(self) -> str:
        return f"{self.name}_id" if self.kind == Kind.TEXT else self.name


# In the order in which they are shown.
TERMS = (
    Term("external_id", _("request number"), api="number", longest=200, is_sought=True),
    Term(
        "justification",
        _("justification"),
        Kind.TEXT,
        api="justification",
        is_protected=True,
    ),
    Term("duration_minutes", _("access asked for"), Kind.MINUTES, api="minutes"),
    Term("duration_text", _("access asked for, as written"), longest=100),
    Term(
        "engineer_country",
        _("country of the engineer"),
        Kind.COUNTRY,
        api="engineer_country",
        longest=2,
    ),
    Term("employer_entity", _("employing company"), api="employer", longest=200),
    Term("service", _("service"), api="service", longest=100),
    Term(
        "support_case",
        _("support case"),
        api="support_case",
        longest=100,
        is_sought=True,
    ),
    # Nothing tells by itself which number it is: somebody joins the two.
    Term(
        "audit_id",
        _("id in the provider's audit log"),
        longest=36,
        is_counted=False,
        is_sought=True,
    ),
    Term(
        "requested_at",
        _("sent by the provider"),
        Kind.MOMENT,
        api="sent_at",
        is_counted=False,
    ),
    Term("answer_deadline", _("answer deadline"), Kind.MOMENT),
)
TERM = {term.name: term for term in TERMS}
# Taken over as the provider says them, cut to what is kept. Of the number there are no
# two; a justification is content; moments are reckoned.
PLAIN = [
    term
    for term in TERMS
    if term.kind not in (Kind.TEXT, Kind.MOMENT) and term.name != "external_id"
]
# What somebody types in one line, beside what a form asks in its own way.
LINES = [term for term in PLAIN if term.kind == Kind.LINE and term.api]


def plain_terms(source: Any) -> dict[str, Any]:
    """The plain terms of an application or a request, by name; without what is not
    counted and not told, which stays as it is."""
    values = {term.name: getattr(source, term.name) for term in PLAIN}
    return {
        name: value[: TERM[name].longest] if isinstance(value, str) else value
        for name, value in values.items()
        if value or TERM[name].is_counted
    }


# A provider's application in our own terms, whichever way it came in.

# What one application may name: more is no request that a person can review.
MOST_OBJECTS = 1000
# What may differ between two tellings of the same terms.
NOT_COUNTED = {
    "provider_status",
    "concluded",
    "open_until",
    "is_accepted",
    *(term.name for term in TERMS if not term.is_counted),
}


@dataclass(frozen=True)
class Application:
    """What was applied for. Times are aware instants, durations whole minutes.

    `provider_status` is the provider's own word. `concluded` says that by that word the
    application no longer waits for us: "lapsed", "approved", "denied", "revoked", or
    empty.
    `extra` holds what the provider said beside the fields we know.
    """

    external_id: str
    service: str = ""
    justification: str = ""
    duration_minutes: int | None = None
    duration_text: str = ""
    object_ids: tuple[str, ...] = ()
    requested_at: datetime | None = None
    answer_deadline: datetime | None = None
    provider_status: str = ""
    concluded: str = ""
    # Approved, but its access is not released yet: it can still be denied.
    is_accepted: bool = False
    # The number of the application whose access it asks for more of.
    extends: str = ""
    engineer_country: str = ""
    employer_entity: str = ""
    support_case: str = ""
    # Of a door that is open at the provider: when it closes by itself.
    open_until: datetime | None = None
    audit_id: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def terms_digest(self) -> str:
        """SHA-256 over all that a decision covers: not the status, nor when it was
        sent, for the same terms sent once more are the same."""
        terms = {
            name: value for name, value in vars(self).items() if name not in NOT_COUNTED
        }
        body = json.dumps(terms, sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(body.encode()).hexdigest()


# What a provider says that it did during access, in our own terms.

# Characters of each that are kept.
LONGEST = {
    "action": 200,
    "object_name": 1000,
    "actor": 200,
    "employer": 200,
    "service": 200,
    "unasked": 200,
}
LONGEST_NUMBER = 100


@dataclass(frozen=True)
class Event:
    """`external_id` is the provider's own number; the same number is the same event.
    What is empty is not said."""

    external_id: str
    happened_at: datetime
    action: str
    object_name: str = ""
    actor: str = ""
    employer: str = ""
    country: str = ""
    # One of AccessEvent.Act, where the provider says which kind it was.
    act: str = ""
    # The part of the product, by the name that a request's `service` has.
    service: str = ""
    # The numbers of the requests that it says it was done under; else of those that it
    # may have been: where we know one of these, it was.
    under: list[str] = field(default_factory=list)
    perhaps_under: list[str] = field(default_factory=list)
    # Why it did not ask, in its own words: approved by itself, a legal demand.
    unasked: str = ""


def fitted(event: Event) -> Event:
    """The one place where what a provider says is made to fit: texts are cut, for the
    record itself is kept beside them; a number that is too long becomes its SHA-256, so
    that two that differ at their ends stay two."""
    texts = {name: getattr(event, name)[:most] for name, most in LONGEST.items()}
    number = event.external_id
    if len(number) > LONGEST_NUMBER:
        number = f"sha256:{hashlib.sha256(number.encode()).hexdigest()}"
    return replace(event, external_id=number, **texts)
