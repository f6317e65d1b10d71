"""Who may take which step. A button that is shown is courtesy; this is the guard."""

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from requests_app.models import (
    AccessGrant,
    AccessRequest,
    Arrival,
    Connection,
    ContractClient,
    Delivery,
    ReviewUserPermission,
    Role,
    SecrecyReview,
)
from requests_app.models.key_in_array import key_in_array
from requests_app.permissions.conflict import conflict_on
from requests_app.permissions.delegation import delegation_for
from requests_app.permissions.involvement_of import involvement
from requests_app.permissions.request_visibility import (
    arrivals_to_handle,
    can_read_request,
    has_conflict,
    requests_readable_by,
)
from requests_app.permissions.revoking import revocable_among
from requests_app.permissions.roles import (
    CLOUD_KEEPERS,
    WORK,
    answering_authorities,
    authorities_of,
    has_role,
    running_authorities_of,
)
from requests_app.permissions.visibility import (
    held_at,
    visible_to,
)

# So long after a request may a narrower one of another support case come.
LINKED_WITHIN = timedelta(days=120)


def can_record(user: Any, authority: int | None = None) -> bool:
    """Type in a request from a provider's portal, at any hour."""
    return has_role(user, Role.REGISTRAR, Role.EXECUTOR, authority=authority)


def routable_by(user: Any) -> QuerySet[AccessRequest]:
    """Requests on the connections whose registrar the person is."""
    runs = running_authorities_of(user, Role.REGISTRAR)
    requests = AccessRequest.objects.filter(connection__authority__in=runs)
    return requests.exclude(conflict_on(user, "pk"))


def can_route(user: Any, access_request: AccessRequest) -> bool:
    return routable_by(user).filter(pk=access_request.pk).exists()


def can_merge(user: Any, access_request: AccessRequest) -> bool:
    """Its registrar, who would see both: every live review, or what is not yet
    routed."""
    return _registers(user, access_request) and can_read_request(user, access_request)


def relation_to(user: Any, subject: Any) -> Any:
    """What a right is asked of: the person's involvement in a review; for anything
    else the person."""
    return involvement(user, subject) if isinstance(subject, SecrecyReview) else user


def can_handle(user: Any, arrival: Arrival) -> bool:
    """Deal with what could not be taken in."""
    return arrivals_to_handle(user).filter(pk=arrival.pk).exists()


def is_its_client(by: Any, access_request: AccessRequest) -> bool:
    """The machine of the provider whose request it is."""
    return is_client_of(by, access_request.connection_id)


def is_client_of(by: Any, connection_id: int) -> bool:
    client = getattr(by, "contract_client", None)
    return (
        client is not None
        and client.ended_at is None
        and not client.is_sandbox
        and client.connection_id == connection_id
    )


def can_keep_client(user: Any, client: ContractClient) -> bool:
    return can_keep_clients(user, client.connection)


def can_keep_clients(user: Any, connection: Connection) -> bool:
    """Make, rotate and end the contract clients of a connection."""
    return has_role(user, *CLOUD_KEEPERS, authority=connection.authority_id)


def clients_kept_by(user: Any) -> QuerySet[ContractClient]:
    """The contract clients of the connections whose keeper the person is."""
    authorities = authorities_of(user, *CLOUD_KEEPERS)
    return ContractClient.objects.filter(connection__authority__in=authorities)


def can_propose_products(user: Any) -> bool:
    return has_role(user, *CLOUD_KEEPERS)


def answerable_by(user: Any) -> QuerySet[Delivery]:
    """Answers that the person gives: clicks in the provider's portal and says so."""
    runs = answering_authorities(user)
    deliveries = Delivery.objects.filter(access_request__connection__authority__in=runs)
    return deliveries.exclude(conflict_on(user, "access_request"))


