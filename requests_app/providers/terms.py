"""The terms of a request: each thing that a provider says of what it asks for, once.

Model and application have an attribute of each name. Intake, forms, what changed, the
contract API, pages, search and guards read the list.
"""

from enum import Enum, auto
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _


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
