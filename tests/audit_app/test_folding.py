"""What a person opens again and again is told once, and how often it came again."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit_app import acting
from audit_app.ledger import WINDOW, tell_folded
from audit_app.models import FoldedLine, LedgerEntry
from requests_app.registers.models.cloud import CloudObject
from tests.helpers.people import DAY
from tests.helpers.web import signed_in, words

pytestmark = pytest.mark.django_db

LIST = reverse("admin:requests_app_cloudobject_changelist")


def lines(event):
    return LedgerEntry.objects.filter(event=event).order_by("pk")


def test_a_list_that_is_loaded_again_is_one_line_and_one_more(cast):
    lena = signed_in(cast.lena)
    for second in range(10):
        with acting.at(DAY + timedelta(seconds=second)):
            assert lena.get(LIST).status_code == 200
    (first,) = lines("cloudobject.listed")
    assert (first.kind, first.actor_id) == ("read", cast.lena.pk)
    assert first.facts["path"] == LIST
    with acting.at(DAY + WINDOW):
        tell_folded()
        tell_folded()
    _first, again = lines("cloudobject.listed")
    assert (again.kind, again.actor_id, again.facts["times"]) == (
        "read",
        cast.lena.pk,
        9,
    )
    assert again.facts["since"] < again.facts["until"]
    assert not FoldedLine.objects.exists()


def test_what_was_opened_once_is_told_no_more(cast):
    with acting.at(DAY):
        signed_in(cast.lena).get(LIST)
    with acting.at(DAY + WINDOW):
        tell_folded()
    assert lines("cloudobject.listed").count() == 1
    # The hour after begins anew.
    with acting.at(DAY + WINDOW):
        signed_in(cast.lena).get(LIST)
    assert lines("cloudobject.listed").count() == 2


def test_people_pages_and_rows_are_told_each(cast):
    rows = CloudObject.objects.filter(authority=cast.gsn)[:2]
    for person in (cast.lena, cast.karin):
        for row in rows:
            for _again in range(3):
                signed_in(person).get(
                    reverse("admin:requests_app_cloudobject_history", args=[row.pk])
                )
                signed_in(person).get(LIST)
    assert lines("cloudobject.listed").count() == 2


def test_a_refused_page_is_told_as_such_with_whom_and_which(cast):
    """As the data protection officer was refused at the auditors' pages."""
    rose = signed_in(cast.dora)
    for _again in range(4):
        assert rose.get(reverse("admin:audit")).status_code == 403
    (line,) = lines("audit.read")
    assert (line.kind, line.actor_id) == ("refusal", cast.dora.pk)
    told = words(signed_in(cast.agnes).get("/revision/?kind=refusal"))
    assert "Allt som hände" in told and "/revision/" in told


def test_a_case_that_is_not_there_for_somebody_is_told_of_the_case(cast):
    review = cast.assessed()
    url = reverse("admin:requests_app_secrecyreview_change", args=[review.pk])
    assert signed_in(cast.sam).get(url).status_code == 404
    (line,) = lines("secrecyreview.read")
    assert (line.kind, line.object_id) == ("refusal", str(review.pk))
    assert line.object_type == review._meta.db_table


def test_an_address_that_there_is_not_refuses_nobody(cast):
    karin = signed_in(cast.karin)
    before = LedgerEntry.objects.count()
    assert karin.get("/nothing/here/").status_code == 404
    assert LedgerEntry.objects.count() == before
