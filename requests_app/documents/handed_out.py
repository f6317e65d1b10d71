"""To whom words of a case have been given, and when: whom to tell when they are
corrected or restricted (GDPR article 19)."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from requests_app.documents.case_documents import documents_of
from requests_app.models import (
    Content,
    DataSubjectRequest,
    Decision,
    Delivery,
    DisclosedDocument,
    Disclosure,
    DisclosureRequest,
    RecipientNotice,
    SecrecyReview,
)
from requests_app.words.times import moment_in_words

Way = RecipientNotice.Way
Holds = Callable[[Content | None], bool]


class HandedOut(NamedTuple):
    way: str
    recipient: str
    at: datetime

    def __str__(self) -> str:
        return _("%(way)s: %(who)s, %(time)s") % {
            "way": Way(self.way).label,
            "who": self.recipient,
            "time": moment_in_words(self.at),
        }


def handed_out(review: SecrecyReview, holds: Holds) -> list[HandedOut]:
    """What has been given of the texts of which `holds` is true, the first first."""
    parts = (_served, _answers, _messages, _disclosures, _documents)
    rows = [one for part in parts for one in part(review, holds)]
    return sorted(dict.fromkeys(rows), key=lambda one: one.at)


def _served(review: SecrecyReview, holds: Holds) -> Iterator[HandedOut]:
    """A decision with what stands in it, its conditions and what stands beside it."""
    for decision in review.decisions.select_related("proposal"):
        texts = [getattr(decision, name) for name in Decision.texts()]
        texts.append(decision.urgent_because)
        texts += [row.text for row in decision.proposal.conditions.all()]
        texts += [row.prohibition for row in decision.proposal.reservations.all()]
        texts += [row.text for row in decision.corrections.all()]
        texts += [row.text for row in decision.translations.all()]
        texts += [row.text for row in decision.requests_for_reasons.all()]
        texts.append(review.access_request.justification)
        if any(holds(text) for text in texts):
            for service in decision.services.all():
                yield HandedOut(Way.SERVED, service.recipient, service.served_at)


def _answers(review: SecrecyReview, holds: Holds) -> Iterator[HandedOut]:
    given = review.access_request.deliveries.filter(status=Delivery.Status.CONFIRMED)
    for delivery in given.select_related("text"):
        if holds(delivery.text) and delivery.given_at:
            yield HandedOut(Way.ANSWER, _provider(review), delivery.given_at)


def _messages(review: SecrecyReview, holds: Holds) -> Iterator[HandedOut]:
    for message in review.messages.filter(from_provider=False).select_related("text"):
        if holds(message.text):
            yield HandedOut(Way.MESSAGE, _provider(review), message.said_at)


def _disclosures(review: SecrecyReview, holds: Holds) -> Iterator[HandedOut]:
    answered = Disclosure.objects.filter(review=review).exclude(
        request__status__in=(
            DataSubjectRequest.Status.OPEN,
            DataSubjectRequest.Status.REFUSED,
        )
    )
    for row in answered.select_related("request", "given"):
        if holds(row.given) and row.request.settled_at:
            yield HandedOut(Way.DISCLOSURE, str(row.request), row.request.settled_at)


def _documents(review: SecrecyReview, holds: Holds) -> Iterator[HandedOut]:
    """Whoever asked for a document of the case; perhaps with the words masked: nobody
    is told in vain who is told once too often."""
    given = DisclosedDocument.objects.filter(
        review=review,
        outcome__in=DisclosedDocument.GIVEN,
        request__status__in=DisclosureRequest.LEFT,
    ).select_related("request")
    # Of cases that nobody has asked for, nothing is read.
    if not given:
        return
    holding = {
        document.key
        for document in documents_of(review)
        if any(holds(part.content) for part in document.parts())
    }
    for row in given:
        if row.key in holding and row.request.delivered_at:
            yield HandedOut(Way.DOCUMENT, row.request.number, row.request.delivered_at)


def _provider(review: SecrecyReview) -> str:
    return review.access_request.connection.product.provider.name
