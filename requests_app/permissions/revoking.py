"""Who may revoke access: whoever could have refused it."""

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, IntegerField, OuterRef, QuerySet, Value

from audit_app import clock
from requests_app.models import AccessRequest, Freeze, SecrecyReview
from requests_app.models.key_in_array import is_given_by
from requests_app.permissions.conflict import conflict_on
from requests_app.permissions.delegation import covering, matter_at, rules_for
from requests_app.permissions.freeze import FREEZERS
from requests_app.permissions.roles import authorities_of
from requests_app.permissions.visibility import visible_to


def revocable_among(user: Any, requests: Collection[int]) -> set[int]:
    """Of these requests, by key, those whose access the person may revoke: as a
    decision-maker of an authority concerned; or as whoever set or could have set a
    freeze that covers the request. One query."""
    refused = Value("refused"), Value(0, IntegerField())
    rules = covering(rules_for(user, matter_at()), *refused)
    reviews = (
        visible_to(user)
        .live()
        .filter(
            Exists(rules),
            access_request__in=requests,
            status=SecrecyReview.Status.DECIDED,
        )
    )
    keys = reviews.order_by().values_list("access_request", flat=True)
    if authorities := authorities_of(user, *FREEZERS):
        frozen = _frozen(user, authorities).filter(pk__in=requests)
        keys = keys.union(frozen.order_by().values_list("pk", flat=True))
    return set(keys)


def _frozen(user: Any, authorities: set[int]) -> QuerySet[AccessRequest]:
    stops = is_given_by("pk", "lockbox_freezes", OuterRef("pk"), Value(clock.now()))
    freezes = Freeze.objects.filter(stops, authority__in=authorities)
    rows = AccessRequest.objects.filter(Exists(freezes))
    return rows.exclude(conflict_on(user, "pk"))
