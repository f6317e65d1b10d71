"""The terms of a request in words, as rows of a page."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from requests_app.catalogue.countries import country_name
from requests_app.models import AccessRequest
from requests_app.providers.terms import PLAIN, Kind, Term
from requests_app.words.times import in_full, minutes_in_words

# Told together with others, in rows of their own.
TOGETHER = {
    "duration_minutes",
    "duration_text",
    "employer_entity",
    "engineer_country",
    "service",
    "support_case",
}


class ShownTerm(NamedTuple):
    """A row: what was said, and what was not."""

    label: str
    text: str
    lacking: str = ""


def term_in_words(term: Term, row: Any) -> str:
    """What a request, or a version of it, says of a term."""
    value = getattr(row, term.name)
    if value in (None, ""):
        return "–"
    if term.kind == Kind.TEXT:
        return value.text
    if term.kind == Kind.MINUTES:
        return minutes_in_words(value)
    if term.kind == Kind.COUNTRY:
        return country_name(value)
    return in_full(value) if term.kind == Kind.MOMENT else str(value)


def shown_terms(request: AccessRequest) -> Iterator[ShownTerm]:
    """How long, who, where, and whatever else the provider has told."""
    yield _how_long(request)
    yield _who(request)
    case = request.support_case
    of_case = case and _("support case %(number)s") % {"number": case}
    parts = filter(None, (request.service, of_case))
    yield ShownTerm(_("Service"), " · ".join(parts) or "–")
    for term in PLAIN:
        if term.name not in TOGETHER and getattr(request, term.name):
            yield ShownTerm(capfirst(str(term.label)), term_in_words(term, request))


def _how_long(request: AccessRequest) -> ShownTerm:
    label = _("How long")
    if request.duration_minutes:
        return ShownTerm(label, minutes_in_words(request.duration_minutes))
    if request.duration_text:
        lacking = _("no length of its own: the decision sets one")
        return ShownTerm(label, f"“{request.duration_text}”", lacking)
    return ShownTerm(label, "", _("not told"))


def _who(request: AccessRequest) -> ShownTerm:
    employer, country = request.employer_entity, request.engineer_country
    place = _("engineer in %(country)s") % {"country": country_name(country)}
    text = " · ".join(filter(None, (employer, place if country else "")))
    lacking = [
        "" if employer else _("employer not told"),
        "" if country else _("country not told"),
    ]
    return ShownTerm(_("Who"), text, ", ".join(filter(None, lacking)))
