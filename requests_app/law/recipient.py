"""Who gets the access, and whether what is settled beforehand was settled for them."""

from requests_app.catalogue.countries import EEA
from requests_app.models import Provider, SecrecyReview, StandingAssessment

INSIDE = frozenset(EEA.split())


def is_provider_itself(provider: Provider, employer: str) -> bool:
    """The very same legal entity: a company that begins with its name is another."""
    name = " ".join(employer.split()).casefold()
    return bool(name) and name == " ".join(provider.name.split()).casefold()


def is_inside(country: str) -> bool:
    return country.upper() in INSIDE


def is_covered(review: SecrecyReview, rows: list[StandingAssessment]) -> bool:
    """Is the recipient the provider itself, at a place that every assessment covers?

    What is not stated is not covered: nothing is taken for granted of somebody unknown.
    """
    request = review.access_request
    country = request.engineer_country
    provider = request.connection.product.provider
    return (
        bool(rows and country)
        and is_provider_itself(provider, request.employer_entity)
        and (is_inside(country) or all(row.covers(country) for row in rows))
    )
