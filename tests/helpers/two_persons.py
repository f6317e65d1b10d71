"""Registers changed by two persons, as their forms and buttons do it."""

from django.contrib.auth import get_user_model

from audit_app.acting import acting_as
from requests_app.core import two_persons
from requests_app.core.two_persons import remove_or_propose, save_or_propose
from requests_app.registers.models.information import InformationSet
from tests.cast import MAILBOX
from tests.helpers.people import engage
from tests.helpers.worlds import reused


def proposed(row, by, **values):
    """What one person's form makes of the row: a proposal, or None if it was written."""
    for name, value in values.items():
        setattr(row, name, value)
    with acting_as(by):
        return save_or_propose(row, by=by, reason="As agreed")


def removal(row, by):
    with acting_as(by):
        return remove_or_propose(row, by=by, reason="As agreed")


@reused
def by_two(row, by, other, **values):
    two_persons.confirm(proposed(row, by, **values), by=other)
    if row.pk:
        row.refresh_from_db()
    return row


@reused
def second_manager(cast):
    """Another who manages at the authority that runs the connections."""
    return engage(cast, "nora", "it_manager", cast.nis)


def manager_there(cast):
    """The same, whether there is one already or not."""
    known = get_user_model().objects.filter(username="nora").first()
    return known or second_manager(cast)


@reused
def changed_by_managers(cast, row, **values):
    """A product or a connection, by the two who manage at the authority that runs it."""
    return by_two(row, cast.sam, manager_there(cast), **values)


def listed_set(cast, *people, information_set=None):
    """An information set put on a named list, with its people, by two persons."""
    information_set = information_set or InformationSet.objects.get(
        authority=cast.gsn, object_links__cloud_object__external_id=MAILBOX
    )
    for person in people:
        named = information_set.named_people.model(
            information_set=information_set, person=person
        )
        by_two(named, cast.ines, cast.ivar)
    return by_two(information_set, cast.ines, cast.ivar, is_named_list=True)
