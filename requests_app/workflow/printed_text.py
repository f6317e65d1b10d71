"""What is typed for a paper names no object by an address, which may hold a name, and
nobody by number or street (OSL 5:2, 8:1): a part of steps."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from requests_app.documents.drafting.words import placeholders
from requests_app.models import RequestedObject, SecrecyReview
from requests_app.words.addresses import mentions
from requests_app.words.personal import identifiers_in


def refuse_unprintable(review: SecrecyReview, **texts: str) -> None:
    """Raise ValidationError at each field whose text identifies somebody."""
    objects = RequestedObject.objects.numbered(review.access_request_id)
    addresses = {row.called(place): row.external_id for place, row in objects}
    errors = {
        field: list(_errors(review, addresses, text)) for field, text in texts.items()
    }
    if any(errors.values()):
        raise ValidationError({field: rows for field, rows in errors.items() if rows})


def refuse_unfinished(**texts: str) -> None:
    """Raise ValidationError at each field in which a draft's brackets are left: they
    stand where only a person knows what to write."""
    places_by_text = {name: placeholders(text) for name, text in texts.items()}
    text = _("Write what is missing instead of %(places)s.")
    unfinished = {
        name: text % {"places": ", ".join(places)}
        for name, places in places_by_text.items()
        if places
    }
    if unfinished:
        raise ValidationError(unfinished)


def _errors(
    review: SecrecyReview, addresses: dict[str, str], text: str
) -> Iterator[str]:
    for name, address in addresses.items():
        if mentions(address, text):
            yield _(
                "It names an object by its address, which may tell of somebody: call it"
                " “%(name)s”."
            ) % {"name": name}
    # Where the authority itself is reached is no secret.
    if identifiers := identifiers_in(text, [review.authority.postal_address]):
        yield _("“%(words)s” tells of somebody, and others read it: take it out.") % {
            "words": ", ".join(identifiers)
        }