def stoppable_by(user: Any) -> QuerySet[AccessGrant]:
    """Revoked access that the person asks the provider to stop."""
    runs = answering_authorities(user)
    grants = AccessGrant.objects.to_be_stopped()
    grants = grants.filter(access_request__connection__authority__in=runs)
    return grants.exclude(conflict_on(user, "access_request"))


def can_answer(user: Any, delivery: Delivery) -> bool:
    return answerable_by(user).filter(pk=delivery.pk).exists()


def can_end_access(user: Any, grant: AccessGrant) -> bool:
    """Record that the provider is done: whoever works a review of it, or answers."""
    request = grant.access_request
    if has_conflict(user, request.pk):
        return False
    if has_role(user, Role.EXECUTOR, authority=request.connection.authority_id):
        return True
    return _works_request(user, request.pk)


def can_revoke(user: Any, grant: AccessGrant) -> bool:
    return bool(revocable_among(user, [grant.access_request_id]))


def review_to_revoke(user: Any, access_request: AccessRequest) -> SecrecyReview | None:
    """The review whose grant the person may revoke, by decision under delegation."""
    reviews = (
        _concerned(user, access_request.pk)
        .filter(status=SecrecyReview.Status.DECIDED)
        .select_related("access_request__connection")
    )
    return next(
        (review for review in reviews if delegation_for(user, review, "refused")), None
    )


def can_correct_entry(user: Any, access_request: AccessRequest) -> bool:
    """Correct what was typed: whoever registers or works it, and reads it whole."""
    charged = _registers(user, access_request) or _works_request(
        user, access_request.pk
    )
    return charged and can_read_request(user, access_request)


def connections_beside(access_request: AccessRequest) -> QuerySet[Connection]:
    """The others of the authority that runs its own: to these it may be moved."""
    own = access_request.connection
    rows = Connection.objects.filter(authority=own.authority_id, is_active=True)
    return rows.exclude(pk=own.pk)


def narrowed_by(user: Any, access_request: AccessRequest) -> QuerySet[AccessRequest]:
    """Earlier requests of its connection that the person reads: what it may be narrower
    than. Of the last months, or of its own support case."""
    beside = AccessRequest.objects.filter(
        connection=access_request.connection_id,
        received_at__lt=access_request.received_at,
    ).exclude(pk=access_request.pk)
    recent = Q(received_at__gte=access_request.received_at - LINKED_WITHIN)
    case = access_request.support_case
    beside = beside.filter(recent | Q(support_case=case) if case else recent)
    keys = key_in_array("pk", beside.order_by().values("pk"))
    return requests_readable_by(user).filter(keys)


def can_withdraw(user: Any, access_request: AccessRequest) -> bool:
    """Record that the provider has withdrawn: whoever works it, or registers it."""
    if has_conflict(user, access_request.pk):
        return False
    return _registers(user, access_request) or _works_request(user, access_request.pk)


def registered_by(user: Any) -> QuerySet[AccessRequest]:
    """Requests whose registrar the person is: of whoever runs the connection, or of a
    review that has a say. Who is one elsewhere, and reads it for another reason, is
    not."""
    reviews = visible_to(user).live().filter(held_at(user, Role.REGISTRAR))
    theirs = Q(Exists(reviews.filter(access_request=OuterRef("pk"))))
    runs = running_authorities_of(user, Role.REGISTRAR)
    requests = AccessRequest.objects.filter(Q(connection__authority__in=runs) | theirs)
    return requests.exclude(conflict_on(user, "pk"))


def _registers(user: Any, access_request: AccessRequest) -> bool:
    return registered_by(user).filter(pk=access_request.pk).exists()


def _concerned(user: Any, access_request_id: int) -> QuerySet[SecrecyReview]:
    """Reviews of the request that the person sees and that still have a say."""
    return visible_to(user).filter(access_request=access_request_id).live()


def _works_request(user: Any, access_request_id: int) -> bool:
    return ReviewUserPermission.objects.filter(
        user=user.pk,
        content_object__in=_concerned(user, access_request_id),
        permission__codename=WORK,
    ).exists()
