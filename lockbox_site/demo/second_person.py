"""What the city's registers take from two persons only."""

from typing import Any

from django.contrib.auth import get_user_model

from audit_app import clock
from audit_app.acting import acting
from lockbox_site.demo import REASON
from requests_app.models import RoleAssignment
from requests_app.permissions.guarded_registers import GUARDED
from requests_app.permissions.register_change import authority_guarding
from requests_app.workflow import register_change


def by_two(row: Any) -> None:
    """Propose the row as it now reads, and confirm it: by the first two who keep it."""
    authority = authority_guarding(row)
    roles = RoleAssignment.objects.in_force(clock.now()).filter(
        authority=authority, branch=None, role__in=GUARDED[type(row)].keepers
    )
    people = get_user_model().objects.filter(pk__in=roles.values("person"))
    first, second = people.order_by("pk")[:2]
    with acting(first, reason=REASON):
        change = register_change.save_or_propose(row, by=first, reason=REASON)
    if change is not None:
        register_change.confirm(change, by=second)
