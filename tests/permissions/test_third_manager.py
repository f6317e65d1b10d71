"""Whoever is among the last two who can confirm roles is told to find a third."""

import pytest
from django.db import connection

from audit_app import acting
from lockbox_site.models import User
from requests_app.core.people.rights import MANAGERS, authorities_of
from requests_app.organisation.law import without_third_manager
from requests_app.organisation.steps import end_role
from tests.helpers.people import give

pytestmark = pytest.mark.django_db


def test_who_is_told_to_find_a_third_is_whom_the_database_would_keep(cast):
    """Asked in one query on the start page, and by the database of each who goes."""
    people = User.objects.filter(is_machine=False)
    assert (cast.per.pk, cast.gsn.pk) in _told(people) == _kept(people)
    third = give(cast, cast.bo, "it_manager")
    assert (cast.per.pk, cast.gsn.pk) not in _told(people) == _kept(people)
    # One that stands in for those whom two others lack.
    give(cast, cast.jonas, "it_manager", cast.nis)
    assert _told(people) == _kept(people)
    end_role(third, by=cast.pia, reason="Tjänsten upphör")
    assert _told(people) == _kept(people)


def test_a_confirmer_is_a_third(cast):
    people = User.objects.filter(is_machine=False)
    give(cast, cast.bo, "confirmer")
    assert (cast.per.pk, cast.gsn.pk) not in _told(people) == _kept(people)
    give(cast, cast.rut, "confirmer", cast.nis)
    assert _told(people) == _kept(people)


def _told(people):
    return {
        (person.pk, authority.pk)
        for person in people
        for authority in without_third_manager(person)
    }


def _kept(people):
    rows = [
        (person.pk, pk) for person in people for pk in authorities_of(person, *MANAGERS)
    ]
    with connection.cursor() as cursor:
        lacks = "select lockbox_lacks('it_manager', %s, %s, %s)"
        return {
            (person, pk)
            for person, pk in rows
            if cursor.execute(lacks, [pk, acting.now(), person]).fetchone()[0]
        }
