"""Power as time goes by: opened, reminded of, and ended by the sweep."""

from datetime import timedelta

from django.utils import timezone

from audit_app import acting
from audit_app.acting import acting_as
from lockbox_site.models import ScimToken
from requests_app.cases.access import clients
from requests_app.cases.access.models import RegisterToken
from requests_app.core.people.models import RoleAssignment
from requests_app.core.step import as_owner, machine_account
from requests_app.duty.models.roster import Recertification
from requests_app.duty.powers import recertify
from tests.helpers.channels import channel_of
from tests.helpers.engagement import municipality
from tests.helpers.two_persons import listed_set


def in_days(days):
    return acting.at(timezone.now() + timedelta(days=days))


def one_of_each(cast):
    """A row of each sort of power, made now."""
    with acting_as(machine_account("system")), as_owner():
        for model, more in (
            (ScimToken, {"municipality": municipality()}),
            (RegisterToken, {"person": cast.karin}),
        ):
            model.objects.create(
                name="x", digest=model.__name__, made_at=acting.now(), **more
            )
    clients.make_client(cast.contract, by=cast.sam, name="Exempelmoln")
    channel_of(cast)
    listed_set(cast, cast.bo, cast.karin)


def role_of(name, held):
    """What waits for somebody's role to be confirmed anew."""
    role = RoleAssignment.objects.get(person__username=name, role=held)
    return Recertification.objects.get(row_table=role._meta.db_table, row_id=role.pk)


def go_round(days, by):
    """A round of the sweep so many days from now."""
    with in_days(days):
        return recertify(by)


def days_to(row):
    return (row.due_on - acting.today()).days


def by_time_alone(row, _by, cast):
    """Nobody confirms it, and it can't end."""
    left = days_to(row)
    for day in (left - 30, left - 10, left + 1):
        go_round(day, cast.sweeper)
    assert row.history.first().kept_because
