"""People of a bench, with roles in force since long ago."""

from datetime import UTC, date, datetime
from typing import Any

from django.contrib.auth import get_user_model

from requests_app.core.people.models import Authority, RoleAssignment
from requests_app.core.step import SYSTEM, as_owner, machine_account
from requests_app.organisation.steps import deliver
from tests.helpers.engagement import municipality


def engage(
    username: str, last_name: str, *roles: tuple[Any, Authority], **more: Any
) -> Any:
    """Inside acting_as(the system account)."""
    person = get_user_model()(
        username=username, last_name=last_name, municipality=municipality(), **more
    )
    with as_owner():
        person.save()
    for role, authority in roles:
        given = RoleAssignment(
            person=person,
            role=role,
            authority=authority,
            valid_from=date(2020, 1, 1),
            reason="bench",
        )
        deliver(
            given,
            given_by=machine_account(SYSTEM),
            confirmed_by=get_user_model().objects.get(username="per"),
            at=datetime(2020, 1, 1, tzinfo=UTC),
        )
    return person
