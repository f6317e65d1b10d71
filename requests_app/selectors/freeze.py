"""What a freeze reaches: access that runs, and cases that wait. Reads only."""

from typing import Any, NamedTuple

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet

from audit_app import clock
from requests_app.models import (
    AccessGrant,
    AccessRequest,
    CloudObjectInformationSet,
    Freeze,
    ProviderProduct,
    RequestedObject,
    SecrecyReview,
)
from requests_app.models.request_clock import deadline_path
from requests_app.permissions.freeze import can_revoke_frozen, freezes_visible_to
from requests_app.permissions.request_visibility import grants_visible_to
from requests_app.permissions.visibility import visible_to

MOST = 200
# Official documents wait for no freeze (TF 2:2). The database's own rule.
_HANDS_OUT_DOCUMENTS = Func(
    F("pk"),
    function="lockbox_hands_out_documents",
    output_field=BooleanField(),
)


class RunningGrant(NamedTuple):
    """Access that a freeze did not come in time for, and whether it can be revoked."""

    grant: AccessGrant
    can_not: bool
    may_revoke: bool


def freezes_now(user: Any) -> QuerySet[Freeze]:
    """The freezes in force that the person may know of: no approval passes them."""
    rows = freezes_visible_to(user).filter(
        pk__in=Freeze.objects.in_force(clock.now()).values("pk")
    )
    related = ("authority", "provider", "product", "information_set", "lift_asked_by")
    return rows.select_related(*related).order_by("begins_at")


def requests_under(freeze: Freeze) -> QuerySet[AccessRequest]:
    """The requests whose approval the freeze stops. What is not known is taken for what
    is stopped: a country that nobody has told, an object on no map."""
    links = CloudObjectInformationSet.objects.filter(
        cloud_object__requested__access_request=OuterRef("pk"),
        cloud_object__requested__removed_in_revision=None,
        information_set=freeze.information_set_id,
    )
    unmapped = RequestedObject.objects.still_named().filter(
        access_request=OuterRef("pk"), cloud_object__information_links=None
    )
    concerned = SecrecyReview.objects.filter(
        access_request=OuterRef("pk"), authority=freeze.authority_id
    ).live()
    ours = Q(Exists(concerned))
    if freeze.covers_all:
        ours |= Q(connection__authority=freeze.authority_id)
    rows = AccessRequest.objects.filter(ours).exclude(_HANDS_OUT_DOCUMENTS)
    if freeze.provider_id:
        return rows.filter(connection__product__provider=freeze.provider_id)
    if freeze.product_id:
        return rows.filter(connection__product=freeze.product_id)
    if freeze.country:
        return rows.filter(engineer_country__in=["", freeze.country])
    return rows.filter(Exists(links) | Exists(unmapped))


def running_under(freeze: Freeze, user: Any) -> list[RunningGrant]:
    """Running access that the person may know of, the first to end first."""
    rows = (
        grants_visible_to(user)
        .filter(access_request__in=requests_under(freeze))
        .running()
        .select_related("access_request__connection__product")
        .order_by("ends_at")
    )
    return [
        RunningGrant(
            grant,
            grant.access_request.connection.product.revocation
            == ProviderProduct.Revocation.NO,
            can_revoke_frozen(user, freeze),
        )
        for grant in rows[:MOST]
    ]


def waiting_under(freeze: Freeze, user: Any) -> QuerySet[SecrecyReview]:
    """Reviews that the person sees and that can not end in a grant meanwhile."""
    return (
        visible_to(user)
        .filter(
            access_request__in=requests_under(freeze),
            access_request__status__in=AccessRequest.AWAITING,
        )
        .live()
        .select_related("authority", "access_request__connection__product")
        .order_by(deadline_path("access_request"))[:MOST]
    )
