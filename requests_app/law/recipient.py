"""Who gets the access, and whether what is settled beforehand was settled for them."""

from requests_app.catalogue.countries import EEA
from requests_app.models import (
    Provider,
    SecrecyReview,
    StandingAssessment,
    StandingRecipient,
)
from requests_app.models.standing_recipient import same_name

INSIDE = frozenset(EEA.split())
# What nobody has classified may be as sensitive as anything that can be granted.
UNCLASSIFIED = 3


def is_provider_itself(provider: Provider, employer: str) -> bool:
    """The very same legal entity: a company that begins with its name is another."""
    return bool(employer.strip()) and same_name(employer) == same_name(provider.name)


def is_inside(country: str) -> bool:
    return country.upper() in INSIDE


def recipients_of(
    review: SecrecyReview, rows: list[StandingAssessment], level: int | None
) -> list[StandingRecipient]:
    """For each assessment the recipient that the request names, at its place, for what
    the objects hold (`level` is its highest class); none at all where one of them does
    not name it.

    What is not stated is not covered: nothing is taken for granted of somebody unknown.
    """
    request = review.access_request
    employer, country = request.employer_entity, request.engineer_country
    if not (employer.strip() and country):
        return []
    level = level or UNCLASSIFIED
    recipients = []
    for row in rows:
        named = (r for r in row.recipients.all() if r.is_of(employer, country, level))
        if (recipient := next(named, None)) is None:
            return []
        recipients.append(recipient)
    return recipients
