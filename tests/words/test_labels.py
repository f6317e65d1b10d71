"""What the application's login could write breaks no page that tells of it."""

from datetime import timedelta

import pytest

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.core.people.models import RoleAssignment
from requests_app.oversight.models import Deviation, IncidentDuty
from tests.helpers.people import give
from tests.helpers.web import fetch, page, signed_in

pytestmark = pytest.mark.django_db
ODD = "bogus"


def test_a_role_there_is_none_of_hides_no_case_from_the_auditor(cast):
    subject = cast.decided()
    give(cast, cast.karin, ODD)
    signed_in(cast.karin).get(page(subject))
    agnes = signed_in(cast.agnes)
    for part in ("", "readers/", "sight/"):
        shown, _queries = fetch(agnes, f"/revision/case/{subject.diary_number}/{part}")
    for path in ("roles/", "roles/?as=csv", f"person/{cast.karin.pk}/"):
        assert agnes.get(f"/revision/{path}").status_code == 200
    assert RoleAssignment.objects.filter(role=ODD).exists()


def test_a_deviation_of_no_kind_breaks_nobodys_pages(cast):
    subject = cast.answered()
    with acting_as(cast.karin):
        found = Deviation.objects.create(
            review=subject,
            access_request=subject.access_request,
            divergences=[{"kind": ODD, "reported": "x", "granted": "y"}],
            discovered_at=acting.now(),
        )
        duty = IncidentDuty.objects.create(
            review=subject,
            deviation=found,
            kind=ODD,
            known_at=found.discovered_at,
            due_at=found.discovered_at + timedelta(hours=3),
        )
    for person in (cast.karin, cast.bo, cast.ivar, cast.agnes):
        client = signed_in(person)
        for path in ("/", page(subject), "/requests_app/deviation/", page(found)):
            fetch(client, path)
    assert duty.role == ""
    fetch(signed_in(cast.karin), page(duty))
