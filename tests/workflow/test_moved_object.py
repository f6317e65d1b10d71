"""An object that another authority takes over brings nothing of the old one along."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from audit_app.acting import acting_as
from requests_app.core.people.models import SecrecyBranch
from requests_app.registers.models.cloud import CloudObject, CloudObjectInformationSet
from requests_app.registers.models.information import InformationSet
from tests.cast import MAILBOX
from tests.helpers.two_persons import by_two, listed_set

pytestmark = pytest.mark.django_db


def test_the_sets_and_the_branch_of_the_old_authority_stay_behind(cast):
    held = CloudObject.objects.get(external_id=MAILBOX)
    old = held.information_links.get()
    with acting_as(cast.ines):
        held.branch = SecrecyBranch.objects.create(authority=cast.gsn, name="Health")
        held.save()
        theirs = InformationSet.objects.get(authority=cast.snc)
        kept = CloudObjectInformationSet.objects.create(
            cloud_object=held, information_set=theirs
        )
    by_two(held, cast.per, cast.ines, authority=cast.snc)
    connection.check_constraints()
    assert (held.authority, held.branch) == (cast.snc, None)
    assert list(held.information_links.all()) == [kept]
    gone = CloudObjectInformationSet.history.filter(id=old.pk).first()
    assert (gone.history_type, gone.history_user_name) == ("-", str(cast.ines))


def test_while_an_open_review_names_it_it_stays(cast):
    cast.new()
    held = CloudObject.objects.get(external_id=MAILBOX)
    with pytest.raises(ValidationError, match="öppen prövning"):
        by_two(held, cast.per, cast.ines, authority=cast.snc)


def test_a_link_inside_one_authority_does_not_go_away(cast):
    held = CloudObject.objects.get(external_id=MAILBOX)
    with (
        pytest.raises(DatabaseError, match="is kept"),
        transaction.atomic(),
        acting_as(cast.ines),
    ):
        held.information_links.get().delete()


def test_out_of_a_set_on_a_named_list_it_is_taken_first(cast):
    listed_set(cast, cast.bo)
    held = CloudObject.objects.get(external_id=MAILBOX)
    with pytest.raises(ValidationError, match="namngiven lista"):
        by_two(held, cast.per, cast.ines, authority=cast.snc)
    held.refresh_from_db()
    assert held.authority == cast.gsn
