"""What has happened in a case, as its page tells it."""

import json
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from audit_app.models import LedgerEntry
from requests_app.models import (
    AccessGrant,
    AccessRequest,
    Delivery,
    SecrecyReview,
)
from requests_app.selectors.dossier.dossier import Dossier, Event, NewAuthority
from requests_app.words.events import event_label


def moved_to(review: SecrecyReview) -> NewAuthority:
    line = LedgerEntry.objects.filter(
        object_type=SecrecyReview._meta.db_table,
        object_id=str(review.pk),
        event="review.rerouted",
    ).select_related("detail")
    detail = json.loads(line.get().detail.body)
    return NewAuthority(detail["to"], detail["reason"])


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
    places = [review.authority_id, access_request.connection.authority_id]
    lines = lines.annotate(is_known=Exists(_at_work_for(places)))
    return [
        Event(line.happened_at, event_label(line.event), _name_in(line))
        for line in lines.select_related("detail").order_by("-id")[:40]
    ]


def _at_work_for(authorities: list[int]) -> QuerySet[Any]:
    """The actor, if it is a machine or somebody who has worked for one of these."""
    people = get_user_model().objects.filter(pk=OuterRef("actor_id"))
    return people.filter(Q(is_machine=True) | Q(roles__authority__in=authorities))


def _name_in(line: Any) -> str:
    """Who at another authority decides the same request is only its own to know."""
    of_review = line.object_type == SecrecyReview._meta.db_table
    return line.actor_name if of_review or line.is_known else _("another authority")
