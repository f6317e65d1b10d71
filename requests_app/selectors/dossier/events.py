"""What has happened in a case, as its page tells it."""

from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils.translation import gettext as _

from audit_app.models import LedgerEntry
from requests_app.models import (
    AccessGrant,
    AccessRequest,
    Delivery,
    SecrecyReview,
)
from requests_app.permissions.known_people import known_to
from requests_app.selectors.dossier.dossier import Dossier, Event, NewAuthority
from requests_app.words.events import event_label


def _label(line: LedgerEntry) -> Any:
    """Typed by hand it came in earlier than that: when, the request says."""
    by_hand = line.facts.get("received_by") == AccessRequest.ReceivedBy.MANUAL
    if line.event == "request.received" and by_hand:
        return _("The request was recorded by hand")
    return event_label(line.event)


def moved_to(review: SecrecyReview) -> NewAuthority:
    line = LedgerEntry.objects.filter(
        object_type=SecrecyReview._meta.db_table,
        object_id=str(review.pk),
        event="review.rerouted",
    ).select_related("detail")
    facts = line.get().facts
    return NewAuthority(facts.get("to", ""), facts.get("reason", ""))


def events_of(
    review: SecrecyReview, access_request: AccessRequest, dossier: Dossier
) -> list[Event]:
    """What happened to the review and its request, the newest first."""
    about = {
        SecrecyReview._meta.db_table: [review.pk],
        AccessRequest._meta.db_table: [access_request.pk],
        Delivery._meta.db_table: [row.pk for row in dossier.deliveries],
        AccessGrant._meta.db_table: [row.pk for row in dossier.grants],
    }
    lines = LedgerEntry.objects.none()
    for table, keys in about.items():
        lines = lines | LedgerEntry.objects.filter(
            kind=LedgerEntry.Kind.EVENT,
            object_type=table,
            object_id__in=[str(key) for key in keys],
        )
    # What others did with the request is seen, but not who they are.
    own = Q(object_type=SecrecyReview._meta.db_table) | Q(actor_id=None)
    ours = own | known_to("actor_id", access_request, [review.authority_id])
    lines = lines.annotate(is_ours=ExpressionWrapper(ours, BooleanField()))
    rows: Any = lines.select_related("detail").order_by("-id")[:40]
    return [
        Event(
            line.happened_at,
            _label(line),
            line.actor_name if line.is_ours else _("another authority"),
        )
        for line in rows
    ]
