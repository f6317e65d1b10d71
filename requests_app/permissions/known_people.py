"""Whose names may be told beside what several authorities share: a request's answer."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q

from requests_app.models import AccessRequest, Assignment, RoleAssignment
from requests_app.permissions.roles import roles_of


def known_people(
    user: Any, access_request: AccessRequest
) -> Callable[[set[int]], set[int]]:
    """A function of people's keys: which of them the person may know to have had a hand
    in the request."""
    authorities = {row.authority_id for row in roles_of(user)}
    return lambda ids: set(
        get_user_model()
        .objects.filter(known_to("pk", access_request, authorities), pk__in=ids)
        .values_list("pk", flat=True)
    )


def known_to(person: str, access_request: AccessRequest, authorities: Any) -> Q:
    """Who has or had a role at these authorities or at the one that answers, or works
    a review of the request for them; and machines. `person` is the path to the key."""
    here = {*authorities, access_request.connection.authority_id}
    roles = RoleAssignment.objects.filter(person=OuterRef(person), authority__in=here)
    assigned = Assignment.objects.filter(
        person=OuterRef(person),
        review__access_request=access_request.pk,
        review__authority__in=here,
    )
    machines = get_user_model().objects.filter(pk=OuterRef(person), is_machine=True)
    return Q(Exists(roles)) | Q(Exists(assigned)) | Q(Exists(machines))
